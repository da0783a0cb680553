# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_demo
from . import test_next_ticket
from . import test_ticket_board
from . import test_ticket_contracts
from . import test_ticket_form
from . import test_ticket_isolation
from . import test_ticket_portal
from . import test_ticket_presence
from . import test_ticket_rights
from . import test_ticket_routing
from . import test_ticket_uploads
from . import test_tickets
