# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a person is named in passing."""

import json
import re

STRUCK_OUT = "***"
SHORTEST_NAME = 5


class Mentions:
    """The ways a person is written in texts, as patterns of PostgreSQL.

    A name of one word is none of them: it would strike out half the texts.

    >>> Mentions(["Aya Koné", "Aya"], ["aya@x.example"], ["+2250701020304"]).terms
    ['+2250701020304', '2250701020304', 'Aya Koné', 'aya@x.example']

    :param names: names, as written
    :param emails: e-mail addresses
    :param phones: telephone numbers, as written and in E.164
    """

    def __init__(self, names, emails, phones):
        names = {name.strip() for name in names if name and " " in name.strip()}
        digits = {re.sub(r"\D", "", phone) for phone in phones if phone}
        terms = {name for name in names if len(name) >= SHORTEST_NAME}
        terms |= {email for email in emails if email}
        terms |= {phone for phone in phones if phone}
        terms |= {number for number in digits if len(number) >= 8}
        self.terms = sorted(terms)

    @property
    def regex(self):
        """The pattern that finds any of them, with nothing of a longer word around it."""
        written = {*self.terms, *(json.dumps(term)[1:-1] for term in self.terms)}
        words = sorted(written, key=lambda word: (-len(word), word))
        return f"(?<![[:alnum:]._-])({'|'.join(map(self._escape, words))})(?![[:alnum:]_-])"

    @property
    def likes(self):
        """Patterns of ILIKE for a first look."""
        written = {*self.terms, *(json.dumps(term)[1:-1] for term in self.terms)}
        return [f"%{re.sub(r'([%_])', self._escape_like, term)}%" for term in sorted(written)]

    @staticmethod
    def _escape(term):
        return re.sub(r"([^\w\s@])", r"\\\1", term)

    @staticmethod
    def _escape_like(found):
        return "\\" + found[1]
