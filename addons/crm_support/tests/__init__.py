# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_sla_deadlines
from . import test_sla_events
from . import test_sla_watch
from . import test_tickets
