# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .placeholders import PLACEHOLDERS, fill, find_unknown

__all__ = ["PLACEHOLDERS", "fill", "find_unknown"]
