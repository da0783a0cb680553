# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an e-mail to support is, read from its bytes."""

from . import charset, decision, envelope, payload, plain_text, sender, subject
