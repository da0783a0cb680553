# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_ticket_answer
from . import test_ticket_links
from . import test_ticket_links_apps
from . import test_ticket_macro
from . import test_ticket_merge
from . import test_ticket_split
from . import test_tickets
