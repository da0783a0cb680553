# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one exception of the table reader, and what can go wrong with a file or a single row."""

# code -> English message with named placeholders; all take ``name``, the file name
FILE_ERRORS = {
    "unreadable": "The file %(name)s cannot be read: %(reason)s",
    "corrupted": "The file %(name)s is damaged or was cut short: %(reason)s",
    "empty": "The file %(name)s holds no data.",
    "too_large": "The file %(name)s is too large: the limit is %(limit)s megabytes once unpacked.",
    "binary": "The file %(name)s is not a table. Save it as CSV or XLSX first.",
    "markup": "The file %(name)s is a web or XML page. Open it and save it as CSV or XLSX.",
    "archive": "The file %(name)s is an archive. Unpack it and import its files one by one.",
    "unsupported": "The file %(name)s is a %(kind)s document. Save it as CSV or XLSX first.",
    "encrypted": "The file %(name)s is protected by a password. Save it without one first.",
    "bad_sheet": "The file %(name)s has no sheet %(sheet)s.",
    "bad_encoding": "The character encoding %(encoding)s is unknown.",
    "bad_delimiter": "The separator must be one character, not %(delimiter)s.",
    "no_header": "Line %(line)s of the file %(name)s holds no column titles.",
    "too_many_columns": "The file %(name)s has %(count)s columns: the limit is %(limit)s.",
    "not_a_table": "The file %(name)s looks like plain text rather than a table.",
}

# code -> English message; a row with one of these is reported, never imported
ROW_ERRORS = {
    "too_many_cells": "This line has more cells than there are column titles.",
    "unbalanced_quote": "A quotation mark is opened and never closed.",
    "misplaced_quote": "A quotation mark stands in the middle of a cell.",
    "after_bad_quote": "This line follows a line with a bad quotation mark and has too few cells.",
    "bad_encoding": "This line holds characters of another encoding.",
    "cell_too_large": "A cell of this line is too long.",
}


class TabularFileError(ValueError):
    """A file that cannot be read as a table.

    ``code`` is a key of ``FILE_ERRORS``, ``message`` the English text with its placeholders and
    ``args_dict`` their values, so that a caller can translate the message.

    >>> error = TabularFileError("bad_sheet", name="deals.xlsx", sheet="Q5")
    >>> error.code, error.args_dict
    ('bad_sheet', {'name': 'deals.xlsx', 'sheet': 'Q5'})
    >>> str(error)
    'The file deals.xlsx has no sheet Q5.'
    """

    def __init__(self, code, **args_dict):
        self.code = code
        self.message = FILE_ERRORS[code]
        self.args_dict = args_dict
        super().__init__(self.message % args_dict)
