# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_ticket_api
from . import test_ticket_call
from . import test_ticket_sms
from . import test_ticket_webhook
from . import test_ticket_whatsapp
from . import test_tickets
