# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_import_cells
from . import test_import_tools
from . import test_consent, test_consent_pages, test_dispatch_consent
from . import test_deal_currency
from . import test_deal_outcome
from . import (
    test_customer_advice,
    test_customer_page,
    test_customer_page_apps,
    test_customer_documents,
)
from . import test_demo
from . import test_dispatch, test_dispatch_automation, test_dispatch_pace, test_dispatch_source
from . import test_done_activities
from . import test_dispatch_clearing
from . import test_interaction, test_interaction_page, test_interaction_rights
from . import test_interaction_apps
from . import test_interaction_meetings
from . import test_js
from . import test_letters
from . import test_message_composer, test_message_headers, test_message_injection
from . import test_pipeline
from . import test_pipeline_cache
from . import test_pipeline_companies
from . import test_pipeline_corners
from . import test_pipeline_performance
from . import test_stage_entry
from . import test_stage_gate
from . import test_stage_quotation
from . import (
    test_import_bad_rows,
    test_import_cron,
    test_import_formats,
    test_import_once,
    test_import_performance,
    test_import_public_data,
    test_import_rights,
    test_import_undo,
    test_import_undo_kept,
    test_index_twins,
    test_tours,
)
from . import (
    test_sms_channel,
    test_sms_gateway,
    test_sms_gateway_client,
    test_sms_incoming,
    test_sms_routes,
    test_whatsapp_account,
    test_whatsapp_channel,
    test_whatsapp_files,
    test_whatsapp_client,
    test_whatsapp_media,
    test_whatsapp_receive,
    test_whatsapp_status,
    test_whatsapp_template,
    test_whatsapp_webhook,
    test_search,
    test_consent_unsubscribe,
    test_neutralize,
    test_privacy,
    test_privacy_erasure,
    test_privacy_rights,
    test_hostile_calls,
    test_addresses_inside,
    test_privacy_with_sales,
    test_replies_reach_owners,
    test_retention,
    test_lifecycle,
)
from . import (
    test_metric_definition,
    test_metric_money,
    test_metric_oracle,
    test_metric_periods,
    test_metric_rights,
    test_metric_users,
    test_metric_values,
    test_duplicates,
    test_merge_corners,
    test_merge_random,
    test_duplicate_data,
    test_merge_undo,
    test_merge_assignment,
    test_meeting_hours,
    test_merge_apps,
    test_merge_wizard,
)
from . import (
    test_routing_changes,
    test_routing_clocks,
    test_routing_leads,
    test_routing_people,
    test_routing_retention,
    test_routing_rights,
    test_score_limits,
    test_score_on_leads,
    test_scheduled_jobs,
    test_score_rules,
    test_deal_people,
    test_forecast,
    test_call_list,
    test_call_list_taking,
    test_call_log,
    test_call_contracts,
    test_call_integrity,
    test_call_scripts,
)
from . import test_booking, test_booking_pages, test_booking_times
from . import test_cadence_enrolment, test_cadence_steps, test_cadence_stops, test_cadence_times
from . import test_cadence_safety, test_incoming_mail
from . import (
    test_booking_leads,
    test_booking_people,
    test_booking_schedules,
    test_booking_strangers,
)
from . import test_today, test_today_actions, test_today_rights
from . import test_adoption_features
from . import test_adoption_onboarding, test_adoption_tours
from . import test_adoption_help
from . import test_adoption_report
from . import test_telephony_calls, test_telephony_dial, test_telephony_route
