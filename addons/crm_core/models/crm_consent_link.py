# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..exceptions import expected

TOKEN = re.compile(r"[\w-]{40,2000}", re.ASCII)
OPT_OUT, OPT_IN = "crm_core.consent.opt_out", "crm_core.consent.opt_in"
OPT_IN_VALID = timedelta(days=7)


class CrmConsent(models.Model):
    """Links by which the owner of an address decides himself, and the question whether he agrees (double opt-in)."""

    _inherit = "crm.consent"

    @api.model
    def _get_opt_out_url(self, address, channel, purpose=False, company=None):
        """Return the page where the owner of an address takes his consent back.

        :param purpose: what he stops there; all but service when left out
        :param company: the company he stops it for; all when left out
        """
        return self._get_opt_out_urls([address], channel, purpose, company)[address]

    @api.model
    def _get_opt_out_urls(self, addresses, channel, purpose=False, company=None):
        """Return the pages where the owners of addresses take their consent back.

        The address answers one-click requests of mail programs (RFC 8058) too.

        :rtype: dict
        """
        base, scope = self.get_base_url(), self._get_scope(OPT_OUT)
        # sudo: ir.config_parameter - the database's secret
        environment = self.env(su=True)
        about = (channel, purpose or "", company.id if company else 0)
        return {
            address: f"{base}/crm/opt-out/{hash_sign(environment, scope, [address, *about])}"
            for address in addresses
        }

    def _get_opt_in_url(self):
        """Return the page where the owner of an address answers this question."""
        self.ensure_one()
        # sudo: ir.config_parameter - the database's secret
        token = hash_sign(self.env(su=True), self._get_scope(OPT_IN), [self.id])
        return f"{self.get_base_url()}/crm/opt-in/{token}"

    @api.model
    def _read_opt_out_token(self, token):
        """Return what a token of an opt-out page stands for.

        :return: ``address``, ``channel``, ``purpose`` and ``company``; None when the token is none of ours
        """
        found = self._verify(token, OPT_OUT)
        if not found:
            return None
        address, channel, purpose, company_id = found
        # sudo: res.company - visitors see its name
        company = self.env["res.company"].sudo().browse(company_id or []).exists()
        if company_id and not company:
            return None
        return {
            "address": address,
            "channel": channel,
            "purpose": purpose or False,
            "company": company,
        }

    @api.model
    def _read_opt_in_token(self, token):
        """Return the question that a token of an opt-in page stands for; none when the token is none of ours.

        :rtype: crm.consent
        """
        # sudo: crm.consent - the token is the right to see this question
        question = self.sudo().browse(self._verify(token, OPT_IN) or []).exists()
        return question.filtered(lambda asked: not asked._is_erased())

    @api.model
    def _verify(self, token, kind):
        if not TOKEN.fullmatch(token):
            return None
        try:
            # sudo: ir.config_parameter - the database's secret
            return verify_hash_signed(self.env(su=True), self._get_scope(kind), token)
        except ValueError:
            return None

    @api.model
    def _get_scope(self, kind):
        """Return what a signature is for: a copy of this database does not take its links."""
        # sudo: ir.config_parameter - the database's own number
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return f"{kind}:{uuid}"

    # -- Double opt-in ---

    @api.model
    def _ask(
        self,
        address,
        *,
        wording,
        purpose="marketing",
        channel="email",
        company=None,
        source="form",
        **proof,
    ):
        """Ask the owner of an address whether he agrees: one message with a link, at most one a day.

        Whoever types in the address of somebody else reaches nothing but this one message. Nobody is asked what he agreed to
        already. Callers answer the same in all cases, so that nothing is learnt about the address.

        :param str wording: what he agrees to, as he was shown it
        :param proof: ``evidence``, ``record``, ``ip``, ``lang``, see :meth:`_prepare_decisions`
        :return: the question; nothing when none was sent
        :rtype: crm.consent
        :raises UserError: when the channel cannot carry such a message
        :raises ValidationError: when the address is none
        """
        if channel != "email":
            raise expected(
                UserError(self.env._("Only e-mail addresses can be asked to confirm for now."))
            )
        held = self._get_decisions([address], channel, purpose, company)
        if held.get(address) == "granted":
            return self.browse()
        asked = self._record(
            self._prepare_decisions(
                "requested",
                [address],
                channel,
                [purpose],
                source,
                wording=wording,
                company=company,
                **proof,
            )
        )
        for consent in asked:
            consent._send_confirmation()
        return asked

    def _send_confirmation(self):
        """Ask the outbound ledger for the message that asks; it leaves after this transaction is through."""
        self.ensure_one()
        template = self.env.ref("crm_core.mail_template_crm_consent_confirmation")
        # sudo: crm.dispatch, crm.dispatch.content, crm.consent - visitors ask, the system sends
        system = self.env(su=True)
        content = system["crm.dispatch.content"]
        system["crm.dispatch"]._request(
            [
                {
                    "key": f"consent:{self.id}:confirmation",
                    "channel": self.channel,
                    "purpose": "service",
                    "record": self.with_env(system),
                    "address": self.address,
                    "lang": self.lang,
                    "content": content.create(
                        {"res_model": self._name, "template_id": template.id}
                    ),
                }
            ]
        )

    def _is_answerable(self):
        """Return whether this question is open: asked within a week, and not refused since."""
        self.ensure_one()
        if self.decision != "requested" or self.date < fields.Datetime.now() - OPT_IN_VALID:
            return False
        # sudo: crm.consent - the owner's own decisions
        refusals = self.sudo().search_count(
            [
                ("address", "=", self.address),
                ("channel", "=", self.channel),
                ("purpose", "in", [self.purpose, False]),
                ("company_id", "in", [self.company_id.id, False]),
                ("decision", "=", "withdrawn"),
                ("date", ">=", self.date),
            ],
            limit=1,
        )
        return not refusals

    def _confirm(self, *, ip=""):
        """Record that the owner of the address said yes to this question.

        :return: what was recorded; nothing when he had said so before
        :rtype: crm.consent
        """
        self.ensure_one()
        return self._grant(
            [self.address],
            channel=self.channel,
            purposes=[self.purpose] if self.purpose else None,
            source="link",
            wording=self.wording,
            evidence=self.env._("Confirmed by the link sent on %s", self.date.date()),
            company=self.company_id,
            record=self._get_place(),
            ip=ip,
            lang=self.lang,
        )

    def _get_place(self):
        """Return the record this decision was taken on, if it is still there."""
        self.ensure_one()
        if self.res_model not in self.env or not self.res_id:
            return None
        return self.env[self.res_model].browse(self.res_id).exists()
