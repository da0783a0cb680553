# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, ValidationError

from .crm_dispatch import LONGEST_KEY

PRIORITIES = {"service": 0, "collection": 10, "sales": 20, "marketing": 30}


class CrmDispatch(models.Model):
    """How messages are asked for: :meth:`_request`."""

    _inherit = "crm.dispatch"

    @api.model
    def _request(self, values_list):
        """Ask for messages to be sent after this transaction is committed. A key that was asked for before is left as it is.

        :param values_list: dictionaries with

            - ``key``: what makes this message the same as another, e.g. ``cadence:12:step:3:lead:7``; at most 255 characters
            - ``channel`` and ``purpose``
            - ``source``: the record that asks, by which its messages are counted, paused and cancelled: a step of a journey,
              a level of dunning; may be left out
            - ``record``: the lead, partner, ticket … it is about, whose chatter shows it; may be left out
            - ``address``: left out, that of the record on this channel
            - ``partner``, ``company``, ``user``: left out, those of the record, else of the environment
            - ``lang``: left out, that of the partner, else of the company
            - ``content``: a ``crm.dispatch.content``
            - ``date_scheduled``, ``date_expiry``: in UTC; left out, now and what the rule of the purpose says
            - ``is_personal``: a person pressed the button: hours and contact pressure are not asked
        :return: the messages, in the order of their keys in the list, those of earlier requests among them
        :raises ConcurrencyError: when another transaction is asking for one of the keys: begin the transaction again
        :raises ValidationError: on a key that is empty or too long
        """
        wanted = {values["key"]: values for values in values_list}
        self._check_keys(wanted)
        # sudo: crm.dispatch - whose key it is says nothing
        known = self.sudo().search([("key", "in", list(wanted))])
        keys = set(known.mapped("key"))
        missing = [values for key, values in wanted.items() if key not in keys]
        try:
            with self.env.cr.savepoint():
                # sudo: users ask for messages, the ledger writes them
                created = self.sudo().create(self._prepare_request_values(missing))
        except UniqueViolation as error:
            raise ConcurrencyError(
                f"A message of {len(missing)} was just asked for elsewhere"
            ) from error
        created._wake_up()
        by_key = {dispatch.key: dispatch for dispatch in known | created}
        return self.browse([by_key[key].id for key in wanted])

    @api.model
    def _check_keys(self, keys):
        wrong = [key for key in keys if not key or len(key) > LONGEST_KEY]
        if wrong:
            raise ValidationError(
                self.env._(
                    "The key of a message has 1 to %(limit)s characters, “%(key)s” has %(length)s.",
                    limit=LONGEST_KEY,
                    key=str(wrong[0])[:50],
                    length=len(wrong[0] or ""),
                )
            )

    @api.model
    def _prepare_request_values(self, requests):
        """Return the values of new messages: addresses, people and rules are looked up for all at once."""
        now = fields.Datetime.now()
        find_policy = self.env["crm.dispatch.policy"].sudo()._get_finder()  # sudo: rules bind all
        prepared = []
        for request in requests:
            company = request.get("company") or self._get_company(request.get("record"))
            start = request.get("date_scheduled") or now
            policy = find_policy(request["purpose"], request["channel"], company)
            expiry = fields.Datetime.add(start, hours=policy.expiry_hours)
            prepared.append(
                {
                    "key": request["key"],
                    "channel": request["channel"],
                    "purpose": request["purpose"],
                    "priority": self._get_priority(request["purpose"]),
                    "company_id": company.id,
                    "content_id": request["content"].id if request.get("content") else False,
                    "is_personal": request.get("is_personal", False),
                    "date_scheduled": start,
                    "date_expiry": request.get("date_expiry") or expiry,
                    **self._prepare_recipient_values(request, company),
                    **self._prepare_source_values(request),
                }
            )
        self._add_people(prepared)
        return prepared

    @api.model
    def _prepare_recipient_values(self, request, company):
        record = request.get("record")
        handler = self._get_channel(request["channel"])
        partner = request.get("partner") or handler._get_partner(record)
        raw = request.get("address") or handler._get_address(record, partner)
        lang = request.get("lang") or (partner and partner.lang) or company.partner_id.lang
        return {
            "user_id": (request.get("user") or self._get_user(record)).id,
            "partner_id": partner.id if partner else False,
            "address": handler._normalise_address(raw, record, partner) or raw or False,
            "lang": lang,
            "res_model": record._name if record else False,
            "res_id": record.id if record else False,
        }

    @api.model
    def _prepare_source_values(self, request):
        source = request.get("source")
        return {"source_model": source._name, "source_id": source.id} if source else {}

    @api.model
    def _get_priority(self, purpose):
        """Return the place of a purpose in the queue: the lowest leaves first."""
        return PRIORITIES.get(purpose, PRIORITIES["sales"])

    @api.model
    def _add_people(self, values_list):
        """Find who is one person: the contact, else the first contact with this e-mail or number, else the address."""
        unknown = {
            values["address"]
            for values in values_list
            if not values["partner_id"] and values["address"]
        }
        found = {}
        if unknown:
            addresses = list(unknown)
            self.env["res.partner"].flush_model(["email_normalized", "phone_sanitized", "active"])
            self.env.cr.execute(
                """SELECT address, min(id) FROM (
                    SELECT email_normalized AS address, id FROM res_partner WHERE active AND email_normalized = ANY(%s)
                    UNION ALL
                    SELECT phone_sanitized, id FROM res_partner WHERE active AND phone_sanitized = ANY(%s)
                ) known GROUP BY address""",
                (addresses, addresses),
            )
            found = dict(self.env.cr.fetchall())
        for values in values_list:
            partner_id = values["partner_id"] or found.get(values["address"])
            values["person"] = f"partner:{partner_id}" if partner_id else values["address"]

    @api.model
    def _get_company(self, record):
        company = record.company_id if record and "company_id" in record._fields else None
        return company or self.env.company

    @api.model
    def _get_user(self, record):
        user = record.user_id if record and "user_id" in record._fields else None
        return user or (
            self.env.user if self.env.user.active and not self.env.su else self.env["res.users"]
        )
