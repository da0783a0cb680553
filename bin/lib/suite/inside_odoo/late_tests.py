"""Runs the Odoo server with every chosen test run once all add-ons are loaded.

By itself Odoo runs the tests marked ``at_install`` while the add-on that holds them is being loaded. On a database that has
more installed than is loaded at that moment, columns of the later ones are in their way.
"""

import sys

from odoo import cli
from odoo.tests import loader
from odoo.tests.suite import OdooSuite

by_position = loader.make_suite


def make_suite(module_names, position="at_install"):
    """Return no test while loading, and those of both positions afterwards."""
    if position == "at_install":
        return OdooSuite([])
    module_names = list(module_names)
    tests = [test for place in ("at_install", "post_install") for test in by_position(module_names, place)]
    return OdooSuite(sorted(tests, key=lambda test: getattr(test, "test_sequence", 0)))


loader.make_suite = make_suite
sys.argv[0] = "odoo"
cli.main()
