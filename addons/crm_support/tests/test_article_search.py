# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Domain
from odoo.tests import tagged

from .article_common import HOSTILE, CrmArticleCase


@tagged("post_install", "-at_install")
class TestArticleSearch(CrmArticleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.filter_fr = cls._create_article(
            "Réinitialiser le contrôleur",
            lang="fr_FR",
            body="<p>Débranchez les panneaux, puis nettoyez le filtre.</p>",
        )
        cls.cold_fr = cls._create_article(
            "La chambre froide ne descend plus",
            lang="fr_FR",
            body="<p>Dégivrez l'évaporateur. Code P0-12.</p>",
        )
        cls.pump_en = cls._create_article(
            "Cleaning solar pumps", body="<p>The pumps are washed in the morning.</p>"
        )
        cls.own = Domain("company_id", "=", cls.company.id)

    def _find(self, text, *, langs=("fr_FR", "en_US"), **options):
        found = self.articles._find(text, self.own, langs=list(langs), **options)
        return self.articles.union(*(article for article, _passage in found))

    def test_words_are_found_in_all_their_forms(self):
        for text in (
            "réinitialisation",
            "contrôleurs",
            "débrancher un panneau",
            "filtres",
            "le filtre",
        ):
            self.assertEqual(self._find(text), self.filter_fr, text)
        for text in ("cleaned", "pump washing", "the pumps"):
            self.assertEqual(self._find(text), self.pump_en, text)

    def test_accents_do_not_matter(self):
        for text in ("reinitialiser", "CONTROLEUR", "debrancher", "Contrôleur", "evaporateur"):
            self.assertTrue(self._find(text), text)
        self.assertEqual(self._find("degivrer"), self.cold_fr)
        accented = self._create_article("Le benefice de l'oeuvre", lang="fr_FR")
        self.assertIn(accented, self._find("bénéfice œuvre"))

    def test_codes_are_found(self):
        self.assertEqual(self._find("P0-12"), self.cold_fr)

    def test_titles_come_before_texts(self):
        title = self._create_article("Filtre", lang="fr_FR", body="<p>Rien.</p>")
        self.assertEqual(self._find("filtre")[0], title)

    def test_all_words_come_before_some(self):
        self.assertEqual(self._find("filtre panneaux"), self.filter_fr)
        self.assertEqual(self._find("filtre introuvable"), self.filter_fr)

    def test_a_word_that_is_being_typed_is_found(self):
        self.assertEqual(self._find("reinit", is_typing=True), self.filter_fr)
        self.assertEqual(self._find("chambre fro", is_typing=True), self.cold_fr)

    def test_typing_errors_are_forgiven(self):
        if not self.env.registry.has_trigram:
            self.assertFalse(self._find("controlleur"))
            return
        self.assertEqual(self._find("controlleur"), self.filter_fr)
        self.assertEqual(self._find("solra pmups cleanning"), self.pump_en)
        self.assertFalse(self._find("xylophone"))

    def test_no_input_makes_it_fail(self):
        odd = [
            "",
            " ",
            None,
            "\x00",
            "'",
            "\\",
            "a & | ! ( ) :* <->",
            "%s %(x)s %%",
            "🙂🙂",
            "é" * 5000,
            "le la les",
            "\ud800",
            "x " * 3000,
            "a:b:c*",
            "<b>",
            "1" * 300,
            "à",
            "😀 pump",
            "٣ مرحبا",
            *HOSTILE,
        ]
        for text in odd:
            for is_typing in (False, True):
                self.assertIsInstance(
                    self.articles._find(text, self.own, langs=["fr_FR", None], is_typing=is_typing),
                    list,
                    repr(text),
                )
            self.articles.with_user(self.agent).search([("words", "ilike", text)])

    def test_passages_are_escaped_and_marked(self):
        self._create_article(
            "Odd",
            body="<p>Five &lt; six &amp; the gearbox &lt;script&gt;alert(1)&lt;/script&gt;.</p>",
        )
        [(_article, passage)] = self.articles._find("gearbox", self.own, langs=["en_US"])
        self.assertIn("<mark>gearbox</mark>", passage)
        self.assertIn("Five &lt; six &amp; the", passage)
        self.assertNotIn("<script>", passage)

    def test_each_article_is_found_once_in_the_readers_language(self):
        original = self._create_article(
            "Changer la courroie", lang="fr_FR", body="<p>courroie belt</p>"
        )
        text = self._create_article(
            "Change the belt", translation_of_id=original.id, body="<p>courroie belt</p>"
        )
        for lang, expected in (("fr_FR", original), ("en_US", text), ("de_DE", original)):
            domain = self.own & self.articles._get_language_domain(lang, self.company)
            found = self.articles._find("belt", domain, langs=["fr_FR", "en_US"])
            self.assertEqual([article for article, _passage in found], [expected], lang)

    def test_the_companys_language_comes_before_the_original(self):
        original = self._create_article("Change the belt")
        text = self._create_article(
            "Changer la courroie", lang="fr_FR", translation_of_id=original.id
        )
        domain = self.own & self.articles._get_language_domain("de_DE", self.company)
        domain &= Domain("id", "in", (original | text).ids) & Domain("state", "=", "published")
        self.assertEqual(self.articles.search(domain), text)
        text.action_withdraw()
        self.assertEqual(self.articles.search(domain), original)

    def test_one_query_finds_and_ranks_and_quotes(self):
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.articles._find("filtre", self.own, langs=["fr_FR"])

    def test_the_index_follows_what_is_written(self):
        self.pump_en.body = "<p>Grease the gearbox.</p>"
        self.assertEqual(self._find("gearboxes"), self.pump_en)
        self.assertFalse(self._find("washed"))

    def test_agents_find_by_words_in_lists(self):
        articles = self.articles.with_user(self.agent)
        self.assertEqual(articles.search([("words", "ilike", "reinitialisation")]), self.filter_fr)
        self.assertIn(
            self.filter_fr,
            articles.browse(id_ for id_, _name in articles.name_search("reinitialiser")),
        )
        self.assertFalse(
            self.articles.with_user(self.stranger).search([("words", "ilike", "reinitialisation")])
        )
