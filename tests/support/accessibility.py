"""Looks for what people who cannot see or point would stumble over, with the axe rules."""

from axe_playwright_python.sync_playwright import Axe

from suite import layout

REVIEWED = layout.PROJECT / "tests" / "accessibility_reviewed.txt"
OPTIONS = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
GRAVE = ("serious", "critical")
#: whether an element that axe found is one of those that were reviewed
IS_REVIEWED = """([target, selectors]) => {
    const element = document.querySelector(target);
    return selectors.some((selector) => element?.matches(selector));
}"""


def faults(page):
    """Return the serious and critical faults of a page that are not on the reviewed list.

    :param playwright.sync_api.Page page: the page as it stands
    :return: one line for each: the rule, where, and the element
    :rtype: list[str]
    """
    reviewed = read_reviewed()
    found = []
    for fault in Axe().run(page, options=OPTIONS).response["violations"]:
        if fault["impact"] not in GRAVE:
            continue
        selectors = reviewed.get(fault["id"], [])
        found += [
            f"{fault['id']}: {node['target'][0]}: {node['html'][:150]}"
            for node in fault["nodes"]
            if not page.evaluate(IS_REVIEWED, [node["target"][0], selectors])
        ]
    return found


def check_screen(screen):
    """Fail with the faults of what is on the screen now, and with errors of the browser."""
    found = faults(screen.page)
    assert not found, "\n".join(found)
    screen.check()


def read_reviewed():
    """Return the selectors that were reviewed, by rule.

    :rtype: dict[str, list[str]]
    :raises ValueError: for a line without a reason
    """
    reviewed = {}
    for line in REVIEWED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            rule, selector, _reason = (part.strip() for part in line.split(" | "))
            reviewed.setdefault(rule, []).append(selector)
    return reviewed
