# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class CrmDuplicate(models.Model):
    """Two records that may be the same, with what speaks for it; or that somebody said are not.

    Written in bulk by ``crm_duplicate_search.py``. A pair is kept once, smaller number first: what somebody says of one
    holds for the other too, for good.
    """

    _name = "crm.duplicate"
    _description = "Possible Duplicate"
    _order = "score desc, id"
    _rec_name = "reason"
    _log_access = False

    res_model = fields.Char("Model", required=True, readonly=True)
    low_id = fields.Integer("First Record", required=True, readonly=True, aggregator=None)
    high_id = fields.Integer("Second Record", required=True, readonly=True, aggregator=None)
    score = fields.Integer(readonly=True, aggregator="max")
    reasons = fields.Json(readonly=True)
    reason = fields.Char("What Matches", compute="_compute_reason")
    state = fields.Selection(
        [("open", "To decide"), ("different", "Not duplicates")], required=True, readonly=True
    )
    group_id = fields.Many2one(
        "crm.duplicate.group", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", string="Said By", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _pair_uniq = models.UniqueIndex("(res_model, low_id, high_id)")

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reason(self):
        for pair in self:
            pair.reason = self._explain(pair.reasons or {})

    @api.model
    def _explain(self, reasons):
        """Return in one line what two records have in common.

        :param dict reasons: ``{criterion: what both have, or how alike they are in per cent}``
        """
        _ = self.env._
        sentences = {
            "email": lambda value: _("same e-mail %s", value),
            "mailbox": lambda value: _("same shared mailbox %s", value),
            "phone": lambda value: _("same phone %s", value),
            "vat": lambda value: _("same tax number %s", value),
            "registry": lambda value: _("same registration number %s", value),
            "domain": lambda value: _("same e-mail domain %s", value),
            "customer": lambda value: _("same customer"),
            "name": lambda value: _("name %s %% alike", value),
            "address": lambda value: _("same address"),
            "other_name": lambda value: _("but different names"),
            "other_country": lambda value: _("but in different countries"),
        }
        found = [
            sentence(reasons[name]) for name, sentence in sentences.items() if reasons.get(name)
        ]
        return ", ".join(found)

    @api.model
    def _set_different(self, res_model, ids):
        """Remember that records are not duplicates of one another.

        :param list[int] ids: two or more
        """
        numbers = sorted(ids)
        self.env.cr.execute_values(
            """INSERT INTO crm_duplicate (res_model, low_id, high_id, state, user_id) VALUES %s
               ON CONFLICT (res_model, low_id, high_id) DO UPDATE SET state = 'different', user_id = EXCLUDED.user_id, group_id = NULL""",
            [
                (res_model, low, high, "different", self.env.uid)
                for place, low in enumerate(numbers)
                for high in numbers[place + 1 :]
            ],
        )
        self.invalidate_model()

    @api.model
    def _is_different(self, res_model, res_id, ids):
        """Return those records of which somebody said that they are not the same as one.

        :rtype: set[int]
        """
        pairs = self.sudo().search(  # sudo: crm.duplicate - only that it was said
            [
                ("res_model", "=", res_model),
                ("state", "=", "different"),
                "|",
                "&", ("low_id", "=", res_id), ("high_id", "in", ids),
                "&", ("high_id", "=", res_id), ("low_id", "in", ids),
            ]
        )  # fmt: skip
        return {number for pair in pairs for number in (pair.low_id, pair.high_id)} - {res_id}
