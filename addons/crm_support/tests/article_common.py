# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import CrmSupportCase

#: what must never run, wherever people can write it
HOSTILE = [
    "<script>window.pwned=1</script>",
    '<img src=x onerror="window.pwned=1">',
    "<svg onload=window.pwned=1>",
    '"><script>window.pwned=1</script>',
    '<a href="javascript:window.pwned=1">here</a>',
    '{{ 7 * 7 }} <t t-out="7 * 7"/>',
    '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
    '<math><mtext><table><mglyph><style><img src=x onerror="window.pwned=1"></style></mglyph></table></mtext></math>',
    "'; DROP TABLE crm_article; --",
]


class CrmArticleCase(CrmSupportCase):
    """Articles for support, for customers who log in, and for everybody, in two languages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.company.partner_id.lang = "fr_FR"
        cls.articles = cls.env["crm.article"]

    @classmethod
    def _create_article(cls, name="Clean the filter", *, publish=True, **values):
        article = cls.articles.create(
            {
                "name": name,
                "body": "<p>Turn the valve.</p>",
                "audience": "public",
                "company_id": cls.company.id,
                "lang": "en_US",
                "user_id": cls.lead.id,
                **values,
            }
        )
        if publish:
            article.action_publish()
        return article
