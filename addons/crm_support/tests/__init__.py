# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_article_pages
from . import test_article_search
from . import test_articles
from . import test_tickets
