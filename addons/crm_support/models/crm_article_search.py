# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.sql import column_exists

from ..tools.article_text import ACCENTED, BARE, get_plain, get_words, unaccent

#: how PostgreSQL knows the words of a language; others are taken as they are written
DICTIONARIES = {
    "fr": "french",
    "en": "english",
    "de": "german",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "nl": "dutch",
}
#: signs that no text has, around what was found
START, STOP = "\ue000", "\ue001"
#: of how much of a text the passage is taken
EXCERPT_OF = 4000
#: as similar as this a word may be to one of a title that was meant
LIKENESS = 0.5
SHORTEST_MISTYPED = 4
MOST_RANKED, START_OF_WORD = 500, 6


class CrmArticle(models.Model):
    """Finding articles by their words: in the forms of their language, with accents or without, mistyped if need be.

    The index of words is a column that the database itself keeps up to date, so whatever writes an article is found.
    """

    _inherit = "crm.article"

    words = fields.Char(compute="_compute_words", search="_search_words")
    search_name = fields.Char(compute="_compute_search_name", store=True, index="trigram")
    search_body = fields.Text(compute="_compute_search_body", store=True, prefetch=False)

    def init(self):
        super().init()
        if column_exists(self.env.cr, "crm_article", "search_vector"):
            return
        self.env.cr.execute(
            SQL(
                "ALTER TABLE crm_article ADD COLUMN search_vector tsvector GENERATED ALWAYS AS (%s) STORED",
                self._get_vector_sql(),
            )
        )
        self.env.cr.execute(
            SQL(
                "CREATE INDEX crm_article_search_vector_idx ON crm_article USING gin (search_vector)"
            )
        )

    def _compute_words(self):
        self.words = False

    def _search_words(self, operator, value):
        """Find by words of title and text, as readers do."""
        if operator != "ilike" or not isinstance(value, str):
            return NotImplemented
        langs = [code for code, _name in self._get_languages()]
        words = get_words(value)
        if not words:
            return Domain.TRUE

        def to_sql(_model, alias, _query):
            return SQL(
                "%s @@ %s",
                self._get_column_sql(alias),
                self._get_query_sql(words, langs, True, True),
            )

        return Domain.custom(to_sql=to_sql)

    @api.depends("name")
    def _compute_search_name(self):
        for article in self:
            article.search_name = unaccent(article.name)

    @api.depends("body")
    def _compute_search_body(self):
        for article in self:
            article.search_body = get_plain(article.body)

    @api.model
    def _get_vector_sql(self):
        """Return the words of a row, those of the title first, as written and without accents.

        :rtype: SQL
        """

        def words(dictionary, column, weight):
            text = SQL(
                "regexp_replace(coalesce(%s, ''), '[^[:alnum:]]+', ' ', 'g')",
                SQL.identifier(column),
            )
            bare = SQL(
                "replace(replace(translate(lower(%s), %s, %s), 'œ', 'oe'), 'æ', 'ae')",
                text,
                ACCENTED,
                BARE,
            )
            return SQL(
                "setweight(to_tsvector(%(cfg)s, %(text)s) || to_tsvector(%(cfg)s, %(bare)s), %(weight)s)",
                cfg=SQL("%s::regconfig", dictionary),
                text=text,
                bare=bare,
                weight=weight,
            )

        def row(dictionary):
            return SQL(
                "%s || %s", words(dictionary, "name", "A"), words(dictionary, "search_body", "C")
            )

        cases = SQL(" ").join(
            SQL("WHEN %s THEN %s", code, row(dictionary))
            for code, dictionary in DICTIONARIES.items()
        )
        return SQL("CASE left(lang, 2) %s ELSE %s END", cases, row("simple"))

    def _get_column_sql(self, alias):
        """Return the index of words of a table, up to date with what is not written yet."""
        texts = [self._fields[name] for name in ("name", "search_body", "lang")]
        return SQL.identifier(alias, "search_vector", to_flush=texts)

    # -- Looking -----------------------------------------------------------------------------------

    @api.model
    def _find(self, text, domain, *, langs, limit=10, is_typing=False):
        """Return the articles that have these words, the best first: all of the words, else some, else similar ones in the title.

        :param str text: what somebody typed, whatever it is
        :param Domain domain: which articles may be found; access rights come on top, as in every search
        :param list langs: codes of the languages that the words may be in
        :param int limit: how many at most
        :param bool is_typing: whether the last word may be the beginning of one
        :return: pairs of an article and a passage of its text, as HTML
        :rtype: list
        """
        words = get_words(text)
        if not words:
            return []
        strict, loose = (
            self._get_query_sql(words, langs, every, is_typing) for every in (True, False)
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH strict AS MATERIALIZED (%(strict)s),
                     loose AS MATERIALIZED (%(loose)s),
                     best AS (SELECT * FROM strict UNION ALL SELECT * FROM loose ORDER BY rank DESC, id LIMIT %(limit)s)
                SELECT best.id, ts_headline(%(cfg)s, left(article.search_body, %(part)s), best.query, %(options)s)
                  FROM best JOIN crm_article article ON article.id = best.id
                 ORDER BY best.rank DESC, best.id
                """,
                strict=self._get_hits_sql(words, domain, strict),
                loose=SQL(
                    "%s WHERE NOT EXISTS (SELECT FROM strict)",
                    self._get_hits_sql(words, domain, loose),
                ),
                limit=limit,
                cfg=self._get_dictionary_sql("article"),
                part=EXCERPT_OF,
                options=f"StartSel={START}, StopSel={STOP}, MaxWords=28, MinWords=14, ShortWord=2",
            )
        )
        if not rows:
            rows = [(id_, "") for id_ in self._find_mistyped(words, domain, limit)]
        passages = dict(rows)
        return [
            (article, _mark(passages[article.id]))
            for article in self.browse([id_ for id_, _passage in rows])
        ]

    def _get_hits_sql(self, words, domain, query):
        """Return the rows that a query finds among those that may be found, with their rank.

        Ranking reads the whole index of a row. Of a word that thousands have, those with it in the title are ranked.
        """
        hits = self._search(domain, order="id")
        vector = self._get_column_sql(hits.table)
        hits.add_where(SQL("%s @@ %s", vector, query))
        title = SQL.identifier(hits.table, "search_name", to_flush=self._fields["search_name"])
        starts = [unaccent(word)[:START_OF_WORD] for word in words]
        likely = SQL(" + ").join(SQL("(strpos(%s, %s) > 0)::int", title, start) for start in starts)
        hits.order = SQL("%s DESC, %s", likely, SQL.identifier(hits.table, "id"))
        hits.limit = MOST_RANKED
        found = hits.select(SQL.identifier(hits.table, "id"), SQL("%s AS vector", vector))
        return SQL(
            "SELECT id, ts_rank(vector, %(query)s) AS rank, %(query)s AS query FROM (%(found)s) found",
            query=query,
            found=found,
        )

    def _get_query_sql(self, words, langs, every, is_typing):
        """Return a query for words: in each language all of them but its stop words, or any of them.

        :rtype: SQL
        """
        glue = SQL(" && ") if every else SQL(" || ")
        dictionaries = dict.fromkeys(DICTIONARIES.get((lang or "")[:2], "simple") for lang in langs)
        queries = []
        for dictionary in dictionaries:
            terms = []
            for word in words:
                is_begun = is_typing and word == words[-1] and len(word) > 2
                end = ":*" if is_begun else ""
                cfg = SQL("%s::regconfig", dictionary)
                forms = SQL(" || ").join(
                    SQL("to_tsquery(%s, %s)", cfg, form + end)
                    for form in dict.fromkeys((word, unaccent(word)))
                )
                terms.append(
                    SQL(
                        "CASE WHEN numnode(to_tsquery(%s, %s)) = 0 THEN ''::tsquery ELSE %s END",
                        cfg,
                        word + end,
                        forms,
                    )
                )
            queries.append(SQL("(%s)", glue.join(SQL("(%s)", term) for term in terms)))
        return SQL("(SELECT %s)", SQL(" || ").join(queries))

    @api.model
    def _get_dictionary_sql(self, alias):
        cases = SQL(" ").join(SQL("WHEN %s THEN %s", *pair) for pair in DICTIONARIES.items())
        return SQL(
            "(CASE left(%s, 2) %s ELSE 'simple' END)::regconfig",
            SQL.identifier(alias, "lang"),
            cases,
        )

    def _find_mistyped(self, words, domain, limit):
        """Return the numbers of articles whose titles have words similar to these."""
        longer = [bare for word in words if len(bare := unaccent(word)) >= SHORTEST_MISTYPED]
        if not longer or not self.env.registry.has_trigram:
            return []
        self.env.cr.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)]
        )
        hits = self._search(domain, order="id")
        title = SQL.identifier(hits.table, "search_name", to_flush=self._fields["search_name"])
        hits.add_where(
            SQL("(%s)", SQL(" OR ").join(SQL("%s <%% %s", word, title) for word in longer))
        )
        likeness = SQL(" + ").join(SQL("word_similarity(%s, %s)", word, title) for word in longer)
        hits.order = SQL("%s DESC, %s", likeness, SQL.identifier(hits.table, "id"))
        hits.limit = limit
        return [id_ for (id_,) in self.env.execute_query(hits.select())]

    @api.model
    def _search_display_name(self, operator, value):
        """Let fields that choose an article find it without accents."""
        if operator == "ilike" and isinstance(value, str):
            return Domain("name", operator, value) | Domain(
                "search_name", operator, unaccent(value)
            )
        return super()._search_display_name(operator, value)


def _mark(passage):
    """Return a passage as HTML, with what was found marked."""
    text = str(escape(passage or ""))
    return Markup(text.replace(START, "<mark>").replace(STOP, "</mark>"))  # noqa: S704 # nosec B704 - escaped on the line above
