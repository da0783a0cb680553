# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import crm_article_gap_report, crm_ticket_report
