# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, plaintext2html

from ..tools.messaging.keywords import is_start, is_stop
from ..tools.messaging.whatsapp_numbers import canonical
from ..tools.messaging.whatsapp_payload import clean, read_file, read_text, read_time
from .crm_whatsapp_message import KINDS

THREAD_DAYS = 30
LONGEST_TOAST = 120


class CrmWhatsappMessage(models.Model):
    """What customers write: where it belongs, who is told, and what it means for their consent."""

    _inherit = "crm.whatsapp.message"

    @api.model
    def _receive(self, account, content, profile=""):
        """Take one incoming message in; one that is there already changes nothing.

        :param crm.whatsapp.account account: the account that it came to
        :param dict content: the message as delivered
        :param str profile: the name that its sender goes by
        :return: the message, none when it was there
        :raises ValueError: when it does not say what it is or who sent it
        """
        values = self._prepare_received_values(account, content, profile)
        if self.search_count([("wamid", "=", values["wamid"])], limit=1):
            return self.browse()
        message = self.create(values)
        word = "stop" if is_stop(message.body) else "start" if is_start(message.body) else ""
        taker = None if word or message.kind == "reaction" else message._find_taker()
        record = taker or message._find_record()
        if not record and account.is_lead_created and not word and message.kind != "reaction":
            record = message._create_lead()
        if record:
            message._link_to(record)
        if word:
            message._note_consent(word)
        message._note_answer()
        if message.kind == "reaction":
            message._react()
        elif record:
            message._post()
        else:
            message._tell(message._get_responsible(self.env["crm.lead"]))
        return message

    @api.model
    def _prepare_received_values(self, account, content, profile):
        phone = canonical(content.get("from"))
        if not phone:
            raise ValueError("The message does not say from which number it comes.")
        wamid = clean(content["id"])
        if not 0 < len(wamid) <= 250:
            raise ValueError("The message has no number that is known.")
        kind = content.get("type")
        file = read_file(content)
        context = content.get("context")
        answered = context.get("id") if isinstance(context, dict) else None
        if kind == "reaction" and isinstance(content.get("reaction"), dict):
            answered = content["reaction"].get("message_id")
        return {
            "wamid": wamid,
            "account_id": account.id,
            "company_id": account.company_id.id,
            "direction": "in",
            "kind": kind if kind in dict(KINDS) and kind != "template" else "other",
            "state": "received",
            "phone": phone,
            "profile": " ".join((profile or "").split()),
            "body": read_text(content),
            "reply_to": clean(answered)[:250],
            "received_at": read_time(content.get("timestamp"), fields.Datetime.now()),
            **(self._prepare_media_values(*file) if file else {}),
        }

    # -- Where it belongs ---

    def _find_taker(self):
        """Hook: return the record that takes this message before contacts and deals are looked at; None leaves it to them.

        Neither words of consent nor reactions are asked about. Whoever takes a message may make the record for it.
        """
        self.ensure_one()
        return

    def _find_record(self):
        """Return the record that a message belongs to; none when its number is not known.

        That is the record of the last message from or to this number on the account within 30 days, else the open deal,
        the contact or the deal with this number on which something happened last.
        """
        self.ensure_one()
        found = self._find_thread() or self._find_by_number()
        return found

    def _find_thread(self):
        since = fields.Datetime.now() - timedelta(days=THREAD_DAYS)
        last = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("phone", "=", self.phone),
                ("res_id", "!=", False),
                ("create_date", ">=", since),
            ],
            limit=1,
        )
        if not last or last.res_model not in self.env:
            return None
        return self.env[last.res_model].browse(last.res_id).exists() or None

    def _find_by_number(self):
        """Return the deal or contact with this number in the company of the account."""
        for model, condition in (
            ("crm.lead", SQL("active AND won_status = 'pending'")),
            ("res.partner", SQL("active")),
            ("crm.lead", SQL("active")),
        ):
            self.env[model].flush_model()
            rows = self.env.execute_query(
                SQL(
                    """SELECT id FROM %s WHERE phone_sanitized = %s AND %s AND (company_id IS NULL OR company_id = %s)
                        ORDER BY company_id IS NULL, write_date DESC, id DESC LIMIT 1""",
                    SQL.identifier(self.env[model]._table),
                    self.phone,
                    condition,
                    self.company_id.id,
                )
            )
            if rows:
                return self.env[model].browse(rows[0][0])
        return None

    def _find_partner(self, record):
        """Return the contact who wrote: the record's own with this number, else any of the company with it."""
        partners = self.env["res.partner"]
        if record is not None and record._name == "res.partner":
            return record
        own = (
            record["partner_id"]
            if record is not None and "partner_id" in record._fields
            else partners
        )
        if own and (own.phone_sanitized == self.phone or record["phone_sanitized"] == self.phone):
            return own
        return partners.search(
            [
                ("phone_sanitized", "=", self.phone),
                ("company_id", "in", (False, self.company_id.id)),
            ],
            order="write_date desc",
            limit=1,
        )

    def _link_to(self, record):
        self.write(
            {
                "res_model": record._name,
                "res_id": record.id,
                "partner_id": self._find_partner(record).id,
            }
        )

    def _create_lead(self):
        """Create the lead of a number that nobody knows."""
        return self.env["crm.lead"].create(self._prepare_lead_values())

    def _prepare_lead_values(self):
        """Return the values of the lead of an unknown number."""
        account = self.account_id
        medium = self.env["utm.mixin"]._find_or_create_record("utm.medium", "WhatsApp")
        use_leads = self.env["ir.model.data"]._xmlid_to_res_id("crm.group_use_lead")
        has_leads = use_leads in self.env.ref("base.group_user").all_implied_ids.ids
        return {
            "name": self.env._("WhatsApp: %s", self.profile or self.phone),
            "type": "lead" if has_leads else "opportunity",
            "contact_name": self.profile,
            "phone": self.phone,
            "company_id": self.company_id.id,
            "team_id": account.team_id.id,
            "user_id": self._get_responsible(self.env["crm.lead"]).id,
            "medium_id": medium.id,
        }

    # -- What is made of it ---

    def _post(self):
        """Put the message into the chatter of its record, as its sender, and tell who is responsible."""
        record = self.env[self.res_model].browse(self.res_id)
        user = self._get_responsible(record)
        here = self.with_context(lang=user.lang or self.company_id.partner_id.lang)
        poster = record.with_context(
            mail_post_autofollow=False, mail_post_autofollow_author_skip=True, lang=here.env.lang
        )
        author = self.partner_id
        message = poster.message_post(
            body=here._get_html(),
            message_type="whatsapp",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
            email_from=author.email_formatted if author else (self.profile or self.phone),
            partner_ids=user.partner_id.ids,
        )
        self.mail_message_id = message
        here._tell(user)

    def _get_responsible(self, record):
        """Return who answers for a record; the account's own user when nobody does."""
        user = record["user_id"] if "user_id" in record._fields else self.env["res.users"]
        for one in (user, self.account_id.user_id):
            # who has left is told nothing
            if one.active and not one.share and self.company_id in one.company_ids:
                return one
        return self.env["res.users"]

    def _get_html(self):
        """Return what the chatter shows."""
        parts = []
        if self.media_uid:
            kind = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
            parts.append(Markup("<p>[%s]</p>") % (self.media_name or kind))
        if self.body:
            parts.append(plaintext2html(self.body))
        if not parts:
            parts.append(
                Markup("<p>[%s]</p>") % self.env._("A message that WhatsApp does not pass on")
            )
        return Markup().join(parts)

    def _tell(self, user):
        """Show a user at once that somebody wrote."""
        if not user:
            return
        here = self.with_context(lang=user.lang)
        sender = self.partner_id.display_name or self.profile or self.phone
        user._bus_send(
            "simple_notification",
            {
                "type": "info",
                "title": here.env._("WhatsApp: %s", sender),
                "message": (self.body or here._get_html().striptags())[:LONGEST_TOAST],
            },
        )

    def _react(self):
        """Put a reaction on the message that it is about; one without a sign takes the last one back."""
        about = self.search(
            [("wamid", "=", self.reply_to), ("account_id", "=", self.account_id.id)]
        )
        said, partner = about.mail_message_id, self.partner_id
        if not said or not partner:
            return
        guest = self.env["mail.guest"]
        for reaction in said.reaction_ids.filtered(lambda own: own.partner_id == partner):
            said._message_reaction(reaction.content, "remove", partner, guest)
        if self.body:
            said._message_reaction(self.body[:20], "add", partner, guest)

    def _note_answer(self):
        """Tell the outbound ledger that the message was answered: the one that is quoted, else the last one."""
        asked = self.reply_to
        if not asked:
            since = fields.Datetime.now() - timedelta(days=THREAD_DAYS)
            domain = [
                ("account_id", "=", self.account_id.id),
                ("phone", "=", self.phone),
                ("res_id", "!=", False),
                ("direction", "=", "out"),
                ("create_date", ">=", since),
            ]
            asked = self.search(domain, limit=1).wamid
        if asked:
            # sudo: crm.dispatch - a customer's answer
            self.env["crm.dispatch"].sudo()._note_delivery("whatsapp", asked, "replied")

    # -- Consent ---

    def _note_consent(self, word):
        """Take back or give again the consent of a number, for WhatsApp and for SMS.

        :param str word: ``stop`` or ``start``
        """
        consents = self.env["crm.consent"].sudo()  # sudo: crm.consent - the person's own word
        note = consents._withdraw if word == "stop" else consents._grant
        record = self.env[self.res_model].browse(self.res_id) if self.res_id else None
        for channel in ("whatsapp", "sms"):
            note(
                [self.phone],
                channel=channel,
                purposes=self.env["crm.dispatch"]._get_stoppable_purposes(),
                source="keyword",
                wording=self.body,
                record=record,
            )
