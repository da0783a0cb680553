# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Opens a file as a table: column titles, and rows that can be read again from any line."""

import contextlib
import itertools
import zipfile
from typing import NamedTuple

from . import headers
from .byte_source import ByteSource, Limits
from .contents import open_content
from .errors import TabularFileError

SAMPLE_RECORDS = 300


class Row(NamedTuple):
    """One record: ``number`` is its line as an editor counts, or its row in the spreadsheet.

    ``values`` has one text per column. When ``error`` is set (a key of ``ROW_ERRORS``) the values
    are what could be read, of any length, for a report only.
    """

    number: int
    values: list
    error: str | None = None


class Table:
    """A file opened by ``open_table``; each call of ``rows`` reads the file again.

    - ``name``: the file's name; ``kind``: ``text``, ``xlsx`` or ``xls``
    - ``headers``: one different name per column
    - ``header_row``: the line that holds the titles, 0 when there is none
    - ``encoding``, ``delimiter``, ``quotechar``: of a text file, else None
    - ``sheets``, ``sheet``: of a workbook, else ``()`` and None
    """

    def __init__(self, name, content, header_row=None):
        self.name = name
        self.kind = content.kind
        self.encoding = content.encoding
        self.delimiter = content.delimiter
        self.quotechar = content.quotechar
        self.sheets = content.sheets
        self.sheet = content.sheet
        self._content = content
        self.header_row, self.headers = self._find_header(header_row)
        content.width = len(self.headers)

    def rows(self, start=0):
        """Iterates over the rows whose number is at least ``start``, empty ones left out."""
        with _only_table_errors(self.name):
            for number, cells, error in self._content.records():
                if number > self.header_row and number >= start and not headers.is_empty(cells):
                    yield self._row(number, cells, error)

    def sample(self, count=100):
        """The first ``count`` rows without an error."""
        return list(itertools.islice((row for row in self.rows() if not row.error), count))

    def column(self, index, count=1000):
        """The texts of one column in the first ``count`` rows, empty ones left out."""
        texts = (row.values[index] for row in self.sample(count))
        return [text for text in texts if text.strip()]

    def close(self):
        """Let go of the file; a text file is closed after each reading anyway."""
        self._content.close()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    def _row(self, number, cells, error):
        width = len(self.headers)
        if not error and not headers.is_empty(cells[width:]):
            error = "too_many_cells"
        if error:
            return Row(number, cells, error)
        return Row(number, (cells + [""] * (width - len(cells)))[:width])

    def _find_header(self, wanted):
        """``(line of the titles or 0, column names)``; ``wanted`` is a line, 0 for no titles."""
        if wanted:
            return self._given_header(wanted)
        records = self._sample_records()
        if not records:
            raise TabularFileError("empty", name=self.name)
        if wanted == 0:
            return 0, headers.column_names([], max(len(cells) for _number, cells in records))
        index = headers.find_header(records)
        number, titles = records[index]
        return number, self._names(titles, records[index + 1 :])

    def _given_header(self, wanted):
        records = self._sample_records(wanted)
        if not records or records[0][0] != wanted:
            raise TabularFileError("no_header", name=self.name, line=wanted)
        return wanted, self._names(records[0][1], records[1:])

    def _sample_records(self, start=0):
        """The first ``(number, cells)`` from a line on that are neither empty nor broken."""
        records = (
            (number, cells)
            for number, cells, error in self._content.records()
            if number >= start and not error and not headers.is_empty(cells)
        )
        return list(itertools.islice(records, SAMPLE_RECORDS))

    def _names(self, titles, records):
        rows = [cells for _number, cells in records]
        width = headers.table_width(titles, rows, untitled=self.kind != "text")
        return headers.column_names(titles, width)


def open_table(
    source,
    name="",
    *,
    encoding=None,
    delimiter=None,
    quotechar=None,
    sheet=None,
    header_row=None,
    limits=None,
):
    r"""Open a CSV, TSV, TXT, XLSX or XLS file, packed with gzip or not; what is not given is found.

    ``source`` is a path or the bytes, ``name`` the file's name, ``delimiter`` one character (a
    blank stands for any run of blanks), ``sheet`` a name or a position from 0, ``header_row`` the
    line of the column titles, 0 for none. The content decides on the kind of file, not its name.
    Raises TabularFileError and nothing else.

    >>> table = open_table("Société;Ville\nÉtoile;Lomé\n".encode("cp1252"), "societes.csv")
    >>> table.headers, table.encoding, table.delimiter
    (['Société', 'Ville'], 'cp1252', ';')
    >>> list(table.rows())
    [Row(number=2, values=['Étoile', 'Lomé'], error=None)]
    """
    limits = limits or Limits()
    with _only_table_errors(name):
        source = ByteSource(source, name, limits)
        content = open_content(source, encoding, delimiter, quotechar, sheet)
        table = Table(source.name, content, header_row)
    count = len(table.headers)
    if count > limits.max_columns:
        raise TabularFileError(
            "too_many_columns", name=table.name, count=count, limit=limits.max_columns
        )
    return table


def looks_like_headerless(table):
    r"""Whether the line taken for titles holds values; open again with ``header_row=0`` then.

    >>> looks_like_headerless(open_table(b"004 19970101 29.33\n004 19970118 29.73\n", "log.txt"))
    True
    """
    return bool(table.header_row) and headers.looks_like_values(table.headers)


@contextlib.contextmanager
def _only_table_errors(name):
    """Whatever a broken file makes the libraries raise becomes a TabularFileError."""
    try:
        yield
    except TabularFileError:
        raise
    except zipfile.BadZipFile as error:
        raise TabularFileError("corrupted", name=name, reason=error) from error
    except MemoryError as error:
        raise TabularFileError("unreadable", name=name, reason="not enough memory") from error
    except Exception as error:  # the workbook libraries raise nearly anything on damaged files
        reason = f"{type(error).__name__} {error}".strip()
        raise TabularFileError("unreadable", name=name, reason=reason) from error
