# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Texts of articles and of those who look for them: plain, without accents, without what belongs to one person."""

import re
import unicodedata
from html import escape

from lxml import etree, html

LONGEST_QUERY, MOST_WORDS = 300, 12
LONGEST_GAP, MOST_GAP_WORDS = 80, 8
#: a generated column's limit is one megabyte of words
LONGEST_BODY = 200_000
ERASED = "…"

_LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss"}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"\+?\d(?:[\s.()/-]*\d){7,}")
_NOT_OURS = (
    ".//blockquote | .//*[@data-o-mail-quote or @data-o-mail-quote-container]"
    " | .//*[contains(@class, 'signature')] | .//img | .//script | .//style"
)
_BLOCKS = {
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "br",
    "tr",
    "td",
    "th",
    "table",
    "pre",
    "blockquote",
    *(f"h{n}" for n in range(1, 7)),
}


def _get_accents():
    """Return the small letters of the Latin alphabets that carry a sign, and beneath each of them the bare letter."""
    pairs = []
    for code in range(0xE0, 0x180):
        letter = chr(code)
        bare = unicodedata.normalize("NFD", letter)[0]
        if letter.islower() and bare != letter and bare.isascii():
            pairs.append((letter, bare))
    return "".join(letter for letter, _ in pairs), "".join(bare for _, bare in pairs)


ACCENTED, BARE = _get_accents()
_TABLE = str.maketrans(ACCENTED, BARE) | str.maketrans(_LIGATURES)


def unaccent(text):
    """Return a text in small letters without accents, as the database writes it into the index.

    >>> unaccent("Où réinitialiser l'ŒUVRE ?")
    "ou reinitialiser l'oeuvre ?"
    """
    return unicodedata.normalize("NFC", text or "").lower().translate(_TABLE)


def get_words(text):
    """Return the words that somebody looks for, in small letters, accents kept.

    >>> get_words("L'été: (pompe & filtre) | P0-12 \\\\ ' \\x00")
    ['l', 'été', 'pompe', 'filtre', 'p0', '12']
    >>> get_words(None)
    []
    """
    text = unicodedata.normalize("NFC", (text or "")[:LONGEST_QUERY]).lower()
    words = (
        word for word in re.findall(r"[^\W_]+", text) if not re.search(r"[\ud800-\udfff]", word)
    )
    return list(dict.fromkeys(words))[:MOST_WORDS]


def get_gap(text):
    """Return what was looked for without what could tell who looked: no addresses, no numbers.

    >>> get_gap("Débit faible, appelez Aya au 07 01 02 03 04 ou aya@kora.example")
    'debit faible appelez aya au ou'
    >>> get_gap("facture 2024118 erreur 12")
    'facture erreur 12'
    """
    text = _PHONE.sub(" ", _EMAIL.sub(" ", (text or "")[:LONGEST_QUERY]))
    words = [word for word in get_words(unaccent(text)) if sum(char.isdigit() for char in word) < 4]
    return " ".join(words[:MOST_GAP_WORDS])[:LONGEST_GAP]


def get_plain(body):
    """Return the text of an article's body, one line a block.

    >>> get_plain("<h1>Pump</h1><p>Open <b>the</b> valve.</p><script>alert(1)</script>")
    'Pump\\nOpen the valve.'
    """
    root = _parse(body)
    if root is None:
        return ""
    return _tidy(_walk(root))


def _walk(root):
    """Return the text below a node, with a line end at the edges of its blocks."""
    parts, hidden = [], 0
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        is_hidden = node.tag in ("script", "style")
        edge = "\n" if node.tag in _BLOCKS else ""
        if event == "start":
            hidden += is_hidden
            parts.append(edge + ("" if hidden else node.text or ""))
        else:
            hidden -= is_hidden
            parts.append(edge + ("" if hidden or node is root else node.tail or ""))
    return "".join(parts)


def _tidy(text):
    lines = (" ".join(line.split()) for line in text.replace("\x00", "").split("\n"))
    return "\n".join(line for line in lines if line)[:LONGEST_BODY]


def _parse(body):
    text = str(body or "").replace("\x00", "").strip()
    if not text:
        return None
    try:
        return html.fragment_fromstring(text, create_parent="div")
    except (etree.ParserError, ValueError):
        return None


def strike(text, names):
    """Return a text without these names, and without e-mail addresses and telephone numbers.

    >>> strike("Bonjour Aya Koné, rappelez le 07 01 02 03 04 ou a@b.example", ["Aya Koné"])
    'Bonjour …, rappelez le … ou …'
    """
    parts = {part for name in names if name for part in [name, *name.split()] if len(part) > 2}
    if parts:
        longest_first = sorted(parts, key=len, reverse=True)
        pattern = "|".join(re.escape(part) for part in longest_first)
        text = re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", ERASED, text, flags=re.IGNORECASE)
        text = re.sub(rf"{ERASED}(?:\s+{ERASED})+", ERASED, text)
    return _PHONE.sub(ERASED, _EMAIL.sub(ERASED, text))


def strike_html(body, names):
    """Return a message as the beginning of an article: without quotations, signatures, pictures, links, and names of persons.

    >>> strike_html('<p>Dear Aya, <a href="/my/1?access_token=x">see</a><img src="x"/></p><blockquote>old</blockquote>', ["Aya"])
    '<p>Dear …, see</p>'
    """
    root = _parse(body)
    if root is None:
        return ""
    for node in root.xpath(_NOT_OURS):
        node.drop_tree()
    for node in root.xpath(".//a"):
        node.drop_tag()
    for node in root.iter():
        for name in list(getattr(node, "attrib", {})):
            del node.attrib[name]
        node.text = strike(node.text, names) if node.text else node.text
        node.tail = strike(node.tail, names) if node.tail else node.tail
    return escape(root.text or "", quote=False) + "".join(
        html.tostring(child, encoding="unicode") for child in root
    )
