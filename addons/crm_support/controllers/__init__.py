# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import crm_help
from . import crm_satisfaction
from . import crm_ticket_webhook
from . import form, portal
