"""The server's configuration: a file of ``config/``, completed with what depends on the machine."""

import configparser
import os
import secrets

from suite import layout


def render(source, cluster, *, template="odoo.conf", target="odoo.conf", more_addons=(), **settings):
    """Write the configuration that the server is started with.

    :param OdooSource source: the server found
    :param Cluster cluster: the database server
    :param str template: file of ``config/``
    :param str target: file of the state folder
    :param more_addons: folders of add-ons besides the suite's
    :param settings: options that win over the template's
    :return: the written file
    :rtype: pathlib.Path
    """
    parser = configparser.RawConfigParser()
    parser.read(layout.CONFIG / template)
    options = {
        "addons_path": ",".join(str(path) for path in [*source.addons_paths, layout.ADDONS, *more_addons]),
        "data_dir": layout.FILESTORE,
        "db_host": cluster.host,
        "db_port": cluster.port,
        "db_user": cluster.user,
        "admin_passwd": secret("master password"),
        **({"db_password": cluster.password} if cluster.password else {}),
        **settings,
    }
    for name, value in options.items():
        parser.set("options", name, str(value))
    path = layout.STATE / target
    with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        parser.write(file)
    return path


def sized_for_machine(workers=0):
    """Return workers and memory limits from the machine's size.

    Without workers the server is one process that serves pages and websockets on one port. Workers use more cores, but their
    websockets answer on a port of their own, which needs a proxy in front (``config/nginx.conf``): so they are asked for.

    :param int workers: processes asked for; -1 for as many as the machine carries, at 800 MB each and two a core
    :rtype: dict[str, int]
    """
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    if workers < 0:
        workers = max(2, min((os.cpu_count() or 1) * 2, megabytes // 800))
    each = max(640, min(2560, megabytes // (workers + 2))) << 20
    return {"workers": workers, "limit_memory_soft": each, "limit_memory_hard": int(each * 1.3)}


def secret(name):
    """Return a secret of this installation, made at first use and kept readable by its owner alone."""
    path = layout.STATE / "secrets" / name.replace(" ", "_")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(12))
    return path.read_text(encoding="utf-8").strip()
