# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The file of refused rows: opens in a spreadsheet without running anything, and can be corrected and imported again."""

import csv
import io

ERROR_HEADERS = ("Import row", "Import reason")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|")


def guard_cell(text):
    """The cell with an apostrophe before what a spreadsheet would run as a formula.

    >>> guard_cell("=cmd|' /C calc'!A0"), guard_cell("+33 1 42 68 53 00"), guard_cell("-12.5")
    ("'=cmd|' /C calc'!A0", "'+33 1 42 68 53 00", '-12.5')
    """
    if not text.startswith(DANGEROUS) or _is_number(text):
        return text
    return "'" + text


def unguard_cells(cells):
    """The cells as they were before ``guard_cell``, without the two columns of the report.

    >>> unguard_cells(["'=1+1", "'quoted", "12", "not a date"])
    ['=1+1', "'quoted"]
    """
    return [
        cell[1:] if cell.startswith("'") and cell[1:].startswith(DANGEROUS) else cell
        for cell in cells[: -len(ERROR_HEADERS)]
    ]


def is_report(headers):
    """Whether a file is such a report."""
    return tuple(headers[-len(ERROR_HEADERS) :]) == ERROR_HEADERS


def write_report(headers, rows):
    """The bytes of a report, with a byte-order mark for spreadsheets.

    :param headers: the titles of the imported file
    :param rows: iterable of ``(row number, cells, reason)``
    :rtype: bytes

    >>> write_report(["Name"], [(7, ["=1+1"], "Not a name")]).decode("utf-8-sig").splitlines()
    ['Name,Import row,Import reason', "'=1+1,7,Not a name"]
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow([*map(guard_cell, headers), *ERROR_HEADERS])
    for number, cells, reason in rows:
        cells = [*cells, *[""] * (len(headers) - len(cells))][: len(headers)]
        writer.writerow(
            [*(guard_cell(cell.replace("\x00", "")) for cell in cells), number, guard_cell(reason)]
        )
    return stream.getvalue().encode("utf-8-sig")


def _is_number(text):
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True
