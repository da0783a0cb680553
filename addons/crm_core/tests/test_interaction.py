# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .interaction_common import InteractionCase


@tagged("post_install", "-at_install")
class TestInteraction(InteractionCase):
    """What happens with a customer shows in the history."""

    def test_a_note_and_an_email_on_a_contact_show_in_their_order(self):
        self.customer.message_post(body="He likes <it>", message_type="comment")
        self.customer.message_post(
            subject="Offer", body="Here", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        email, note = self._get_rows(self.customer)
        self.assertEqual(
            (email["channel"], email["direction"], email["title"]), ("email", "out", "Offer")
        )
        self.assertEqual(
            (note["channel"], note["direction"], note["excerpt"]),
            ("note", "internal", "He likes <it>"),
        )
        self.assertEqual(note["record_name"], "Awa Diop")
