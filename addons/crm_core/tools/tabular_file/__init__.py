# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
r"""Reads CSV, TSV, TXT, XLSX and XLS files as tables, without loading a text file in memory.

>>> with open_table(b"sep=;\nName;City\nEdge;Austin\n;;\nAcme;Lom\xe9;extra\n", "a.csv") as table:
...     for row in table.rows():
...         print(row)
Row(number=3, values=['Edge', 'Austin'], error=None)
Row(number=5, values=['Acme', 'Lomé', 'extra'], error='too_many_cells')
"""

from .byte_source import Limits
from .errors import FILE_ERRORS, ROW_ERRORS, TabularFileError
from .table import Row, Table, looks_like_headerless, open_table

__all__ = [
    "FILE_ERRORS",
    "ROW_ERRORS",
    "Limits",
    "Row",
    "Table",
    "TabularFileError",
    "looks_like_headerless",
    "open_table",
]
