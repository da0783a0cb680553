# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import email_normalize

from ..exceptions import expected
from ..tools.import_engine import format_phone
from ..tools.privacy import abbreviate

#: what people say of a request; all else is the server's
GIVEN = {"name", "email", "phone", "partner_ids", "reason"}
#: how a request begins, whatever defaults its maker has set or sends along
BEGINNING = {
    "kind": False,
    "state": "draft",
    "date_done": False,
    "log_id": False,
    "attachment_id": False,
    "error": False,
    "keys": False,
    "fingerprint": False,
}
#: days that the file of an export stays
EXPORT_DAYS = 7


class CrmPrivacyRequest(models.Model):
    """A person asks for what is held on him, or to be forgotten.

    Draft: who it is, and what is found, model by model. Running: a scheduled action writes the file, or erases in small committed
    steps; killed, it goes on where it stood. Done: of the person, an abbreviation is left. A request is seen by its maker alone;
    what was done stands in Odoo's privacy log.
    """

    _name = "crm.privacy.request"
    _description = "Privacy Request"
    _order = "id desc"

    name = fields.Char("Person", required=True)
    email = fields.Char("E-mail")
    phone = fields.Char()
    partner_ids = fields.Many2many(
        "res.partner",
        string="Contacts",
        context={"active_test": False},
        help="Contacts of this person. Take out those that are somebody else's.",
    )
    reason = fields.Text("Request", help="When and how the person asked.")
    user_id = fields.Many2one(
        "res.users",
        string="Handled By",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    kind = fields.Selection([("export", "Export"), ("erase", "Erase")], readonly=True)
    state = fields.Selection(
        [
            ("draft", "To Check"),
            ("running", "Running"),
            ("done", "Done"),
            ("partial", "Done in Part"),
        ],
        required=True,
        default="draft",
        readonly=True,
    )
    date_done = fields.Datetime("Done On", readonly=True)
    line_ids = fields.One2many("crm.privacy.request.line", "request_id", readonly=True)
    held_line_ids = fields.One2many(
        "crm.privacy.request.line",
        "request_id",
        string="Held",
        domain=[("kind", "!=", "mentions")],
        readonly=True,
    )
    found_count = fields.Integer("Found", compute="_compute_found_count")
    log_id = fields.Many2one("privacy.log", readonly=True, ondelete="set null", index=True)
    attachment_id = fields.Many2one(
        "ir.attachment", string="File", readonly=True, ondelete="set null"
    )
    error = fields.Text(readonly=True)
    # who it is, while it runs
    keys = fields.Json(readonly=True, export_string_translation=False)
    fingerprint = fields.Char(readonly=True, export_string_translation=False)

    @api.depends("line_ids.found_count")
    def _compute_found_count(self):
        for request in self:
            request.found_count = sum(request.line_ids.mapped("found_count"))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_written(vals)
        begun = [{**BEGINNING, **vals, "user_id": self.env.uid} for vals in vals_list]
        return super().create(begun)

    def write(self, vals):
        self._check_written(vals)
        if not self.env.su:
            self._check_draft()
        return super().write(vals)

    def _check_written(self, vals):
        """Nobody turns a request on somebody else, or starts it, but by its buttons."""
        if vals.keys() - GIVEN and not self.env.su:
            raise AccessError(self.env._("The server alone writes this."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if any(request.state == "running" for request in self):
            raise expected(UserError(self.env._("This request is at work: wait until it is done.")))

    def _check_draft(self):
        if any(request.state != "draft" for request in self):
            raise expected(UserError(self.env._("This request was handed in already.")))

    # -- Actions ---------------------------------------------------------------------------------

    def action_find(self):
        """Look for the person's contacts by the addresses, and count what is held."""
        self.check_access("write")
        for request in self:
            request._check_draft()
            request.partner_ids = [Command.link(partner.id) for partner in request._find_contacts()]
            request.action_count()

    def action_count(self):
        """Count what is held on the contacts that are left."""
        self.check_access("write")
        for request in self:
            request._check_draft()
            # sudo: crm.privacy.request - its lines are written by the server alone
            own = request.sudo()
            own.keys = request._get_keys()
            own.line_ids = [Command.clear(), *map(Command.create, request._prepare_lines())]

    def action_export(self):
        """Have the file of all that is held written."""
        self._start("export")

    def action_erase(self):
        """Have the person erased."""
        self.check_access("write")
        for request in self:
            request._check_not_user()
        self._start("erase")

    def action_download(self):
        """Download the file."""
        self.ensure_one()
        self.check_access("read")
        if not self.sudo().attachment_id:  # sudo: ir.attachment - the controller asks who it is
            raise expected(UserError(self.env._("The file was deleted. Export again.")))
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm/privacy/{self.id}",
            "target": "download",
        }

    def _start(self, kind):
        self.check_access("write")
        for request in self:
            request._check_draft()
            request.action_count()
            request._check_companies()
            if (
                not request.keys["partners"]
                and not request.keys["emails"]
                and not request.keys["phones"]
            ):
                raise expected(
                    UserError(
                        self.env._("Give a contact, an e-mail address or a telephone number.")
                    )
                )
        # sudo: crm.privacy.request - its state is the server's
        self.sudo().write({"kind": kind, "state": "running"})
        self.env.ref("crm_core.ir_cron_crm_privacy")._trigger()

    @api.model
    def _open_about(self, values):
        """Open a new request, with what is found."""
        request = self.create(values)
        request.action_find()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": request.id,
            "views": [(False, "form")],
        }

    # -- Who it is -------------------------------------------------------------------------------

    def _find_contacts(self):
        emails, phones = self._get_addresses()
        domain = self.env["crm.privacy"]._get_person_contact_domain(emails, phones)
        return self.env["res.partner"].with_context(active_test=False).search(domain)

    def _get_addresses(self):
        """Return the addresses of the request as they are kept: e-mail in lower case, number in E.164.

        A number without its country is read in those of all companies of whoever asks.
        """
        emails = [email_normalize(self.email)] if email_normalize(self.email or "") else []
        if not self.phone:
            return emails, []
        companies = self.env.company | self.env.user.company_ids
        codes = companies.country_id.mapped("code") or [None]
        numbers = {format_phone(self.phone, code)[0] for code in codes} - {None}
        return emails, sorted(numbers) or [self.phone]

    def _get_keys(self):
        emails, phones = self._get_addresses()
        # sudo: any model - the person is found wherever he is
        privacy = self.env["crm.privacy"].sudo()
        return privacy._get_keys(
            self.partner_ids, emails, [*phones, *filter(None, [self.phone])], [self.name]
        )

    def _check_not_user(self):
        # sudo: res.users - whether there is one
        users = self.partner_ids.sudo().with_context(active_test=False).user_ids
        if users.filtered(lambda user: not user.share):
            raise expected(
                UserError(
                    self.env._("%s works here: a user's own contact is not erased.", self.name)
                )
            )

    def _check_companies(self):
        """Whoever acts must be allowed to see every company that knows the person."""
        companies = self.partner_ids.sudo().company_id  # sudo: res.partner - whose it is
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)  # sudo: as above
        companies |= leads.browse(self.keys["leads"]).company_id
        if companies - self.env.user.company_ids:
            raise expected(
                UserError(
                    self.env._(
                        "Another company of yours knows this person too: ask somebody who may see all of them."
                    )
                )
            )

    # -- What is held ----------------------------------------------------------------------------

    def _prepare_lines(self):
        """Return the values of the lines: what is found, model by model, and what erasing does to it."""
        # sudo: any model - what is held is counted
        privacy = self.env["crm.privacy"].sudo()
        lines = []
        for place, declaration in enumerate(privacy._get_installed_declarations()):
            values = {"model": declaration.model, "sequence": place}
            if declaration.found_by:
                model = privacy.env[declaration.model].with_context(active_test=False)
                count = model.search_count(privacy._get_found_domain(declaration, self.keys))
                if count:
                    erasure = declaration.erasure
                    lines.append(
                        {
                            **values,
                            "kind": erasure,
                            "found_count": count,
                            "note": declaration.reason,
                        }
                    )
            if declaration.mentions:
                lines.append({**values, "kind": "mentions", "sequence": place + 1000})
        for model, counts in privacy._get_legal_documents(self.keys["partners"]).items():
            if count := sum(counts.values()):
                law = {"model": model, "kind": "keep", "found_count": count, "note": "law"}
                lines.append({**law, "sequence": 2000})
        return lines

    def _forget_person(self):
        """Leave of the person an abbreviation, and a fingerprint that recognises the same request; no file."""
        self.attachment_id.unlink()
        for request in self:
            addresses = ",".join([*request.keys["emails"], *request.keys["phones"]])
            request.write(
                {
                    "name": abbreviate(request.name),
                    "email": abbreviate(request.email),
                    "phone": abbreviate(request.phone),
                    "fingerprint": self.env["crm.consent"]._get_fingerprint(addresses, "person"),
                    "keys": False,
                    "reason": False,
                    "partner_ids": [Command.clear()],
                }
            )

    @api.autovacuum
    def _gc_exports(self):
        """Delete the files of exports after some days."""
        before = fields.Datetime.subtract(fields.Datetime.now(), days=EXPORT_DAYS)
        domain = [("attachment_id", "!=", False), ("date_done", "<", before)]
        self.sudo().search(domain).attachment_id.unlink()  # sudo: cleaning
