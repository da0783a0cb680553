"""``bin/run``: everything from a bare machine to a server that answers, and the handles to it."""

import argparse
import os
import shutil
import subprocess

from suite import environment, layout, odoo_config, odoo_source, postgres, server, system
from suite.console import Failure, Step, say
from suite.database import Databases

DATABASE = "crm"
PORT = 8069
#: commands whose arguments belong to another program
PASSING_ON = ("import", "shell", "psql")
SETTINGS = layout.STATE / "run.settings"

HELP = """\
Sets up all that the suite needs and starts it. The first time on a bare Debian 12 or 13 this takes some ten minutes: system packages, the
Odoo 19 server, its Python packages, a database server of the project's own, the add-ons and a demo company. After that,
seconds. It ends with the address, the login and the password.

commands:
  (none), start         set up what is missing, start the server in the background
  stop                  stop the server and its database server
  status                what is running, where, with which data
  upgrade               update the add-ons in the database after their code changed
  import PATH ...       import files, or folders of files; prints one line of JSON per file
  shell                 Python with Odoo's environment (env); reads a script from standard input too
  psql                  SQL on the database
  logs                  follow the server's log
  reset                 delete the database, its files and its server (the downloads stay; --cache deletes them too)
"""

EPILOG = """\
state lives in var/ (ignored by git); downloads in ~/.cache/crm-suite. Environment: ODOO_HOME (an Odoo 19 server to use), PGHOST PGPORT
PGUSER PGPASSWORD (a database server to use), CRM_STATE, CRM_CACHE (other folders), CRM_PYTHON (another interpreter).

examples:
  bin/run                               the demo company, in English and French
  bin/run --lang fr                     French first
  bin/run --empty --port 8080           no data, another port
  bin/run import exports/               whatever Salesforce, HubSpot, Pipedrive, Zoho, SuiteCRM … exported
  echo "print(env['crm.lead'].search_count([]))" | bin/run shell
"""


def _parser():
    parser = argparse.ArgumentParser(
        prog="bin/run",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description=HELP,
        epilog=EPILOG,
        usage="bin/run [COMMAND] [options]",
    )
    parser.add_argument(
        "command",
        nargs="?",
        default="start",
        help=argparse.SUPPRESS,
        choices=["start", "stop", "status", "upgrade", "import", "shell", "psql", "logs", "reset"],
    )
    parser.add_argument("--port", type=int, help=f"port of the web server ({PORT})")
    parser.add_argument("--listen", metavar="ADDRESS", help="address to listen on (127.0.0.1: this machine only; 0.0.0.0: the network too)")
    parser.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="worker processes behind a proxy; -1: from the machine's size (0: one process, no proxy needed)",
    )
    parser.add_argument("--empty", action="store_true", help="a new database without the demo company")
    parser.add_argument("--lang", choices=["en", "fr"], help="language of a new database's users (en)")
    parser.add_argument("--foreground", action="store_true", help="stay in front and show the server's log")
    parser.add_argument("--no-system", action="store_true", help="never call apt; say what is missing instead")
    parser.add_argument("--cache", action="store_true", help="with reset: delete the downloads as well")
    parser.add_argument("--yes", action="store_true", help="with reset: do not ask")
    return parser


def main(arguments):
    """Run one of the commands.

    :param list[str] arguments: the command line after ``bin/run``
    :return: the exit status
    :rtype: int
    """
    passed_on = []
    for place, word in enumerate(arguments):
        if word in PASSING_ON:
            arguments, passed_on = arguments[: place + 1], arguments[place + 1 :]
            break
    options = _parser().parse_args(arguments)
    options.arguments = passed_on
    return globals()[f"_{options.command}"](options) or 0


class Installation:
    """What a command works on: the server, its Python, the database server, the databases."""

    def __init__(self, *, no_system=False, purpose="run"):
        layout.prepare()
        own_cluster = postgres.external() is None
        system.ensure_packages(allowed=not no_system, for_tests=purpose == "test", own_cluster=own_cluster)
        self.source = odoo_source.find()
        self.python = environment.ensure(self.source, purpose)
        self.cluster = postgres.ensure()
        self.databases = Databases(self.source, self.cluster, self.python)

    def configure(self, **settings):
        """Write the server's configuration and return its path."""
        return odoo_config.render(self.source, self.cluster, **settings)


