# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResUsers(models.Model):
    """A person's booking link, for signatures, templates and the own page; and what becomes of the meetings of who leaves."""

    _inherit = "res.users"

    booking_url = fields.Char(
        "Booking Link",
        compute="_compute_booking_url",
        compute_sudo=True,
        help="Where customers choose a time with this person: the first of his own booking links.",
    )

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 - as Odoo names it
        return [*super().SELF_READABLE_FIELDS, "booking_url"]

    @api.depends_context("company")
    def _compute_booking_url(self):
        links = self.env["crm.booking.type"]._get_own_links(self)
        for user in self:
            user.booking_url = links[user].url if user in links else False

    def write(self, vals):
        leaving = self.filtered("active") if vals.get("active") is False else self.browse()
        result = super().write(vals)
        if leaving:
            self.env["crm.booking"]._ask_for_successors(leaving)
        return result
