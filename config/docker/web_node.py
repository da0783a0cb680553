# ruff: noqa: INP001, S606 - a program, which becomes the server
"""One web node of several: serves requests and websockets, reads from the replica, runs no scheduled job.

The database is there already; the node ``odoo`` of docker-compose.yml made it. Settings come from the environment:
``PGHOST`` and the like (the primary, or PgBouncer before it), ``CRM_REPLICA_HOST``, ``CRM_REPLICA_PORT``,
``CRM_WEB_WORKERS``.
"""

import os
import socket

from suite import environment, layout, odoo_config, odoo_source, postgres
from suite.run_command import DATABASE

HTTP_PORT, WEBSOCKET_PORT = 8069, 8072
SERVER = layout.PROJECT / "bin" / "lib" / "programs" / "odoo_server.py"
#: connections that one process may hold; see docs/scaling.md for the sum
CONNECTIONS = 8


def settings():
    """Return the options of this node that differ from those of ``config/odoo.conf``.

    :rtype: dict
    """
    chosen = {
        "http_port": HTTP_PORT,
        "gevent_port": WEBSOCKET_PORT,
        "max_cron_threads": 0,
        "proxy_mode": True,
        "workers": int(os.environ.get("CRM_WEB_WORKERS", "4")),
        "db_maxconn": CONNECTIONS,
        "db_maxconn_gevent": 2 * CONNECTIONS,
    }
    if replica := os.environ.get("CRM_REPLICA_HOST"):
        chosen |= {
            "db_replica_host": replica,
            "db_replica_port": os.environ.get("CRM_REPLICA_PORT", "5432"),
        }
    return chosen


def main():
    """Write the node's configuration and become its server."""
    layout.prepare()
    source = odoo_source.find(allow_download=False)
    python = environment.ensure(source)
    configuration = odoo_config.render(
        source, postgres.external(), target=f"{socket.gethostname()}.conf", **settings()
    )
    command = [
        str(python),
        str(SERVER),
        "-c",
        str(configuration),
        "-d",
        DATABASE,
        f"--db-filter=^{DATABASE}$",
    ]
    os.execve(command[0], command, environment.variables(source))


if __name__ == "__main__":
    main()
