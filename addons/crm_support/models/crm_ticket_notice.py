# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, models


class CrmTicket(models.Model):
    """A ticket that comes in is told of at once, at any hour: whoever is told decides when to look."""

    _inherit = "crm.ticket"

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        # sudo: crm.ticket - people are told whoever brought the tickets
        tickets.sudo().filtered(lambda one: one.channel != "manual")._tell_of_new_tickets()
        return tickets

    def _tell_of_new_tickets(self):
        """Tell whom the teams named; who was given a ticket hears of it by Odoo."""
        told = False
        for ticket in self.filtered(
            lambda one: one.team_id.has_new_ticket_users and not one.user_id
        ):
            for user in ticket._get_users_to_tell():
                ticket.with_context(lang=user.lang)._tell_of_new_ticket(user)
                told = True
        if told:
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _get_users_to_tell(self):
        """Return who is told of this ticket: whom the team named, as far as they may see it.

        :rtype: res.users
        """
        self.ensure_one()
        return self.team_id.new_ticket_user_ids.filtered(
            lambda user: (
                user.active
                and self.with_user(user)
                .with_context(allowed_company_ids=user.company_ids.ids)
                .has_access("read")
            )
        )

    def _tell_of_new_ticket(self, user):
        """Tell one person; the mail queue sends it at once, whatever hour it is."""
        customer = self.partner_id.display_name or self.partner_name or self.partner_email or ""
        self.message_notify(
            partner_ids=user.partner_id.ids,
            author_id=self.env.ref("base.partner_root").id,
            subject=self.env._(
                "New ticket for %(team)s: %(subject)s", team=self.team_id.name, subject=self.name
            ),
            body=Markup("<p>%s</p>")
            % (
                self.env._("%(customer)s asks for help.", customer=customer)
                if customer
                else self.env._("Somebody asks for help.")
            ),
            force_send=False,
        )
