# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The text of an article as its page shows it."""

import re
from html import escape

from lxml import etree, html

_FILE = re.compile(r"^(?:https?://[^/]+)?/web/(?:image|content)/(\d+)(?:[-/?#]|$)")


def get_file_ids(body):
    """Return the numbers of the attachments that a text shows or links.

    >>> sorted(get_file_ids('<img src="/web/image/7-ab/x.png?access_token=1"/><a href="/web/content/12?download=1">x</a>'))
    [7, 12]
    """
    root = _parse(body)
    return set() if root is None else {id_ for _node, _name, id_ in _get_files(root)}


def prepare(body, path):
    """Return a text whose pictures and files are below the address of its article, and whose headings are below the title's.

    :param body: HTML that was sanitized
    :param str path: address of the article
    :rtype: str

    >>> prepare('<h1>A</h1><img src="/web/image/7?access_token=1"/><a href="https://example.com" target="_blank">x</a>', "/help/a")
    '<h2>A</h2><img src="/help/a/file/7" alt="" loading="lazy"><a href="https://example.com" target="_blank" rel="noopener noreferrer">x</a>'
    """
    root = _parse(body)
    if root is None:
        return ""
    for node, name, id_ in _get_files(root):
        node.set(name, f"{path}/file/{id_}")
    for picture in root.iter("img"):
        picture.set("alt", picture.get("alt") or "")
        picture.set("loading", "lazy")
    for link in root.iter("a"):
        if link.get("target"):
            link.set("rel", "noopener noreferrer")
    for heading in root.iter("h1"):
        heading.tag = "h2"
    first = escape(root.text or "", quote=False)
    return first + "".join(
        etree.tostring(child, encoding="unicode", method="html") for child in root
    )


def _get_files(root):
    for node in root.iter("img", "a"):
        name = "src" if node.tag == "img" else "href"
        match = _FILE.match(node.get(name) or "")
        if match and len(match[1]) < 10:
            yield node, name, int(match[1])


def _parse(body):
    text = str(body or "").replace("\x00", "").strip()
    if not text:
        return None
    try:
        return html.fragment_fromstring(text, create_parent="div")
    except (etree.ParserError, ValueError):
        return None
