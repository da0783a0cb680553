# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What telephone systems tell and are told."""

from . import call_event, telephony_client