def _start(options):
    if options.port and not 0 < options.port < 65536:
        raise Failure(f"{options.port} is no port number.", "Choose one between 1024 and 65535.")
    port = options.port or _remembered("port") or PORT
    if server.running_pid() and server.answers(port):
        return _announce(port)
    server.stop()
    if not server.port_is_free(port):
        raise Failure(f"Port {port} is in use by another program.", "Choose another one: bin/run --port 8070")
    installation = Installation(no_system=options.no_system)
    configuration = _configure(installation, options, port)
    _prepare_database(installation, configuration, options)
    _remember("port", port)
    _tell_own_address(installation, port)
    if options.foreground:
        return _in_front(installation, configuration, port)
    with Step("Starting the server"):
        server.start(installation.python, installation.source, configuration, DATABASE, port)
    return _announce(port)


def _configure(installation, options, port):
    """Write the configuration, with what was asked for now or the last time."""
    for name, asked, default in (("listen", options.listen, "127.0.0.1"), ("workers", options.workers, "0")):
        if asked is not None or _remembered(name) is None:
            _remember(name, default if asked is None else asked)
    return installation.configure(
        http_port=port,
        http_interface=_remembered("listen"),
        gevent_port=server.free_port(),
        **odoo_config.sized_for_machine(int(_remembered("workers"))),
    )


def _tell_own_address(installation, port):
    """Tell the server where it answers on this machine: printed reports fetch their styles there."""
    installation.cluster.query(
        "INSERT INTO ir_config_parameter (key, value) VALUES ('report.url', 'http://127.0.0.1:%s') "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE ir_config_parameter.value LIKE 'http://127.0.0.1:%%'" % port,
        DATABASE,
    )


def _prepare_database(installation, configuration, options):
    """Create and fill the database, or update what is older than its code.

    A database is filled under another name and gets its own at the end, so that an interrupted set-up leaves
    nothing half done.
    """
    databases = installation.databases
    if databases.exists(DATABASE):
        if _remembered("addons") != layout.content_hash(layout.our_addons()):
            _update(databases, configuration)
        _add_missing(databases, configuration)
        return
    building = f"{DATABASE}-building"
    databases.drop(building)
    databases.create(building)
    _install(databases, configuration, building, layout.our_addons())
    with Step("Adding the demo company" if not options.empty else "Setting the administrator's password"):
        _remember("demo", "" if options.empty else "1")
        databases.shell(
            configuration,
            building,
            _first_data_script(demo=not options.empty, lang=options.lang or "en"),
            failure="The first data could not be written.",
        )
    databases.rename(building, DATABASE)
    _remember("addons", layout.content_hash(layout.our_addons()))


def _add_missing(databases, configuration):
    """Install the add-ons that a database does not have yet, beside those it has, which are up to date by now; demo data as those have."""
    installed = databases.installed(DATABASE)
    missing = [name for name in layout.our_addons() if name not in installed]
    if not missing:
        return
    _install(databases, configuration, DATABASE, missing)
    if databases.has_demo(DATABASE):
        with Step("Adding to the demo company"):
            databases.shell(
                configuration,
                DATABASE,
                _suite_script(f"from suite.first_data import add_demo\nadd_demo(env, {missing!r})"),
                failure="The demo data could not be added.",
            )


def _install(databases, configuration, name, addons):
    with Step(f"Installing {', '.join(sorted(addons))}") as step:
        databases.odoo(
            configuration,
            name,
            "-i",
            ",".join(sorted(addons)),
            "--load-language=en_US,fr_FR",
            "--stop-after-init",
            "--no-http",
            step=step,
            log=layout.LOGS / "install.log",
            failure="The add-ons could not be installed.",
        )


def _update(databases, configuration):
    with Step("Updating the add-ons, since their code changed") as step:
        databases.odoo(
            configuration,
            DATABASE,
            "-u",
            ",".join(databases.installed(DATABASE)),
            "--stop-after-init",
            "--no-http",
            step=step,
            log=layout.LOGS / "install.log",
            failure="The add-ons could not be updated.",
        )
    _remember("addons", layout.content_hash(layout.our_addons()))


def _first_data_script(*, demo, lang):
    """Return the code that gives a new database its demo company and its passwords."""
    password = "admin" if demo else odoo_config.secret("admin password")
    return _suite_script(
        f"from suite.first_data import fill\nfill(env, {layout.our_addons()!r}, demo={demo!r}, lang={lang!r}, admin_password={password!r})"
    )


def _suite_script(code):
    """Return code for the server's shell that may import the suite; what it did is kept."""
    return f"import sys\nsys.path.insert(0, {str(layout.PROJECT / 'bin' / 'lib')!r})\n{code}\nenv.cr.commit()\n"


