# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import consent, crm_import, crm_whatsapp, mail, sms_gateway
from . import crm_privacy
from . import crm_booking
from . import menus
from . import crm_telephony
