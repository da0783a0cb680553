# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One row on its way from the file to a record."""


class ImportRow:
    """A row of a file and what became of it.

    - ``number``: its line in the file; ``cells``: its texts; ``values``: what was read, by field
    - ``links``: the ``LinkValue`` of each linked field, best first
    - ``name``: its external name; ``hash``: of all that is imported from it
    - ``res_id``: the record it stands for; ``action``: ``created``, ``updated``, ``matched``, ``unchanged``, ``skipped`` or ``refused``
    - ``previous``: what an update replaced
    - ``issues``: ``(severity, column, code, arguments)``
    """

    __slots__ = (
        "action",
        "cells",
        "hash",
        "is_known",
        "issues",
        "links",
        "name",
        "number",
        "previous",
        "res_id",
        "values",
    )

    def __init__(self, number, cells):
        self.number = number
        self.cells = cells
        self.values = {}
        self.links = {}
        self.name = None
        self.hash = None
        self.res_id = None
        self.action = None
        self.previous = None
        self.issues = []
        self.is_known = False

    def refuse(self, code, column="", **arguments):
        """Keep the row out of the database, and say why."""
        self.action = "refused"
        self.issues.append(("refused", column, code, arguments))

    def warn(self, code, column="", **arguments):
        """Import the row, and say what is odd about it."""
        self.issues.append(("warning", column, code, arguments))

    def skip(self, code=None, **arguments):
        """Leave the row out because nothing is to be done."""
        self.action = "skipped"
        if code:
            self.issues.append(("skipped", "", code, arguments))

    def copy_state(self):
        """Return what a row is before an attempt to write it, for ``restore_state``."""
        return _copy_values(self.values), self.res_id, list(self.issues)

    def restore_state(self, state):
        """Forget what an attempt that failed made of a row."""
        values, self.res_id, issues = state
        self.values, self.issues = _copy_values(values), list(issues)
        self.action = self.previous = None

    @property
    def is_open(self):
        """Whether nothing was decided about it yet."""
        return self.action is None


def _copy_values(values):
    """The values by field, their lists copied too, since reading goes on adding to them."""
    return {
        name: list(value) if isinstance(value, list) else value for name, value in values.items()
    }
