# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one exception of the cell parsers."""

# code -> English message; all take ``value``, the text of the cell
CELL_ERRORS = {
    "number": "%(value)s is not a number.",
    "integer": "%(value)s is not a whole number.",
    "date": "%(value)s is not a date.",
    "date_ambiguous": "%(value)s may be day first or month first.",
    "date_order": "%(value)s does not fit the date format of its column.",
    "time": "%(value)s holds no valid time of day.",
    "timezone": "%(value)s holds an unknown time zone.",
    "boolean": "%(value)s is neither yes nor no.",
    "salesforce_id": "%(value)s is not a Salesforce record id.",
}


class CellError(ValueError):
    """A cell that cannot be turned into a value.

    ``code`` is a key of ``CELL_ERRORS``, ``value`` the text, cut at 100 characters, ``message``
    the English text with its placeholders and ``args_dict`` their values.

    >>> error = CellError("number", value="n/a")
    >>> error.code, error.args_dict, str(error)
    ('number', {'value': 'n/a'}, 'n/a is not a number.')
    """

    def __init__(self, code, value=""):
        self.code = code
        self.value = str(value)[:100]
        self.message = CELL_ERRORS[code]
        self.args_dict = {"value": self.value}
        super().__init__(self.message % self.args_dict)
