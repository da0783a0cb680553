# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import is_html_empty

from ..tools import PLACEHOLDERS, find_unknown
from .crm_ticket import PRIORITIES

ASSIGNMENTS = [("me", "Me"), ("nobody", "Nobody"), ("person", "A Certain Person")]


class CrmTicketMacro(models.Model):
    """Several steps that are done on a ticket with one click, with the rights of who clicks."""

    _name = "crm.ticket.macro"
    _description = "Ticket Macro"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users",
        string="Private to",
        default=lambda self: self.env.user,
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="Only this person sees and uses the macro. Team leads make macros for everybody by leaving it empty.",
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", default=lambda self: self.env.company
    )
    team_ids = fields.Many2many(
        "crm.ticket.team",
        string="For Tickets of",
        check_company=True,
        help="Without any, for tickets of all teams.",
    )
    # what it sets
    stage_id = fields.Many2one("crm.ticket.stage", string="Move to Stage", index="btree_not_null")
    assignment = fields.Selection(ASSIGNMENTS, string="Assign to")
    assigned_user_id = fields.Many2one(
        "res.users", string="Person", domain="[('share', '=', False)]", index="btree_not_null"
    )
    priority = fields.Selection(PRIORITIES, string="Set Priority")
    team_id = fields.Many2one(
        "crm.ticket.team", string="Pass to Team", check_company=True, index="btree_not_null"
    )
    type_id = fields.Many2one("crm.ticket.type", string="Set Type", index="btree_not_null")
    category_id = fields.Many2one(
        "crm.ticket.category", string="Set Category", check_company=True, index="btree_not_null"
    )
    added_tag_ids = fields.Many2many(
        "crm.ticket.tag", "crm_ticket_macro_added_tag_rel", string="Add Tags"
    )
    removed_tag_ids = fields.Many2many(
        "crm.ticket.tag", "crm_ticket_macro_removed_tag_rel", string="Remove Tags"
    )
    # what it says and plans
    reply = fields.Html("Reply to the Customer", translate=True, sanitize_attributes=True)
    note = fields.Html("Internal Note", translate=True, sanitize_attributes=True)
    activity_type_id = fields.Many2one(
        "mail.activity.type", string="Plan Activity", index="btree_not_null"
    )
    activity_summary = fields.Char("Summary", translate=True)
    activity_days = fields.Integer("Due in (Days)", default=1)

    _activity_days_positive = models.Constraint(
        "CHECK(activity_days >= 0)", "An activity is due today or later."
    )

    @api.constrains("reply", "note")
    def _check_placeholders(self):
        for macro in self:
            if unknown := find_unknown(macro.reply) + find_unknown(macro.note):
                raise ValidationError(
                    self.env._(
                        "Not known: %(unknown)s. There are: %(known)s",
                        unknown=", ".join(unknown),
                        known=", ".join(f"{{{{{name}}}}}" for name in PLACEHOLDERS),
                    )
                )

    @api.constrains("assignment", "assigned_user_id")
    def _check_assignment(self):
        for macro in self:
            if macro.assignment == "person" and not macro.assigned_user_id:
                raise ValidationError(self.env._("Say whom “%s” assigns tickets to.", macro.name))

    @api.model_create_multi
    def create(self, vals_list):
        macros = super().create(vals_list)
        macros._check_sharing()
        return macros

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals:
            self._check_sharing()
        return result

    def _check_sharing(self):
        """Let team leads alone make macros for others: not by a constraint, which the system asks for everybody.

        :raises AccessError: for anybody else
        """
        if self.env.su or self.env.user.has_group("crm_support.group_crm_support_lead"):
            return
        if any(macro.user_id != self.env.user for macro in self):
            raise AccessError(self.env._("Only team leads make macros for others than themselves."))

    # -- Applying ---

    @api.model
    def _get_applicable_domain(self, tickets):
        """Return the domain of the macros that suit all of some tickets.

        :rtype: Domain
        """
        domain = fields.Domain("company_id", "in", [False]) | fields.Domain(
            "company_id", "in", tickets.company_id.ids
        )
        for team in tickets.team_id:
            domain &= fields.Domain("team_ids", "=", False) | fields.Domain(
                "team_ids", "in", team.ids
            )
        return domain

    def _apply(self, tickets):
        """Do all that the macro says on some tickets, with the caller's rights, or nothing at all.

        :raises UserError: where it does not suit one of them
        """
        self.ensure_one()
        self.check_access("read")
        tickets.check_access("write")
        self._check_applicable(tickets)
        if values := self._prepare_values():
            tickets.write(values)
        for ticket in tickets:
            self._speak(ticket)
            self._plan(ticket)

    def _check_applicable(self, tickets):
        if tickets - tickets.filtered_domain(self._get_ticket_domain()):
            raise UserError(self.env._("“%s” is not for tickets of these teams.", self.name))
        for team in self.team_id or tickets.team_id:
            if self.stage_id and self.stage_id not in team._get_stages():
                raise UserError(
                    self.env._(
                        "“%(team)s” has no stage “%(stage)s”.",
                        team=team.name,
                        stage=self.stage_id.name,
                    )
                )
        if not is_html_empty(self.reply):
            mute = tickets.filtered(
                lambda ticket: not ticket.partner_id and not ticket.email_normalized
            )
            if mute:
                raise UserError(
                    self.env._("Nobody to reply to: %s", ", ".join(mute.mapped("display_name")))
                )

    def _get_ticket_domain(self):
        domain = (
            fields.Domain("team_id", "in", self.team_ids.ids)
            if self.team_ids
            else fields.Domain.TRUE
        )
        return (
            domain & fields.Domain("company_id", "=", self.company_id.id)
            if self.company_id
            else domain
        )

    def _prepare_values(self):
        """Return the values that the macro sets; extend it.

        :rtype: dict
        """
        names = ("team_id", "stage_id", "type_id", "category_id")
        values = {name: self[name].id for name in names if self[name]}
        if self.priority:
            values["priority"] = self.priority
        if self.assignment:
            persons = {
                "me": self.env.user,
                "nobody": self.env["res.users"],
                "person": self.assigned_user_id,
            }
            values["user_id"] = persons[self.assignment].id
        added = [Command.link(tag.id) for tag in self.added_tag_ids]
        removed = [Command.unlink(tag.id) for tag in self.removed_tag_ids]
        if added or removed:
            values["tag_ids"] = removed + added
        return values

    def _speak(self, ticket):
        """Post the note and the reply on a ticket."""
        if not is_html_empty(self.note):
            ticket.message_post(
                body=ticket._fill_placeholders(self.note), subtype_xmlid="mail.mt_note"
            )
        if not is_html_empty(self.reply):
            ticket._reply(self._get_reply(ticket))

    def _get_reply(self, ticket):
        """Return the reply for the customer of a ticket, in his language.

        :rtype: markupsafe.Markup
        """
        lang = ticket._get_customer_lang()
        return ticket._fill_placeholders(self.with_context(lang=lang).reply)

    def _plan(self, ticket):
        if self.activity_type_id:
            ticket.activity_schedule(
                date_deadline=fields.Date.add(
                    fields.Date.context_today(self), days=self.activity_days
                ),
                summary=self.activity_summary or "",
                activity_type_id=self.activity_type_id.id,
                user_id=(ticket.user_id or self.env.user).id,
            )

    # -- Preview ---

    def _get_steps(self):
        """Return what the macro does, in words, one sentence a step.

        :rtype: list[str]
        """
        self.ensure_one()
        labels = self.fields_get(attributes=["string", "selection"])
        names = (
            "team_id",
            "stage_id",
            "type_id",
            "category_id",
            "added_tag_ids",
            "removed_tag_ids",
            "activity_type_id",
        )
        steps = [
            (name, ", ".join(self[name].mapped("display_name"))) for name in names if self[name]
        ]
        if self.priority:
            steps.append(("priority", dict(labels["priority"]["selection"])[self.priority]))
        if self.assignment == "person":
            steps.append(("assignment", self.assigned_user_id.name))
        elif self.assignment:
            steps.append(("assignment", dict(labels["assignment"]["selection"])[self.assignment]))
        return [
            self.env._("%(what)s: %(value)s", what=labels[name]["string"], value=value)
            for name, value in steps
        ]

    def _get_preview(self, ticket):
        """Return what the macro does on a ticket: its steps, and what it says, filled in.

        :rtype: markupsafe.Markup
        """
        parts = [
            Markup("<ul>%s</ul>")
            % Markup().join(Markup("<li>%s</li>") % step for step in self._get_steps())
        ]
        note = ticket._fill_placeholders(self.note) if not is_html_empty(self.note) else ""
        reply = self._get_reply(ticket) if not is_html_empty(self.reply) else ""
        for title, text in (
            (self.env._("Internal note"), note),
            (self.env._("Reply to the customer"), reply),
        ):
            if text:
                parts.append(
                    Markup(
                        '<div class="text-muted">%s</div><div class="border rounded p-2 mb-2">%s</div>'
                    )
                    % (title, text)
                )
        return Markup().join(parts)
