# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

CHANNELS = [
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("whatsapp", "WhatsApp"),
    ("letter", "Letter"),
    ("call", "Call"),
]
PURPOSES = [
    ("service", "Service"),
    ("collection", "Collection"),
    ("sales", "Sales"),
    ("marketing", "Marketing"),
]
STATES = [
    ("queued", "Waiting"),
    ("paused", "Paused"),
    ("sending", "Sending"),
    ("sent", "Sent"),
    ("delivered", "Delivered"),
    ("opened", "Opened"),
    ("clicked", "Clicked"),
    ("replied", "Answered"),
    ("suppressed", "Held Back"),
    ("failed", "Failed"),
    ("unknown", "Unknown"),
    ("cancelled", "Cancelled"),
]
REASONS = [
    # why it waits
    ("hours", "Outside the recipient's hours"),
    ("pressure", "Too many messages to this person"),
    ("busy", "The provider was not available"),
    ("slow", "The provider is slow: others go first"),
    # why it is held back
    ("address_missing", "No address"),
    ("address_invalid", "The address is not valid"),
    ("blacklisted", "The address is on the blacklist"),
    ("no_consent", "No agreement was given"),
    ("withdrawn", "The person does not want such messages"),
    ("expired", "It could not leave in time"),
    ("record_gone", "The record it speaks of is gone"),
    ("window_closed", "The conversation is closed: only a template may open it"),
    # why it failed
    ("content", "The content cannot be filled in"),
    ("no_provider", "Nothing is set up to send it"),
    ("refused", "The provider refused it"),
    ("bounced", "It came back"),
    # why nobody knows
    ("answer_lost", "The provider's answer was lost"),
    ("worker_lost", "The server stopped while it was sending"),
]
REACHED = ("sent", "delivered", "opened", "clicked", "replied")
FINAL = (*REACHED, "suppressed", "failed", "unknown", "cancelled")
# reports of delivery come in any order, doubled or late: a message only goes on
PROGRESS = {
    "sending": 0,
    "unknown": 0,
    "sent": 1,
    "failed": 2,
    "delivered": 3,
    "opened": 4,
    "clicked": 5,
    "replied": 6,
}
LONGEST_KEY = 255


