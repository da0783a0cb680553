"""The set-up of the suite: finds or fetches what it needs, and runs, tests, checks and measures it.

Standard library only, since it runs before anything is installed. One module has one job:

- ``console``: steps, progress and clear failures on the terminal
- ``layout``: where everything lives
- ``system``: Debian packages the machine lacks
- ``debian_archive``: files of Debian's unstable suite, without touching the machine's apt
- ``odoo_source``: finds or fetches the Odoo server
- ``environment``: the Python environment Odoo runs in
- ``postgres``: the private PostgreSQL cluster
- ``odoo_config``: the server's configuration, rendered for this machine
- ``database``: creating, copying and filling databases
- ``server``: the running Odoo server
- ``run_command``, ``test_command``, ``check_command``, ``bench_command``: the four commands
"""
