# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from .crm_article import STATES

MONTHS_UNTIL_REVIEW = 6
LEAD = "crm_support.group_crm_support_lead"


class CrmArticle(models.Model):
    """From draft to published to withdrawn, and looked through again in time.

    Agents write drafts; team leads publish. What is published is changed by team leads alone.
    """

    _inherit = "crm.article"

    state = fields.Selection(
        STATES, default="draft", required=True, readonly=True, index=True, tracking=True, copy=False
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        index=True,
        tracking=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        check_company=True,
    )
    date_published = fields.Datetime("Published on", readonly=True, copy=False)
    date_updated = fields.Datetime(
        "Text of", readonly=True, copy=False, default=fields.Datetime.now
    )
    review_date = fields.Date(
        "Review on",
        index="btree_not_null",
        copy=False,
        help="The owner is asked on this day to look through it.",
    )
    is_review_asked = fields.Boolean("Review Asked for", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft":
                self._check_may_publish()
        return super().create(vals_list)

    def write(self, vals):
        if "state" in vals and any(article.state != vals["state"] for article in self):
            self._check_may_publish()
        if "review_date" in vals:
            vals = {"is_review_asked": False, **vals}
        if {"name", "body"} & vals.keys():
            vals = {"date_updated": fields.Datetime.now(), **vals}
        result = super().write(vals)
        self._withdraw_translations(vals)
        return result

    def _withdraw_translations(self, vals):
        """Let no translation be seen whose original is not.

        :param dict vals: what was written on the originals
        """
        below = self.translation_ids
        seen = below.filtered(lambda one: one.state == "published")
        if seen and vals.get("state", "published") != "published":
            seen.write({"state": vals["state"]})
        if below and not vals.get("active", True):
            below.write({"active": False})

    @api.constrains("state", "translation_of_id")
    def _check_original_is_published(self):
        for article in self.filtered(lambda article: article.state == "published"):
            if article.translation_of_id and article.translation_of_id.state != "published":
                raise ValidationError(
                    self.env._("Publish the original of “%s” first.", article.name)
                )

    def _check_may_publish(self):
        """Refuse those who may not say what readers see.

        :raises AccessError: for whoever is not at least a team lead
        """
        if not (self.env.su or self.env.user.has_group(LEAD)):
            raise AccessError(self.env._("Team leads publish and withdraw articles."))

    def action_publish(self):
        """Let the readers see these articles."""
        self._check_may_publish()
        now = fields.Datetime.now()
        # originals first: a translation is not seen without them
        for articles in (
            self.filtered(lambda one: not one.translation_of_id),
            self.filtered("translation_of_id"),
        ):
            articles.write({"state": "published"})
        self.filtered(lambda article: not article.date_published).date_published = now
        return True

    def action_withdraw(self):
        """Let nobody but support see these articles, nor their translations."""
        self._check_may_publish()
        self.filtered(lambda one: one.state == "published").write({"state": "archived"})
        return True

    def action_back_to_draft(self):
        """Let agents write on these articles again."""
        self._check_may_publish()
        self.write({"state": "draft"})
        return True

    def action_reviewed(self):
        """Note that the text still holds, and ask the owner again later; owners may, and whoever may write."""
        self.check_access("read")
        if any(article.user_id != self.env.user for article in self):
            self.check_access("write")
        self.activity_feedback(["crm_support.mail_activity_type_article_review"])
        later = fields.Date.add(fields.Date.context_today(self), months=MONTHS_UNTIL_REVIEW)
        # sudo: crm.article - owners answer for what they do not publish themselves
        self.sudo().review_date = later
        return True

    # -- Reviews -----------------------------------------------------------------------------------

    @api.model
    def _get_review_domain(self):
        """Return which articles are to be looked through, whose owner was not asked yet.

        :rtype: Domain
        """
        today = fields.Date.context_today(self)
        return (
            Domain("review_date", "<=", today)
            & Domain("is_review_asked", "=", False)
            & Domain("state", "=", "published")
        )

    @api.model
    def _cron_ask_reviews(self, batch_size=50):
        """Ask the owners to look through what is due, once for each date."""
        domain = self._get_review_domain()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(domain))
        while articles := self.search(domain, limit=batch_size, order="id").try_lock_for_update():
            articles._ask_review()
            if not cron._commit_progress(len(articles)):
                break

    def _ask_review(self):
        """Plan the review with the owner of each of these articles."""
        self.is_review_asked = True
        for article in self.filtered(lambda one: one.user_id.active):
            article.activity_schedule(
                "crm_support.mail_activity_type_article_review",
                date_deadline=article.review_date,
                user_id=article.user_id.id,
            )
