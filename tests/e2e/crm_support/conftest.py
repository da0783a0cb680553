"""A server of the stories of support: real e-mails in and out, a team in each language, customers who may log in."""

import pytest

from suite.stand_ins.smtp_sink import SmtpSink
from support.cast import CAST
from support.live_server import LiveServer
from support.odoo_shell import call_inside


@pytest.fixture(scope="session")
def sink():
    """Return the mail server by which e-mails leave."""
    with SmtpSink() as server:
        yield server


@pytest.fixture(scope="session")
def database(workspace, live_template):
    """Return a database of its own."""
    return workspace.copy(live_template, "support")


@pytest.fixture(scope="session")
def setting(workspace, database, sink):
    """Return what each team works with, by language, and who may log in."""
    return call_inside(workspace, database, "support_day_in_odoo.set_up", port=sink.port, cast=CAST)


@pytest.fixture(scope="session")
def live_server(workspace, database, setting):
    """Return a running server whose log must stay clean."""
    server = LiveServer(workspace, database, setting["logins"])
    server.start()
    headers = {"Authorization": f"bearer {server.people['admin_en']['key']}"}
    told = server.post("/json/2/ir.config_parameter/set_param", {"key": "web.base.url", "value": server.url}, headers)
    assert told[0] == 200, told
    yield server
    server.stop()
    server.check_log()


@pytest.fixture
def words(setting, language):
    """Return what the team of a language works with, by its names."""
    return setting[language]
