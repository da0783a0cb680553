# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.import_engine.isolation import isolate

AT_ONCE = 500


class CrmCadence(models.Model):
    """Who comes into a cadence by itself, and who must not."""

    _inherit = "crm.cadence"

    is_enrolling = fields.Boolean(
        "Enrols Leads by Itself",
        copy=False,
        help="Each minute, leads that meet the condition and were never in this cadence.",
    )
    rule_domain = fields.Char("Which Leads", default="[]", required=True)
    includes_existing = fields.Boolean(
        "Also Leads That Are There Already",
        help="Otherwise only leads that come in from the moment the rule is switched on.",
    )
    rule_since = fields.Datetime("Switched On", readonly=True, copy=False)
    rule_error = fields.Text("Not Used Because", readonly=True, copy=False)

    @api.constrains("rule_domain")
    def _check_rule_domain(self):
        for cadence in self:
            try:
                self.env["crm.lead"].search_count(literal_eval(cadence.rule_domain), limit=1)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition of %(name)s cannot be read: %(error)s",
                        name=cadence.name,
                        error=error,
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        return super().create(
            [
                {**values, "rule_since": now} if values.get("is_enrolling") else values
                for values in vals_list
            ]
        )

    def write(self, vals):
        if vals.get("is_enrolling"):
            fresh = self.filtered(lambda cadence: not cadence.is_enrolling)
            super(CrmCadence, fresh).write({"rule_since": fields.Datetime.now()})
        return super().write(vals)

    @api.model
    def _enroll_by_rules(self):
        """Enrol the leads that rules name, in committed batches.

        :return: whether there is time left
        :rtype: bool
        """
        ready = self.search([("is_enrolling", "=", True)]).filtered(lambda one: one._get_steps())
        for cadence in ready:
            while leads := cadence._find_matching():
                is_going_on = cadence._enroll_matching(leads)
                if not self.env["ir.cron"]._commit_progress(len(leads)):
                    return False
                if not is_going_on:
                    break
        return True

    def _enroll_matching(self, leads):
        """Enrol leads that the rule names; one that cannot be is noted with the reason, and holds up no other.

        :return: whether any of them is found no more
        :rtype: bool
        """

        def enroll(some):
            made = some._enroll_in_cadence(self, origin="rule")
            return {enrollment.lead_id: enrollment for enrollment in made}

        made, failed = isolate(self.env, enroll, leads)
        for lead, error in failed.items():
            self._remember_refused(lead, "failed", str(error)[:1000])
        return bool(made or failed)

    def _find_matching(self):
        """Return leads that the rule names and that can be enrolled; why not, where it cannot be read, is noted."""
        try:
            with self.env.cr.savepoint():
                leads = self.env["crm.lead"].search(
                    self._get_rule_domain(), limit=AT_ONCE, order="id"
                )
            error = False
        except Exception as problem:  # noqa: BLE001 - a field may have gone with its add-on
            leads, error = self.env["crm.lead"], str(problem) or type(problem).__name__
        if (self.rule_error or False) != error:
            self.rule_error = error
        refused = self._find_refusals(leads) if leads else {}
        # who refused once is not asked again each minute
        self._remember_refused(leads.filtered(lambda lead: lead.id in refused), "opt_out")
        return leads.filtered(lambda lead: lead.id not in refused)

    def _get_rule_domain(self):
        """Return the condition on leads that the rule enrols."""
        self.ensure_one()
        domain = Domain(literal_eval(self.rule_domain))
        domain &= Domain("active", "=", True) & Domain("won_status", "=", "pending")
        domain &= Domain("cadence_enrollment_ids", "not any", [("cadence_id", "=", self.id)])
        if self.company_id:
            domain &= Domain("company_id", "in", [self.company_id.id, False])
        if not self.includes_existing:
            domain &= Domain("create_date", ">=", self.rule_since or fields.Datetime.now())
        return domain

    def _remember_refused(self, leads, reason, detail=False):
        """Note leads that the rule named and that cannot be enrolled, as stopped from the start."""
        now = fields.Datetime.now()
        self.env["crm.cadence.enrollment"].create(
            [
                {
                    **lead._prepare_enrollment_values(self, "rule"),
                    "state": "stopped",
                    "reason": reason,
                    "reason_detail": detail,
                    "ended_at": now,
                }
                for lead in leads
            ]
        )

    # -- Who said no -----------------------------------------------------------------------------

    def _find_opted_out(self, leads):
        """Return the ids of leads that said no to what this cadence does, on any of its channels."""
        self.ensure_one()
        ledger = self.env["crm.dispatch"]
        known = dict(ledger._get_options("channel"))
        out = set()
        for channel in set(self._get_steps().mapped("kind")) & set(known):
            handler = ledger._get_channel(channel)
            addresses = {}
            for lead in leads:
                partner = handler._get_partner(lead)
                raw = handler._get_address(lead, partner)
                address = raw and handler._normalise_address(raw, lead, partner)
                if address:
                    addresses[lead.id] = address
            refused = self._find_refusing(channel, handler, leads, addresses)
            out |= {lead_id for lead_id, address in addresses.items() if address in refused}
        return out

    def _find_refusing(self, channel, handler, leads, addresses):
        """Return which of the addresses of leads are blacklisted or took their consent back."""
        blacklist, field = handler._get_blacklist()
        wanted = list(set(addresses.values()))
        refused = set()
        if blacklist and wanted:
            found = self.env[blacklist].search_fetch([(field, "in", wanted)], [field])
            refused |= set(found.mapped(field))
        for company, group in leads.grouped(
            lambda lead: lead.company_id or self.env.company
        ).items():
            own = list({addresses[lead.id] for lead in group if lead.id in addresses})
            if own:
                decided = self.env["crm.dispatch"]._get_decisions(
                    own, channel, self.purpose, company
                )
                refused |= {key for key, decision in decided.items() if decision == "withdrawn"}
        return refused
