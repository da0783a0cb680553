# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import crm_interaction
from . import crm_privacy
from . import crm_routing_queue
from . import crm_ticket
from . import crm_ticket_category
from . import crm_ticket_closing
from . import crm_ticket_customer
from . import crm_ticket_message
from . import crm_ticket_routing
from . import crm_ticket_stage
from . import crm_ticket_tag
from . import crm_ticket_team
from . import crm_ticket_team_routing
from . import crm_ticket_type
from . import res_partner
