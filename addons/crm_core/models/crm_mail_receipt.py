# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from hashlib import sha256

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT

#: afterwards, Odoo finds the message itself
KEPT = timedelta(days=1)


class CrmMailReceipt(models.Model):
    """E-mails that came in of late, each once.

    Odoo looks for the message's number among its messages, where one that is being worked in at the same moment does not show yet.
    The database's unique key makes the second wait: when the first is there it is done, when the first failed it goes on.
    """

    _name = "crm.mail.receipt"
    _description = "Incoming E-mail"
    _log_access = False

    fingerprint = fields.Char(required=True, help="Of the message's number.")
    received_at = fields.Datetime(required=True, index=True)

    _fingerprint_unique = models.Constraint("UNIQUE(fingerprint)", "An e-mail comes in once.")

    @api.model
    def _claim(self, message_id):
        """Keep that an e-mail is worked in.

        :param str message_id: the number in its head
        :return: whether nobody else did, or does
        :raise psycopg2.errors.SerializationFailure: when somebody else did this very moment; the second try says no
        """
        fingerprint = sha256(message_id.encode("utf-8", "backslashreplace")).hexdigest()
        claimed = self.env.execute_query(
            SQL(
                """INSERT INTO crm_mail_receipt (fingerprint, received_at) VALUES (%s, %s)
                   ON CONFLICT (fingerprint) DO NOTHING RETURNING id""",
                fingerprint,
                fields.Datetime.now(),
            )
        )
        return bool(claimed)

    @api.autovacuum
    def _gc_receipts(self):
        """Forget what Odoo finds by itself."""
        old = self.search(
            [("received_at", "<", fields.Datetime.now() - KEPT)], limit=GC_UNLINK_LIMIT
        )
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT
