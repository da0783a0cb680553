# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError

SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{1,62})[a-z0-9]", re.ASCII)
SITE = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?", re.ASCII | re.IGNORECASE)
SCOPES = [("contact", "The contact alone"), ("company", "Everybody of the customer")]
ASKED = [("no", "Not asked"), ("optional", "May be filled in"), ("required", "Must be filled in")]
#: what may be asked of visitors, by the setting that says so
OPTIONAL_FIELDS = {
    "phone": "form_phone",
    "company": "form_company",
    "type_id": "form_type",
    "category_id": "form_category",
    "files": "form_files",
}


class CrmTicketTeam(models.Model):
    """What customers see of a team: the portal, and the form that anybody can fill in."""

    _inherit = "crm.ticket.team"

    customer_scope = fields.Selection(
        SCOPES,
        string="Who of the Customer Sees a Ticket",
        required=True,
        default="contact",
        help="Besides who follows the ticket. A customer can have a rule of his own.",
    )
    is_form_public = fields.Boolean(
        "Public Form", help="Whoever has the link can ask for help, without a login."
    )
    form_slug = fields.Char(
        "Address of the Form",
        copy=False,
        compute="_compute_form_slug",
        store=True,
        readonly=False,
        help="The end of the link. The one proposed cannot be guessed; a word of your own can.",
    )
    form_url = fields.Char("Link to the Form", compute="_compute_form_url")
    form_embed_code = fields.Text("Code for Your Site", compute="_compute_form_url")
    form_intro = fields.Text("Words above the Form", translate=True)
    form_sites = fields.Text(
        "Sites That Show the Form",
        help="One a line, for example https://www.company.com. No other site can show the form inside its pages.",
    )
    form_phone = fields.Selection(ASKED, string="Phone", required=True, default="optional")
    form_company = fields.Selection(ASKED, string="Company Name", required=True, default="optional")
    form_type = fields.Selection(ASKED, string="Kind of Request", required=True, default="optional")
    form_category = fields.Selection(ASKED, string="Category", required=True, default="no")
    form_files = fields.Selection(ASKED, string="Files", required=True, default="optional")

    _form_slug_uniq = models.UniqueIndex("(form_slug)", "This address is taken: choose another.")

    @api.depends("is_form_public")
    def _compute_form_slug(self):
        for team in self:
            if team.is_form_public and not team.form_slug:
                team.form_slug = secrets.token_hex(8)

    @api.depends("form_slug", "name")
    def _compute_form_url(self):
        for team in self:
            url = f"{team.get_base_url()}/support/{team.form_slug}" if team.form_slug else False
            team.form_url = url
            team.form_embed_code = url and (
                f'<iframe src="{url}?embed=1" title="Support" width="100%" height="900" style="border:0"></iframe>'
            )

    @api.constrains("form_slug")
    def _check_form_slug(self):
        if any(team.form_slug and not SLUG.fullmatch(team.form_slug) for team in self):
            raise ValidationError(
                self.env._(
                    "An address has 3 to 64 small letters without accents, digits and hyphens: support-abidjan."
                )
            )

    @api.constrains("form_sites")
    def _check_form_sites(self):
        for site in {site for team in self for site in team._get_form_sites()}:
            if not SITE.fullmatch(site):
                raise ValidationError(
                    self.env._(
                        "“%s” is no site: write it like https://www.company.com, without a path.",
                        site,
                    )
                )

    def _get_form_sites(self):
        """Return the sites that may show the form inside their pages.

        :rtype: list[str]
        """
        return [
            site.strip().rstrip("/")
            for site in (self.form_sites or "").splitlines()
            if site.strip()
        ]

    def _get_form_fields(self):
        """Return which of the optional fields the form asks for, and whether they must be filled in.

        :rtype: dict[str, bool]
        """
        self.ensure_one()
        return {
            name: self[setting] == "required"
            for name, setting in OPTIONAL_FIELDS.items()
            if self[setting] != "no"
        }

    @api.model
    def _get_portal_teams(self, user):
        """Return the teams that a customer may turn to from the portal.

        :param user: his ``res.users``
        :rtype: crm.ticket.team
        """
        company = user.partner_id.company_id or user.company_ids
        return self.search([("visibility", "=", "portal"), ("company_id", "in", company.ids)])

    def _get_categories(self):
        """Return the categories that customers of this team can choose from.

        :rtype: crm.ticket.category
        """
        return self.env["crm.ticket.category"].search(
            [("company_id", "in", [*self.company_id.ids, False])]
        )

    def _is_person(self, asked):
        """Return whether who filled in the form is one; a captcha extends this.

        :param dict asked: all that was sent
        """
        return True

    def action_open_form(self):
        """Look at the form as visitors do."""
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/support/{self.form_slug}", "target": "new"}

    def action_new_form_slug(self):
        """Give the forms a new address; the old one opens nothing any more."""
        self.check_access("write")
        for team in self:
            team.form_slug = secrets.token_hex(8)
