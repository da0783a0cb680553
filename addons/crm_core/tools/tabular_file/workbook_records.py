# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reads the sheets of XLSX and XLS workbooks as rows of text."""

import datetime
import io
import re
import zipfile
from decimal import Decimal

from .byte_source import MAX_RATIO, MEGABYTE, SMALL_BYTES, too_large
from .errors import TabularFileError

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
ENCRYPTED_FLAG = 1
# parts other than sheets are loaded whole, sheets are read row by row
MAX_PART_BYTES = 200 * MEGABYTE
MAX_SHEET_BYTES = 600 * MEGABYTE
MIDNIGHT = datetime.time()


def cell_text(value, number_format=""):
    """The text a person sees in a cell: ISO dates, plain numbers, TRUE or FALSE.

    >>> cell_text(79.0), cell_text(0.1 + 0.2), cell_text(1e20), cell_text(True), cell_text(None)
    ('79', '0.3', '100000000000000000000', 'TRUE', '')
    >>> cell_text(datetime.datetime(2025, 6, 17)), cell_text(datetime.datetime(2025, 6, 17, 14, 41))
    ('2025-06-17', '2025-06-17 14:41:00')
    >>> cell_text(1300, "00000"), cell_text(0.25, "0%")
    ('01300', '25%')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number_text(value, number_format)
    if isinstance(value, datetime.datetime):
        return _moment_text(value)
    return str(value)


def _number_text(value, number_format):
    if number_format.endswith("%"):
        return _plain(value * 100) + "%"
    text = _plain(value)
    return text.zfill(len(number_format)) if re.fullmatch("0+", number_format) else text


def _plain(value):
    """A number with the fifteen digits a spreadsheet keeps, never in powers of ten."""
    return str(value) if isinstance(value, int) else format(Decimal(f"{value:.15g}"), "f")


def _moment_text(value):
    if value.microsecond:
        value = (value + datetime.timedelta(microseconds=500_000)).replace(microsecond=0)
    return value.strftime("%Y-%m-%d" if value.time() == MIDNIGHT else "%Y-%m-%d %H:%M:%S")


class XlsxSheets:
    """An XLSX or XLSM workbook; ``names`` lists its sheets, visible ones first."""

    def __init__(self, source):
        import openpyxl

        self._archive = io.BytesIO(source.read_all())
        _check_parts(self._archive, source.name)
        # read-only: rows are parsed one by one; data-only: formulas give their last result
        self._book = openpyxl.load_workbook(self._archive, read_only=True, data_only=True)
        self._max_empty_rows = source.limits.max_empty_rows
        sheets = sorted(self._book.worksheets, key=lambda sheet: sheet.sheet_state != "visible")
        self.names = [sheet.title for sheet in sheets]

    def rows(self, name):
        """Iterates over ``(row number, cells)`` of a sheet."""
        sheet = self._book[name]
        # the announced size of a sheet may be a million formatted rows, or wrong
        sheet.reset_dimensions()
        rows = (_trim(row) for row in sheet.iter_rows())
        yield from _until_empty(rows, self._max_empty_rows)

    def close(self):
        self._book.close()


class XlsSheets:
    """A workbook of Excel 97 to 2003; ``names`` lists its sheets, visible ones first."""

    def __init__(self, source):
        import xlrd

        self._xlrd = xlrd
        data = source.read_all()
        if ENCRYPTED_PART in data:
            raise TabularFileError("encrypted", name=source.name)
        try:
            self._book = xlrd.open_workbook(
                file_contents=data, logfile=io.StringIO(), on_demand=True
            )
        except xlrd.XLRDError as error:
            code = "encrypted" if "encrypt" in str(error).lower() else "unreadable"
            raise TabularFileError(code, name=source.name, reason=error) from error
        self._max_empty_rows = source.limits.max_empty_rows
        sheets = [self._book.sheet_by_name(name) for name in self._book.sheet_names()]
        self.names = [
            sheet.name for sheet in sorted(sheets, key=lambda sheet: sheet.visibility > 0)
        ]

    def rows(self, name):
        """Iterates over ``(row number, cells)`` of a sheet."""
        sheet = self._book.sheet_by_name(name)
        rows = ([self._text(cell) for cell in sheet.row(index)] for index in range(sheet.nrows))
        yield from _until_empty(rows, self._max_empty_rows)

    def _text(self, cell):
        xlrd = self._xlrd
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return cell_text(bool(cell.value))
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(cell.value, "#ERROR!")
        if cell.ctype == xlrd.XL_CELL_DATE:
            return self._date_text(cell.value)
        return cell_text(cell.value)

    def _date_text(self, value):
        try:
            moment = self._xlrd.xldate_as_datetime(value, self._book.datemode)
        except (ValueError, OverflowError):
            return cell_text(value)
        return str(moment.time()) if value < 1 else cell_text(moment)

    def close(self):
        self._book.release_resources()


def _trim(row):
    """The texts of a row of cells, without the empty ones at its end."""
    texts = ["" if cell.value is None else cell_text(cell.value, _format_of(cell)) for cell in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _format_of(cell):
    """The number format, looked up only where it changes what a person reads."""
    return cell.number_format or "" if isinstance(cell.value, (int, float)) else ""


def _until_empty(rows, max_empty_rows):
    empty = 0
    for number, cells in enumerate(rows, 1):
        empty = 0 if any(cells) else empty + 1
        if empty > max_empty_rows:
            return
        yield number, cells


def _check_parts(archive, name):
    """Refuse password protected, foreign and exploding archives before anything is unpacked."""
    with zipfile.ZipFile(archive) as parts:
        infos = parts.infolist()
    names = {info.filename for info in infos}
    if any(info.flag_bits & ENCRYPTED_FLAG for info in infos):
        raise TabularFileError("encrypted", name=name)
    if "xl/workbook.xml" not in names:
        raise _foreign_archive(names, name)
    for info in infos:
        is_sheet = info.filename.startswith("xl/worksheets/")
        limit = MAX_SHEET_BYTES if is_sheet else MAX_PART_BYTES
        ratio = info.file_size / max(info.compress_size, 1)
        if info.file_size > limit or (info.file_size > SMALL_BYTES and ratio > MAX_RATIO):
            raise too_large(name, limit)


def _foreign_archive(names, name):
    if "xl/workbook.bin" in names:
        return TabularFileError("unsupported", name=name, kind="XLSB")
    if "content.xml" in names:
        return TabularFileError("unsupported", name=name, kind="OpenDocument")
    if "word/document.xml" in names:
        return TabularFileError("unsupported", name=name, kind="Word")
    return TabularFileError("archive", name=name)
