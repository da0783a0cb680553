# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

#: figures of fewer answers say more about who answered than about the team
FEWEST = 10
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class CrmTicketTeam(models.Model):
    """What a team asks its customers, and whether the figures are for everybody."""

    _inherit = "crm.ticket.team"

    satisfaction_rule_ids = fields.One2many(
        "crm.satisfaction.rule",
        "team_id",
        string="Questions",
        copy=True,
        groups="crm_support.group_crm_support_agent",
    )
    satisfaction_is_public = fields.Boolean(
        "Publish the Figures",
        help="Everybody may read the figures of the last twelve months on a page of their own, as soon as there are ten "
        "answers. No answer and no comment shows.",
    )
    satisfaction_slug = fields.Char(
        "Address of the Figures",
        compute="_compute_satisfaction_slug",
        store=True,
        readonly=False,
        copy=False,
        help="The last part of the page's address: small letters, digits and hyphens.",
    )
    satisfaction_url = fields.Char("Page of the Figures", compute="_compute_satisfaction_url")

    _satisfaction_slug_uniq = models.UniqueIndex(
        "(satisfaction_slug) WHERE satisfaction_slug IS NOT NULL",
        "Another team publishes its figures under this address.",
    )

    @api.depends("satisfaction_is_public")
    def _compute_satisfaction_slug(self):
        for team in self:
            if team.satisfaction_is_public and not team.satisfaction_slug:
                team.satisfaction_slug = self.env["ir.http"]._slugify(team.name or "") or False

    @api.depends("satisfaction_is_public", "satisfaction_slug")
    def _compute_satisfaction_url(self):
        for team in self:
            shown = team.satisfaction_is_public and team.satisfaction_slug
            path = f"/satisfaction/team/{team.satisfaction_slug}"
            team.satisfaction_url = f"{team.get_base_url()}{path}" if shown else False

    @api.constrains("satisfaction_is_public", "satisfaction_slug")
    def _check_satisfaction_slug(self):
        for team in self.filtered("satisfaction_is_public"):
            if not SLUG.fullmatch(team.satisfaction_slug or ""):
                raise ValidationError(
                    self.env._(
                        "The address of the figures of “%s” is made of small letters, digits and hyphens.",
                        team.name,
                    )
                )

    @api.model
    def _find_public_figures(self, slug):
        """Return the team that publishes its figures under an address, if any does.

        :param str slug: the last part of the address
        :rtype: crm.ticket.team
        """
        # sudo: crm.ticket.team - its figures are for everybody
        teams = self.sudo()
        if not SLUG.fullmatch(slug):
            return teams
        public = [("satisfaction_is_public", "=", True), ("satisfaction_slug", "=", slug)]
        return teams.search(public, limit=1)

    def _get_public_figures(self):
        """Return the figures of the last twelve months of which there are answers enough, by kind of question.

        :return: ``{kind: (figure, number of answers)}``
        :rtype: dict[str, tuple[float, int]]
        """
        self.ensure_one()
        since = fields.Datetime.now() - relativedelta(months=12)
        answered = Domain("state", "=", "answered") & Domain("date_answered", ">=", since)
        # sudo: crm.satisfaction - averages of ten and more
        answers = self.env["crm.satisfaction"].sudo()
        groups = answers._read_group(
            answered & Domain("team_id", "=", self.id), ["kind"], ["result:avg", "__count"]
        )
        return {
            kind: (round(figure, 1), count) for kind, figure, count in groups if count >= FEWEST
        }
