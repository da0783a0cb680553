# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    crm_won_reason,
    crm_pipeline_template,
    crm_pipeline_template_stage,
    crm_pipeline,
    crm_stage,
    crm_stage_requirement,
    crm_stage_approval,
    crm_team,
    res_company,
    res_config_settings,
    res_users,
    crm_lead_outcome,
    crm_lead_pipeline,
    crm_lead_currency,
    crm_lead_closing,
    crm_lead_gate,
)
