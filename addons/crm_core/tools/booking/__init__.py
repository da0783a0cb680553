# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When somebody can be met: arithmetic on intervals, zones, and calendar files, without a database."""

from . import free_slots, ics, zones
