# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ..tools.import_engine import WordList, isolate, name_key, word_key

# how people write countries that have another name in the table
COUNTRY_NAMES = {
    "US": "USA|U.S.A.|United States of America|America|Etats-Unis d'Amérique",
    "GB": "UK|Great Britain|England|Scotland|Wales|Northern Ireland|Angleterre|Royaume Uni",
    "KR": "Korea|South Korea|Republic of Korea|Corée",
    "CI": "Ivory Coast|Cote d'Ivoire|République de Côte d'Ivoire",
    "CD": "DRC|RDC|Congo-Kinshasa|DR Congo",
    "CG": "Congo-Brazzaville|Republic of the Congo",
    "RU": "Russia|Russie",
    "CZ": "Czech Republic",
    "NL": "Holland|The Netherlands",
    "VN": "Viet Nam|Vietnam",
    "IR": "Iran",
    "SY": "Syria",
    "TZ": "Tanzania",
    "TR": "Turkey|Turquie",
    "VE": "Venezuela",
    "BO": "Bolivia",
    "AE": "UAE|EAU",
    "MK": "Macedonia",
    "CV": "Cape Verde",
    "SZ": "Swaziland",
    "MM": "Burma",
    "LA": "Laos",
    "MD": "Moldova",
    "TW": "Taiwan",
}
# words for the trade of a company that several programs offer in their lists
INDUSTRIES = (
    "Agriculture|Apparel|Banking|Biotechnology|Chemicals|Communications|Construction|Consulting|Education|Electronics|Energy|Engineering"
    "|Entertainment|Environmental|Finance|Food & Beverage|Government|Healthcare|Hospitality|Insurance|Machinery|Manufacturing|Marketing|Media"
    "|Medical|Not For Profit|Recreation|Retail|Services|Shipping|Software|Technology|Telecommunications|Transportation|Utilities|Employment"
).split("|")


