"""Runs one scenario at one size in Odoo's interpreter: ``python -m suite.inside_odoo.bench_runner -c CONF REQUEST``.

The request is JSON with ``action`` (``build`` or ``measure``), ``scenario``, ``size``, ``ours``, ``stock``, ``folder`` and ``answer``, the file that the
rows and failures are written to.
"""

import json
import sys
from pathlib import Path

from odoo.tools import config

from suite.bench import registry
from suite.bench.builders import BUILDERS
from suite.bench.measuring import Bench, Side
from suite.bench.tickets import tickets


def main(configuration, request):
    """Fill the databases, or measure.

    :param str configuration: the server's configuration
    :param dict request: see above
    """
    config.parse_config(["-c", configuration, "--no-http", "--log-level=error"], setup_logging=True)
    if request["action"] == "build":
        for database in request["databases"]:
            with Side(database).session(commit=True) as env:
                (BUILDERS | {"tickets": tickets})[request["rows"]](env, request["size"])
        return
    bench = Bench(registry.load()[request["scenario"]], request["size"], request["ours"], request["stock"], request["folder"])
    bench.scenario.function(bench)
    Path(request["answer"]).write_text(json.dumps({"rows": bench.rows, "failures": bench.failures}))


if __name__ == "__main__":
    main(sys.argv[2], json.loads(sys.argv[3]))
