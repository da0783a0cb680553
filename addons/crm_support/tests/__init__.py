# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_satisfaction
from . import test_satisfaction_page
from . import test_tickets
