# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import html2plaintext, is_html_empty

MESSAGES = ("email", "sms", "whatsapp", "letter")
ACTIVITY_TYPES = {
    "call": "mail.mail_activity_data_call",
    "visit": "mail.mail_activity_data_meeting",
    "task": "mail.mail_activity_data_todo",
}
LONGEST_DELAY = 90
CONTENT_FIELDS = ("template_id", "subject", "body", "text", "whatsapp_template_id")
PLACE_FIELDS = {"sequence", "active", "delay_days", "hour_from", "hour_to", "patience_days"}


class CrmCadenceStep(models.Model):
    """One step: a message that leaves by itself, or an activity for the salesperson.

    Placeholders are those of Odoo's templates, under the same rule: who may not edit templates may only use plain fields of
    the lead. What a customer wrote is put in, never evaluated.
    """

    _name = "crm.cadence.step"
    _description = "Step of a Cadence"
    _inherit = ["mail.render.mixin"]
    _order = "cadence_id, sequence, id"
    _unrestricted_rendering = True  # so that its author's right is checked when it is written

    cadence_id = fields.Many2one("crm.cadence", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="cadence_id.company_id")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char("Title", required=True, translate=True)
    kind = fields.Selection(
        [
            ("email", "E-mail"),
            ("call", "Call"),
            ("sms", "SMS"),
            ("whatsapp", "WhatsApp"),
            ("letter", "Letter"),
            ("visit", "Visit"),
            ("task", "Task"),
        ],
        required=True,
        default="email",
    )

    # when
    delay_days = fields.Integer(
        "Working Days After the Step Before",
        default=2,
        required=True,
        help="0: on the same day. The first step counts from the day of enrolment.",
    )
    hour_from = fields.Float(
        "From", default=9.0, help="On the customer's clock, wherever the customer is."
    )
    hour_to = fields.Float("To", default=18.0)
    day = fields.Integer(
        compute="_compute_day", help="Counted from the enrolment, that day being 1."
    )
    when_text = fields.Char("When", compute="_compute_day")

    # a message
    template_id = fields.Many2one(
        "mail.template",
        ondelete="restrict",
        domain="[('model', '=', 'crm.lead')]",
        index="btree_not_null",
    )
    subject = fields.Char(translate=True)
    body = fields.Html(
        translate=True,
        render_engine="qweb",
        render_options={"post_process": True},
        sanitize="email_outgoing",
    )
    text = fields.Text(translate=True, help="For SMS and WhatsApp.")
    whatsapp_template_id = fields.Many2one(
        "crm.whatsapp.template",
        "WhatsApp Template",
        ondelete="set null",
        index="btree_not_null",
        help="Sent where the customer has not written within 24 hours.",
    )
    is_reply = fields.Boolean(
        "Answers the E-mail Before",
        help="Shows in the customer's mailbox under the e-mail before it. Without a subject it has that one's.",
    )

    # an activity
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        ondelete="restrict",
        domain="[('res_model', 'in', ['crm.lead', False])]",
        help="Empty: the one that goes with the kind of step.",
    )
    note = fields.Html(translate=True)
    script_id = fields.Many2one("crm.call.script", ondelete="set null")
    patience_days = fields.Integer(
        "Goes On Without It After",
        default=3,
        required=True,
        help="Working days after its due date. 0: the cadence waits until the activity is done.",
    )

    run_ids = fields.One2many("crm.cadence.run", "step_id", "Done")
    run_count = fields.Integer("Done For", compute="_compute_figures")
    sent_count = fields.Integer("Sent", compute="_compute_figures")
    opened_count = fields.Integer("Opened", compute="_compute_figures")
    replied_count = fields.Integer("Answered", compute="_compute_figures")

    _delay_check = models.Constraint(
        f"CHECK(delay_days BETWEEN 0 AND {LONGEST_DELAY})",
        f"A step comes 0 to {LONGEST_DELAY} working days after the one before.",
    )
    _patience_check = models.Constraint(
        f"CHECK(patience_days BETWEEN 0 AND {LONGEST_DELAY})",
        f"A cadence waits 0 to {LONGEST_DELAY} working days for an activity.",
    )
    _hours_check = models.Constraint(
        "CHECK(hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "The hours of a step lie between 0:00 and 24:00, the first before the second.",
    )

    def _compute_render_model(self):
        self.render_model = "crm.lead"

    @api.depends(
        "cadence_id.step_ids.delay_days", "cadence_id.step_ids.sequence", "hour_from", "hour_to"
    )
    def _compute_day(self):
        for step in self:
            before = step.cadence_id._get_steps() | step._origin
            place = step._get_place()
            days = sum(own.delay_days for own in before if own._get_place() < place)
            step.day = 1 + days + step.delay_days
            step.when_text = self.env._(
                "Day %(day)s, %(start)s–%(end)s",
                day=step.day,
                start=_format_hour(step.hour_from),
                end=_format_hour(step.hour_to),
            )

    def _compute_figures(self):
        # sudo: crm.dispatch - numbers alone
        counts = self.env["crm.dispatch"].sudo()._count_by_source(self._origin)
        # sudo: crm.cadence.run - as above
        runs = self.env["crm.cadence.run"].sudo()
        done = dict(
            runs._read_group(
                [("step_id", "in", self.ids), ("state", "!=", "skipped")], ["step_id"], ["__count"]
            )
        )
        for step in self:
            states = counts.get(step._origin.id, {})
            step.run_count = done.get(step._origin, 0)
            for name, names in (
                ("sent_count", ("sent", "delivered", "opened", "clicked", "replied")),
                ("opened_count", ("opened", "clicked", "replied")),
                ("replied_count", ("replied",)),
            ):
                step[name] = sum(states.get(state, 0) for state in names)

    @api.depends("name", "kind", "when_text")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for step in self:
            step.display_name = f"{kinds.get(step.kind, '')} – {step.name or ''}"

    @api.constrains("kind", "template_id", *(set(CONTENT_FIELDS) - {"template_id"}), "is_reply")
    def _check_content(self):
        for step in self:
            # sudo: mail.template - its model is no secret
            template = step.template_id.sudo()
            if template and template.model != "crm.lead":
                raise ValidationError(self.env._("The template of %s is not for leads.", step.name))
            if step.kind in MESSAGES and not step._has_content():
                raise ValidationError(self.env._("Say what the message “%s” is to say.", step.name))

    def _has_content(self):
        if self.kind in ("email", "letter"):
            has_subject = self.subject or self.is_reply or self.kind == "letter"
            return bool(self.template_id or (has_subject and not is_html_empty(self.body)))
        return bool(
            (self.text or "").strip() or (self.kind == "whatsapp" and self.whatsapp_template_id)
        )

    @api.constrains("kind", "template_id", "subject", "body", "text")
    def _check_placeholders(self):
        """Refuse what cannot be filled in when it is written, not when it is to leave."""
        lead = self.env["crm.lead"].search([], limit=1)
        for step in self.filtered(lambda step: lead and step.kind in MESSAGES):
            for name in step._get_written_fields():
                try:
                    step._check_filled_in(step._render_field(name, lead.ids)[lead.id])
                except Exception as error:
                    raise ValidationError(
                        self.env._(
                            "The message “%(step)s” cannot be filled in: %(error)s",
                            step=step.name,
                            error=self._describe_problem(error),
                        )
                    ) from error

    def _describe_problem(self, error):
        """Return in one line what went wrong first, without what the engines say around it."""
        while error.__cause__ or error.__context__:
            error = error.__cause__ or error.__context__
        if isinstance(error, AttributeError) and error.name:
            return self.env._("there is no field “%s”.", error.name)
        return (str(error).strip().splitlines() or [type(error).__name__])[0]

    def _check_filled_in(self, text):
        """Refuse what would reach the customer with its braces: a placeholder not closed, or of short texts in a long one."""
        plain = html2plaintext(text or "")
        if "{{" in plain:
            rest = plain[plain.index("{{") :][:40]
            raise ValueError(self.env._("“%s” is no field that can be put in there.", rest))

    def _get_written_fields(self):
        """Return the fields with placeholders that the message consists of; a template is looked at where it is written."""
        if self.kind in ("email", "letter"):
            return [] if self.template_id else ["subject", "body"]
        return ["text"]

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        result = super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )
        for lang in translations:
            self.with_context(lang=lang)._check_placeholders()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._replan()
        return steps

    def write(self, vals):
        result = super().write(vals)
        if PLACE_FIELDS & vals.keys():
            self._replan()
        return result

    def unlink(self):
        """Archive steps that somebody went through: what was done keeps its name."""
        self.check_access("unlink")
        # sudo: crm.cadence.run - whether there are any
        runs = self.env["crm.cadence.run"].sudo()
        groups = runs._read_group([("step_id", "in", self.ids)], ["step_id"])
        used = self.browse([step.id for (step,) in groups])
        used.active = False
        left = self - used
        left._replan()
        return super(CrmCadenceStep, left).unlink()

    def _replan(self):
        """Have the leads of these cadences look at the steps again, within a minute."""
        # sudo: crm.cadence.enrollment - who may change the steps was asked
        enrollments = self.env["crm.cadence.enrollment"].sudo()
        enrollments._wake_up(self.cadence_id)

    def _get_place(self):
        """Return what steps are sorted by; new ones come last."""
        return (self.sequence, self._origin.id or float("inf"))

    def _get_number(self):
        """Return which step this is, and of how many: ``(3, 5)``."""
        steps = self.cadence_id._get_steps()
        before = [step for step in steps if step._get_place() < self._get_place()]
        return len(before) + 1, max(len(steps), len(before) + 1)


def _format_hour(hour):
    """Return an hour as people read it.

    >>> _format_hour(9.5)
    '09:30'
    """
    minutes = round((hour or 0) * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
