# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Plain Python tools without a database."""

from . import intake, working_days
from .placeholders import PLACEHOLDERS, fill, find_unknown

__all__ = ["PLACEHOLDERS", "fill", "find_unknown", "intake", "working_days"]
