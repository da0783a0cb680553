# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_mail_machines
from . import test_mail_outgoing
from . import test_mail_quarantine
from . import test_mail_threads
from . import test_mail_tickets
from . import test_ticket_silence
from . import test_tickets
from . import test_tools
