# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    crm_consent_record,
    crm_lead_stage_move,
    crm_message_composer,
    crm_message_composer_sms,
    crm_message_composer_whatsapp,
    crm_pipeline_create,
    crm_sms_gateway_test,
    crm_document_version,
    base_partner_merge_automatic_wizard,
    crm_merge_wizard,
    crm_merge_undo,
    crm_routing_explanation,
    crm_routing_explanation_line,
    crm_routing_reassign,
)
