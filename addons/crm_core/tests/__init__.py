# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_import_cells
from . import test_import_tools
from . import test_consent, test_consent_pages, test_dispatch_consent
from . import test_deal_currency
from . import test_deal_outcome
from . import test_customer_page, test_customer_page_apps, test_customer_documents
from . import test_demo
from . import test_dispatch
from . import test_dispatch_clearing
from . import test_interaction, test_interaction_page, test_interaction_rights
from . import test_interaction_apps
from . import test_js
from . import test_letters
from . import test_message_composer
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
    test_privacy_with_sales,
    test_retention,
    test_lifecycle,
)
from . import (
    test_metric_definition,
    test_metric_money,
    test_metric_periods,
    test_metric_rights,
    test_metric_users,
    test_metric_values,
    test_duplicates,
    test_merge_undo,
    test_merge_assignment,
    test_merge_apps,
    test_merge_wizard,
)
from . import (
    test_routing_clocks,
    test_routing_leads,
    test_routing_people,
    test_routing_rights,
)
