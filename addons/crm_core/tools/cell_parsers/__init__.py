# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Turns the text of a cell into a value, or raises CellError; plain functions without a database.

Formats are found over a whole column first, then each cell is read strictly in that format:

>>> fmt = detect_date_format(["01/02/2024", "25/02/2024"])
>>> print(parse_date("01/02/2024", fmt))
2024-02-01
>>> parse_date("02/30/2024", fmt)  # doctest: +IGNORE_EXCEPTION_DETAIL
Traceback (most recent call last):
    ...
CellError: 02/30/2024 is not a date.
"""

from .date_cells import DateFormat, detect_date_format, parse_date, parse_datetime
from .errors import CELL_ERRORS, CellError
from .number_cells import NumberFormat, detect_number_format, parse_integer, parse_number
from .text_cells import (
    clean_text,
    header_key,
    name_key,
    near,
    nearest,
    normalize_header,
    parse_boolean,
    parse_emails,
    salesforce_id18,
)

__all__ = [
    "CELL_ERRORS",
    "CellError",
    "DateFormat",
    "NumberFormat",
    "clean_text",
    "detect_date_format",
    "detect_number_format",
    "header_key",
    "name_key",
    "near",
    "nearest",
    "normalize_header",
    "parse_boolean",
    "parse_date",
    "parse_datetime",
    "parse_emails",
    "parse_integer",
    "parse_number",
    "salesforce_id18",
]
