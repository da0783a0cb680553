# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Known words, found again however they are written."""

from typing import NamedTuple

from ..cell_parsers import near
from .keys import name_key

# comparing with more words than these costs more than it finds
MAX_COMPARED = 3000
# a longer word is cut: the unique indexes of word lists do not hold more
MAX_WORD = 255


class Found(NamedTuple):
    """What a text was found to be: the record, and the word it was taken for when it was not written so."""

    res_id: int | None
    taken_for: str | None = None
    choices: tuple = ()


def word_key(text):
    """Key by which a word is found again; one without letters stands for itself.

    >>> word_key(" V.I.P "), word_key("🔥")
    ('v i p', '🔥')
    """
    text = text[:MAX_WORD]
    return name_key(text) or text.strip()


class WordList:
    """Records by the words they go by.

    >>> words = WordList([(1, "GTX Pro"), (2, "GTX Basic"), (3, "South Korea"), (4, "North Korea")])
    >>> words.find("gtx pro"), words.find("GTXPro")
    (Found(res_id=1, taken_for=None, choices=()), Found(res_id=1, taken_for='GTX Pro', choices=()))
    >>> words.find("GTX Max")
    Found(res_id=None, taken_for=None, choices=())
    """

    def __init__(self, words=(), *, compares=True):
        self._ids = {}
        self._labels = {}
        self._found = {}
        self._compares = compares
        for res_id, word in words:
            self.add(res_id, word)

    def __bool__(self):
        return bool(self._ids)

    def __contains__(self, text):
        return word_key(text) in self._ids

    def add(self, res_id, word):
        """Learn a word; the first record that goes by it keeps it."""
        key = word_key(word or "")
        if key:
            self._ids.setdefault(key, res_id)
            self._labels.setdefault(key, word)
            self._found.clear()

    def settle(self, word, res_id):
        """Give the record of a word that was only suggested so far, its text standing for its record."""
        for key, known in self._ids.items():
            if known == word:
                self._ids[key] = res_id
        self._found.clear()

    def find(self, text):
        """What a text stands for: written so, or misspelt when only one word is near.

        :rtype: Found
        """
        key = word_key(text)
        if key in self._ids:
            return Found(self._ids[key])
        if key not in self._found:
            self._found[key] = self._find_near(text)
        return self._found[key]

    def _find_near(self, text):
        if not self._compares or len(self._ids) > MAX_COMPARED:
            return Found(None)
        close = {key for key, label in self._labels.items() if near(text, label)}
        records = {self._ids[key] for key in close}
        if len(records) == 1:
            key = min(close, key=len)
            return Found(self._ids[key], self._labels[key])
        return Found(None, None, tuple(sorted(self._labels[key] for key in close)))
