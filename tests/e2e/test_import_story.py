"""A company brings its data along: four files are dropped, checked, imported, found again in every view, imported once more, and taken back.

On the files of a fictitious seller of computer hardware: the figures are those that were computed on them.
"""

import pytest
from playwright.sync_api import expect

from suite import layout
from support.cast import add_cast
from support.live_server import LiveServer
from support.screen import Screen
from support.web_calls import call

FILES = ("accounts.csv", "products.csv", "sales_teams.csv", "sales_pipeline.csv")
WON, LOST, WON_VALUE, ALL = 4_238, 2_473, 10_005_534, 8_800
WORK_MILLISECONDS = 240_000


@pytest.fixture
def import_server(workspace, live_template):
    """Return a server of its own that runs scheduled work, as the import needs; its log must stay clean."""
    database = workspace.copy(live_template, "import")
    server = LiveServer(workspace, database, add_cast(workspace, database))
    server.start("--max-cron-threads=1")
    yield server
    server.stop()
    server.check_log()


@pytest.fixture
def manager(browser, import_server, language):
    """Return the manager's window."""
    screen = Screen(browser, import_server, layout.STATE / "screenshots" / f"import-story-{language}", size="desktop", language=language)
    screen.log_in(import_server.people[f"manager_{language}"])
    yield screen
    screen.close()


def open_new_import(screen):
    """Go to a new import by the menu."""
    screen.open("/odoo/crm", ".o_kanban_view")
    screen.page.locator("[data-menu-xmlid='crm.crm_menu_config']").click()
    screen.page.locator("[data-menu-xmlid='crm_core.crm_core_menu_import']").click()
    screen.wait_for(".o_list_view, .o_kanban_view, .o_view_nocontent")
    screen.page.locator(".o_list_button_add, .o-kanban-button-new").first.click()
    screen.wait_for(".o_crm_import_upload")


def drop(screen, folder):
    """Choose the four files and wait until the server has recognised the last one."""
    screen.page.locator(".o_crm_import_upload input[type=file]").set_input_files([folder / name for name in FILES])
    expect(screen.page.locator(".o_field_widget[name=file_ids] .o_data_row")).to_have_count(len(FILES))
    screen.picture("recognised")


def run(screen, button, result):
    """Press a button and wait for the state it leads to."""
    screen.page.locator(f"button[name={button}]").first.click()
    expect(screen.page.locator(f"[name={result}]")).to_be_visible(timeout=WORK_MILLISECONDS)
    screen.picture(button)


def counts(screen):
    """Return what the newest import did, as created, updated, skipped, refused."""
    fields = ["created_count", "updated_count", "skipped_count", "refused_count"]
    [done] = call(screen, "crm.import", "search_read", [], fields, limit=1, order="id desc")
    return tuple(done[name] for name in fields)


def deals(screen, *conditions):
    """Return how many deals of the imported pipeline meet conditions, and what they are worth."""
    [pipeline] = call(screen, "crm.import", "search_read", [], ["pipeline_id"], limit=1, order="id")
    domain = [["pipeline_id", "=", pipeline["pipeline_id"][0]], ["active", "in", [True, False]], *conditions]
    [group] = call(screen, "crm.lead", "formatted_read_group", domain, [], ["__count", "amount:sum"])
    return group["__count"], round(group["amount:sum"] or 0)


def test_four_files_come_in_are_found_come_in_again_and_are_taken_back(manager, shared_data):
    folder = shared_data / "sales_pipeline_b2b"
    open_new_import(manager)
    drop(manager, folder)
    run(manager, "action_check", "checked_help")
    assert counts(manager) == (8_927, 0, 0, 0)
    run(manager, "action_import", "done_help")
    assert counts(manager) == (8_927, 0, 0, 0)

    assert deals(manager)[0] == ALL
    assert deals(manager, ["won_status", "=", "won"]) == (WON, WON_VALUE)
    assert deals(manager, ["won_status", "=", "lost"])[0] == LOST
    assert deals(manager, ["partner_id", "=", False])[0] == 1_425
    check_board(manager)
    check_pivot(manager)
    warnings = call(manager, "crm.import.issue", "search_read", [["severity", "=", "warning"]], ["message"])
    text = " ".join(warning["message"] for warning in warnings)
    for flaw in ("GTXPro", "technolgy", "Philipines"):
        assert flaw in text

    open_new_import(manager)
    drop(manager, folder)
    manager.page.locator("button[name=action_import]").first.click()
    expect(manager.page.locator("[name=done_help]")).to_be_visible(timeout=WORK_MILLISECONDS)
    assert counts(manager) == (0, 0, 8_927, 0)

    [first] = call(manager, "crm.import", "search", [], limit=1, order="id")
    manager.open(f"/odoo/action-crm_core.crm_import_action/{first}", ".o_form_view")
    manager.page.locator("button[name=action_undo]").click()
    manager.page.locator(".modal .btn-primary").click()
    expect(manager.page.locator("[name=undone_help]")).to_be_visible(timeout=WORK_MILLISECONDS)
    manager.picture("taken-back")
    assert (
        call(
            manager,
            "crm.lead",
            "search_count",
            [["active", "in", [True, False]], ["name", "!=", False], ["create_uid", "=", manager_id(manager)]],
        )
        == 0
    )


def manager_id(screen):
    """Return the id of the person who is logged in."""
    return screen.server.people[f"manager_{screen.language}"]["id"]


def check_board(screen):
    """The board shows the stages of the files, and the won column its figures."""
    [job] = call(screen, "crm.import", "search_read", [], ["pipeline_id"], limit=1, order="id")
    action = call(screen, "crm.pipeline", "action_open_board", [job["pipeline_id"][0]])
    assert action["context"]["default_pipeline_id"] == job["pipeline_id"][0]
    screen.open("/odoo/crm", ".o_kanban_view")
    for stage in ("Prospecting", "Engaging", "Won"):
        expect(screen.page.locator(".o_kanban_group", has_text=stage).first).to_be_visible()


def check_pivot(screen):
    """The pivot of won deals totals their value."""
    screen.page.locator(".o_switch_view.o_pivot").click()
    screen.wait_for(".o_pivot")
    screen.picture("pivot")
