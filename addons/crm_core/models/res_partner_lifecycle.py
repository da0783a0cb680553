# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..exceptions import expected

LIFECYCLES = [
    ("lead", "Lead"),
    ("prospect", "Prospect"),
    ("customer", "Customer"),
    ("lost", "Lost"),
]
BADGE_TONES = {"customer": "good", "lost": "warning"}


class ResPartner(models.Model):
    """Where a company or a person stands: lead, prospect, customer, lost.

    It follows what happens: the first lead, an open opportunity, a won deal, a confirmed order or an invoice; lost when all deals are
    lost, or a customer has bought nothing for long. What somebody sets by hand holds until something newer makes it a customer.
    A contact of a company stands where its company stands. What is decided is explained by the record it stands on.
    """

    _inherit = "res.partner"

    crm_lifecycle = fields.Selection(
        LIFECYCLES,
        "Lifecycle",
        copy=False,
        falsy_value_label="No Deal Yet",
        help="Follows deals, orders and invoices by itself. What you set here holds until the next sale.",
    )
    crm_lifecycle_date = fields.Date("Lifecycle Since", readonly=True, copy=False)
    crm_lifecycle_model = fields.Char(readonly=True, copy=False, export_string_translation=False)
    crm_lifecycle_res_id = fields.Many2oneReference(
        model_field="crm_lifecycle_model",
        readonly=True,
        copy=False,
        export_string_translation=False,
    )
    crm_lifecycle_set_at = fields.Datetime("Lifecycle Set by Hand", readonly=True, copy=False)
    crm_lifecycle_reason = fields.Char("Why", compute="_compute_crm_lifecycle_reason")

    @api.depends(
        "crm_lifecycle", "crm_lifecycle_date", "crm_lifecycle_res_id", "crm_lifecycle_set_at"
    )
    @api.depends_context("lang", "uid")
    def _compute_crm_lifecycle_reason(self):
        for partner in self:
            partner.crm_lifecycle_reason = (
                partner._get_lifecycle_sentence() if partner.crm_lifecycle else False
            )

    def _get_lifecycle_sentence(self):
        """Return in one sentence since when the contact stands where it stands, and why."""
        labels = dict(self._fields["crm_lifecycle"]._description_selection(self.env))
        values = {
            "state": labels[self.crm_lifecycle],
            "date": format_date(self.env, self.crm_lifecycle_date)
            if self.crm_lifecycle_date
            else "",
            "record": self._get_lifecycle_record_name(),
        }
        if self.crm_lifecycle_set_at:
            return self.env._("%(state)s since %(date)s: set by hand", **values)
        if values["record"]:
            return self.env._("%(state)s since %(date)s: %(record)s", **values)
        return self.env._("%(state)s since %(date)s", **values)

    def _get_lifecycle_record_name(self):
        """Return the name of what it stands on, when the reader may read it."""
        model = self.crm_lifecycle_model
        if not model or model not in self.env or not self.crm_lifecycle_res_id:
            return ""
        record = self.env[model].browse(self.crm_lifecycle_res_id).exists()
        return record.display_name if record and record.has_access("read") else ""

    def _get_customer_badges(self):
        badges = super()._get_customer_badges()
        if self.crm_lifecycle:
            labels = dict(self._fields["crm_lifecycle"]._description_selection(self.env))
            tone = BADGE_TONES.get(self.crm_lifecycle, "neutral")
            badges.append({"name": labels[self.crm_lifecycle], "tone": tone})
        return badges

    @api.model_create_multi
    def create(self, vals_list):
        """Note that somebody gave it."""
        for vals in vals_list:
            if vals.get("crm_lifecycle"):
                vals.update(self._prepare_lifecycle_by_hand(vals["crm_lifecycle"]))
        return super().create(vals_list)

    def write(self, vals):
        """Note that somebody set it by hand."""
        if "crm_lifecycle" in vals and "crm_lifecycle_date" not in vals:
            vals = {**vals, **self._prepare_lifecycle_by_hand(vals["crm_lifecycle"])}
        return super().write(vals)

    @api.model
    def _prepare_lifecycle_by_hand(self, state):
        """Return the values that go with a state that somebody set."""
        return {
            "crm_lifecycle_date": state and fields.Date.context_today(self),
            "crm_lifecycle_model": False,
            "crm_lifecycle_res_id": False,
            "crm_lifecycle_set_at": state and fields.Datetime.now(),
        }

    def action_follow_lifecycle(self):
        """Let the lifecycle follow deals, orders and invoices again."""
        self.check_access("write")
        if not self:
            raise expected(UserError(self.env._("Choose contacts first.")))
        self.write({"crm_lifecycle": False})
        self._update_lifecycle()

    # -- What it follows -------------------------------------------------------------------------

    def _update_lifecycle(self):
        """Bring contacts in line with what happened to their companies, by one statement.

        :return: the number of contacts that moved
        :rtype: int
        """
        ids = self.commercial_partner_id.ids
        if not ids:
            return 0
        for model in (
            "res.partner",
            "crm.lead",
            *(one[0] for one in self._get_lifecycle_documents()),
        ):
            if model in self.env:
                self.env[model].flush_model()
        self.env.cr.execute(self._get_lifecycle_sql(ids))
        moved = self.env.cr.rowcount
        if moved:
            self.env["res.partner"].invalidate_model(
                [name for name in self._fields if name.startswith("crm_lifecycle")]
            )
        return moved

    @api.model
    def _get_lifecycle_sql(self, ids):
        """Return the statement that moves the contacts of some companies.

        The first fact of the highest rank says since when: a customer since the first sale. A customer lapses by the last one.
        """
        return SQL(
            """
            WITH fact(partner_id, state, at, model, res_id) AS (%(facts)s),
            chosen AS (
                SELECT DISTINCT ON (partner_id) partner_id, state, at::date AS date, model, res_id,
                       max(at) FILTER (WHERE state = 'customer') OVER (PARTITION BY partner_id) AS last_sale,
                       bool_or(state IN ('prospect', 'lead')) OVER (PARTITION BY partner_id) AS is_open
                  FROM fact
              ORDER BY partner_id, array_position(ARRAY['customer', 'prospect', 'lead', 'lost'], state),
                       CASE WHEN state = 'lost' THEN NULL ELSE at::date END, at::date DESC, res_id
            ),
            place AS (
                SELECT partner_id, model, res_id, last_sale,
                       CASE WHEN is_lapsed THEN 'lost' ELSE state END AS state,
                       CASE WHEN is_lapsed THEN last_sale::date + %(lapse)s ELSE date END AS date
                  FROM (SELECT *, state = 'customer' AND NOT is_open AND last_sale::date < %(today)s - %(lapse)s AS is_lapsed FROM chosen) AS c
            )
            UPDATE res_partner AS p
               SET crm_lifecycle = place.state, crm_lifecycle_date = place.date, crm_lifecycle_model = place.model,
                   crm_lifecycle_res_id = place.res_id, crm_lifecycle_set_at = NULL
              FROM unnest(%(ids)s) AS company(id) LEFT JOIN place ON place.partner_id = company.id
             WHERE p.commercial_partner_id = company.id
               AND (p.crm_lifecycle_set_at IS NULL OR place.state = 'customer' AND place.last_sale > p.crm_lifecycle_set_at)
               AND (p.crm_lifecycle, p.crm_lifecycle_date, p.crm_lifecycle_res_id) IS DISTINCT FROM (place.state, place.date, place.res_id)
            """,
            ids=ids,
            facts=SQL(" UNION ALL ").join(self._get_lifecycle_facts(ids)),
            lapse=timedelta(days=self._get_lifecycle_lapse_days()).days,
            today=fields.Date.today(),
        )

    @api.model
    def _get_lifecycle_lapse_days(self):
        """Return after how many days without a sale a customer counts as lost."""
        parameters = self.env["ir.config_parameter"].sudo()  # sudo: a setting of the database
        return max(1, int(parameters.get_param("crm_core.lifecycle_lapse_months", 24))) * 30

    @api.model
    def _get_lifecycle_facts(self, ids):
        """Return SQL selects of what moves companies: ``(company id, state, moment in UTC, model, record id)``.

        :param list[int] ids: the companies (commercial partners)
        :rtype: list[SQL]
        """
        facts = [
            SQL(
                """SELECT p.commercial_partner_id,
                          CASE WHEN l.won_status = 'won' THEN 'customer' WHEN l.won_status = 'lost' OR NOT l.active THEN 'lost'
                               WHEN l.type = 'opportunity' THEN 'prospect' ELSE 'lead' END,
                          COALESCE(CASE WHEN l.won_status IN ('won', 'lost') THEN l.date_closed END, l.create_date), 'crm.lead', l.id
                     FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id
                    WHERE p.commercial_partner_id = ANY(%s)""",
                ids,
            )
        ]
        for model, date, condition in self._get_lifecycle_documents():
            if model in self.env:
                facts.append(self._get_document_facts(model, date, condition, ids))
        return facts

    @api.model
    def _get_lifecycle_documents(self):
        """Return which documents make a customer: model, its date, and an SQL condition on its row ``d``.

        An invoice that was reversed entirely makes none.
        """
        return [
            ("sale.order", "date_order", SQL("d.state = 'sale'")),
            (
                "account.move",
                "invoice_date",
                SQL(
                    "d.state = 'posted' AND d.move_type = 'out_invoice' AND d.payment_state IS DISTINCT FROM 'reversed'"
                ),
            ),
        ]

    @api.model
    def _get_document_facts(self, model, date, condition, ids):
        # a day alone says nothing of the hour: on the day on which it was entered, that is known
        return SQL(
            """SELECT p.commercial_partner_id, 'customer',
                      CASE WHEN %(date)s::date = d.create_date::date THEN GREATEST(%(date)s, d.create_date)
                           ELSE COALESCE(%(date)s, d.create_date) END, %(model)s, d.id
                 FROM %(table)s d JOIN res_partner p ON p.id = d.partner_id
                WHERE p.commercial_partner_id = ANY(%(ids)s) AND %(condition)s""",
            date=SQL("%s::timestamp", SQL.identifier("d", date)),
            model=model,
            table=SQL.identifier(self.env[model]._table),
            ids=ids,
            condition=condition,
        )