def _in_front(installation, configuration, port):
    say(f"Starting on http://localhost:{port} – Ctrl+C stops it.")
    command = [
        str(installation.python),
        str(environment.SERVER_PROGRAM),
        "-c",
        str(configuration),
        "-d",
        DATABASE,
        f"--db-filter=^{DATABASE}$",
    ]
    try:
        return subprocess.call(command, env=environment.variables(installation.source), cwd=layout.PROJECT)
    finally:
        postgres.stop()


def _announce(port):
    demo = _remembered("demo")
    password = "admin" if demo else odoo_config.secret("admin password")
    say(f"\nhttp://localhost:{port}  login: admin  password: {password}")
    return 0


def _stop(_options):
    stopped = server.stop()
    postgres.stop()
    say("Stopped." if stopped else "Nothing was running.")


def _status(_options):
    port = _remembered("port") or PORT
    pid = server.running_pid()
    say(f"server     {'answers on http://localhost:%s (process %s)' % (port, pid) if pid and server.answers(port) else 'stopped'}")
    external = postgres.external()
    running = bool(external) or postgres.is_running()
    say(f"database   {'server of PGHOST ' + external.host if external else 'own server, ' + ('running' if running else 'stopped')}")
    if running:
        cluster = external or postgres.Cluster(str(layout.socket_folder()))
        databases = Databases(None, cluster, None)
        installed = databases.installed(DATABASE)
        say("add-ons    " + (", ".join(f"{name} {version}" for name, version in sorted(installed.items())) or "none installed yet"))
    say(f"state      {layout.STATE}\nlog        {server.LOG_FILE}")
    return 0 if pid else 3


def _upgrade(options):
    was_running = bool(server.running_pid())
    server.stop()
    installation = Installation(no_system=options.no_system)
    configuration = installation.configure(http_interface="127.0.0.1", **odoo_config.sized_for_machine())
    if not installation.databases.exists(DATABASE):
        raise Failure("There is no database yet.", "Create it with: bin/run")
    _update(installation.databases, configuration)
    return _start(options) if was_running else 0


def _ready():
    """Return the installation of a database that exists, for the commands that work on it."""
    installation = Installation()
    if not installation.databases.exists(DATABASE):
        raise Failure("There is no database yet.", "Create it with: bin/run")
    return installation, installation.configure(target="odoo.tool.conf", http_interface="127.0.0.1", **odoo_config.sized_for_machine())


def _server_program(installation, configuration, program, *arguments):
    """Replace this process by a program of the Odoo server."""
    command = [str(installation.python), str(environment.SERVER_PROGRAM), program, "-c", str(configuration), "-d", DATABASE, *arguments]
    # the server looks for the commands of add-ons before it reads its -c option
    os.execve(command[0], command, dict(environment.variables(installation.source), ODOO_RC=str(configuration)))


def _shell(options):
    _server_program(*_ready(), "shell", "--no-http", *options.arguments)


def _import(options):
    if not options.arguments:
        raise Failure("Nothing to import was named.", "bin/run import FILE_OR_FOLDER …")
    _server_program(*_ready(), "crm_import", *options.arguments)


def _psql(options):
    installation, _configuration = _ready()
    os.execvpe("psql", ["psql", *options.arguments], installation.cluster.variables(DATABASE))


def _logs(_options):
    if not server.LOG_FILE.exists():
        raise Failure("There is no log yet.", "Start the server with: bin/run")
    os.execvp("tail", ["tail", "-n", "40", "-F", str(server.LOG_FILE)])


def _reset(options):
    if not options.yes and input("Delete the database, its files and its server? [y/N] ").strip().lower() not in ("y", "yes", "o", "oui"):
        say("Nothing was deleted.")
        return 1
    server.stop()
    if postgres.external():
        Databases(None, postgres.external(), None).drop(DATABASE)
    else:
        postgres.remove()
    for folder in (layout.STATE, layout.CACHE) if options.cache else (layout.STATE,):
        shutil.rmtree(folder, ignore_errors=True)
    say("Deleted.")
    return 0


def _remembered(name):
    """Return a setting of the last start, or None."""
    try:
        lines = dict(line.split("=", 1) for line in SETTINGS.read_text().splitlines() if "=" in line)
    except OSError:
        return None
    value = lines.get(name)
    return int(value) if value and value.isdigit() else value


def _remember(name, value):
    lines = {}
    if SETTINGS.exists():
        lines = dict(line.split("=", 1) for line in SETTINGS.read_text().splitlines() if "=" in line)
    lines[name] = str(value)
    SETTINGS.write_text("".join(f"{key}={text}\n" for key, text in lines.items()))
