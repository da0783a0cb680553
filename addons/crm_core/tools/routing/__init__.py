# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who gets which work: the matching itself, without a database."""
