# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import decisions, journal, keywords, outcome, sending_hours, smtp_session
