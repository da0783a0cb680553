# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .amounts import RateTable, get_median, share_out
from .periods import GRANULARITIES, PERIODS, Period, get_period
from .totals import MERGEABLE, Total
from .value import MetricValue
