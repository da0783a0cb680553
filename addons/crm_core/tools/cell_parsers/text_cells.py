# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Texts, yes and no, e-mail addresses, record ids, and keys to compare names by."""

import difflib
import re
import unicodedata

from .errors import CellError

TRUE_WORDS = {
    "1", "1.0", "true", "t", "yes", "y", "oui", "o", "vrai", "v", "x", "on", "si", "sí", "ja",
    "sim", "checked", "✓", "✔", "☑",
}  # fmt: skip
FALSE_WORDS = {
    "", "0", "0.0", "false", "f", "no", "n", "non", "faux", "off", "nein", "nee", "nao", "não", "-",
    "unchecked", "✗", "✘", "☐",
}  # fmt: skip
# kept: line feed and tab; dropped: other control characters, lone surrogates, zero-width marks
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\ufeff\ud800-\udfff]")
LINE_ENDS = re.compile("\r\n?|\u2028|\u2029")
LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
ADDRESS = re.compile(
    r"^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[^\W_](?:[^\W_]|-)*\.)+[^\W\d_][^\W_]+$",
    re.IGNORECASE,
)
QUOTED_NAME = re.compile(r'"[^"]*"\s*<')
RECORD_ID = re.compile(r"^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$")
ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
NEAR_RATIO = 0.86


def clean_text(text):
    """The text without control characters and outer blanks, its line ends made line feeds.

    Formulas stay the text they are, and so do emoji.

    >>> clean_text("  a\\x00b\\r\\nc \U0001f680 "), clean_text("=cmd|' /C calc'!A0")
    ('ab\\nc 🚀', "=cmd|' /C calc'!A0")
    """
    text = UNWANTED.sub("", LINE_ENDS.sub("\n", str(text)))
    return unicodedata.normalize("NFC", text).strip()


def parse_boolean(text):
    """True or False; an empty cell is False. Raises CellError("boolean") on other words.

    >>> [parse_boolean(text) for text in ("1", "VRAI", "Oui", "x", "no", "FALSE", "")]
    [True, True, True, True, False, False, False]
    """
    word = clean_text(text).casefold()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise CellError("boolean", value=text)


def parse_emails(text):
    """``(valid, invalid)`` addresses of a cell that may hold several, each address once.

    >>> parse_emails('"Gonzalez, R." <rose@edge.com>; b.levy@expressl&t.net, rose@EDGE.com')
    (['rose@edge.com'], ['b.levy@expressl&t.net'])
    """
    valid, invalid = {}, {}
    for part in re.split("[;,|\n]", QUOTED_NAME.sub("<", clean_text(text))):
        for word in part.rpartition("<")[2].split():
            word = word.strip("<>()[]\"'").removeprefix("mailto:")
            if word:
                found = valid if _is_address(word) else invalid
                found.setdefault(word.casefold(), word)
    return list(valid.values()), list(invalid.values())


def _is_address(word):
    local, _at, domain = word.rpartition("@")
    return len(local) <= 64 and len(domain) <= 253 and bool(ADDRESS.match(word))


def normalize_header(text):
    """A column title reduced to its words, for matching.

    >>> normalize_header("BillingPostalCode"), normalize_header("Person - E-mail*")
    ('billing postal code', 'person e mail')
    >>> normalize_header("SLASerialNumber__c"), normalize_header("Prénom  (obligatoire)")
    ('sla serial number', 'prenom obligatoire')
    """
    text = re.sub("__[cr]$", "", clean_text(text), flags=re.IGNORECASE)
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    return name_key(text)


def header_key(text):
    """The normalized title without blanks, the same for ``AccountName`` and ``ACCOUNT NAME``.

    >>> header_key("AccountName") == header_key("ACCOUNT NAME") == header_key("Account name*")
    True
    """
    return normalize_header(text).replace(" ", "")


def name_key(text):
    """Key to compare names of companies and products: words without case, accents or signs.

    >>> name_key("  ÉTOILE & Cœur,  S.A. ") == name_key("Etoile - coeur s a")
    True
    """
    text = unicodedata.normalize("NFKD", clean_text(text).casefold())
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(re.sub(r"[\W_]+", " ", text.translate(LETTERS)).split())


def near(left, right):
    """Whether two names are probably one, misspelt; their digits must be the same.

    >>> near("GTXPro", "GTX Pro"), near("technolgy", "technology")
    (True, True)
    >>> near("GTX Basic", "GTX Pro"), near("Lot 12", "Lot 13"), near("Acme", "Acne")
    (False, False, False)
    """
    left, right = (name_key(name).replace(" ", "") for name in (left, right))
    if left == right:
        return bool(left)
    if min(len(left), len(right)) < 5 or abs(len(left) - len(right)) > 2:
        return False
    if re.sub(r"\D", "", left) != re.sub(r"\D", "", right):
        return False
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    return matcher.quick_ratio() >= NEAR_RATIO and matcher.ratio() >= NEAR_RATIO


def nearest(name, names):
    """The first of ``names`` that is near ``name`` without having its key, or None.

    >>> nearest("GTXPro", ["MG Special", "GTX Pro"]), nearest("GTX PRO", ["GTX Pro"])
    ('GTX Pro', None)
    """
    key = name_key(name)
    return next((other for other in names if name_key(other) != key and near(name, other)), None)


def salesforce_id18(record_id):
    """The 18-character form of a Salesforce id, which survives programs that ignore case.

    Three characters are added, each telling which of five characters are capitals.

    >>> salesforce_id18("001bm00001ZL8U9"), salesforce_id18("001bm00001ZL8U9AAL")
    ('001bm00001ZL8U9AAL', '001bm00001ZL8U9AAL')
    """
    record_id = clean_text(record_id)
    if not RECORD_ID.match(record_id):
        raise CellError("salesforce_id", value=record_id)
    if len(record_id) == 18:
        return record_id
    suffix = ""
    for start in (0, 5, 10):
        part = record_id[start : start + 5]
        suffix += ID_ALPHABET[sum(char.isupper() << bit for bit, char in enumerate(part))]
    return record_id + suffix
