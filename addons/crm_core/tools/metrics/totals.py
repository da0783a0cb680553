# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a query answered for one metric, put together from its rows: one a currency and day."""

import dataclasses

from .amounts import get_median

#: measures whose parts, one a currency and day, give the whole
MERGEABLE = ("count", "sum", "average", "min", "max")


@dataclasses.dataclass
class Total:
    """The value of a metric in the making.

    >>> total = Total("average")
    >>> total.add(2, 30.0, 1.0)
    >>> total.add(1, 100.0, 0.5)
    >>> total.add(4, 7.0, None)  # no exchange rate
    >>> total.n, total.left_out, round(total.get_value(), 2)
    (3, 4, 26.67)
    >>> Total("sum").get_value(), Total("average").get_value()
    (0.0, None)

    :param str measure: what is made of the values
    :param int n: how many records it is made from
    :param int left_out: how many could not be converted
    """

    measure: str
    n: int = 0
    left_out: int = 0
    amount: float | None = None
    values: list = dataclasses.field(default_factory=list)

    def add(self, n, answer, factor=1.0):
        """Add what one row says.

        :param int n: of how many records
        :param answer: their sum, least, greatest, median or list; whatever the measure asks for
        :param factor: what amounts are multiplied with; ``None`` where they cannot be converted
        """
        if not n:
            return
        if factor is None:
            self.left_out += n
            return
        self.n += n
        if isinstance(answer, list):
            self.values += [float(value) * factor for value in answer]
        elif answer is not None:
            self.amount = self._merge(float(answer) * factor)

    def _merge(self, amount):
        if self.amount is None:
            return amount
        if self.measure in ("min", "max"):
            return {"min": min, "max": max}[self.measure](self.amount, amount)
        return self.amount + amount

    def get_value(self):
        """Return the value; ``None`` where there is nothing to tell."""
        if self.measure == "count":
            return self.n
        if self.measure == "count_distinct":
            return int(self.amount or 0)
        if self.measure == "sum":
            return self.amount or 0.0
        if self.measure == "average":
            return self.amount / self.n if self.n and self.amount is not None else None
        return get_median(self.values) if self.values else self.amount
