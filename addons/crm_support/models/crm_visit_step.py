# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_core.exceptions import expected

from .crm_visit import OPEN

LEAD = "crm_support.group_crm_support_lead"
CANCEL_REASONS = [
    ("customer", "The Customer Called It Off"),
    ("absent", "Nobody Was There"),
    ("us", "We Cannot Come"),
    ("settled", "Settled Otherwise"),
    ("other", "Other"),
]


class CrmVisit(models.Model):
    """The steps of a visit: on the way, checked in, checked out, or cancelled with a reason."""

    _inherit = "crm.visit"

    date_left = fields.Datetime("On the Way since", readonly=True, copy=False)
    date_on_site = fields.Datetime("Checked In", readonly=True, copy=False)
    date_done = fields.Datetime("Checked Out", readonly=True, copy=False, index="btree_not_null")
    date_cancelled = fields.Datetime("Cancelled on", readonly=True, copy=False)
    cancel_reason = fields.Selection(
        CANCEL_REASONS, string="Why Cancelled", readonly=True, copy=False, tracking=True
    )
    cancel_detail = fields.Char("Cancelled because", readonly=True, copy=False)
    hours_on_site = fields.Float(
        compute="_compute_hours_on_site", store=True, aggregator="sum", readonly=True
    )

    @api.depends("date_on_site", "date_done")
    def _compute_hours_on_site(self):
        for visit in self:
            spent = visit.date_done and visit.date_on_site and visit.date_done - visit.date_on_site
            visit.hours_on_site = spent.total_seconds() / 3600 if spent else 0

    # -- Actions -----------------------------------------------------------------------------------

    def action_leave(self):
        """Say that one is on the way."""
        visit = self._take_step("planned")
        visit.write({"state": "on_way", "date_left": fields.Datetime.now()})
        return True

    def action_check_in(self, position=None):
        """Say that one is with the customer; the worksheet is ready from then on.

        :param dict position: see ``_prepare_position_values``
        """
        visit = self._take_step("planned", "on_way")
        values = visit._prepare_position_values("check_in", position)
        visit.write({"state": "on_site", "date_on_site": fields.Datetime.now(), **values})
        visit._make_worksheet()
        return True

    def action_check_out(self, position=None):
        """End the visit: all that has to be is answered, and signed or said why not.

        :param dict position: see ``_prepare_position_values``
        :raises UserError: with what is missing
        """
        visit = self._take_step("on_site")
        if missing := visit._get_missing():
            raise expected(UserError("\n".join(missing)))
        values = visit._prepare_position_values("check_out", position)
        visit.write(
            {
                "state": "done",
                "date_done": fields.Datetime.now(),
                "is_locked": True,
                "is_first_time_fix": visit._is_first_time_fix(),
                **values,
            }
        )
        visit._reserve()
        visit._after_done()
        return True

    def action_cancel(self):
        """Ask why, and cancel."""
        self.ensure_one()
        self.check_access("write")
        return self._ask_reason("cancel", self.env._("Cancel the Visit"))

    def _ask_reason(self, purpose, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "crm.visit.reason",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_visit_id": self.id, "default_purpose": purpose},
        }

    # -- Business ----------------------------------------------------------------------------------

    def _take_step(self, *states):
        """Return this visit to be written by one of its steps, locked against another one at the same time.

        :param states: from which states the step is possible
        :raises AccessError: for who may not write on it
        :raises UserError: in another state
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state", "is_locked"])
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise expected(UserError(self.env._("This visit is: %s.", labels[self.state])))
        # sudo: crm.visit - written by its steps only
        return self.sudo()

    def _get_missing(self, *, with_signature=True):
        """Return what stands against the end of this visit, in sentences.

        :param bool with_signature: whether the customer had to sign by now

        :rtype: list[str]
        """
        self.ensure_one()
        missing = []
        if lacking := self._get_unanswered():
            names = ", ".join(lacking.mapped("name"))
            missing.append(self.env._("Please answer first: %s.", names))
        if not self.outcome:
            missing.append(self.env._("Please say what came of it: solved, or to come back."))
        has_word = self.signature or (self.no_signature_reason or "").strip()
        if with_signature and self.type_id.is_signature_needed and not has_word:
            missing.append(
                self.env._("Please let the customer sign, or say why there is no signature.")
            )
        return missing

    def _is_first_time_fix(self):
        """Return whether this visit solves its ticket, and no other one was there before."""
        earlier = self.ticket_id.visit_ids.filtered(lambda visit: visit.state == "done") - self
        return self.outcome == "solved" and not earlier

    def _after_done(self):
        """Do what follows when a visit took place; other parts of the suite extend it."""
        for visit in self.filtered("ticket_id"):
            visit.ticket_id._note_visit(visit)

    def _cancel(self, reason, detail=""):
        """Cancel visits that are to come: the time is free again, and the calendar knows.

        :param str reason: one of ``CANCEL_REASONS``
        :param str detail: in words
        """
        # sudo: crm.visit - written by its steps only
        coming = self.sudo().filtered(lambda visit: visit.state in OPEN)
        coming.write(
            {
                "state": "cancelled",
                "cancel_reason": reason,
                "cancel_detail": detail,
                "date_cancelled": fields.Datetime.now(),
            }
        )
        coming._reserve()
        return coming
