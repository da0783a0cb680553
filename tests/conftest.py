"""Fixtures of the project's tests: a live server on the demo company, a browser, people to log in as.

Run through ``bin/test``, which prepares what these fixtures need.
"""

import re
import shutil
import signal

import pytest
from playwright.sync_api import sync_playwright

from suite import layout, system, templates
from suite.templates import Templates
from suite.test_workspace import Workspace
from support.cast import add_cast
from support.live_server import LiveServer
from support.screen import SIZES, Screen

SHARED_DATA = layout.PROJECT.parent / "shared" / "data"
PLACES = [("desktop", "fr"), ("phone", "en")]
#: folders of add-ons in the making
collect_ignore_glob = [f"*/{addon}" for addon in layout.written_addons() if addon not in layout.our_addons()]


def pytest_addoption(parser):
    """Add ``--record``, which writes recorded files anew."""
    parser.addoption("--record", action="store_true", help="write recorded files anew instead of comparing with them")


def pytest_configure(config):
    """End in order when asked to, so that servers and browsers end too."""
    signal.signal(signal.SIGTERM, lambda *_arguments: pytest.exit("asked to end", returncode=143))


def pytest_generate_tests(metafunc):
    """Show what a test tells of a screen on a desktop in French and on a phone in English; long stories say themselves where they are told."""
    told = {name for mark in metafunc.definition.iter_markers("parametrize") if isinstance(mark.args[0], tuple) for name in mark.args[0]}
    wanted = [name for name in ("size", "language") if name in metafunc.fixturenames and name not in told]
    if wanted == ["size", "language"]:
        metafunc.parametrize(wanted, PLACES)
    elif wanted == ["size"]:
        metafunc.parametrize("size", sorted(SIZES))
    elif wanted == ["language"]:
        metafunc.parametrize("language", ["en", "fr"])


def pytest_collection_modifyitems(config, items):
    """Leave out tests on the shared data sets where these are not there."""
    if not SHARED_DATA.is_dir():
        left_out = [item for item in items if "shared_data" in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def shared_data():
    """Return the folder of the shared data sets."""
    return SHARED_DATA


@pytest.fixture(scope="session")
def record(pytestconfig):
    """Return whether recorded files are to be written anew."""
    return pytestconfig.getoption("--record")


@pytest.fixture(scope="session")
def workspace():
    """Return the server, its Python and its databases."""
    with Workspace(no_system=True) as space:
        yield space


@pytest.fixture(scope="session")
def database_templates(workspace):
    """Return the kept databases that tests copy."""
    return Templates(workspace)


@pytest.fixture(scope="session")
def live_template(database_templates):
    """Return the database of the product with its demo company."""
    with templates.lock():
        return database_templates.live()


@pytest.fixture(scope="session")
def full_template(database_templates):
    """Return the database with all add-ons and all demonstration data, Odoo's too."""
    with templates.lock():
        return database_templates.ours()


@pytest.fixture(scope="session")
def live_server(workspace, live_template):
    """Return a running server on a copy of the demo company, with people of each role; its log must stay clean."""
    database = workspace.copy(live_template, "live")
    people = add_cast(workspace, database)
    server = LiveServer(workspace, database, people)
    server.start()
    yield server
    server.stop()
    server.check_log()


@pytest.fixture(scope="session")
def browser():
    """Return the system's Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=system.chromium(), args=["--disable-dev-shm-usage"])
        yield chromium
        chromium.close()


@pytest.fixture
def open_screen(request, browser, live_server):
    """Return a function that opens a browser window as one of the cast: ``open_screen("manager", size="phone", language="fr")``.

    Errors in the browser's console and error dialogs fail the test when the window closes.
    """
    screens = []
    folder = layout.STATE / "screenshots" / re.sub(r"[^\w-]+", "-", request.node.name).strip("-")
    shutil.rmtree(folder, ignore_errors=True)

    def open_as(role, *, size="desktop", language="en", zone=None):
        screen = Screen(browser, live_server, folder, size=size, language=language, zone=zone)
        screens.append(screen)
        if role:
            screen.log_in(live_server.people[f"{role}_{language}"])
        return screen

    yield open_as
    for screen in screens:
        screen.close()
