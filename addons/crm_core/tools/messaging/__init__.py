# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    decisions,
    guarded_http,
    journal,
    keywords,
    outcome,
    sending_hours,
    sms_gateway,
    sms_numbers,
    sms_segments,
    smtp_session,
    whatsapp_client,
    whatsapp_numbers,
    whatsapp_payload,
    whatsapp_template,
)
