# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Cuts a text into records, and goes on after a broken quotation mark."""

import csv
import re
from collections import deque
from dataclasses import dataclass

BLANKS = " "
MAX_CELL_CHARS = 32 << 20
MAX_RECORD_LINES = 10_000
MAX_RECORD_CHARS = 4 << 20
ESCAPED_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Dialect:
    """How cells are separated; the delimiter ``BLANKS`` stands for any run of blanks."""

    delimiter: str = ","
    quotechar: str = '"'
    skip_space: bool = False

    def split(self, lines):
        """The cells of one record given as its lines; raises csv.Error when quotes are wrong.

        >>> Dialect(";").split(['"a;b";c'])
        ['a;b', 'c']
        >>> Dialect(BLANKS).split([" 00004 0001  29.33"])
        ['00004', '0001', '29.33']
        """
        if self.delimiter == BLANKS:
            return lines[0].split()
        reader = csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quotechar,
            skipinitialspace=self.skip_space,
            strict=True,
        )
        return next(reader, [])

    def tidy(self, line):
        """The line without blanks between a closing quote and the next separator."""
        pattern = f"{self.quotechar}[ \\t]+(?={re.escape(self.delimiter)}|[\\r\\n]|$)"
        return re.sub(pattern, self.quotechar, line)


def allow_long_cells():
    """Raise the limit of the csv module, which is one for the whole process, if it is lower."""
    if csv.field_size_limit() < MAX_CELL_CHARS:
        csv.field_size_limit(MAX_CELL_CHARS)


class TextRecords:
    r"""Iterates over ``(line number, cells, error code or None)`` of a sequence of lines.

    The line number is that of the record's first line, counted from 1. A record whose quotes are
    wrong gives its first line as its only cell, and reading goes on at the next line: one bad
    line never takes the rest of the file with it. ``width`` is the number of columns, when known.

    >>> lines = ["a,b,c\n", '1,"x\n', 'y",3\n', '4,"5" in,6\n', '7,8,9\n']
    >>> for record in TextRecords(lines, Dialect(), 3):
    ...     print(record)
    (1, ['a', 'b', 'c'], None)
    (2, ['1', 'x\ny', '3'], None)
    (4, ['4,"5" in,6\n'], 'misplaced_quote')
    (5, ['7', '8', '9'], None)
    """

    def __init__(self, lines, dialect, width=None):
        self._lines = enumerate(lines, 1)
        self._dialect = dialect
        self._width = width
        self._pending = deque()
        self._after_bad_quote = False

    def __iter__(self):
        while (numbered := self._next_line()) is not None:
            number, line = numbered
            cells, error = self._record(line)
            if self._after_bad_quote and not error:
                error = self._check_width(cells)
            if cells:
                self._after_bad_quote = bool(error) and error.endswith("quote")
            yield number, cells, error or _check_bytes(cells)

    def _next_line(self):
        return self._pending.popleft() if self._pending else next(self._lines, None)

    def _record(self, line):
        """``(cells, error)`` of the record that starts with this line."""
        try:
            return self._dialect.split([line]), None
        except csv.Error as error:
            if _is_open(error):
                return self._long_record(line)
            return self._untidy_record(line, error)

    def _untidy_record(self, line, error):
        try:
            return self._dialect.split([self._dialect.tidy(line)]), None
        except csv.Error:
            return [line], "cell_too_large" if "limit" in str(error) else "misplaced_quote"

    def _long_record(self, line):
        """A record over several lines; gives back the lines when its quote is never closed."""
        lines, taken, size = [line], [], len(line)
        while len(lines) < MAX_RECORD_LINES and size < MAX_RECORD_CHARS:
            if (numbered := self._next_line()) is None:
                break
            taken.append(numbered)
            lines.append(numbered[1])
            size += len(numbered[1])
            if self._dialect.quotechar not in numbered[1]:
                continue
            try:
                cells = self._dialect.split(lines)
            except csv.Error as error:
                if _is_open(error):
                    continue
                break
            if not self._looks_swallowed(lines):
                return cells, None
            break
        self._pending.extendleft(reversed(taken))
        return [line], "unbalanced_quote"

    def _looks_swallowed(self, lines):
        """Whether the lines inside the cell are themselves records: a quote was forgotten."""
        inner = lines[1:-1]
        if not self._width or self._width < 3 or len(inner) < 2:
            return False
        whole = sum(line.count(self._dialect.delimiter) == self._width - 1 for line in inner)
        return whole >= 0.8 * len(inner)

    def _check_width(self, cells):
        """After a bad quote a short record is its remainder, not data."""
        return "after_bad_quote" if self._width and cells and len(cells) < self._width else None


def _is_open(error):
    return "unexpected end" in str(error)


def _check_bytes(cells):
    """Bytes that do not belong to the encoding are read as lone surrogates."""
    wrong = any(not cell.isascii() and ESCAPED_BYTE.search(cell) for cell in cells)
    return "bad_encoding" if wrong else None
