# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import RedirectWarning, ValidationError

from ..exceptions import expected
from ..tools.import_engine import is_bulk


class CrmLead(models.Model):
    """Winning, losing and reopening: reasons where the company requires them, and a history that reopening does not erase."""

    _inherit = "crm.lead"

    won_reason_id = fields.Many2one(
        "crm.won.reason",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        copy=False,
    )
    outcome_ids = fields.One2many("crm.lead.outcome", "lead_id", string="Outcomes", readonly=True)
    outcome_count = fields.Integer(compute="_compute_outcome_count")

    @api.depends("outcome_ids")
    def _compute_outcome_count(self):
        counts = dict(
            self.env["crm.lead.outcome"]._read_group(
                [("lead_id", "in", self.ids)], ["lead_id"], ["__count"]
            )
        )
        for lead in self:
            lead.outcome_count = counts.get(lead._origin, 0)

    def _handle_won_lost(self, old_status_by_lead, new_status_by_lead):
        """Ask for the reason and keep the history whenever deals become won or lost, or stop being so."""
        result = super()._handle_won_lost(old_status_by_lead, new_status_by_lead)
        closed, reopened = self.browse(), self.browse()
        for lead in self:
            old = self._get_result(old_status_by_lead.get(lead.id))
            new = self._get_result(new_status_by_lead.get(lead.id))
            if old and old != new:
                reopened |= lead
            if new and old != new:
                closed |= lead
        if not reopened and not closed:
            return result
        # a stage that stops being a won one reopens its deals without passing here: their outcome is closed late
        (reopened | closed)._close_outcomes()
        closed._check_closing_reasons(existing=old_status_by_lead)
        (reopened | closed)._convert_again()
        closed._create_outcomes()
        for lead in reopened | closed:
            lead.forecast_category = lead._get_stage_forecast_category()
        return result

    @api.model
    def _get_result(self, status):
        """Return ``won``, ``lost`` or False for Odoo's pair of flags."""
        if not status:
            return False
        return "won" if status["is_won"] else "lost" if status["is_lost"] else False

    def _check_closing_reasons(self, existing):
        """Refuse a closing without the reason that the company requires.

        :param existing: ids of the deals that stood before; a new one has no form to complete yet
        :raises ValidationError: naming the deals; for one won deal with a button that asks for the reason
        """
        lost = self.filtered(
            lambda lead: (
                lead.won_status == "lost"
                and not lead.lost_reason_id
                and lead._get_closing_company().crm_require_lost_reason
            )
        )
        if lost:
            raise expected(
                ValidationError(
                    self.env._(
                        "Please give the reason why it was lost: %s", ", ".join(lost.mapped("name"))
                    )
                )
            )
        won = self.filtered(
            lambda lead: (
                lead.won_status == "won"
                and not lead.won_reason_id
                and lead._get_closing_company().crm_require_won_reason
            )
        )
        if not won:
            return
        message = self.env._(
            "Please give the reason why it was won: %s", ", ".join(won.mapped("name"))
        )
        if len(won) == 1 and won.id in existing and not self.env.context.get("import_file"):
            action = self.env.ref("crm_core.crm_lead_stage_move_action")
            context = {"default_lead_id": won.id, "default_stage_id": won.stage_id.id}
            raise expected(
                RedirectWarning(message, action.id, self.env._("Give the reason…"), context)
            )
        raise expected(ValidationError(message))

    def _get_closing_company(self):
        self.ensure_one()
        return self.company_id or self.env.company

    def _create_outcomes(self):
        # sudo: crm.lead.outcome - history is written by the system alone
        self.env["crm.lead.outcome"].sudo().create(
            [lead._prepare_outcome_values() for lead in self]
        )

    def _prepare_outcome_values(self):
        """Return the values of the outcome to record for this closed deal.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "lead_id": self.id,
            "result": self.won_status,
            "lost_reason_id": self.lost_reason_id.id if self.won_status == "lost" else False,
            "won_reason_id": self.won_reason_id.id if self.won_status == "won" else False,
            "stage_id": self.stage_id.id,
            "user_id": self._get_closer().id,
            "closed_at": self.date_closed or fields.Datetime.now(),
            "expected_revenue": self.expected_revenue,
            "is_rate_missing": self._is_unconverted(),
        }

    def _get_closer(self):
        """Return who closed this deal: the user at work; its salesperson where the server works by itself, or an import tells of it.

        :rtype: res.users
        """
        self.ensure_one()
        is_told = self.env.uid == SUPERUSER_ID or is_bulk(self)
        return (is_told and self.user_id) or self.env.user

    def _close_outcomes(self):
        """Mark the present outcome as reopened; the reason it was closed for stays in the history."""
        if not self:
            return
        # sudo: crm.lead.outcome - history is written by the system alone
        present = (
            self.env["crm.lead.outcome"]
            .sudo()  # sudo: history, by the system alone
            .search([("lead_id", "in", self.ids), ("reopened_at", "=", False)])
        )
        present.write({"reopened_at": fields.Datetime.now()})
        present.flush_recordset(
            ["reopened_at"]
        )  # before the next outcome is inserted: the index allows one at a time

    def write(self, vals):
        """Keep the recorded reason in line when it is corrected after the closing."""
        result = super().write(vals)
        if {"lost_reason_id", "won_reason_id"} & vals.keys():
            self._correct_outcome_reasons()
        return result

    def _correct_outcome_reasons(self):
        closed = self.filtered(lambda lead: lead.won_status in ("won", "lost"))
        # sudo: crm.lead.outcome - history is written by the system alone
        outcomes = (
            self.env["crm.lead.outcome"]
            .sudo()  # sudo: history, by the system alone
            .search([("lead_id", "in", closed.ids), ("reopened_at", "=", False)])
        )
        for outcome in outcomes:
            lead = outcome.lead_id
            if (
                outcome.result == "lost"
                and lead.lost_reason_id
                and outcome.lost_reason_id != lead.lost_reason_id
            ):
                outcome.lost_reason_id = lead.lost_reason_id
            elif (
                outcome.result == "won"
                and lead.won_reason_id
                and outcome.won_reason_id != lead.won_reason_id
            ):
                outcome.won_reason_id = lead.won_reason_id

    def action_set_lost(self, **additional_values):
        """Give the reason before Odoo archives the deal: at probability 0 it is lost from that moment."""
        if additional_values.get("lost_reason_id"):
            self.write({"lost_reason_id": additional_values["lost_reason_id"]})
        return super().action_set_lost(**additional_values)

    def _merge_get_fields_specific(self):
        """A merged deal keeps the reason of the one it goes on as, when that is won."""
        return {
            **super()._merge_get_fields_specific(),
            "won_reason_id": lambda fname, leads: (
                leads[:1].won_reason_id if leads[:1].won_status == "won" else False
            ),
        }

    def action_view_outcomes(self):
        """Open the history of this deal's closings."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("crm_core.crm_lead_outcome_action")
        return dict(action, domain=[("lead_id", "=", self.id)])
