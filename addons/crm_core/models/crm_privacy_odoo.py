# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..tools.privacy import ERASED, PersonalData

ADDRESS = ("street", "street2", "zip", "city")
#: labels of what was chosen, not written: stages, salespeople, teams
CHOSEN = [
    "|",
    ("field_id.ttype", "not in", ["many2one", "selection"]),
    ("field_id.relation", "=", "res.partner"),
]


class CrmPrivacy(models.AbstractModel):
    """What Odoo's own models hold on a person."""

    _inherit = "crm.privacy"

    @api.model
    def _get_declarations(self):
        return [
            *self._get_sending_declarations(),
            *self._get_message_declarations(),
            *self._get_agenda_declarations(),
            *super()._get_declarations(),
            *self._get_identity_declarations(),
        ]

    def _get_sending_declarations(self):
        return [
            PersonalData(
                "mail.mail",
                personal=(
                    "body_html",
                    "email_to",
                    "email_cc",
                    "headers",
                    "references",
                    "failure_reason",
                ),
                found_by=(("message", "mail_message_id"), ("written_email", "email_to")),
                values={"state": "cancel"},
            ),
            PersonalData(
                "mail.notification",
                personal=("mail_email_address", "sms_number", "failure_reason"),
                found_by=(("partner", "res_partner_id"), ("message", "mail_message_id")),
            ),
            PersonalData(
                "sms.sms",
                personal=("number", "body"),
                found_by=(("partner", "partner_id"), ("phone", "number")),
                erasure="delete",
            ),
            PersonalData(
                "mailing.contact",
                personal=("name", "email", "company_name"),
                found_by=(("email", "email_normalized"),),
                erasure="delete",
            ),
            PersonalData("mailing.trace", personal=("email",), found_by=(("email", "email"),)),
            PersonalData(
                "mail.blacklist",
                personal=("email",),
                found_by=(("email", "email"),),
                erasure="keep",
                reason="blacklist",
            ),
            PersonalData(
                "phone.blacklist",
                personal=("number",),
                found_by=(("phone", "number"),),
                erasure="keep",
                reason="blacklist",
            ),
        ]

    def _get_message_declarations(self):
        return [
            PersonalData(
                "mail.tracking.value",
                personal=("old_value_char", "new_value_char", "old_value_text", "new_value_text"),
                found_by=(("message", "mail_message_id"),),
                only=CHOSEN,
                mentions=("old_value_char", "new_value_char", "old_value_text", "new_value_text"),
            ),
            PersonalData(
                "ir.attachment",
                personal=("name", "description", "index_content"),
                impersonal=("document_expiry_error",),
                found_by=(("record", "res_model"),),
                only=[("res_field", "!=", "-"), ("type", "=", "binary")],
                erasure="delete",
                mentions=("name", "description", "index_content"),
                shown=("mimetype", "file_size", "create_date"),
            ),
            PersonalData(
                "rating.rating", personal=("feedback",), found_by=(("partner", "partner_id"),)
            ),
            PersonalData(
                "mail.message",
                personal=(
                    "subject",
                    "body",
                    "email_from",
                    "reply_to",
                    "incoming_email_to",
                    "incoming_email_cc",
                    "outgoing_email_to",
                    "message_id",
                ),
                found_by=(("own_message", "id"),),
                mentions=(
                    "subject",
                    "body",
                    "email_from",
                    "reply_to",
                    "incoming_email_to",
                    "incoming_email_cc",
                    "outgoing_email_to",
                ),
                shown=("date", "message_type", "model", "res_id"),
            ),
        ]

    @api.model
    def _find_by_own_message(self, _name, keys, _model):
        return self._get_message_domain(keys)

    def _get_agenda_declarations(self):
        return [
            PersonalData(
                "mail.activity",
                personal=("summary", "note", "feedback", "res_name"),
                found_by=(("record", "res_model"),),
                shown=("date_deadline",),
            ),
            PersonalData(
                "calendar.attendee",
                personal=("common_name",),
                found_by=(("partner", "partner_id"),),
                shown=("event_id", "state"),
            ),
            PersonalData("calendar.event", mentions=("name", "description", "location", "notes")),
            PersonalData("mail.followers", found_by=(("partner", "partner_id"),), erasure="delete"),
            PersonalData("mail.guest", personal=("name", "email"), found_by=(("email", "email"),)),
            PersonalData("discuss.channel", mentions=("name", "description")),
            PersonalData("privacy.log", erasure="keep", reason="log"),
        ]

    def _get_identity_declarations(self):
        return [
            PersonalData(
                "res.partner.bank",
                personal=("acc_number", "sanitized_acc_number", "acc_holder_name", "note"),
                found_by=(("partner", "partner_id"),),
            ),
            PersonalData(
                "crm.lead",
                personal=(
                    "name",
                    "contact_name",
                    "partner_name",
                    "email_from",
                    "email_normalized",
                    "email_cc",
                    "email_domain_criterion",
                    "phone",
                    "phone_sanitized",
                    "function",
                    "website",
                    *ADDRESS,
                    "description",
                    "referred",
                    "reveal_id",
                    "lead_properties",
                    "pipeline_properties",
                ),
                found_by=(("lead", "id"),),
                mentions=("name", "partner_name", "description"),
                shown=("create_date", "type", "stage_id", "won_status"),
            ),
            PersonalData(
                "res.users",
                personal=("login", "signature"),
                found_by=(("partner", "partner_id"),),
                only=[("share", "=", True)],
                values={"active": False, "password": None},
            ),
            PersonalData(
                "res.partner",
                personal=(
                    "name",
                    "complete_name",
                    "email",
                    "email_normalized",
                    "phone",
                    "phone_sanitized",
                    "function",
                    "website",
                    "vat",
                    "ref",
                    "company_registry",
                    "commercial_company_name",
                    "company_name",
                    *ADDRESS,
                    "comment",
                    "properties",
                    "barcode",
                ),
                found_by=(("partner", "id"),),
                mentions=("comment",),
                values={"name": ERASED, "complete_name": ERASED, "active": False},
                shown=("create_date", "country_id"),
            ),
        ]
