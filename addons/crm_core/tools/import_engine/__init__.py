# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the import engine knows about a row, a column and a run, apart from the models."""

from .bulk_create import BULK, is_bulk, keep_given, with_remembered_defaults
from .cell_readers import CellRefused, reader
from .column_plan import ColumnPlan, FieldSpec, LinkValue
from .csv_report import ERROR_HEADERS, guard_cell, is_report, unguard_cells, write_report
from .external_names import external_name, module_of, row_hash
from .import_row import ImportRow
from .import_run import ImportRun
from .isolation import isolate
from .keys import name_key
from .phone_numbers import format_phone
from .storable import storable
from .word_list import Found, WordList, word_key

__all__ = [
    "BULK",
    "ERROR_HEADERS",
    "CellRefused",
    "ColumnPlan",
    "FieldSpec",
    "Found",
    "ImportRow",
    "ImportRun",
    "LinkValue",
    "WordList",
    "external_name",
    "format_phone",
    "guard_cell",
    "is_bulk",
    "is_report",
    "isolate",
    "keep_given",
    "module_of",
    "name_key",
    "reader",
    "row_hash",
    "storable",
    "unguard_cells",
    "with_remembered_defaults",
    "word_key",
    "write_report",
]
