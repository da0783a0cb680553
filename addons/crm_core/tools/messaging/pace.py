# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How much of a batch's time each provider took, so that a slow or silent one does not hold up the others."""

import time
from collections import Counter

SHARE = 20.0  # seconds of one batch
MOST_FAILURES = 3
SILENT = ("busy", "answer_lost")


class Pace:
    """The providers of one batch: who had his share of the time, and who does not answer any more.

    >>> pace = Pace()
    >>> pace.note("quick", 0.1, ""), pace.note("slow", 25.0, ""), pace.note("hung", 60.0, "busy")
    (None, None, None)
    >>> [pace.is_over(name) for name in ("quick", "slow", "hung")], pace.is_down("slow"), pace.is_down("hung")
    ([False, True, True], False, True)
    """

    def __init__(self):
        self._seconds = Counter()
        self._failures = Counter()

    def is_over(self, provider):
        """Return whether a provider had its share of this batch."""
        return self._seconds[provider] >= SHARE

    def is_down(self, provider):
        """Return whether a provider does not answer: several times in a row, or once for longer than its share."""
        failures = self._failures[provider]
        return failures >= MOST_FAILURES or (failures > 0 and self.is_over(provider))

    def note(self, provider, seconds, reason):
        """Note how long a handover took, and the reason of its outcome."""
        self._seconds[provider] += seconds
        self._failures[provider] = self._failures[provider] + 1 if reason in SILENT else 0

    def measure(self, provider, hand_over):
        """Return the outcome of a handover, and note how long it took.

        :param hand_over: is called and returns an ``Outcome``
        """
        start = time.monotonic()
        outcome = hand_over()
        self.note(provider, time.monotonic() - start, outcome.reason)
        return outcome
