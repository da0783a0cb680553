# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ..tools.privacy import PersonalData

#: models that hold what the company set up, nothing about its customers
SET_UP = {
    "crm.pipeline": ("name", "description"),
    "crm.pipeline.template": ("name", "description"),
    "crm.pipeline.template.stage": ("name", "required_fields", "requirements"),
    "crm.stage.requirement": ("name", "property_name"),
    "crm.won.reason": ("name",),
    "crm.consent.failure": ("ip_hash",),
    "crm.mail.receipt": ("fingerprint",),
    "crm.import.mapping": ("columns", "entity", "header_key", "name", "source"),
    "crm.sms.gateway": (
        "error_path", "error_text", "incoming_from_field", "incoming_id_field", "incoming_text_field", "list_path", "name", "ref_path",
        "report_delivered_words", "report_detail_field", "report_failed_words", "report_ref_field", "report_status_field", "secret",
        "secret_header", "sender", "signature_header", "signature_secret", "success_text", "template", "token", "token_url", "url",
        "username",
    ),
    "crm.sms.gateway.parameter": ("name", "value"),
    "crm.whatsapp.account": (
        "access_token", "api_url", "app_secret", "business_account_id", "display_phone_number", "last_error", "name",
        "phone_number_id", "quality_rating", "verified_name", "verify_token", "webhook_token",
    ),
    "crm.whatsapp.template": (
        "body", "buttons", "components", "footer", "header", "header_format", "header_link", "language", "name", "rejected_reason",
        "template_uid",
    ),
    "crm.whatsapp.template.variable": ("fallback", "name"),
    "sms.tracker": ("crm_sms_reference",),
    "crm.retention.rule": ("name", "domain", "last_error"),
    "crm.retention.log": ("error",),
    "crm.privacy.request": ("name", "email", "phone", "keys", "reason", "error", "fingerprint"),
    "res.partner": ("crm_lifecycle_model",),
    "crm.privacy.request.line": ("model", "kind", "note", "error"),
    "crm.metric": (
        "code", "customer_path", "date_field", "definition", "domain", "field_path", "name", "pipeline_path", "salesperson_path",
        "since_path", "team_path", "weight_field",
    ),
    "crm.document.tag": ("name",),
    "crm.routing.kind": ("model", "name"),
    "crm.routing.skill": ("name",),
    "crm.routing.territory": ("name", "postcodes"),
    "crm.routing.queue": ("name",),
    "crm.routing.item": ("considered", "res_model", "returned_user_ids"),
    "crm.routing.decision": ("considered", "language", "res_model", "skill_ids"),
    "crm.competitor": ("name", "strengths", "weaknesses", "website"),
    "crm.deal.role": ("name",),
    "crm.score.rule": ("domain", "error", "name"),
    "crm.score.limit": ("activity_summary", "domain", "error", "name"),
}  # fmt: skip