class CrmDispatch(models.Model):
    """One message to one address: the gate through which everything leaves that is not written by hand in a chatter.

    Whoever asks (:meth:`_request`) gives a key; the database lets each key in once, whatever is retried, killed or run
    twice. A message is queued → sending → sent (→ delivered → opened → clicked → replied), or it ends suppressed, failed
    or cancelled, with the reason; what waits can be paused. It is asked at the last moment whether it may leave; it is
    handed over once: when a worker dies after that and before the answer, the message is unknown, and nothing sends it
    again by itself.
    """

    _name = "crm.dispatch"
    _description = "Outbound Message"
    _order = "id desc"
    _rec_name = "address"
    _check_company_auto = True

    # the request
    key = fields.Char(required=True, readonly=True, copy=False)
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    purpose = fields.Selection(PURPOSES, required=True, readonly=True)
    priority = fields.Integer(readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", readonly=True, index="btree_not_null"
    )
    content_id = fields.Many2one(
        "crm.dispatch.content", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    is_personal = fields.Boolean(
        "Sent by a Person",
        readonly=True,
        help="Leaves at once, whatever the hours and the number of messages.",
    )

    # the recipient
    partner_id = fields.Many2one(
        "res.partner", readonly=True, index="btree_not_null", ondelete="set null"
    )
    address = fields.Char(readonly=True)
    person = fields.Char(
        readonly=True, help="What is known to be one person: a contact, else an address."
    )
    lang = fields.Char("Language", readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record", model_field="res_model", readonly=True)

    # when
    date_scheduled = fields.Datetime("Not Before", required=True, readonly=True)
    date_expiry = fields.Datetime("Not After", readonly=True)
    date_handed = fields.Datetime("Handed Over", readonly=True, copy=False)
    date_sent = fields.Datetime("Sent On", readonly=True, copy=False)

    # what became of it
    state = fields.Selection(STATES, required=True, default="queued", readonly=True, copy=False)
    reason = fields.Selection(REASONS, readonly=True, copy=False)
    reason_detail = fields.Text("Details", readonly=True, copy=False)
    tries = fields.Integer(readonly=True, copy=False)
    worker = fields.Integer(readonly=True, copy=False)
    provider_ref = fields.Char("Provider's Number", readonly=True, copy=False)
    mail_message_id = fields.Many2one(
        "mail.message",
        string="Message",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    message_body = fields.Html("What Was Said", related="mail_message_id.body")
    cost = fields.Monetary(readonly=True, copy=False)
    currency_id = fields.Many2one(related="company_id.currency_id")

    _key_uniq = models.UniqueIndex("(key)", "This message was asked for already.")
    _due_idx = models.Index("(channel, priority, date_scheduled, id) WHERE state = 'queued'")
    _sending_idx = models.Index("(channel, worker) WHERE state = 'sending'")
    _record_idx = models.Index("(res_model, res_id)")
    _chatterless_idx = models.Index("(res_model, res_id) WHERE channel IN ('letter', 'call')")
    _person_idx = models.Index("(person, date_handed) WHERE date_handed IS NOT NULL")
    _provider_idx = models.Index("(provider_ref, channel) WHERE provider_ref IS NOT NULL")
    _key_check = models.Constraint(
        f"CHECK(length(key) BETWEEN 1 AND {LONGEST_KEY})",
        f"The key of a message has 1 to {LONGEST_KEY} characters.",
    )

    # -- Channels ----------------------------------------------------------------------------------

    @api.model
    def _get_options(self, name):
        """Return the keys and labels of the channels or purposes, for models that offer the same ones.

        An add-on adds one by ``selection_add`` here alone; a purpose needs a record of ``crm.dispatch.policy`` as well.

        :param str name: ``channel`` or ``purpose``
        """
        return self._fields[name]._description_selection(self.env)

    @api.model
    def _get_stoppable_purposes(self):
        """Return the purposes that a recipient may say no to by a link in the message, or by STOP."""
        return ["sales", "marketing"]

    @api.model
    def _get_channel(self, channel):
        """Return the model that sends on a channel."""
        return self.env[f"crm.channel.{channel}"]

    def _wake_up(self):
        """Start the workers of the channels when this transaction is committed."""
        for channel, group in self.grouped("channel").items():
            cron = self._get_channel(channel)._get_cron()
            if cron:
                cron._trigger(at=min(group.mapped("date_scheduled")))

    # -- Reports of delivery -------------------------------------------------------------------

    @api.model
    def _note_delivery(self, channel, provider_ref, state, *, reason="", detail=""):
        """Note what a provider says of a message. Reports that come twice, late or in another order change nothing wrongly.

        :param str provider_ref: the provider's number of the message, or a list of them
        :param str state: ``sent``, ``delivered``, ``opened``, ``clicked``, ``replied`` or ``failed``
        :return: the messages that went on
        """
        refs = [provider_ref] if isinstance(provider_ref, str) else list(provider_ref)
        before = [name for name, place in PROGRESS.items() if place < PROGRESS[state]]
        found = self.sudo().search(  # sudo: a provider's report has no user
            [("provider_ref", "in", refs), ("channel", "=", channel), ("state", "in", before)]
        )
        if not found:
            return found
        values = {"state": state, "reason": reason or False, "reason_detail": detail or False}
        found.write(values)
        unsent = found.filtered(lambda dispatch: not dispatch.date_sent and state != "failed")
        unsent.write({"date_sent": fields.Datetime.now()})
        found._tell(state)
        return found

    # -- Actions ---------------------------------------------------------------------------------

    def action_cancel(self):
        """Cancel messages that wait."""
        waiting = self._lock_in(("queued", "paused"))
        waiting.write({"state": "cancelled", "reason": False, "reason_detail": False})
        waiting._tell("cancelled")

    def action_send_now(self):
        """Let messages that wait leave with the next run, whatever the hours and the number of messages."""
        waiting = self._lock_in(("queued",))
        waiting.write(
            {"date_scheduled": fields.Datetime.now(), "is_personal": True, "reason": False}
        )
        waiting._wake_up()

    def action_retry(self):
        """Queue messages again that certainly did not leave."""
        failed = self._lock_in(("failed", "cancelled", "suppressed"))
        if not failed:
            raise UserError(
                self.env._("Only messages that certainly did not leave can be tried again.")
            )
        failed._queue_again()

    def action_send_again(self):
        """Queue messages again of which nobody knows whether they left: the user knows, or takes the risk."""
        unknown = self._lock_in(("unknown",))
        if not unknown:
            raise UserError(self.env._("None of these messages is in an unknown state."))
        unknown._queue_again()

    def _queue_again(self):
        self._check_manager()
        now = fields.Datetime.now()
        find = self.env["crm.dispatch.policy"].sudo()._get_finder()  # sudo: rules bind all
        for hours, group in self.grouped(lambda d: d._get_policy(find).expiry_hours).items():
            group.write(
                {
                    "state": "queued",
                    "reason": False,
                    "reason_detail": False,
                    "tries": 0,
                    "worker": False,
                    "provider_ref": False,
                    "date_handed": False,
                    "date_sent": False,
                    "date_scheduled": now,
                    "date_expiry": fields.Datetime.add(now, hours=hours),
                }
            )
        self._wake_up()

    def _get_policy(self, find):
        """Return the rule of a message.

        :param find: :meth:`crm.dispatch.policy._get_finder`
        """
        return find(self.purpose, self.channel, self.company_id)

    def _lock_in(self, states):
        """Return, locked and writable, those of these messages that are in one of the states; users need the right to them."""
        self.check_access("read")
        self._check_manager()
        # sudo: crm.dispatch - the ledger is written by its actions only
        locked = self.sudo().try_lock_for_update()
        return locked.filtered(lambda dispatch: dispatch.state in states)

    def _check_manager(self):
        """Whoever is not a team leader may act on the messages he answers for."""
        if self.env.su or self._is_leader():
            return
        user = self.env.user
        if self.sudo().filtered(lambda dispatch: dispatch.user_id != user):  # sudo: as above
            raise UserError(self.env._("These messages are somebody else's."))

    def _is_leader(self):
        """Return whether the user may act on messages of others; extend it for the leaders of other teams."""
        return self.env.user.has_group("sales_team.group_sale_salesman_all_leads")

    def action_open_record(self):
        """Open what the message is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # -- In the chatter --------------------------------------------------------------------------

    def _get_notification_values(self):
        """Return how the chatter shows what became of a message: pairs of field and value of ``mail.notification``."""
        self.ensure_one()
        status = {
            "queued": "ready",
            "paused": "ready",
            "sending": "process",
            "failed": "bounce" if self.reason == "bounced" else "exception",
            "unknown": "exception",
            "suppressed": "canceled",
            "cancelled": "canceled",
        }.get(self.state, "sent")
        failed = status in ("exception", "bounce")
        return (
            ("notification_status", status),
            ("failure_type", "unknown" if failed else False),
            (
                "failure_reason",
                (self.reason_detail or self._get_reason_text()) if failed else False,
            ),
        )
