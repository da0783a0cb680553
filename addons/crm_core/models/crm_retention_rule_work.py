# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import dataclasses

from odoo import api, fields, models

from .crm_retention_rule import BATCH


class CrmRetentionRule(models.Model):
    """The night's work: a batch, a commit; the cursor tells where a killed run stood."""

    _inherit = "crm.retention.rule"

    @api.model
    def _cron_apply(self):
        cron = self.env["ir.cron"]
        rules = self.search([("active", "=", True)])
        cron._commit_progress(remaining=len(rules))
        for rule in rules:
            is_through = False
            while not is_through:
                is_through = rule._apply_batch()
                if not cron._commit_progress(int(is_through)) and not is_through:
                    return

    def _apply_batch(self):
        """Take the next records.

        :return: whether none is left for tonight
        :rtype: bool
        """
        records = self._get_due_records(limit=BATCH)
        if not records:
            self.write({"cursor": 0, "last_run": fields.Datetime.now()})
            return True
        errors = self._apply_to(records)
        self.env["crm.retention.log"].create(
            {
                "rule_id": self.id,
                "record_count": len(records) - len(errors),
                "error_count": len(errors),
                "error": "\n".join(f"#{one}: {text}" for one, text in errors.items()) or False,
            }
        )
        self.cursor = records.ids[-1]
        return False

    def _apply_to(self, records):
        """Erase or delete records, and what hangs on them.

        :return: errors, ``{id: sentence}``
        :rtype: dict
        """
        # sudo: any model - the rule is the database's
        privacy = self.env["crm.privacy"].sudo()
        declaration = self._get_declaration()
        if self.action == "delete":
            return privacy._erase(dataclasses.replace(declaration, erasure="delete"), records.ids)
        if keys := self._get_keys(records):
            for other in privacy._get_installed_declarations():
                self._apply_to_hanging(privacy, other, keys)
        return privacy._erase(declaration, records.ids)

    def _apply_to_hanging(self, privacy, declaration, keys):
        """Erase what another model holds about the records."""
        if declaration.model == self.model or not declaration.found_by:
            return
        model = privacy.env[declaration.model].with_context(active_test=False)
        ids = list(model._search(privacy._get_found_domain(declaration, keys)))
        if ids and declaration.erasure != "keep":
            privacy._erase(declaration, ids)

    def _get_keys(self, records):
        """Return the keys of what hangs on records of a person: nothing is looked for by address, others may share it."""
        keys = {"partners": [], "leads": [], "emails": [], "phones": [], "names": []}
        key = self.env["crm.privacy"]._get_record_models().get(self.model)
        return keys | {key: records.ids} if key else None

    @api.model
    def _adopt_ledger_parameter(self):
        """Take over how long messages are kept from the system parameter that said it before there were rules."""
        parameters = self.env["ir.config_parameter"].sudo()  # sudo: an installation
        days = parameters.get_param("crm_core.dispatch_retention_days")
        rule = self.env.ref("crm_core.crm_retention_rule_dispatch", raise_if_not_found=False)
        if days and rule:
            rule.write({"age": max(90, int(days)), "age_unit": "day"})
            parameters.search([("key", "=", "crm_core.dispatch_retention_days")]).unlink()
