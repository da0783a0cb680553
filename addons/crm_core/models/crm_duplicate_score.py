# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

LEAST_LIKENESS = 0.6
# what is not a key that two records share
COMPARED = ("name", "address", "other_name", "other_country")


class CrmDuplicate(models.Model):
    """How much speaks for two records that share a key, and what against."""

    _inherit = "crm.duplicate"

    def _get_scored_pairs(self, points, since):
        """Return the query for pairs with their points, and with what gives them."""
        likeness = SQL("FALSE::integer::real")
        if self.env.registry.has_trigram:
            likeness = SQL("similarity(low.words, high.words)")
        exact = [name for name in points if name not in COMPARED]
        return SQL(
            """SELECT low_id, high_id, company_id,
                      (%(sum)s) AS score,
                      jsonb_strip_nulls(keys || jsonb_build_object('name', CASE WHEN %(alike)s THEN round(likeness * 100) END,
                          'address', CASE WHEN %(near)s THEN TRUE END, 'other_name', CASE WHEN %(other)s THEN TRUE END,
                          'other_country', CASE WHEN %(abroad)s THEN TRUE END)) AS reasons
                 FROM (SELECT pair.low_id, pair.high_id, pair.keys, COALESCE(low.company_id, high.company_id) AS company_id,
                              CASE WHEN low.words = high.words THEN 1 ELSE %(likeness)s END AS likeness,
                              %(address)s AS same_address, low.is_company AS is_company, low.parent_id = high.parent_id AS colleagues,
                              low.country_id != high.country_id AS abroad, %(apart)s AS apart
                         FROM (SELECT one.id AS low_id, other.id AS high_id, COALESCE(
                                      jsonb_object_agg(one.kind, one.key) FILTER (WHERE one.kind = ANY(%(exact)s)), '{}') AS keys
                                 FROM crm_duplicate_key AS one JOIN crm_duplicate_key AS other USING (kind, key)
                                WHERE one.id < other.id GROUP BY one.id, other.id) AS pair
                         JOIN crm_duplicate_row AS low ON low.id = pair.low_id
                         JOIN crm_duplicate_row AS high ON high.id = pair.high_id
                        WHERE %(comparable)s AND %(changed)s) AS compared""",
            sum=SQL(" + ").join(
                [
                    SQL("0"),
                    *(
                        SQL("CASE WHEN keys ? %s THEN %s ELSE 0 END", name, points[name])
                        for name in exact
                    ),
                    SQL(
                        "CASE WHEN %s THEN round(likeness * %s)::integer ELSE 0 END",
                        self._get_alike(),
                        points.get("name", 0),
                    ),
                    SQL(
                        "CASE WHEN keys ? 'mailbox' AND NOT keys ? 'email' AND %s THEN %s ELSE 0 END",
                        self._get_alike(),
                        points.get("email", 0),
                    ),
                    SQL(
                        "CASE WHEN %s THEN %s ELSE 0 END",
                        self._get_near(),
                        points.get("address", 0),
                    ),
                    SQL(
                        "CASE WHEN %s THEN %s ELSE 0 END",
                        self._get_abroad(),
                        points.get("other_country", 0),
                    ),
                    SQL(
                        "CASE WHEN %s THEN %s ELSE 0 END",
                        self._get_other(),
                        points.get("other_name", 0),
                    ),
                ]
            ),
            alike=self._get_alike(),
            other=self._get_other(),
            near=self._get_near(),
            abroad=self._get_abroad(),
            address=self._get_same_address(),
            apart=self._get_apart(),
            likeness=likeness,
            exact=[*exact, "mailbox"],
            comparable=self._get_comparable(),
            changed=SQL(
                "(%s IS NULL OR EXISTS (SELECT FROM crm_duplicate_changed WHERE id IN (low.id, high.id)))",
                SQL("%s::timestamp", since),
            ),
        )

    def _get_alike(self):
        return SQL("likeness >= %s", LEAST_LIKENESS)

    def _get_other(self):
        """Tell people apart: by the whole name, and by the first name in a family that shares a telephone and a home."""
        return SQL("NOT is_company AND (likeness < 0.2 OR (apart AND NOT keys ? 'email'))")

    def _get_near(self):
        """An address that colleagues have from their employer says nothing of two names."""
        return SQL("same_address AND (colleagues IS NOT TRUE OR %s)", self._get_alike())

    def _get_abroad(self):
        return SQL("is_company AND abroad IS TRUE")

    @api.model
    def _get_same_address(self):
        """Return whether two addresses are the same. The town alone is enough for companies; people of one name live there by the dozen."""
        return SQL(
            """COALESCE(low.country_id = high.country_id, TRUE) AND COALESCE(COALESCE(low.zip = high.zip, low.city = high.city)
                   AND (low.street = high.street OR ((low.street IS NULL OR high.street IS NULL)
                        AND (low.is_company OR low.zip = high.zip))), FALSE)"""
        )

    @api.model
    def _get_apart(self):
        """Return whether each of two names has words that the other lacks, and these are not alike: Awa and Moussa of one family.

        An initial stands for its name.
        """
        if not self.env.registry.has_trigram:
            return SQL("FALSE")
        low, high = SQL.identifier("low", "words"), SQL.identifier("high", "words")
        return SQL(
            """COALESCE((SELECT similarity(one, other) < 0.3
                            AND NOT (left(one, 1) = left(other, 1) AND LEAST(length(one), length(other)) = 1)
                           FROM (SELECT %s AS one, %s AS other) AS rest), FALSE)""",
            self._get_rest(low, high),
            self._get_rest(high, low),
        )

    @api.model
    def _get_rest(self, words, others):
        """Return the words of a name that another one lacks."""
        return SQL(
            """(SELECT string_agg(word, ' ') FROM unnest(string_to_array(%s, ' ')) AS word
                 WHERE word != ALL(string_to_array(%s, ' ')))""",
            words,
            others,
        )

    @api.model
    def _get_comparable(self):
        """Return which records, ``low`` and ``high``, may be the same at all; extend it.

        Not a company and a person, not records of different companies of ours, not somebody and their employer; of deals of
        one customer only those with the same title.
        """
        return SQL(
            """low.is_company IS NOT DISTINCT FROM high.is_company
               AND (low.company_id = high.company_id OR low.company_id IS NULL OR high.company_id IS NULL)
               AND low.parent_id IS DISTINCT FROM high.id AND high.parent_id IS DISTINCT FROM low.id
               AND (NOT (low.is_deal AND high.is_deal) OR low.title = high.title)"""
        )
