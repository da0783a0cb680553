"""The screens of support hold no serious fault for people who cannot see or point."""

import pytest

from support.accessibility import check_screen as check


@pytest.fixture
def screen(open_screen, size):
    """Return the administrator's window."""
    return open_screen("admin", size=size)


@pytest.mark.parametrize(
    "path",
    [
        "/help",
        "/help?q=pompe",
        "/help?q=xylophone",
        "/help/le-debit-de-la-pompe-a-baisse",
        "/help/le-debit-de-la-pompe-a-baisse?said=comment",
    ],
)
def test_the_help_pages_have_no_grave_fault(screen, path):
    screen.open(path, "main")
    check(screen)


def test_articles_have_no_grave_fault(screen):
    screen.open("/odoo/articles", ".o_kanban_view")
    check(screen)
    screen.open("/odoo/article-gaps", ".o_list_view")
    check(screen)