class CrmImportVocabulary(models.AbstractModel):
    """The lists that cells choose from (countries, industries, stages, tags, salespeople …), each loaded once a run.

    A list is a pair of methods: ``_load_<words>(run, file)`` returns its ``WordList``; ``_create_<words>(run, file, texts)``
    creates what is missing and returns ``{text: id}``. A list without the second is closed, and so is one whose
    ``_may_create_<words>(run, file)`` says no.
    """

    _name = "crm.import.vocabulary"
    _description = "Words of an Import"

    @api.model
    def _get_words(self, run, file, words):
        """Return a list, loaded once a run.

        :rtype: WordList
        """
        if words not in run.words:
            run.words[words] = getattr(self, f"_load_{words}")(run, file)
        return run.words[words]

    @api.model
    def _find(self, run, file, words, texts):
        """Find texts in a list, and create those that are missing where the list is open.

        :param str words: name of the list
        :param texts: the distinct texts of a batch
        :return: ``{text: (Found, is_new)}``
        """
        known = self._get_words(run, file, words)
        found = {text: known.find(text) for text in texts}
        suggested = {result.res_id for result in found.values() if isinstance(result.res_id, str)}
        for word, res_id in self._create_missing(run, file, words, sorted(suggested)).items():
            known.settle(word, res_id)
        missing = {}
        for text, result in found.items():
            if not result.res_id and not result.choices:
                missing.setdefault(word_key(text), text)
        created = self._create_missing(run, file, words, list(missing.values()))
        for text, res_id in created.items():
            known.add(res_id, text)
        new = {word_key(text) for text in created}
        return {text: (known.find(text), word_key(text) in new) for text in found}

    @api.model
    def _create_missing(self, run, file, words, texts):
        """Create words where their list is open; one that cannot be is left out, and the cell is empty."""
        creator = getattr(self, f"_create_{words}", None)
        may_create = getattr(self, f"_may_create_{words}", None)
        if not creator or not texts or (may_create and not may_create(run, file)):
            return {}
        if run.is_check:
            # a number that no record has stands for what the import would create
            return dict.fromkeys(texts, -1)
        created, _refused = isolate(
            self.env,
            lambda texts: creator(run, file, texts),
            # in one order, so that two imports of the same words wait for each other instead of locking up
            sorted(texts),
            is_last_try=run.is_last_try,
        )
        return created

    @api.model
    def _read_words(self, model, domain=(), fname="name"):
        """Return ``[(id, word)]`` of a model's records, in each language the server speaks."""
        records = self.env[model].with_context(active_test=False).search(list(domain))
        if not self.env[model]._fields[fname].translate:
            return [(record.id, record[fname]) for record in records]
        words = []
        # no language is the language of the source, which may not be among those installed
        for code in (None, *(code for code, _name in self.env["res.lang"].get_installed())):
            words += [(record.id, record[fname]) for record in records.with_context(lang=code)]
        return words

    @api.model
    def _create_words(self, file, model, texts, *, sudo=False, **values):
        """Create one record a text, note them for undo, and return ``{text: id}``.

        :param bool sudo: for small lists of words that only administrators may write
        """
        creator = self.env[model]
        if sudo:
            creator = creator.sudo()  # sudo: a manager adds a word to a list, nothing else
        records = creator.create([{"name": text[:255], **values} for text in texts])
        file._log_created(records)
        return dict(zip(texts, records.ids, strict=True))

    # -- Places and money ---

    def _load_country(self, run, file):
        countries = self.env["res.country"].search(Domain.TRUE)
        words = WordList(self._read_words("res.country"))
        for country in countries:
            words.add(country.id, country.code)
            for name in filter(None, COUNTRY_NAMES.get(country.code, "").split("|")):
                words.add(country.id, name)
        return words

    def _load_state(self, run, file):
        """States go by ``country code|name``: their codes repeat between countries."""
        words = WordList(compares=False)
        for state in self.env["res.country.state"].search(Domain.TRUE):
            words.add(state.id, f"{state.country_id.code} {state.name}")
            words.add(state.id, f"{state.country_id.code} {state.code}")
        return words

    def _load_currency(self, run, file):
        words = WordList(compares=False)
        for currency in (
            self.env["res.currency"].with_context(active_test=False).search(Domain.TRUE)
        ):
            words.add(currency.id, currency.name)
            words.add(currency.id, currency.full_name)
        for name, code in (
            ("FCFA", "XOF"),
            ("CFA", "XOF"),
            ("F CFA", "XOF"),
            ("Euro", "EUR"),
            ("Euros", "EUR"),
            ("Dollar", "USD"),
        ):
            words.add(words.find(code).res_id, name)
        return words

    def _load_lang(self, run, file):
        words = WordList(compares=False)
        for lang in self.env["res.lang"].search(Domain.TRUE):
            for word in (
                lang.code,
                lang.iso_code,
                lang.name.split("/")[0],
                lang.code.split("_")[0],
            ):
                words.add(lang.id, word)
        return words

    # -- Companies and people ---

    def _load_industry(self, run, file):
        words = WordList(self._read_words("res.partner.industry"))
        for name in INDUSTRIES:
            words.add(name, name) if name not in words else None
        return words

    def _create_industry(self, run, file, texts):
        return self._create_words(file, "res.partner.industry", texts, sudo=True)

    def _load_category(self, run, file):
        return WordList(self._read_words("res.partner.category"))

    def _create_category(self, run, file, texts):
        return self._create_words(file, "res.partner.category", texts)

    # -- Deals ---

    def _load_tag(self, run, file):
        return WordList(self._read_words("crm.tag"))

    def _create_tag(self, run, file, texts):
        return self._create_words(file, "crm.tag", texts)

    def _load_product(self, run, file):
        """Products are tags of deals; those of the catalogue, and of the files, are words before any deal has them."""
        words = self._load_tag(run, file)
        known = (
            {product.name for product in self.env["product.template"].search([], limit=2000)}
            if "product.template" in self.env
            else set()
        )
        for name in sorted(known | run.cache.get("products", set())):
            if name not in words:
                words.add(name, name)
        return words

    def _create_product(self, run, file, texts):
        return self._create_tag(run, file, texts)

    def _load_source(self, run, file):
        return WordList(self._read_words("utm.source"))

    def _create_source(self, run, file, texts):
        return self._create_words(file, "utm.source", texts)

    def _load_medium(self, run, file):
        return WordList(self._read_words("utm.medium"))

    def _create_medium(self, run, file, texts):
        return self._create_words(file, "utm.medium", texts)

    def _load_campaign(self, run, file):
        return WordList(
            [(campaign.id, campaign.title) for campaign in self.env["utm.campaign"].search([])]
        )

    def _create_campaign(self, run, file, texts):
        campaigns = self.env["utm.campaign"].create([{"title": text[:255]} for text in texts])
        file._log_created(campaigns)
        return dict(zip(texts, campaigns.ids, strict=True))

    def _load_lost_reason(self, run, file):
        return WordList(self._read_words("crm.lost.reason"))

    def _create_lost_reason(self, run, file, texts):
        return self._create_words(file, "crm.lost.reason", texts)

    def _load_stage(self, run, file):
        if "new_stages" in run.cache:
            return WordList([(-1, name) for name in run.cache["new_stages"]])
        return WordList(
            self._read_words("crm.stage", file.import_id._get_pipeline()._get_stage_domain())
        )

    def _may_create_stage(self, run, file):
        """Stages are added to a pipeline that this very import created; another one's are its owner's to define."""
        return "new_stages" in run.cache or file.import_id._created_pipeline(
            file.import_id._get_pipeline()
        )

    def _create_stage(self, run, file, texts):
        pipeline = file.import_id._get_pipeline()
        return self._create_words(file, "crm.stage", texts, pipeline_id=pipeline.id)

    # -- Salespeople ---

    def _load_user(self, run, file):
        users = (
            self.env["res.users"]
            .with_context(active_test=False)
            .search([("share", "=", False), ("company_ids", "in", file.import_id.company_id.ids)])
        )
        entries = self.env["crm.import.entry"].sudo()  # sudo: known, whoever imported them
        made = entries.search(
            [
                ("import_id.company_id", "=", file.import_id.company_id.id),
                ("model", "=", "res.users"),
                ("action", "=", "created"),
                ("is_undone", "=", False),
            ]
        )
        everybody = self.env["res.users"].sudo()  # sudo: archived users, for their names
        users |= everybody.browse(made.mapped("res_id")).exists().sudo(False)
        words = WordList()
        colleagues = users.sudo()  # sudo: names and addresses of colleagues
        for user in colleagues.sorted(lambda user: not user.active):
            for word in (user.name, user.login, user.email):
                words.add(user.id, word)
        return words

    def _may_create_user(self, run, file):
        return file.import_id.create_users

    def _create_user(self, run, file, texts):
        """Create the salespeople that rows name, when the import is set to."""
        return dict(
            zip(texts, self._create_users(file, [(text, text) for text in texts]).ids, strict=True)
        )

    @api.model
    def _create_users(self, file, names, *, is_row=False):
        """Create archived users without any right, who own records and cannot log in.

        :param list[tuple] names: ``(name, login or e-mail address or name)``
        :param bool is_row: they are rows of the file, which its entries note; else they are noted for undo here
        :rtype: res.users
        """
        company = file.import_id.company_id
        vals_list = [
            {
                "name": name[:255],
                "login": address
                if "@" in address
                else f"{name_key(address).replace(' ', '.')}.import{file.import_id.id}",
                "email": address if "@" in address else False,
                "active": False,
                "company_id": company.id,
                "company_ids": [(6, 0, company.ids)],
                "group_ids": [(6, 0, [])],
            }
            for name, address in names
        ]
        creator = self.env["res.users"].sudo()  # sudo: archived users without any group
        users = creator.with_context(
            no_reset_password=True, tracking_disable=True, import_file=False
        ).create(vals_list)
        if not is_row:
            file._log_created(users)
        return users.sudo(False)

    def _load_team(self, run, file):
        return WordList(
            self._read_words(
                "crm.team",
                [
                    "|",
                    ("company_id", "=", False),
                    ("company_id", "=", file.import_id.company_id.id),
                ],
            )
        )

    def _create_team(self, run, file, texts):
        return self._create_words(file, "crm.team", texts, company_id=file.import_id.company_id.id)
