"""Installs and uninstalls modules in a database, as an administrator does at the command line."""

from suite import test_log
from suite.odoo_process import run_to_end


def change_module(workspace, database, command, module):
    """Install or uninstall a module; its log must be clean.

    :param Workspace workspace: what it runs with
    :param str command: ``install`` or ``uninstall``
    """
    log = workspace.log(f"{command}-{module}-{database}")
    status = run_to_end(workspace, ["-d", database, module], log=log, demo=False, subcommand=["module", command])
    assert status == 0, log.read_text(encoding="utf-8")[-9000:]
    problems = test_log.read(log).problems
    assert not problems, "\n".join(dict.fromkeys(map(str, problems)))
