# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib

from odoo import api, models


class CrmChannel(models.AbstractModel):
    """A way out for messages: what the ledger asks of one. A channel named ``fax`` is a model ``crm.channel.fax``.

    Add its name to the selection of ``crm.dispatch.channel``, a scheduled action whose code is
    ``model._cron_send("fax")`` and whose XML id :meth:`_get_cron_xmlid` returns, and the methods below.
    """

    _name = "crm.channel"
    _description = "Channel"

    @api.model
    def _is_available(self):
        """Tell whether users may choose this channel: whether what it needs is set up."""
        return True

    # -- Recipients --------------------------------------------------------------------------------

    @api.model
    def _get_partner(self, record):
        """Return the contact whom a record is about: a partner itself, or the record's customer."""
        partners = self.env["res.partner"]
        if not record:
            return partners
        if record._name == "res.partner":
            return record
        return record.partner_id if "partner_id" in record._fields else partners

    @api.model
    def _get_address(self, record, partner):
        """Return the address of a record on this channel, as it is written there, else that of its contact."""
        raise NotImplementedError

    @api.model
    def _normalise_address(self, raw, record, partner):
        """Return an address in the one form it is compared in, or False when it is none."""
        return raw or False

    @api.model
    def _is_valid_address(self, address):
        """Tell whether something can be sent to an address."""
        return bool(address)

    @api.model
    def _get_blacklist(self):
        """Return the model and the field of Odoo's blacklist for this channel, or a pair of False."""
        return False, False

    # -- Sending -----------------------------------------------------------------------------------

    @api.model
    def _get_cron(self):
        """Return the scheduled action of this channel; empty when messages leave by hand."""
        xmlid = self._get_cron_xmlid()
        cron = self.env.ref(xmlid, raise_if_not_found=False) if xmlid else None
        return (cron or self.env["ir.cron"]).sudo()  # sudo: whoever asks for a message starts it

    @api.model
    def _get_cron_xmlid(self):
        return False

    @api.model
    def _get_batch_size(self):
        """Return how many messages are claimed and prepared at once."""
        return 100

    @api.model
    def _get_refusals(self, dispatches):
        """Return why this channel alone cannot send messages: ``{id: Refusal}``."""
        return {}

    @api.model
    def _prepare(self, dispatches):
        """Prepare messages at once, before any is handed over; what is written is committed.

        Called again with parts of them when an error was raised.

        :return: ``{id: what is handed over, or a Refusal}`` for each message
        """
        return {dispatch.id: dispatch.address for dispatch in dispatches}

    @api.model
    def _prepare_note_values(self, dispatch, **values):
        """Return the values of a message's note in the chatter of its record, by its responsible or the company.

        :param values: what this channel knows better: body, kind of message, subject
        """
        author = dispatch.user_id.partner_id or dispatch.company_id.partner_id
        email_from = author.email_formatted or dispatch.company_id.email_formatted
        return {
            "author_id": author.id,
            "email_from": email_from,
            "reply_to": email_from,  # else Odoo looks one up for each message
            "model": dispatch.res_model,
            "res_id": dispatch.res_id,
            "record_company_id": dispatch.company_id.id,
            "record_alias_domain_id": dispatch.company_id.alias_domain_id.id,
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note"),
            "email_add_signature": False,
            **values,
        }

    @api.model
    def _prepare_attachment_commands(self, dispatch, rendered):
        """Return the files of a message as the chatter keeps them, those that its template makes among them."""
        made = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "datas": data,
                    "res_model": dispatch.res_model or "crm.dispatch",
                    "res_id": dispatch.res_id or dispatch.id,
                }
                for name, data in rendered.get("attachments", [])
            ]
        )
        return [(4, attachment_id) for attachment_id in (*rendered["attachment_ids"], *made.ids)]

    @api.model
    @contextlib.contextmanager
    def _open_session(self, dispatches):
        """Yield what the handovers of a batch share, as a connection.

        :raises ChannelUnavailable: when nothing can be handed over
        """
        yield None

    @api.model
    def _load(self, dispatch, prepared):
        """Return what is handed over for one message, read only now for the sake of memory."""
        return prepared

    @api.model
    def _get_provider(self, prepared):
        """Return who takes a message from us, where a channel has several: a slow one does not hold up the others.

        :param prepared: what :meth:`_prepare` returned for the message
        """
        return

    @api.model
    def _get_guard(self, policy):
        """Return an SQL condition on the message ``d`` that is asked in the statement that marks it as handed over.

        A constant: nothing that comes from data. Here it asks the blacklist and the consents, as far as the rule does.

        :param policy: the rule that applies to the message
        """
        conditions = ["d.address IS NOT NULL"]  # its owner may have been erased meanwhile
        blacklist, field = self._get_blacklist()
        if blacklist and policy.heeds_blacklist:
            table = self.env[blacklist]._table
            conditions.append(
                f"NOT EXISTS (SELECT FROM {table} b WHERE b.active AND b.{field} = d.address)"  # nosec B608 - names of Odoo's
            )
        if policy.consent != "none":
            conditions.append(self.env["crm.consent"]._get_guard())
        return " AND ".join(conditions)

    @api.model
    def _hand_over(self, session, item):
        """Give one message to the provider. Writes nothing to the database.

        :return: an :class:`Outcome`
        """
        raise NotImplementedError

    @api.model
    def _after(self, dispatches):
        """Do what is left when a batch is over, for all its messages, whatever became of them."""
