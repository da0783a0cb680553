# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import crm_article_pick
from . import crm_sla_simulation
from . import crm_sla_simulation_line
from . import crm_staffing
from . import crm_staffing_line
from . import crm_ticket_answer
from . import crm_ticket_macro_apply
from . import crm_ticket_merge_wizard
from . import crm_ticket_split_wizard
from . import crm_ticket_supplier_ask
from . import crm_ticket_timer_stop
from . import crm_visit_plan
from . import crm_visit_reason
