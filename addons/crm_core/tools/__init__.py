# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Plain Python tools without a database: reading files, cells, and the formats people leave."""

from . import cell_parsers, messaging, metrics, source_formats, tabular_file
from . import duplicates
from . import booking
from . import telephony
