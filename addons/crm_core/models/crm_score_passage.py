# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..tools.import_engine.isolation import isolate

AT_ONCE = 50


class CrmScorePassage(models.Model):
    """A lead that reached a limit, and what was done then: each pair once, kept by the database."""

    _name = "crm.score.passage"
    _description = "Lead at a Score Limit"
    _order = "id desc"
    _log_access = False
    _rec_name = "lead_id"

    limit_id = fields.Many2one(
        "crm.score.limit", required=True, readonly=True, ondelete="cascade", index=True
    )
    lead_id = fields.Many2one(
        "crm.lead", required=True, readonly=True, ondelete="cascade", index=True
    )
    points = fields.Integer(required=True, readonly=True)
    passed_at = fields.Datetime("Reached On", required=True, readonly=True)
    state = fields.Selection(
        [
            ("before", "Was there before"),
            ("todo", "To do"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Text(readonly=True)

    _pair_unique = models.Constraint("UNIQUE(limit_id, lead_id)", "A lead reaches a limit once.")
    _todo_idx = models.Index("(id) WHERE state = 'todo'")

    @api.model
    def _work_off(self):
        """Do what the limits ask for, in committed batches; a lead that resists is left with its reason.

        :return: whether all is done
        :rtype: bool
        """
        # sudo: crm.score.passage - what the limits ask for is done in the name of the system
        passages = self.sudo()
        while todo := passages.search([("state", "=", "todo")], order="id", limit=AT_ONCE):
            _done, refused = isolate(self.env, lambda some: some._act(), todo)
            for passage, error in refused.items():
                passage.write({"state": "failed", "reason": str(error)})
            if not self.env["ir.cron"]._commit_progress(len(todo)):
                return False
        return True

    def _act(self):
        for passage in self:
            limit, lead = passage.limit_id, passage.lead_id
            if limit.is_converting and lead.type == "lead":
                lead.convert_opportunity(lead.partner_id)
            if limit.team_id and not lead.user_id and lead.team_id != limit.team_id:
                lead.team_id = limit.team_id
            passage._plan()
            passage._tell()
        self.write({"state": "done"})

    def _get_people(self):
        """Return whom the limit names beside the salesperson, as far as they work in the company of the lead."""
        company = self.lead_id.company_id
        people = self.limit_id.user_ids.filtered("active")
        return people.filtered(lambda user: not company or company in user.company_ids)

    def _plan(self):
        limit, lead = self.limit_id, self.lead_id
        if limit.activity_type_id:
            user = lead.user_id or limit.team_id.user_id or self._get_people()[:1]
            lead.activity_schedule(
                activity_type_id=limit.activity_type_id.id,
                summary=limit.with_context(lang=user.lang).activity_summary,
                user_id=user.id,
            )

    def _tell(self):
        """Tell people inside the company; nothing leaves to the customer."""
        limit, lead = self.limit_id, self.lead_id
        people = self._get_people()
        if limit.is_owner_told:
            people |= lead.user_id
        for lang, users in people.filtered("active").grouped("lang").items():
            there = self.with_context(lang=lang)
            lead.with_context(lang=lang).message_notify(
                partner_ids=users.partner_id.ids,
                subject=there.env._("%s is worth a look", lead.name),
                body=there.env._(
                    "%(lead)s has %(points)s points: %(limit)s.",
                    lead=lead.name,
                    points=self.points,
                    limit=there.limit_id.name,
                ),
            )
