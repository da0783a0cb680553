# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.parse import urlencode

from odoo.fields import Domain
from odoo.http import request
from odoo.tools.misc import hmac

MOST_TOP, MOST_BELOW = 100, 1000
#: more dictionaries make a search slow
MOST_LANGUAGES = 4


class HelpReader:
    """Who reads the help pages: which articles he may read, in which language, and under which address."""

    def __init__(self, asked):
        self.user = request.env.user
        self._choose_language(asked.get("lang"))
        articles = request.env["crm.article"]
        self.company = articles._get_site_company(request.httprequest.host)
        # sudo: crm.article - readers have no rights; every search below has the domain of what the reader may read
        self.articles = articles.sudo()
        self.domain = articles._get_reader_domain(self.user, self.company)

    def _choose_language(self, lang):
        """Take the language of the address, if it is one of ours; the pages then keep it in their links."""
        # sudo: res.lang - names of languages
        self.languages = request.env["res.lang"].sudo().get_installed()
        self.asked_lang = lang if lang in dict(self.languages) else None
        if self.asked_lang:
            request.update_context(lang=self.asked_lang)
        self.lang = request.env.lang or "en_US"

    @property
    def audience(self):
        """What kind of reader it is, for counting."""
        if self.user._is_public():
            return "public"
        return "internal" if self.user._is_internal() else "portal"

    @property
    def langs(self):
        """Codes of the languages that the reader's words may be in."""
        own = self.company.partner_id.lang or "en_US"
        return list(dict.fromkeys([self.lang, own, *dict(self.languages)]))[:MOST_LANGUAGES]

    @property
    def key(self):
        """What tells this reader from others, and says nothing of him."""
        who = self.user.id if self.audience != "public" else request.session.sid
        # sudo: ir.config_parameter - the database's secret
        return hmac(
            request.env(su=True),
            "crm_support.article.reader",
            (self.audience != "public", str(who)),
        )

    def get_link(self, path, **query):
        """Return an address of these pages, in the language that was chosen."""
        query = {name: value for name, value in {"lang": self.asked_lang, **query}.items() if value}
        return f"{path}?{urlencode(query)}" if query else path

    def get_article(self, slug):
        """Return the article at an address, if the reader may read it.

        :rtype: crm.article
        """
        return self.articles.search(self.domain & self.is_at(slug), limit=1)

    @staticmethod
    def is_at(slug):
        """Return the domain of an address."""
        return Domain("slug", "=", (slug or "").replace("\x00", ""))

    def search(self, *domains, limit=None):
        """Return the articles of a domain that the reader may read, each once, in the language that suits him, in their order."""
        domain = self.domain & self.articles._get_language_domain(self.lang, self.company)
        for more in domains:
            domain &= more
        found = self.articles.search(domain, limit=limit)
        return found.sorted(lambda one: (one._get_original().sequence, one._get_original().id))

    def find(self, text, *, limit, is_typing=False):
        """Return the articles that have these words, with a passage of each."""
        domain = self.domain & self.articles._get_language_domain(self.lang, self.company)
        return self.articles._find(text, domain, langs=self.langs, limit=limit, is_typing=is_typing)

    def get_sections(self):
        """Return the articles at the top with those directly below each."""
        tops = self.search(self.articles._get_top_domain(self.domain), limit=MOST_TOP)
        below = self.search(self.articles._get_below_domain(tops._get_original()), limit=MOST_BELOW)
        by_parent = below.grouped(lambda one: one._get_original().parent_id)
        nothing = self.articles.browse()
        return [(top, by_parent.get(top._get_original(), nothing)) for top in tops]

    def get_above(self, article):
        """Return the articles above one that the reader may read, the uppermost first."""
        path = (article._get_original().parent_path or "").split("/")
        ids = [int(part) for part in path[:-2]]
        if not ids:
            return self.articles.browse()
        above = self.search(Domain("id", "in", ids) | Domain("translation_of_id", "in", ids))
        return above.sorted(lambda one: ids.index(one._get_original().id))

    def get_other_languages(self, article):
        """Return the same article in other languages."""
        original = article._get_original()
        domain = Domain("id", "=", original.id) | Domain("translation_of_id", "=", original.id)
        return self.articles.search(self.domain & domain & Domain("id", "!=", article.id))

    def get_below(self, article):
        """Return the articles directly below one."""
        return self.search(
            self.articles._get_below_domain(article._get_original()), limit=MOST_BELOW
        )
