# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .crm_satisfaction_rule import SCALES

#: how long an answer can be changed
CHANGEABLE = timedelta(days=7)
#: how often
MOST_VOTES = 20
LONGEST_COMMENT = 2000


class CrmSatisfaction(models.Model):
    """What a customer answers: the last answer counts for seven days, then it stays; a low one is followed up once."""

    _inherit = "crm.satisfaction"

    def _can_answer(self):
        """Return whether the customer can answer now, or change the answer."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.state == "answered":
            return now <= self.date_answered + CHANGEABLE and self.votes < MOST_VOTES
        return self.state == "asked" and now < self.date_expiry

    def _is_for(self, user):
        """Return whether somebody who is logged in is the one who was asked, or of the same customer.

        :param user: ``res.users``
        """
        self.ensure_one()
        person = user.partner_id
        if person == self.partner_id or person.email_normalized == self.email:
            return True
        customer = self.partner_id.commercial_partner_id
        return bool(customer) and user._is_portal() and person.commercial_partner_id == customer

    @api.model
    def _read_score(self, kind, text):
        """Return the score that a text names, None when it is none of its scale.

        :param str kind: the kind of question
        :param str text: as it was sent
        """
        lowest, highest = SCALES[kind]
        found = [score for score in range(lowest, highest + 1) if str(score) == text]
        return found[0] if found else None

    def _vote(self, score, comment):
        """Keep what a customer answers; the last answer replaces an earlier one.

        :param int score: on the scale of its kind
        :param str comment: in the customer's own words
        :return: whether it was kept
        :rtype: bool
        """
        self.ensure_one()
        if not self._can_answer():
            return False
        is_low = bool(self.rule_id) and score <= self.rule_id.low_score
        self.write(
            {
                "state": "answered",
                "score": score,
                "comment": (comment or "").replace("\x00", "").strip()[:LONGEST_COMMENT] or False,
                "is_low": is_low,
                "votes": self.votes + 1,
                "date_answered": self.date_answered or fields.Datetime.now(),
            }
        )
        # sudo: crm.ticket - the page's visitor has no rights; what follows is the system's
        system = self.with_user(SUPERUSER_ID).with_company(self.company_id)
        # sudo: crm.dispatch - the reminder of an answered question is not needed
        self.env["crm.dispatch"].sudo()._cancel_source(self)
        if is_low and system._claim_follow_up():
            system._follow_up()
        else:
            system._note_answer()
        return True

    # -- What follows ------------------------------------------------------------------------------

    def _claim_follow_up(self):
        """Return whether it is now, and now alone, that a low answer is followed up: the database says so once."""
        self.flush_recordset()
        claimed = self.env.execute_query(
            SQL(
                """UPDATE crm_satisfaction SET date_followed = %s
                    WHERE id = %s AND date_followed IS NULL RETURNING id""",
                fields.Datetime.now(),
                self.id,
            )
        )
        self.invalidate_recordset(["date_followed"])
        return bool(claimed)

    def _follow_up(self):
        """Do once what the team wants after a low score, and tell its lead."""
        told = self._get_lead()
        question = self.with_context(lang=told.lang or self.company_id.partner_id.lang)
        action = getattr(question, f"_run_low_{self.rule_id.low_action}")
        try:
            with self.env.cr.savepoint():
                action(told)
        except UserError as error:
            question.ticket_id._message_log(body=str(error))
        question._note_answer(told)

    def _run_low_none(self, lead):
        """Leave it at the note that any low score makes."""

    def _run_low_activity(self, lead):
        """Give the lead a task on the ticket."""
        self.ticket_id.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=lead.id or SUPERUSER_ID,
            summary=self.env._("Low score: %s", self.answer),
            note=self._render_answer(),
        )

    def _run_low_reopen(self, lead):
        """Open the ticket again."""
        self.ticket_id.action_reopen()

    def _run_low_ticket(self, lead):
        """Make a ticket that follows the first one, for the lead."""
        self.follow_up_id = self.env["crm.ticket"].create(self._prepare_follow_up_values(lead))

    def _prepare_follow_up_values(self, lead):
        """Return the values of the ticket that follows a low score.

        :param lead: ``res.users`` who gets it
        :rtype: dict
        """
        return {
            "name": self.env._("Low score: %s", self.ticket_id.name),
            "description": self._render_answer(),
            "team_id": self.ticket_id.team_id.id,
            "parent_id": self.ticket_id.id,
            "partner_id": self.partner_id.id,
            "partner_email": self.email,
            "user_id": lead.id,
            "priority": "2",
        }

    def _get_lead(self):
        """Return who is told of a low score: the team's lead, else who settled the ticket.

        :rtype: res.users
        """
        people = (self.ticket_id.team_id.user_id, self.user_id)
        fit = [user for user in people if user.active and self.company_id in user.company_ids]
        return fit[0] if fit else self.env["res.users"]

    def _note_answer(self, told=None):
        """Write an answer on the ticket as a note.

        :param told: ``res.users`` who is notified of it
        """
        body = self._render_answer()
        if told:
            self.ticket_id.message_post(body=body, partner_ids=told.partner_id.ids)
        else:
            self.ticket_id._message_log(body=body)

    def _render_answer(self):
        """Return an answer in one paragraph or two; what the customer wrote is text, never markup.

        :rtype: Markup
        """
        return self.env["ir.qweb"]._render(
            "crm_support.satisfaction_note", {"question": self, "lines": self._get_lines()}
        )

    def _get_lines(self):
        return (self.comment or "").splitlines()
