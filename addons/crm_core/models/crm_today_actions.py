# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..exceptions import expected
from ..tools.today import agenda

HOME = "crm_core.crm_today_action"
LONGEST = 5000


class CrmToday(models.AbstractModel):
    """What the buttons do: each answers with the page as it is then, so that a slow line is asked once."""

    _inherit = "crm.today"

    @api.model
    def mark_done(self, activity_id, note="", next_day=None, next_summary=""):
        """Tick off an activity of one's own, as everywhere in Odoo, and plan the next one on the same record.

        :param int activity_id: the activity
        :param str note: what came of it, for the chatter
        :param str next_day: ISO date of the next activity; nothing is planned without it
        :param str next_summary: what the next one is; as the one that was done when it is left out
        :return: see :meth:`get_page`
        :raises UserError: it was done already, or the day is none
        """
        activity = self._get_own_activity(activity_id)
        day = next_day and self._check_day(next_day)
        values = self._prepare_next_values(activity, day, self._check_text(next_summary))
        activity.action_feedback(feedback=self._check_text(note) or False)
        if day:
            self.env["mail.activity"].create(values)
        return self.get_page()

    @api.model
    def reschedule(self, activity_id, day):
        """Put off an activity of one's own; a call that was promised for an hour is promised for nine in the morning.

        :param int activity_id: the activity
        :param str day: ISO date, today at the earliest
        :return: see :meth:`get_page`
        """
        activity = self._get_own_activity(activity_id)
        date = self._check_day(day)
        call = self.env["crm.call"].search(
            [("callback_activity_id", "=", activity.id), ("user_id", "=", self.env.uid)], limit=1
        )
        if call and call.callback_at:
            call.callback_at = self._get_day(self.env.user).to_utc(date, agenda.MORNING)
        else:
            activity.date_deadline = date
        return self.get_page()

    @api.model
    def plan_next(self, lead_id, summary, day):
        """Plan the next step of a deal.

        :param int lead_id: the deal
        :param str summary: what is to be done
        :param str day: ISO date
        :return: see :meth:`get_page`
        """
        self._check_seller()
        lead = self.env["crm.lead"].browse(self._check_id(lead_id)).exists()
        if not lead:
            raise expected(UserError(self.env._("This deal is gone.")))
        lead.check_access("write")
        lead.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self._check_day(day),
            summary=self._check_text(summary),
            user_id=self.env.uid,
            automated=False,
        )
        return self.get_page()

    @api.model
    def decide(self, approval_id, is_approved):
        """Approve or refuse that a deal enters a stage.

        :param int approval_id: the approval that was asked for
        :param bool is_approved: False refuses
        :return: see :meth:`get_page`
        """
        self._check_seller()
        approval = self.env["crm.stage.approval"].browse(self._check_id(approval_id)).exists()
        if not approval:
            raise expected(UserError(self.env._("Nobody asks for this approval any more.")))
        if is_approved:
            approval.action_approve()
        else:
            approval.action_refuse()
        return self.get_page()

    @api.model
    def make_home(self, is_home=True):
        """Open this page after logging in, or no longer.

        :return: whether it is so now
        :rtype: bool
        """
        self._check_seller()
        action = self.env.ref(HOME)
        if is_home:
            self.env.user.action_id = action.id
        elif self._is_home():
            self.env.user.action_id = False
        return self._is_home()

    @api.model
    def _is_home(self):
        return self.env.user.action_id.id == self.env.ref(HOME).id

    # -- Checks ------------------------------------------------------------------------------------

    @api.model
    def _get_own_activity(self, activity_id):
        """Return an activity that the reader may tick off here.

        :rtype: mail.activity
        :raises UserError: it was done, or is gone
        :raises AccessError: it is somebody else's
        """
        self._check_seller()
        activity = self.env["mail.activity"].browse(self._check_id(activity_id)).exists()
        if not activity or not activity.sudo().active:  # sudo: mail.activity - whether it is done
            raise expected(
                UserError(self.env._("This was done already, by you or by somebody else."))
            )
        owner = activity.sudo().user_id  # sudo: mail.activity - whose it is
        if owner and owner != self.env.user:
            raise AccessError(self.env._("This is the work of somebody else."))
        if not owner:
            activity.check_access("write")
        return activity

    @api.model
    def _check_id(self, id_):
        if not isinstance(id_, int) or isinstance(id_, bool) or not 0 < id_ < 2**31:
            raise expected(UserError(self.env._("There is no such record.")))
        return id_

    @api.model
    def _check_text(self, text):
        """Return a text as it was typed, without the space around it."""
        if text and not isinstance(text, str):
            raise expected(UserError(self.env._("This is no text.")))
        return (text or "").strip()[:LONGEST]

    @api.model
    def _check_day(self, day):
        """Return a day from today on.

        :rtype: date
        """
        try:
            date = fields.Date.to_date(day)
        except (TypeError, ValueError):
            date = None
        if not date:
            raise expected(UserError(self.env._("Choose a day.")))
        if date < self._get_day(self.env.user).today:
            raise expected(UserError(self.env._("Choose a day that is still to come.")))
        return date

    @api.model
    def _prepare_next_values(self, activity, day, summary):
        """Return the values of the activity that follows on one that is done."""
        return {
            "res_model_id": activity.res_model_id.id,
            "res_id": activity.res_id,
            "activity_type_id": activity.activity_type_id.id,
            "summary": summary or activity.summary,
            "date_deadline": day,
            "user_id": self.env.uid,
        }