class CrmPrivacy(models.AbstractModel):
    """What the models of this add-on hold on a person."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *super()._get_declarations(),
            *(PersonalData(model, impersonal=names) for model, names in SET_UP.items()),
            *self._get_ledger_declarations(),
            *self._get_whatsapp_declarations(),
            *self._get_import_declarations(),
            *self._get_merge_declarations(),
            PersonalData("crm.routing.item", mentions=("error",)),
            PersonalData("crm.score.passage", mentions=("reason",)),
            PersonalData(
                "crm.deal.contact",
                personal=("sentiment",),
                found_by=(("partner", "partner_id"),),
                erasure="delete",
                shown=("lead_id", "role_id"),
            ),
        ]

    def _get_ledger_declarations(self):
        return [
            PersonalData(
                "crm.dispatch.content",
                personal=("subject", "body", "text"),
                impersonal=("email_from", "email_layout_xmlid", "lang", "reply_to", "res_model"),
                found_by=(("only_dispatch", "dispatch_ids"),),
                mentions=("subject", "body", "text"),
                shown=("create_date",),
            ),
            PersonalData(
                "crm.letter.batch",
                personal=("document",),
                impersonal=("name", "document_name"),
                found_by=(("dispatch", "dispatch_ids"),),
                shown=("date",),
            ),
            PersonalData(
                "crm.dispatch",
                personal=("address", "person", "reason_detail"),
                impersonal=("lang", "provider_ref", "res_model", "source_model"),
                found_by=self._get_dispatch_ways(),
                mentions=("key",),
                shown=("date_scheduled", "channel", "purpose", "state"),
            ),
            PersonalData(
                "crm.consent",
                personal=("address", "evidence", "ip_hash"),
                impersonal=("lang", "repeat_key", "res_model"),
                found_by=self._get_dispatch_ways(),
                mentions=("wording",),
                shown=("date", "channel", "purpose", "decision", "source"),
            ),
            PersonalData(
                "crm.sms.incoming",
                personal=("number", "text"),
                impersonal=("provider_ref", "res_model"),
                found_by=(("phone", "number"), ("partner", "partner_id"), ("record", "res_model")),
                shown=("date",),
            ),
            PersonalData("crm.sms.report", impersonal=("reference",), mentions=("detail",)),
        ]

    def _get_dispatch_ways(self):
        return (
            ("email", "address"),
            ("phone", "address"),
            ("partner", "partner_id"),
            ("record", "res_model"),
        )

    @api.model
    def _find_by_dispatch(self, name, keys, _model):
        return Domain(name, "any!", self._get_dispatch_domain(keys))

    @api.model
    def _find_by_only_dispatch(self, name, keys, _model):
        """Find what was said to the person and to nobody else."""
        his = self._get_dispatch_domain(keys)
        return Domain(name, "any!", his) & ~Domain(name, "any!", ~his)

    @api.model
    def _get_dispatch_domain(self, keys):
        declared = {one.model: one for one in self._get_ledger_declarations()}
        return self._get_found_domain(declared["crm.dispatch"], keys)

    def _get_whatsapp_declarations(self):
        return [
            PersonalData(
                "crm.whatsapp.message",
                personal=(
                    "phone",
                    "profile",
                    "body",
                    "error_text",
                    "media_name",
                    "media_detail",
                    "media_uid",
                ),
                impersonal=("media_type", "reply_to", "res_model", "wamid"),
                found_by=(("phone", "phone"), ("partner", "partner_id"), ("record", "res_model")),
                shown=("create_date", "direction", "kind", "state"),
            ),
            PersonalData("crm.whatsapp.event", mentions=("payload", "reason")),
        ]

    def _get_import_declarations(self):
        return [
            PersonalData(
                "crm.import.entry",
                personal=("previous",),
                impersonal=("digest", "model", "module", "row_hash"),
                found_by=(("entry", "model"),),
                mentions=("name", "previous"),
                shown=("import_id", "row", "action"),
            ),
            PersonalData(
                "crm.import.issue",
                impersonal=("code", "column"),
                mentions=("arguments", "cells"),
            ),
            PersonalData(
                "crm.import.column", impersonal=("header", "target"), mentions=("samples",)
            ),
            PersonalData(
                "crm.import.file",
                impersonal=(
                    "delimiter",
                    "encoding",
                    "moments",
                    "refusal_arguments",
                    "refusal_code",
                    "sheet",
                    "sheet_names",
                    "source",
                ),
                found_by=(("imported", "id"),),
                erasure="keep",
                mentions=("name",),
                shown=("name", "create_date"),
                left=[("attachment_id.file_size", ">", 0)],
                reason="shared_file",
            ),
            PersonalData(
                "crm.import", impersonal=("pipeline_name", "last_error"), mentions=("name",)
            ),
        ]

    @api.model
    def _find_by_imported(self, name, keys, _model):
        """Find the files that rows about the person came from."""
        entries = self.env["crm.import.entry"]._read_group(
            self._get_record_domain("model", "res_id", keys), ["file_id"]
        )
        return Domain(name, "in", [file.id for (file,) in entries])

    @api.model
    def _find_by_entry(self, name, keys, _model):
        return self._get_record_domain(name, "res_id", keys)

    def _get_merge_declarations(self):
        """A merge that the person took part in is deleted with its log: it cannot be undone any more."""
        return [
            PersonalData(
                "crm.merge",
                personal=("name", "summary", "reason", "undo_note"),
                impersonal=("res_model",),
                found_by=(("record", "res_model"), ("merged", "record_ids")),
                erasure="delete",
                mentions=("summary", "reason", "undo_note"),
                shown=("date",),
            ),
            PersonalData(
                "crm.merge.record",
                personal=("name", "detail"),
                impersonal=("res_model",),
                found_by=(("record", "res_model"),),
                erasure="delete",
            ),
            PersonalData(
                "crm.merge.change",
                impersonal=("table_name", "column_name"),
                mentions=("old_value", "new_value"),
            ),
            PersonalData(
                "crm.duplicate",
                personal=("reasons",),
                impersonal=("res_model",),
                found_by=(("pair", "low_id"), ("pair", "high_id")),
                erasure="delete",
            ),
        ]

    @api.model
    def _find_by_merged(self, name, keys, _model):
        """Find the merges that took the person's records into another one, also those that were undone."""
        return Domain(name, "any!", self._get_record_domain("res_model", "res_id", keys))

    @api.model
    def _find_by_pair(self, name, keys, _model):
        return self._get_record_domain("res_model", name, keys)
