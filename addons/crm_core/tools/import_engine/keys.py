# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keys of names, worked out once each: a file asks for the same ones over and over."""

import functools

from .. import cell_parsers

name_key = functools.lru_cache(maxsize=50_000)(cell_parsers.name_key)
