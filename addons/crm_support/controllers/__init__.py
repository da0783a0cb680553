# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import crm_help, crm_satisfaction, crm_ticket_webhook, form, hours, portal, supplier
from . import visit
