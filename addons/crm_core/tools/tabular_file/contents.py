# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The two kinds of content a table can have: a text file, or one sheet of a workbook.

Both have ``kind``, ``encoding``, ``delimiter``, ``quotechar``, ``sheets``, ``sheet``, the number of
columns ``width`` once it is known, ``records()`` which starts again at each call, and ``close()``.
"""

import functools
import io
import itertools

from . import delimiters, headers, text_encoding, workbook_records
from .errors import TabularFileError
from .text_records import TextRecords, allow_long_cells

SAMPLE_CHARS = 1 << 18
SAMPLE_LINES = 300
# a longer line is read in pieces, so that a file without line ends is never in memory as a whole
MAX_LINE_CHARS = 4 << 20
CONTROL_BYTES = bytes(set(range(32)) - set(b"\0\t\n\v\f\r\x1a\x1b"))
ZIP_MAGIC = b"PK\x03\x04"
# beginnings of files people take for tables
BINARY_MAGICS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x7fELF",
    b"\xfd7zXZ",
    b"SQLite format 3",
)
MARKUP_BEGINNINGS = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<head", b"<style")


def open_content(source, encoding, delimiter, quotechar, sheet):
    """The content of a ByteSource, of the kind its first bytes tell."""
    head = source.head()
    if not head.strip():
        raise TabularFileError("empty", name=source.name)
    if head.startswith(ZIP_MAGIC):
        return SheetContent(workbook_records.XlsxSheets(source), "xlsx", sheet, source.name)
    if head.startswith(workbook_records.OLE_MAGIC):
        return SheetContent(workbook_records.XlsSheets(source), "xls", sheet, source.name)
    _check_is_text(head, source.name)
    return TextContent(source, encoding, delimiter, quotechar)


def _check_is_text(head, name):
    if head.startswith(BINARY_MAGICS):
        raise TabularFileError("binary", name=name)
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith(MARKUP_BEGINNINGS):
        raise TabularFileError("markup", name=name)
    if text_encoding.wide_encoding(head)[0]:
        return
    strange = len(head) - len(head.translate(None, CONTROL_BYTES)) + head.count(0)
    if strange > max(8, len(head) / 20):
        raise TabularFileError("binary", name=name)


class TextContent:
    """The records of a text file."""

    kind = "text"
    sheet = None
    sheets = ()

    def __init__(self, source, encoding, delimiter, quotechar):
        _check_mark(delimiter)
        _check_mark(quotechar)
        allow_long_cells()
        self._source = source
        self.width = None
        self.encoding = (
            text_encoding.check_encoding(encoding)
            if encoding
            else text_encoding.detect_encoding(source)
        )
        wide, skipped_bytes = text_encoding.wide_encoding(source.head())
        self._skipped_bytes = skipped_bytes if wide == self.encoding else 0
        lines = self._sample_lines()
        announced = delimiters.announced_delimiter(lines[0])
        self._skipped_lines = 1 if announced else 0
        lines = lines[self._skipped_lines :]
        self._dialect = delimiters.detect_dialect(lines, delimiter or announced, quotechar)
        if not delimiter and delimiters.looks_like_prose(lines, self._dialect):
            raise TabularFileError("not_a_table", name=source.name)

    @property
    def delimiter(self):
        return self._dialect.delimiter

    @property
    def quotechar(self):
        return self._dialect.quotechar

    def records(self):
        """Iterates over ``(line number, cells, error code or None)``."""
        with self._open_text() as lines:
            records = TextRecords(
                _without_mark(_lines(lines, MAX_LINE_CHARS)), self._dialect, self.width
            )
            yield from itertools.islice(records, self._skipped_lines, None)

    def close(self):
        """Nothing stays open between two readings."""

    def _open_text(self):
        # foreign bytes become lone surrogates, by which the reader knows the bad lines
        errors = "replace" if self.encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
        stream = self._source.open()
        stream.read(self._skipped_bytes)
        return io.TextIOWrapper(stream, encoding=self.encoding, errors=errors, newline="")

    def _sample_lines(self):
        with self._open_text() as stream:
            lines = list(itertools.islice(_without_mark(_bounded_lines(stream)), SAMPLE_LINES))
        if not lines:
            raise TabularFileError("empty", name=self._source.name)
        return lines


class SheetContent:
    """The records of one sheet of a workbook."""

    encoding = delimiter = quotechar = None

    def __init__(self, book, kind, sheet, name):
        self.kind = kind
        self.width = None
        self._book = book
        self.sheets = tuple(book.names)
        self.sheet = self._choose(sheet, name)

    def records(self):
        """Iterates over ``(row number, cells, None)``."""
        for number, cells in self._book.rows(self.sheet):
            yield number, cells, None

    def close(self):
        self._book.close()

    def _choose(self, sheet, name):
        """The sheet asked for, by name or position, else the first one with data."""
        if sheet is None:
            sheet = next(filter(self._has_data, self.sheets), None)
            if sheet is None:
                raise TabularFileError("empty", name=name)
        elif isinstance(sheet, int) and 0 <= sheet < len(self.sheets):
            sheet = self.sheets[sheet]
        if sheet not in self.sheets:
            raise TabularFileError("bad_sheet", name=name, sheet=sheet)
        return sheet

    def _has_data(self, sheet):
        return any(not headers.is_empty(cells) for _number, cells in self._book.rows(sheet))


def _check_mark(mark):
    if mark is not None and (len(mark) != 1 or mark in "\r\n"):
        raise TabularFileError("bad_delimiter", delimiter=repr(mark))


def _lines(stream, max_chars):
    """The lines of a text stream, those that are longer in pieces."""
    return iter(functools.partial(stream.readline, max_chars), "")


def _bounded_lines(stream):
    """The lines of a sample, up to its size."""
    size = 0
    for line in _lines(stream, SAMPLE_CHARS):
        yield line
        size += len(line)
        if size > SAMPLE_CHARS:
            return


def _without_mark(lines):
    """The lines, the first one without its byte order mark."""
    lines = iter(lines)
    for line in lines:
        yield line.removeprefix("\ufeff")
        break
    yield from lines
