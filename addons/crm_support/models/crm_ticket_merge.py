# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.mail import email_split_and_format

LEAD = "crm_support.group_crm_support_lead"


class CrmTicket(models.Model):
    """Merging tickets: through ``crm.merge``, so that each merge is logged and can be taken back.

    The tickets that were merged are deleted; their numbers lead on to the one that stays (``crm.ticket.merged``), and so do
    the headers of their messages, which are the survivor's from then on.
    """

    _name = "crm.ticket"
    _inherit = ["crm.ticket", "crm.merge.mixin"]

    _merge_groups = (("partner_id", "partner_name", "partner_email", "partner_phone"),)
    _merge_ignored = (
        "access_token", "active", "name", "team_id", "stage_id", "priority", "color", "email_cc", "parent_id",
    )  # fmt: skip

    merged_ids = fields.One2many(
        "crm.ticket.merged", "ticket_id", string="Merged Tickets", readonly=True
    )
    merged_count = fields.Integer("Number of Merged Tickets", compute="_compute_merged_count")

    @api.depends("merged_ids")
    def _compute_merged_count(self):
        groups = self.env["crm.ticket.merged"]._read_group(
            [("ticket_id", "in", self.ids)], ["ticket_id"], ["__count"]
        )
        counts = dict(groups)
        for ticket in self:
            ticket.merged_count = counts.get(ticket._origin, 0)

    def action_view_merged(self):
        """Open the list of the tickets that became part of this one."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_support.crm_ticket_merged_action"
        )
        return {**action, "domain": [("ticket_id", "=", self.id)]}

    # -- Where merged tickets went ---

    def _get_survivor(self):
        """Return the ticket that this one is part of now: itself while it was not merged, through as many merges as there were.

        :rtype: crm.ticket
        """
        self.ensure_one()
        return self.exists() or self.env["crm.merge.record"]._get_successor(self._name, self.id)

    @api.model
    def _find_by_number(self, number):
        """Return the ticket of a number, archived ones too; of a merged one the ticket that it is part of now.

        :param str number: like ``T00042``
        :return: the ticket as far as the caller may see it
        :rtype: crm.ticket
        """
        if not number:
            return self.browse()
        tickets = self.with_context(active_test=False)
        ticket = tickets.search([("number", "=", number)], limit=1)
        return ticket or tickets.search([("merged_ids.number", "=", number)], limit=1)

    # -- Seams ---

    def _before_merge(self, others):
        """Do what has to be done while each ticket still has what is its own; other parts of the suite extend it.

        What is written or created here through the ORM is logged and undone with the merge. Delete nothing.

        :param others: the tickets that become part of this one
        """

    def _after_merge(self, others):
        """Do what remains once all is this ticket's; other parts of the suite extend it, by the rules of ``_before_merge``.

        :param others: the tickets that became part of this one, about to be deleted
        """

    # -- What the engine asks ---

    def _get_merge_detail(self):
        self.ensure_one()
        return ", ".join(filter(None, (self.partner_name, self.email_normalized)))

    def _get_merge_order(self):
        """Keep what is open, then what came first."""
        return self.sorted(lambda ticket: (ticket.is_closed, ticket.id))

    def _get_merge_obstacles(self, others):
        obstacles = super()._get_merge_obstacles(others)
        if self.is_closed and not all(others.mapped("is_closed")):
            obstacles.append(
                self.env._(
                    "%s is closed: reopen it first, or keep one that is open.", self.display_name
                )
            )
        if strangers := self._get_merge_strangers(others):
            obstacles += self._get_customer_obstacles(strangers, self | others)
        return obstacles

    def _get_customer_obstacles(self, strangers, tickets):
        """Return what stands against merging tickets of different customers."""
        obstacles = []
        known = strangers.filtered(lambda ticket: ticket.partner_id or ticket.email_normalized)
        allowed = self.env.context.get("crm_ticket_merge_customers") and self.env.user.has_group(
            LEAD
        )
        if known and not allowed:
            obstacles.append(
                self.env._(
                    "These tickets are of different customers. Only a team lead may merge them, by saying so."
                )
            )
        # sudo: mail.scheduled.message - whether anything is about to leave, of whomever
        scheduled = self.env["mail.scheduled.message"].sudo()
        # sudo: crm.dispatch - as above
        outbox = self.env["crm.dispatch"].sudo()
        later = [("model", "=", self._name), ("res_id", "in", tickets.ids), ("is_note", "=", False)]
        queued = [
            ("res_model", "=", self._name),
            ("res_id", "in", tickets.ids),
            ("state", "in", ("queued", "paused", "sending")),
        ]
        if scheduled.search_count(later, limit=1) or outbox.search_count(queued, limit=1):
            obstacles.append(
                self.env._(
                    "A message is about to leave. Send or cancel it first: the customers are not the same."
                )
            )
        return obstacles

    def _get_merge_strangers(self, others):
        """Return those of the tickets that are not of the customer of the result: he must not see what they hold.

        :rtype: crm.ticket
        """
        tickets = self | others
        leading = next(
            (ticket for ticket in tickets if ticket.partner_id or ticket.email_normalized), self
        )
        return tickets.filtered(lambda ticket: not ticket._has_same_customer(leading))

    def _has_same_customer(self, ticket):
        """Return whether two tickets are of the same customer: company, or else address.

        :rtype: bool
        """
        own, other = self.commercial_partner_id, ticket.commercial_partner_id
        if own and other:
            return own == other
        if not own and not other:
            return self.email_normalized == ticket.email_normalized
        return bool(self.email_normalized) and self.email_normalized == ticket.email_normalized

    def _get_merge_defaults(self, master):
        tickets = master | self
        shown = tickets - master._get_merge_strangers(tickets - master)
        values = super(CrmTicket, shown)._get_merge_defaults(master)
        if master in tickets - shown:
            leading = shown[:1]
            values.update(leading._get_merge_values(self._merge_groups[0]))
        values |= tickets._prepare_merged_dates(master)
        values["priority"] = max(tickets.mapped("priority"))
        values["parent_id"] = tickets._get_merge_parent().id
        cc = [
            address for ticket in shown for address in email_split_and_format(ticket.email_cc or "")
        ]
        values["email_cc"] = ", ".join(dict.fromkeys(cc)) or False
        return {
            name: value for name, value in values.items()
            if value != master._fields[name].convert_to_write(master[name], master)
        }  # fmt: skip

    def _prepare_merged_dates(self, master):
        """Return who spoke last in all of these tickets together.

        :rtype: dict
        """

        def latest(name):
            return max(filter(None, self.mapped(name)), default=False)

        still_open = self.filtered(lambda ticket: not ticket.is_closed)
        return {
            "date_last_customer_message": latest("date_last_customer_message"),
            "date_last_reply": latest("date_last_reply"),
            "reply_count": sum(self.mapped("reply_count")),
            "date_first_reply": master.date_first_reply
            or min(filter(None, self.mapped("date_first_reply")), default=False),
            "is_waiting_for_reply": any(still_open.mapped("is_waiting_for_reply")),
        }

    def _get_merge_parent(self):
        """Return the ticket that the result follows: none of these, and none that follows one of them.

        :rtype: crm.ticket
        """
        for ticket in self:
            # sudo: crm.ticket - what a ticket follows may be out of sight
            found = above = ticket.sudo().parent_id
            while above:
                if above in self:
                    found = above.parent_id
                above = above.parent_id
            if found:
                return found.with_env(self.env)
        return self.browse()
