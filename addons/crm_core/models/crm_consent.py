# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..exceptions import expected

COLORS = {"granted": 10, "withdrawn": 1, "requested": 3}


class CrmConsent(models.Model):
    """Who agreed to what, with the proof of it, and who took it back.

    One row is one decision about one address on one channel. Rows are added by ``_record`` and its companions alone and
    never change: what holds today is the last decision, what held on any other day can be read too.

    - A decision without a purpose covers all purposes but service; one without a company covers all companies.
    - A later decision about one purpose or one company reopens or closes this part alone.
    - ``requested`` is a question, no answer: it takes nothing away from what somebody has decided before.
    """

    _name = "crm.consent"
    _description = "Consent"
    _order = "date DESC, id DESC"
    _rec_names_search = ["address"]
    _log_access = False

    address = fields.Char(
        required=True,
        readonly=True,
        help="Normalised e-mail address, or telephone number with its country.",
    )
    channel = fields.Selection("_get_channels", required=True, readonly=True)
    purpose = fields.Selection(
        "_get_purposes",
        readonly=True,
        falsy_value_label="All but service",
        help="Empty: all purposes but service.",
    )
    decision = fields.Selection(
        [("requested", "To be confirmed"), ("granted", "Agreed"), ("withdrawn", "Withdrawn")],
        required=True,
        readonly=True,
    )
    date = fields.Datetime(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", readonly=True, ondelete="cascade", help="Empty: all companies."
    )
    # the proof
    source = fields.Selection(
        [
            ("form", "Form"),
            ("import", "Import"),
            ("agent", "Agent"),
            ("keyword", "Keyword"),
            ("link", "Link"),
            ("api", "Other program"),
        ],
        required=True,
        readonly=True,
    )
    wording = fields.Text(readonly=True, help="The text that the person was shown.")
    lang = fields.Char(string="Language", readonly=True, help="Language the text was shown in.")
    evidence = fields.Char(readonly=True, help="The page, the call or the document it stands on.")
    ip_hash = fields.Char(
        string="Fingerprint of the Internet Address",
        readonly=True,
        help="Tells whether two decisions came from the same place; the address itself is not kept.",
    )
    user_id = fields.Many2one("res.users", string="Recorded by", readonly=True, ondelete="set null")
    # what it was recorded on
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    res_model = fields.Char(readonly=True, export_string_translation=False)
    res_id = fields.Many2oneReference(
        model_field="res_model", readonly=True, export_string_translation=False
    )
    # chain of decisions: two processes that record the same one at the same time make the same key
    repeat_key = fields.Char(
        required=True, readonly=True, copy=False, export_string_translation=False
    )

    # an empty purpose says something too
    purpose_label = fields.Char(string="What For", compute="_compute_purpose_label")
    color = fields.Integer(compute="_compute_color", export_string_translation=False)
    # lets record rules say "addresses of contacts and leads that the user may read"
    is_of_readable_record = fields.Boolean(
        compute="_compute_is_of_readable_record",
        search="_search_is_of_readable_record",
        export_string_translation=False,
    )

    _decision_idx = models.Index("(address, channel, purpose, date, id)")
    _repeat_key_uniq = models.UniqueIndex("(repeat_key)")

    @api.model
    def _get_channels(self):
        return self.env["crm.dispatch"]._get_options("channel")

    @api.model
    def _get_purposes(self):
        return self.env["crm.dispatch"]._get_options("purpose")

    @api.depends("purpose_label", "channel", "decision")
    @api.depends_context("lang")
    def _compute_display_name(self):
        channels, decisions = self._get_labels("channel"), self._get_labels("decision")
        for consent in self:
            consent.display_name = self.env._(
                "%(purpose)s, %(channel)s: %(decision)s",
                purpose=consent.purpose_label,
                channel=channels.get(consent.channel, ""),
                decision=decisions.get(consent.decision, ""),
            )

    @api.depends("purpose")
    @api.depends_context("lang")
    def _compute_purpose_label(self):
        purposes = self._get_labels("purpose")
        for consent in self:
            consent.purpose_label = purposes.get(consent.purpose, self.env._("All but service"))

    def _get_labels(self, name):
        """Return the choices of a field in the user's language."""
        return dict(self._fields[name]._description_selection(self.env))

    @api.depends("decision")
    def _compute_color(self):
        for consent in self:
            consent.color = COLORS.get(consent.decision, 0)

    def _compute_is_of_readable_record(self):
        # sudo: crm.consent - the field is what the record rule asks
        readable = self.sudo().search(
            Domain("id", "in", self.ids) & self._get_readable_record_domain()
        )
        for consent in self:
            consent.is_of_readable_record = consent.id in readable._ids

    def _search_is_of_readable_record(self, operator, value):
        return self._get_readable_record_domain() if operator == "in" else NotImplemented

    def _get_readable_record_domain(self):
        """Return the condition on decisions about addresses of contacts and leads that the user may read himself.

        :rtype: Domain
        """
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                "(%s)", SQL(" OR ").join(self._get_readable_record_clauses(alias))
            )
        )

    def _get_readable_record_clauses(self, alias):
        """Yield one SQL condition a field that holds addresses: each finds its rows by an index of that field."""
        links = [("email_normalized", "address"), ("phone_sanitized", "address")]
        for model, columns in (
            ("res.partner", [*links, ("id", "partner_id")]),
            ("crm.lead", links),
        ):
            for column, ours in columns:
                records = self.env[model].sudo(False).with_context(active_test=False)
                query = records._search(Domain.TRUE)
                held = records._field_to_sql(query.table, column, query)
                query.add_where(SQL("%s = %s", held, SQL.identifier(alias, ours)))
                yield SQL("EXISTS (%s)", query.select())

    # -- ORM ---

    def write(self, vals):  # pylint: disable=method-required-super
        """Refuse: a decision that was taken stays what it was."""
        self.check_access("write")
        raise self._get_refusal()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise self._get_refusal()

    def _get_refusal(self):
        return expected(
            UserError(
                self.env._(
                    "Consents are a proof: they are never changed. Record a new one instead."
                )
            )
        )
