# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import fields, models
from odoo.tools import SQL, is_html_empty


class CrmMerge(models.Model):
    """What merging tickets has to see to besides: numbers, order among tickets, and that no customer sees another's."""

    _inherit = "crm.merge"

    def _part_from(self, master, others):
        if master._name == "crm.ticket":
            master._before_merge(others)
            # the promised times are a part of their own
            if merge_times := getattr(master, "_merge_sla", None):
                merge_times(others)
            self.env.flush_all()
            self._part_related(master | others)
            if strangers := master._get_merge_strangers(others):
                self._veil(strangers, master | others)
        return super()._part_from(master, others)

    def _after_move(self, master, others):
        if master._name == "crm.ticket":
            self.env.invalidate_all()
            self._remember_numbers(master, others)
            self._keep_contacts(master, others)
            master._after_merge(others)
        return super()._after_move(master, others)

    def _get_note(self):
        """Tickets: those who work on them do not read the log."""
        if self.res_model != "crm.ticket":
            return super()._get_note()
        names = ", ".join(self.record_ids.mapped("name"))
        note = Markup("<p>%s</p>") % self.env._("Merged with this ticket: %s", names)
        return note + Markup("<p>%s</p>") % self.reason if self.reason else note

    def _remember_numbers(self, master, others):
        """Let the numbers of the tickets that go lead to the one that stays."""
        self.env["crm.ticket.merged"].create(
            [
                {
                    "number": ticket.number,
                    "name": ticket.name,
                    "partner_id": ticket.partner_id.id,
                    "email_normalized": ticket.email_normalized,
                    "ticket_id": master.id,
                    "merge_id": self.id,
                    "user_id": self.env.uid,
                    "date": fields.Datetime.now(),
                }
                for ticket in others
            ]
        )

    def _keep_contacts(self, master, others):
        """Let those who asked in the other tickets follow the one that stays: they go on getting its answers."""
        shown = others - master._get_merge_strangers(others)
        contacts = shown.partner_id - master.partner_id
        if contacts:
            master.message_subscribe(contacts.ids)

    def _part_related(self, tickets):
        """Forget that these tickets are related to one another, before they are one."""
        self.env.cr.execute(
            SQL(
                """WITH old AS (DELETE FROM crm_ticket_related_rel AS target WHERE ticket_id = ANY(%(ids)s) AND related_id = ANY(%(ids)s)
                          RETURNING to_jsonb(target) AS before)
                   %(log)s""",
                ids=tickets.ids,
                log=self.env["crm.merge.change"]._log(
                    self,
                    "link",
                    "crm_ticket_related_rel",
                    SQL("SELECT NULL::integer, NULL, before, NULL::jsonb FROM old"),
                ),
            )
        )

    # -- Tickets of somebody else ---

    def _veil(self, strangers, tickets):
        """Hide what tickets of somebody else hold from the customer of the result: kept as notes of the team.

        :param strangers: the tickets of somebody else
        :param tickets: all that are merged
        """
        messages = self.env["mail.message"].search(
            [("model", "=", strangers._name), ("res_id", "in", strangers.ids)]
        )
        self._set_cells("mail_message", "is_internal", True, messages.ids)
        self._set_cells("mail_message", "subtype_id", self.env.ref("mail.mt_note").id, messages.ids)
        self._veil_attachments(strangers, messages)
        self._leave_outsiders(strangers)
        messages.invalidate_recordset()
        for ticket in strangers & tickets[1:]:
            if not is_html_empty(ticket.description):
                tickets[0]._message_log(
                    body=Markup("<p><b>%s</b></p>%s") % (ticket.display_name, ticket.description)
                )

    def _veil_attachments(self, strangers, messages):
        """Let files be those of their message, which is a note; others are kept on the log."""
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", strangers._name),
                ("res_id", "in", strangers.ids),
                ("res_field", "=", False),
            ]
        )
        rest = files
        for message in messages:
            if own := message.attachment_ids & rest:
                self._set_cells("ir_attachment", "res_model", "mail.message", own.ids)
                self._set_cells("ir_attachment", "res_id", message.id, own.ids)
                rest -= own
        if rest:
            self._set_cells("ir_attachment", "res_model", self._name, rest.ids)
            self._set_cells("ir_attachment", "res_id", self.id, rest.ids)
        files.invalidate_recordset()

    def _leave_outsiders(self, strangers):
        """Leave behind, on the log, who follows from outside."""
        followers = self.env["mail.followers"].search(
            [("res_model", "=", strangers._name), ("res_id", "in", strangers.ids)]
        )
        outside = followers.filtered(
            lambda follower: not any(not user.share for user in follower.partner_id.user_ids)
        )
        if outside:
            self._set_cells("mail_followers", "res_model", self._name, outside.ids)
            outside.invalidate_recordset()
