# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What one run of an import keeps between its batches."""

from collections import defaultdict

# a run forgets the records it looked up when it knows more than this many, so that memory stays flat
MAX_REMEMBERED = 200_000


class ImportRun:
    """The memory of one run over one job: settings read once, and look-ups made once per distinct value.

    - ``known``: ``{(entity, by): {text: id or None}}``
    - ``words``: ``{vocabulary: WordList}``
    - ``planned``: external names and name keys of rows that a check found good, by entity
    - ``seen``: per file, ``{natural key: {row hash: row number}}`` of files without ids
    - ``is_last_try``: whether what collides with another transaction is refused, rather than read and tried again
    """

    def __init__(self, *, is_check=False):
        self.is_check = is_check
        self.known = defaultdict(dict)
        self.words = {}
        self.planned = defaultdict(set)
        self.seen = defaultdict(dict)
        self.cache = {}
        self.is_last_try = True

    def remember(self, entity, by, found):
        """Keep ``{text: id or None}`` for later batches."""
        known = self.known[entity, by]
        if len(known) + len(found) > MAX_REMEMBERED:
            known.clear()
        known.update(found)
