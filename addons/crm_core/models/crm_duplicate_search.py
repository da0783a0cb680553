# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.iap.tools.iap_tools import _MAIL_DOMAIN_BLACKLIST

from ..tools.duplicates import LEGAL_FORMS

MODELS = ("res.partner", "crm.lead")
# what more records than this share says nothing of any two of them: a switchboard, an address of a whole company
MOST_SHARING = 20
# who reads these is not one person
SHARED_MAILBOXES = (
    "accounting", "accueil", "achat", "achats", "administration", "admin", "commercial", "compta", "comptabilite", "contact",
    "contacts", "direction", "hello", "hr", "info", "infos", "mail", "marketing", "noreply", "no-reply", "office", "purchasing",
    "reception", "rh", "sales", "secretariat", "service", "support", "vente", "ventes",
)  # fmt: skip
# what stands between words of a name; a regular expression takes ten times as long
BETWEEN_WORDS = ".,;:-_/\\()[]'’\"&+*#|\t\n\u00a0–—«»"


class CrmDuplicate(models.Model):
    """Finding all pairs at once, in the database alone: what each record is known by, who shares it, how much that says.

    1. ``crm_duplicate_row``: every record once, with its name in comparable words.
    2. ``crm_duplicate_key``: addresses, numbers and blocks of names with a place; one row for each a record is known by.
    3. Records that share a key are compared, and kept as a pair where their points reach the threshold.

    Names are compared within such blocks only: nobody compares 200,000 names with one another.
    """

    _inherit = "crm.duplicate"

    # -- What runs ---

    @api.model
    def _cron_search(self):
        """Search for duplicates among what changed since last time, or everywhere where the rules changed."""
        for res_model in MODELS:
            parameter = f"crm_core.duplicates_searched.{res_model}"
            # sudo: ir.config_parameter - when the search was through last
            parameters = self.env["ir.config_parameter"].sudo()
            since = fields.Datetime.to_datetime(parameters.get_param(parameter) or None)
            started = self.env.cr.now()
            self._search_all(res_model, since=since)
            parameters.set_param(parameter, fields.Datetime.to_string(started))
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _search_all(self, res_model, *, since=None):
        """Find all pairs of a model, and what groups they form.

        :param str res_model: ``res.partner`` or ``crm.lead``
        :param datetime since: look at records that changed since, each compared with all; none: at all
        :return: how many pairs there are
        :rtype: int
        """
        self.env.flush_all()
        self._fill_rows(res_model)
        self._fill_keys(res_model)
        self._fill_changed(res_model, since)
        self._forget_pairs(res_model, since)
        self._insert_pairs(res_model, since)
        self.env.cr.execute(
            SQL("DROP TABLE crm_duplicate_key, crm_duplicate_row, crm_duplicate_changed")
        )
        self.invalidate_model()
        return self.env["crm.duplicate.group"]._rebuild(res_model)

    # -- Rows ---

    def _fill_rows(self, res_model):
        query = self._get_partner_rows() if res_model == "res.partner" else self._get_lead_rows()
        self.env.cr.execute(
            SQL("CREATE TEMPORARY TABLE crm_duplicate_row ON COMMIT DROP AS %s", query)
        )
        self.env.cr.execute(SQL("ALTER TABLE crm_duplicate_row ADD PRIMARY KEY (id)"))
        self.env.cr.execute(SQL("ANALYZE crm_duplicate_row"))

    def _get_partner_rows(self):
        return SQL(
            """SELECT id, %s AS words, is_company, company_id, parent_id, commercial_partner_id AS family, FALSE AS is_deal, NULL AS title,
                      lower(NULLIF(zip, '')) AS zip, lower(NULLIF(city, '')) AS city, lower(NULLIF(street, '')) AS street, country_id, write_date
                 FROM res_partner WHERE active AND COALESCE(type, 'contact') = 'contact' AND name IS NOT NULL""",
            self._get_words(SQL("name")),
        )

    def _get_lead_rows(self):
        """Leads and open deals. A customer's second deal is no duplicate unless it has the same title."""
        return SQL(
            """SELECT id, %s AS words, FALSE AS is_company, company_id, NULL::integer AS parent_id, NULL::integer AS family,
                      type = 'opportunity' AS is_deal, lower(name) AS title,
                      lower(NULLIF(zip, '')) AS zip, lower(NULLIF(city, '')) AS city, lower(NULLIF(street, '')) AS street, country_id, write_date
                 FROM crm_lead WHERE active AND won_status = 'pending'""",
            self._get_words(SQL("concat_ws(' ', contact_name, partner_name)")),
        )

    def _get_words(self, name):
        """Return the SQL of a name as ``tools.duplicates.name_tokens`` has it, its words with a blank between."""
        plain = SQL("lower(%s)", name)
        if self.env.registry.has_unaccent:
            plain = SQL("lower(unaccent(%s))", name)
        # S.A. is SA; few names have such, and a regular expression is dear
        plain = SQL(
            "CASE WHEN strpos(%(name)s, '.') > 0 THEN regexp_replace(%(plain)s, '\\m(\\w)\\.(?=\\w\\M)', '\\1', 'g') ELSE %(plain)s END",
            name=name,
            plain=plain,
        )
        return SQL(
            """(SELECT string_agg(word, ' ' ORDER BY word) FROM unnest(string_to_array(translate(%s, %s, %s), ' ')) AS word
                 WHERE word != '' AND word != ALL(%s))""",
            plain,
            BETWEEN_WORDS,
            " " * len(BETWEEN_WORDS),
            list(LEGAL_FORMS),
        )

    # -- Keys ---

    def _fill_keys(self, res_model):
        keys = self._get_partner_keys() if res_model == "res.partner" else self._get_lead_keys()
        self.env.cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE crm_duplicate_key ON COMMIT DROP AS
                   SELECT DISTINCT known.id, known.kind, known.key FROM (%s) AS known (id, kind, key)
                     JOIN crm_duplicate_row AS record ON record.id = known.id WHERE known.key != ''""",
                SQL(" UNION ALL ").join([*keys, *self._get_name_keys()]),
            )
        )
        self._clean_keys(res_model)
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_duplicate_key AS known USING (
                       SELECT kind, key FROM crm_duplicate_key GROUP BY kind, key HAVING count(*) NOT BETWEEN 2 AND %s) AS useless
                    WHERE known.kind = useless.kind AND known.key = useless.key""",
                MOST_SHARING,
            )
        )
        self.env.cr.execute(SQL("ANALYZE crm_duplicate_key"))

    def _clean_keys(self, res_model):
        """Take out what tells nobody apart: numbers that are none, and address books of a whole office for one person."""
        # Odoo gives no form to numbers that are valid no more, as those from before a country's new numbering
        self.env.cr.execute(
            r"""UPDATE crm_duplicate_key SET key = regexp_replace(regexp_replace(key, '\D', '', 'g'), '^00', '')
                 WHERE kind = 'phone' AND key !~ '^\+\d+$'"""
        )
        self.env.cr.execute(
            r"""DELETE FROM crm_duplicate_key WHERE kind IN ('phone', 'vat', 'registry')
                   AND (key !~ '\d' OR key ~ '^\+?(.)\1*$' OR (kind = 'phone' AND length(key) NOT BETWEEN 6 AND 16))"""
        )
        if res_model == "res.partner":
            self.env.cr.execute(
                SQL(
                    """UPDATE crm_duplicate_key AS known SET kind = 'mailbox' FROM crm_duplicate_row AS record
                        WHERE record.id = known.id AND known.kind = 'email' AND record.is_company IS NOT TRUE
                          AND split_part(known.key, '@', 1) = ANY(%s)""",
                    list(SHARED_MAILBOXES),
                )
            )

    @api.model
    def _get_partner_keys(self):
        """Return the queries for what contacts are known by; extend it with ``SELECT id, 'kind', key``.

        A person's second address is one that stands beside the first, on an address of the person, or on one of the
        person's leads.

        :rtype: list[SQL]
        """
        return [
            SQL(
                "SELECT id, 'email', email_normalized FROM res_partner WHERE active AND email_normalized IS NOT NULL"
            ),
            SQL(
                """SELECT id, 'email', found[1] FROM res_partner, regexp_matches(lower(email), '[^[:space:]<>,;"]+@[^[:space:]<>,;"]+', 'g') AS found
                    WHERE active AND email ~ '[,;]'"""
            ),
            SQL(
                "SELECT id, 'phone', COALESCE(phone_sanitized, phone) FROM res_partner WHERE active"
            ),
            SQL(
                """SELECT parent_id, unnest(ARRAY['email', 'phone']), unnest(ARRAY[email_normalized, phone_sanitized])
                     FROM res_partner WHERE active AND type != 'contact' AND parent_id IS NOT NULL"""
            ),
            SQL(
                """SELECT lead.partner_id, unnest(ARRAY['email', 'phone']), unnest(ARRAY[lead.email_normalized, lead.phone_sanitized])
                     FROM crm_lead AS lead JOIN res_partner AS person ON person.id = lead.partner_id AND person.is_company IS NOT TRUE"""
            ),
            SQL(
                """SELECT id, 'vat', upper(regexp_replace(vat, '[^[:alnum:]]', '', 'g')) FROM res_partner
                    WHERE active AND parent_id IS NULL AND length(vat) > 4"""
            ),
            SQL(
                """SELECT id, 'registry', upper(regexp_replace(company_registry, '[^[:alnum:]]', '', 'g')) FROM res_partner
                    WHERE active AND parent_id IS NULL AND length(company_registry) > 3"""
            ),
            SQL(
                """SELECT id, 'domain', split_part(email_normalized, '@', 2) FROM res_partner
                    WHERE active AND is_company AND email_normalized IS NOT NULL AND split_part(email_normalized, '@', 2) != ALL(%s)""",
                sorted(_MAIL_DOMAIN_BLACKLIST),
            ),
        ]

    @api.model
    def _get_lead_keys(self):
        """Return the queries for what leads are known by; extend it with ``SELECT id, 'kind', key``.

        :rtype: list[SQL]
        """
        return [
            SQL(
                "SELECT id, 'email', email_normalized FROM crm_lead WHERE active AND email_normalized IS NOT NULL"
            ),
            SQL("SELECT id, 'phone', COALESCE(phone_sanitized, phone) FROM crm_lead WHERE active"),
            SQL(
                "SELECT id, 'customer', partner_id::text FROM crm_lead WHERE active AND partner_id IS NOT NULL"
            ),
        ]

    def _get_name_keys(self):
        """Return the blocks in which names are compared: the same words, or a word that begins alike in the same place."""
        return [
            SQL(
                "SELECT id, 'words', concat(is_company, words) FROM crm_duplicate_row WHERE length(words) > 4"
            ),
            SQL(
                """SELECT id, 'block', concat(is_company, (SELECT string_agg(left(word, 3), ' ') FROM unnest(string_to_array(words, ' ')) AS word),
                          '|', COALESCE(zip, city))
                     FROM crm_duplicate_row WHERE length(words) > 4 AND COALESCE(zip, city) IS NOT NULL"""
            ),
            SQL(
                """SELECT id, 'block', concat(is_company, left(word, 4), '|', COALESCE(zip, city))
                     FROM crm_duplicate_row, unnest(string_to_array(words, ' ')) AS word
                    WHERE length(word) > 3 AND word !~ '^[0-9]' AND COALESCE(zip, city) IS NOT NULL"""
            ),
        ]

    # -- Pairs ---

    def _fill_changed(self, res_model, since):
        """Note which records are looked at: those that changed, and those that were held for duplicates before."""
        changed = SQL("SELECT id FROM crm_duplicate_row")
        if since:
            changed = SQL(" UNION ").join(
                [
                    SQL("SELECT id FROM crm_duplicate_row WHERE write_date >= %s", since),
                    SQL(
                        """SELECT unnest(ARRAY[low_id, high_id]) FROM crm_duplicate
                            WHERE res_model = %s AND state = 'open'""",
                        res_model,
                    ),
                    *(self._get_partner_changes(since) if res_model == "res.partner" else []),
                ]
            )
        self.env.cr.execute(
            SQL("CREATE TEMPORARY TABLE crm_duplicate_changed ON COMMIT DROP AS %s", changed)
        )
        self.env.cr.execute(SQL("ALTER TABLE crm_duplicate_changed ADD PRIMARY KEY (id)"))
        self.env.cr.execute(SQL("ANALYZE crm_duplicate_changed"))

    @api.model
    def _get_partner_changes(self, since):
        """Return the queries for contacts that are known by something else since then, though they are unchanged themselves.

        :rtype: list[SQL]
        """
        return [
            SQL(
                "SELECT partner_id FROM crm_lead WHERE write_date >= %s AND partner_id IS NOT NULL",
                since,
            ),
            SQL(
                "SELECT parent_id FROM res_partner WHERE write_date >= %s AND type != 'contact' AND parent_id IS NOT NULL",
                since,
            ),
        ]

    def _forget_pairs(self, res_model, since):
        """Delete what was found before and nobody has decided on, for records that are looked at again or are gone."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_duplicate AS pair WHERE res_model = %(model)s AND state = 'open' AND (
                          %(since)s IS NULL
                       OR EXISTS (SELECT FROM crm_duplicate_changed WHERE id IN (pair.low_id, pair.high_id))
                       OR NOT EXISTS (SELECT FROM crm_duplicate_row WHERE id = pair.low_id)
                       OR NOT EXISTS (SELECT FROM crm_duplicate_row WHERE id = pair.high_id))""",
                model=res_model,
                since=SQL("%s::timestamp", since),
            )
        )

    def _insert_pairs(self, res_model, since):
        points = self.env["crm.duplicate.rule"]._get_points(res_model)
        threshold, _certain = self.env["crm.duplicate.rule"]._get_thresholds()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_duplicate (res_model, low_id, high_id, score, reasons, state, company_id)
                   SELECT %(model)s, low_id, high_id, score, reasons, 'open', company_id
                     FROM (%(scored)s) AS scored WHERE score >= %(threshold)s
                   ON CONFLICT (res_model, low_id, high_id) DO UPDATE SET score = EXCLUDED.score, reasons = EXCLUDED.reasons
                                WHERE crm_duplicate.state = 'open'""",
                model=res_model,
                scored=self._get_scored_pairs(points, since),
                threshold=threshold,
            )
        )
