# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
from typing import NamedTuple

from odoo import api, models, modules
from odoo.tools import plaintext2html

from ..tools.messaging.outcome import Outcome, Refusal
from ..tools.messaging.whatsapp_client import WhatsappError
from .crm_dispatch_queue import ChannelUnavailable

LONGEST_TEXT = 4096


class Item(NamedTuple):
    """A message as it is handed over: the account, the number, the message in the API's form, its text, price and file."""

    dispatch_id: int
    account_id: int
    phone: str
    message: dict
    text: str
    cost: float
    attachment_id: int = 0
    file: object = None


class Choice(NamedTuple):
    """By which account a message leaves, and by which template; none for free text."""

    account: object
    template: object


class Session(NamedTuple):
    """The ways to the API by account, what was taken on them, and Meta's numbers of the files that it was given."""

    clients: dict
    taken: list
    media: dict


class CrmChannelWhatsapp(models.AbstractModel):
    """WhatsApp: free text within 24 hours of what a customer wrote last, else a template that Meta approved.

    A message is in the chatter of its record before it is handed over; its row among the messages of WhatsApp is made
    afterwards, by Meta's number of it.
    """

    _name = "crm.channel.whatsapp"
    _description = "WhatsApp Channel"
    _inherit = ["crm.channel.phone"]

    @api.model
    def _is_available(self):
        return bool(self.env["crm.whatsapp.account"]._get_of_company(self.env.company))

    # -- Recipients --------------------------------------------------------------------------------

    @api.model
    def _is_valid_address(self, address):
        return address.startswith("+") and address[1:].isdecimal()

    @api.model
    def _get_cron_xmlid(self):
        return "crm_core.ir_cron_crm_dispatch_whatsapp"

    # -- Before ------------------------------------------------------------------------------------

    @api.model
    def _get_refusals(self, dispatches):
        chosen = self._choose(dispatches)
        return {key: choice for key, choice in chosen.items() if isinstance(choice, Refusal)}

    @api.model
    def _prepare(self, dispatches):
        chosen = self._choose(dispatches)
        texts = self._render_texts(dispatches, chosen)
        ids = dispatches.mapped("res_id")  # read together
        prepared = {}
        for dispatch in dispatches:
            choice = chosen[dispatch.id]
            if isinstance(choice, Refusal):
                prepared[dispatch.id] = choice
            elif choice.template:
                prepared[dispatch.id] = self._make_template_item(dispatch, choice, ids)
            else:
                prepared[dispatch.id] = self._make_text_item(dispatch, choice, texts[dispatch])
        ready = dispatches.filtered(
            lambda dispatch: dispatch.res_model and isinstance(prepared[dispatch.id], Item)
        )
        self._write_down(ready, prepared)
        return prepared

    def _choose(self, dispatches):
        """Return by which account and template each message leaves, or why it cannot: ``{id: Choice | Refusal}``."""
        chosen = {}
        accounts = self._get_accounts(dispatches)
        for account, group in dispatches.grouped(lambda own: accounts[own.id]).items():
            numbers = [address for address in group.mapped("address") if address]
            windows = self.env["crm.whatsapp.message"]._get_open_windows(account, numbers)
            templates = {
                (content, lang): content._get_whatsapp_template(lang)
                for content, lang in {(own.content_id, own.lang) for own in group}
            }
            for dispatch in group:
                content = dispatch.content_id
                if not account:
                    text = self.env._(
                        "The company has no WhatsApp account: an administrator sets one up."
                    )
                    chosen[dispatch.id] = Refusal("no_provider", text)
                elif dispatch.address in windows and content._is_free_on_whatsapp():
                    chosen[dispatch.id] = Choice(account, None)
                else:
                    template = templates[content, dispatch.lang]
                    chosen[dispatch.id] = self._choose_template(account, template, content)
        return chosen

    @api.model
    def _get_accounts(self, dispatches):
        """Return the account through which each message leaves: that of its company. Add-ons may know a better one.

        :return: ``{id: account}``, empty accounts where there is none
        :rtype: dict[int, crm.whatsapp.account]
        """
        accounts = self.env["crm.whatsapp.account"]
        found = {
            company: accounts._get_of_company(company)
            for company in dispatches.mapped("company_id")
        }
        return {dispatch.id: found[dispatch.company_id] for dispatch in dispatches}

    def _choose_template(self, account, template, content):
        if not template:
            detail = self.env._(
                "The customer has not written within 24 hours: choose a template, or wait for the customer's message."
            )
            return Refusal("window_closed", detail)
        if template.account_id != account:
            detail = self.env._(
                "The template %s belongs to another account: choose one of this account.",
                template.display_name,
            )
            return Refusal("template_rejected", detail)
        problem = template._find_problem(content.attachment_ids[:1])
        return Refusal("template_rejected", problem) if problem else Choice(account, template)

    def _render_texts(self, dispatches, chosen):
        """Return the free text of the messages that leave with one."""
        free = dispatches.filtered(
            lambda dispatch: (
                isinstance(chosen[dispatch.id], Choice) and not chosen[dispatch.id].template
            )
        )
        texts = {}
        for content, group in free.grouped("content_id").items():
            texts.update(content._render_texts(group))
        return texts

    def _make_text_item(self, dispatch, choice, text):
        text = (text or "").strip()
        if not text:
            return Refusal("content", self.env._("It has no text."))
        if len(text) > LONGEST_TEXT:
            detail = self.env._("The text has more than %s characters.", LONGEST_TEXT)
            return Refusal("content", detail)
        message = {"type": "text", "text": {"body": text, "preview_url": False}}
        return self._make_item(dispatch, choice, message, text)

    def _make_item(self, dispatch, choice, message, text, cost=0.0):
        return Item(dispatch.id, choice.account.id, dispatch.address, message, text, cost)

    def _make_template_item(self, dispatch, choice, ids):
        template = choice.template
        record = self._get_record(dispatch, template, ids)
        if record is None:
            detail = self.env._(
                "The template %s is for another kind of record.", template.display_name
            )
            return Refusal("content", detail)
        rendered = template._render(record, dispatch.content_id.attachment_ids)
        if isinstance(rendered, Refusal):
            return rendered
        components, text = rendered
        body = {"name": template.name, "language": {"code": template.language}}
        if components:
            body["components"] = components
        message = {"type": "template", "template": body}
        return self._make_item(dispatch, choice, message, text, template.price)

    def _get_record(self, dispatch, template, ids):
        """Return the record that fills a template in; None when there is none of its kind."""
        if dispatch.res_model == template.model:
            return self.env[template.model].browse(dispatch.res_id).with_prefetch(ids)
        if template.model == "res.partner" and dispatch.partner_id:
            return dispatch.partner_id
        return None if template.variable_ids else self.env[template.model]

    def _write_down(self, dispatches, items):
        """Write messages into the chatter of their records; what a former try wrote there is what is sent now."""
        new = dispatches.filtered(lambda dispatch: not dispatch.mail_message_id)
        for dispatch in dispatches - new:
            body = plaintext2html(items[dispatch.id].text)
            if dispatch.mail_message_id.body != body:
                dispatch.mail_message_id.body = body
        messages = self.env["mail.message"].create(
            [
                self._prepare_note_values(
                    dispatch, **self._prepare_written_values(dispatch, items[dispatch.id])
                )
                for dispatch in new
            ]
        )
        for dispatch, message in zip(new, messages, strict=True):
            dispatch.mail_message_id = message

    def _prepare_written_values(self, dispatch, item):
        """Return what the chatter shows of a message."""
        return {"message_type": "whatsapp", "body": plaintext2html(item.text)}

    # -- Handing over ------------------------------------------------------------------------------

    @api.model
    @contextlib.contextmanager
    def _open_session(self, dispatches):
        """Yield the way to the API of each account, and write down afterwards what was taken and how the accounts do."""
        accounts = self.env["crm.whatsapp.account"].browse()
        for account in self._get_accounts(dispatches).values():
            accounts |= account
        with contextlib.ExitStack() as stack:
            # sudo: crm.whatsapp.account - whether there is a token
            usable = accounts.filtered(lambda account: account.sudo().access_token)
            session = Session(
                {account.id: stack.enter_context(account._open_client()) for account in usable},
                [],
                {},
            )
            try:
                self._check_broken(accounts, session.clients)
                yield session
            finally:
                self._write_session(session)

    @api.model
    def _get_provider(self, prepared):
        return prepared.account_id

    def _check_broken(self, accounts, clients):
        """Ask again whether accounts work that did not; without one that does, everything waits.

        :raises ChannelUnavailable: when nothing can be handed over
        """
        problems = {}
        for account in accounts:
            client = clients.get(account.id)
            if not client:
                problems[account] = self.env._("The account %s has no access token.", account.name)
            elif account.state == "error":
                try:
                    client.check()
                except WhatsappError as error:
                    client.account_error = problems[account] = str(error)
        if problems and len(problems) == len(accounts):
            raise ChannelUnavailable("busy", next(iter(problems.values())))

    @api.model
    def _hand_over(self, session, item):
        client = session.clients.get(item.account_id)
        if not client or client.account_error:
            return Outcome("retry", "busy", client.account_error if client else "")
        outcome = client.send(item.phone, item.message)
        if outcome.state != "sent":
            return outcome
        session.taken.append((item, outcome.provider_ref))
        return outcome._replace(cost=item.cost)

    def _write_session(self, session):
        """Write down what a session did.

        In a transaction of its own that reads what is committed: reports of delivery may come before this, and whoever
        changes an account must not be in the way.
        """
        if modules.module.current_test:
            self._write_down_taken(session)
            return
        with self.env.registry.cursor() as cr:
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            self.with_env(self.env(cr=cr))._write_down_taken(session)

    def _write_down_taken(self, session):
        values = {}
        for item, wamid in session.taken:
            values.setdefault(item.account_id, []).append(self._prepare_taken_values(item, wamid))
        accounts = self.env["crm.whatsapp.account"]
        for account_id, client in session.clients.items():
            account = accounts.browse(account_id)
            self.env["crm.whatsapp.message"]._record_sent(account, values.get(account_id, []))
            if client.account_error:
                account._note_error(client.account_error)
            elif account_id in values:
                account._note_success()

    def _prepare_taken_values(self, item, wamid):
        dispatch = self.env["crm.dispatch"].browse(item.dispatch_id)
        return {
            "wamid": wamid,
            "phone": item.phone,
            "kind": item.message["type"],
            "body": item.text,
            "res_model": dispatch.res_model,
            "res_id": dispatch.res_id,
            "partner_id": dispatch.partner_id.id,
            "mail_message_id": dispatch.mail_message_id.id,
        }
