# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Empty screens say what to do."""

from odoo.tests import TransactionCase, tagged
from odoo.tools import html2plaintext


@tagged("post_install", "-at_install")
class TestEmptyScreens(TransactionCase):
    """Every window of ours that can be empty."""

    def test_every_list_of_ours_says_what_to_do_where_it_is_empty(self):
        suite = self.env["ir.module.module"].search(
            [("state", "=", "installed"), ("author", "=", "CRM Suite contributors")]
        )
        data = self.env["ir.model.data"].search(
            [("model", "=", "ir.actions.act_window"), ("module", "in", suite.mapped("name"))]
        )
        actions = self.env["ir.actions.act_window"].browse(data.mapped("res_id"))
        lists = actions.filtered(
            lambda action: action.target != "new" and action.view_mode.split(",")[0] != "form"
        )
        silent = [
            action.xml_id
            for action in lists
            if "o_view_nocontent" not in (action.help or "")
            or len(html2plaintext(action.help).split()) < 8
        ]
        self.assertTrue(lists)
        self.assertFalse(silent, "say in `help` what it is for, and what to do first")
