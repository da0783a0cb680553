# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finds the separator and the quotation mark of a text table."""

import re
from collections import Counter

from .text_records import BLANKS, Dialect, TextRecords

# in order of preference when they fit equally well
DELIMITERS = ["\t", ";", "|", ","]
ANNOUNCEMENT = re.compile(r"^\ufeff?\s*\"?sep=(.)\"?\s*$", re.IGNORECASE)
NUMBER = re.compile(r"^[-+]?\d+([.,]\d+)?$")
PROSE_WORDS = 5
REGULAR_SHARE = 0.5


def announced_delimiter(line):
    """The separator named by the first line Excel may leave, or None.

    >>> announced_delimiter("sep=;"), announced_delimiter("separator;x")
    (';', None)
    """
    match = ANNOUNCEMENT.match(line.rstrip("\r\n"))
    return match and match.group(1)


def detect_dialect(lines, delimiter=None, quotechar=None):
    """The Dialect under which a sample of lines has the most regular number of columns.

    >>> detect_dialect(["nom;prix", "Vis, 4 mm;12,5", "Clou;3,4"]).delimiter
    ';'
    >>> detect_dialect(["'a', 'b'", "'1,2', '3'"])
    Dialect(delimiter=',', quotechar="'", skip_space=True)
    >>> detect_dialect([" 0004 19970101  2   29.33", " 0005 19970102 11    9.05"]).delimiter
    ' '
    """
    names = [delimiter] if delimiter else DELIMITERS
    dialects = [_dialect(lines, name, quotechar) for name in names]
    if delimiter:
        return dialects[0]
    best = max(dialects, key=lambda dialect: _regularity(lines, dialect))
    if _regularity(lines, best)[1] > 1:
        return best
    return Dialect(BLANKS) if _is_blank_separated(lines) else _dialect(lines, ",", quotechar)


def _dialect(lines, delimiter, quotechar):
    if delimiter == BLANKS:
        return Dialect(BLANKS)
    quotechar = quotechar or _detect_quote(lines, delimiter)
    mark = re.escape(delimiter)
    glued = sum(len(re.findall(mark + quotechar, line)) for line in lines)
    spaced = sum(len(re.findall(f"{mark} +{quotechar}", line)) for line in lines)
    return Dialect(delimiter, quotechar, skip_space=spaced > glued)


def _detect_quote(lines, delimiter):
    """The single quote is one only where it encloses cells and the double one never does."""
    mark = re.escape(delimiter)
    double, single = (
        sum(len(re.findall(f"(?:^|{mark}) ?{quote}", line)) for line in lines) for quote in "\"'"
    )
    closed = sum(len(re.findall(f"'(?={mark}|\\s*$)", line)) for line in lines)
    return "'" if single and not double and single == closed else '"'


def _regularity(lines, dialect):
    """``(share of records with the usual width, usual width)``.

    Shorter records count half, longer ones against; a first record of one cell is no header.
    """
    widths = [len(cells) for _number, cells, _error in TextRecords(lines, dialect) if any(cells)]
    wide = [width for width in widths if width > 1]
    if not wide:
        return 0.0, 1
    usual = Counter(wide).most_common(1)[0][0]
    fitting = sum(width == usual for width in wide) + sum(width < usual for width in wide) / 2
    share = (fitting - sum(width > usual for width in wide)) / len(widths)
    if widths[0] == 1:
        share -= 0.3
    return (round(share, 2), usual) if share > 0.2 else (0.0, 1)


def _is_blank_separated(lines):
    """Columns of mostly numbers, set apart by runs of blanks."""
    rows = [line.split() for line in lines if line.strip()]
    widths = {len(row) for row in rows}
    if len(widths) != 1 or min(widths) < 3:
        return False
    cells = [cell for row in rows for cell in row]
    return sum(bool(NUMBER.match(cell)) for cell in cells) > len(cells) / 2


def looks_like_prose(lines, dialect):
    """Whether the lines are sentences rather than records: long, and of irregular width.

    >>> looks_like_prose(["Permission is granted to any person to use this."], Dialect())
    True
    >>> looks_like_prose(["email", "rose@edge.com"], Dialect())
    False
    """
    lines = [line for line in lines if line.strip()]
    words = sum(len(line.split()) for line in lines)
    if dialect.delimiter == BLANKS or words <= PROSE_WORDS * len(lines):
        return False
    records = TextRecords(lines, dialect)
    widths = Counter(len(cells) for _number, cells, error in records if not error)
    usual, count = max(widths.items(), key=lambda pair: pair[1], default=(1, 0))
    return usual == 1 or count < REGULAR_SHARE * widths.total()
