# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finds the row of column titles and gives each column a name of its own."""

import re
from collections import Counter

from ..cell_parsers import clean_text

TITLE_ROWS = 20
BLANK = " \t\r\n\x00\x1a\xa0\ufeff"
VALUE = re.compile(
    r"^(?:[-+(]?[$€£]?\s?\d[\d\s.,:/%)-]*"  # number, date, time
    r"|\d{4}-\d\d?-\d\d?[T ].*"  # date and time
    r"|[^@\s]+@[^@\s]+\.[^@\s]+"  # e-mail
    r"|https?://\S+)$"
)


def is_empty(cells):
    """Whether no cell holds anything a person would see."""
    return not any(cell.strip(BLANK) for cell in cells)


def filled(cells):
    """The number of cells that hold something."""
    return sum(bool(cell.strip(BLANK)) for cell in cells)


def find_header(records):
    """Index of the record that holds the column titles, in a list of ``(number, cells)``.

    Titles and remarks above the table fill one or two cells where the table has more.

    >>> find_header([(1, ["Deals 2024"]), (3, ["Name", "Stage", "Amount"]), (4, ["A", "Won", "3"])])
    1
    """
    widths = Counter(filled(cells) for _number, cells in records)
    usual = max(widths, key=lambda width: (widths[width], width))
    least = max(1, (usual + 1) // 2)
    for index, (_number, cells) in enumerate(records[:TITLE_ROWS]):
        if filled(cells) >= least:
            return index
    return 0


def column_names(cells, width):
    """``width`` different names: stripped, numbered where empty or repeated.

    >>> column_names(["Name ", "Phone", "", "Phone"], 4)
    ['Name', 'Phone', 'Column 3', 'Phone (2)']
    """
    names, seen = [], set()
    for position in range(1, width + 1):
        cell = cells[position - 1] if position <= len(cells) else ""
        name = base = " ".join(clean_text(cell).split()) or f"Column {position}"
        count = 1
        while name in seen:
            count += 1
            name = f"{base} ({count})"
        seen.add(name)
        names.append(name)
    return names


def table_width(header, rows, *, untitled=False):
    """Number of columns: the titled ones and those that have an empty title but data.

    With ``untitled`` columns beyond the last title count when half of the rows fill them, as in a
    sheet, where the titles are not closed by separators.

    >>> table_width(["Name", "City", "", ""], [["Edge", "Austin"], ["Acme", "Lomé", "x", ""]])
    3
    >>> table_width(["Name"], [["Edge", "x"], ["Acme", "y"], ["Pyramid"]], untitled=True)
    2
    """
    widths = sorted(map(_trimmed, rows)) or [0]
    usual = widths[len(widths) // 2] if untitled else 0
    return max(_trimmed(header), min(len(header), widths[-1]), usual, 1)


def _trimmed(cells):
    """Number of cells without the empty ones at the end."""
    width = len(cells)
    while width and not cells[width - 1].strip(BLANK):
        width -= 1
    return width


def looks_like_values(cells):
    """Whether a row holds values rather than titles.

    >>> looks_like_values(["00004", "0001", "19970101", "2", "29.33"])
    True
    >>> looks_like_values(["Rose", "rose@edge.com"]), looks_like_values(["Region", "2023", "2024"])
    (True, False)
    """
    cells = [cell.strip(BLANK) for cell in cells if cell.strip(BLANK)]
    if any("@" in cell and VALUE.match(cell) for cell in cells):
        return True
    values = [cell for cell in cells if VALUE.match(cell) and not _is_year(cell)]
    return len(values) * 2 >= len(cells) > 0


def _is_year(cell):
    return cell.isdigit() and 1900 <= int(cell) <= 2100
