# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Adding up amounts of several currencies, and parts that add up to their whole."""

import bisect
import math
from collections import defaultdict


class RateTable:
    """The exchange rates of a company: what one unit of a currency was worth in the company's own on a day.

    >>> from datetime import date
    >>> rates = RateTable([(2, date(2026, 1, 1), 2.0), (2, date(2026, 2, 1), 4.0)], target=1)
    >>> rates.get_factor(2, date(2026, 1, 31)), rates.get_factor(2, date(2026, 2, 1))
    (0.5, 0.25)
    >>> rates.get_factor(2, date(2025, 1, 1))  # before the first one: as Odoo does, the first one
    0.5
    >>> rates.get_factor(1, date(2026, 1, 1))
    1.0
    >>> rates.get_factor(3, date(2026, 1, 1)) is None
    True

    :param rates: (currency, first day, units of it for one unit of the company's base) in order of days
    :param int target: the company's own currency
    """

    def __init__(self, rates, target):
        self._days, self._rates = defaultdict(list), defaultdict(list)
        for currency, day, rate in rates:
            self._days[currency].append(day)
            self._rates[currency].append(rate)
        self._target = target

    def get_factor(self, currency, day):
        """Return what amounts in a currency are multiplied with, ``None`` without any rate."""
        if not currency or currency == self._target:
            return 1.0
        rate = self._get_rate(currency, day)
        return rate and (self._get_rate(self._target, day) or 1.0) / rate

    def _get_rate(self, currency, day):
        if currency not in self._days:
            return None
        position = bisect.bisect_right(self._days[currency], day) - 1
        return self._rates[currency][max(position, 0)]


def share_out(total, parts, rounding):
    """Round parts so that they add up to their rounded total: the biggest remainders go up.

    >>> share_out(10, [3.333, 3.333, 3.334], 1)
    [3.0, 3.0, 4.0]
    >>> share_out(0.03, [0.014, 0.016], 0.01)
    [0.01, 0.02]
    >>> share_out(-1, [-0.5, -0.5], 1)
    [0.0, -1.0]

    :param float total: a multiple of ``rounding``
    :param list[float] parts: which add up to about ``total``
    :param float rounding: the smallest coin
    :rtype: list[float]
    """
    coins = [math.floor(part / rounding + 1e-9) for part in parts]
    missing = round(total / rounding) - sum(coins)
    order = sorted(range(len(parts)), key=lambda i: coins[i] - parts[i] / rounding)
    for index in order[: max(missing, 0)]:
        coins[index] += 1
    digits = max(0, -math.floor(math.log10(rounding)))
    return [round(coin * rounding, digits) + 0.0 for coin in coins]


def get_median(values):
    """Return the value in the middle.

    >>> get_median([3, 1, 2]), get_median([4, 1, 2, 3]), get_median([])
    (2, 2.5, None)
    """
    ordered = sorted(values)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
