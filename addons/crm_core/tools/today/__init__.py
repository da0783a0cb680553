# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The order of somebody's day, without a database."""
