# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

import pytz

from odoo import api, fields, models

from ..tools.messaging.outcome import Refusal
from ..tools.messaging.sending_hours import ALWAYS, LONGEST_CLOSURE, get_next_opening


class CrmDispatch(models.Model):
    """Whether a message may leave now, asked when it is about to: :meth:`_clear`."""

    _inherit = "crm.dispatch"

    def _clear(self):
        """Ask of claimed messages whether they may leave now; hold back or postpone those that may not.

        :return: those that may leave
        """
        find = self.env["crm.dispatch.policy"]._get_finder()
        policies = {dispatch: dispatch._get_policy(find) for dispatch in self}
        refusals = self._get_refusals(policies)
        self._hold_back(refusals)
        left = self.filtered(lambda dispatch: dispatch.id not in refusals)
        postponed = left._get_postponements(policies)
        left._postpone_or_give_up(postponed)
        return left.filtered(lambda dispatch: dispatch.id not in postponed)

    def _postpone_or_give_up(self, postponements):
        """Queue messages again for later, unless they would be too late then: ``{id: (moment in UTC, reason)}``."""
        too_late = {}
        for dispatch_id, (moment, reason) in postponements.items():
            expiry = self.browse(dispatch_id).date_expiry
            if expiry and moment > expiry:
                too_late[dispatch_id] = Refusal(reason)
        self._hold_back(too_late)
        self._postpone({key: later for key, later in postponements.items() if key not in too_late})

    # -- Never -------------------------------------------------------------------------------------

    def _get_refusals(self, policies):
        """Return why messages must not leave at all: ``{id: Refusal}``. Extend it to ask more.

        :param policies: ``{dispatch: the rule that applies}``
        """
        refusals = self._get_expired()
        for check in (self._get_gone, self._get_badly_addressed):
            refusals = check() | refusals
        for check in (self._get_blacklisted, self._get_unwanted):
            refusals = check(policies) | refusals
        for channel, group in self.grouped("channel").items():
            refusals = self._get_channel(channel)._get_refusals(group) | refusals
        return refusals

    def _get_expired(self):
        now = fields.Datetime.now()
        expired = self.filtered(lambda message: message.date_expiry and message.date_expiry < now)
        return {
            message.id: Refusal("expired", message._get_reason_text() if message.reason else "")
            for message in expired
        }

    def _get_reason_text(self):
        """Return in words why a message waits."""
        return dict(self._fields["reason"]._description_selection(self.env)).get(self.reason, "")

    def _get_gone(self):
        gone = {}
        for model, group in self.filtered("res_model").grouped("res_model").items():
            there = (
                self.env[model].browse(group.mapped("res_id")).exists()
                if model in self.env
                else self.browse()
            )
            alive = set(there.ids)
            gone.update(
                {
                    message.id: Refusal("record_gone")
                    for message in group
                    if message.res_id not in alive
                }
            )
        return gone

    def _get_badly_addressed(self):
        refusals = {}
        for channel, group in self.grouped("channel").items():
            handler = self._get_channel(channel)
            for message in group:
                if not message.address:
                    refusals[message.id] = Refusal("address_missing")
                elif not handler._is_valid_address(message.address):
                    refusals[message.id] = Refusal("address_invalid", message.address)
        return refusals

    def _get_blacklisted(self, policies):
        """Odoo's blacklists: e-mails, and numbers for whatever rings."""
        asked = self.filtered(lambda message: policies[message].heeds_blacklist and message.address)
        refusals = {}
        for channel, group in asked.grouped("channel").items():
            blacklist, field = self._get_channel(channel)._get_blacklist()
            if not blacklist:
                continue
            found = self.env[blacklist].search([(field, "in", group.mapped("address"))])
            listed = set(found.mapped(field))
            refusals.update(
                {
                    message.id: Refusal("blacklisted")
                    for message in group
                    if message.address in listed
                }
            )
        return refusals

    def _get_unwanted(self, policies):
        """What people answered when they were asked, or said by themselves."""
        refusals = {}
        asked = self.filtered(
            lambda message: policies[message].consent != "none" and message.address
        )
        scopes = asked.grouped(
            lambda message: (message.channel, message.purpose, message.company_id)
        )
        for (channel, purpose, company), group in scopes.items():
            decisions = self._get_decisions(group.mapped("address"), channel, purpose, company)
            for message in group:
                decision = decisions.get(message.address)
                if decision == "withdrawn":
                    refusals[message.id] = Refusal("withdrawn")
                elif decision != "granted" and policies[message].consent == "opt_in":
                    refusals[message.id] = Refusal("no_consent")
        return refusals

    @api.model
    def _get_decisions(self, addresses, channel, purpose, company):
        """Return what people last decided: ``{address: "granted", "withdrawn" or "requested"}``."""
        return {}

    def _hold_back(self, refusals):
        """Note why messages do not leave: ``{id: Refusal}``."""
        groups = defaultdict(self.browse)
        for dispatch_id, refusal in refusals.items():
            groups[refusal] |= self.browse(dispatch_id)
        for refusal, group in groups.items():
            group.write(
                {
                    "state": "suppressed",
                    "reason": refusal.reason,
                    "reason_detail": refusal.detail or False,
                    "worker": False,
                }
            )

    # -- Not yet -----------------------------------------------------------------------------------

    def _get_postponements(self, policies):
        """Return the messages that leave later: ``{id: (moment in UTC, reason)}``. Extend it to ask more."""
        automatic = self.filtered(lambda message: not message.is_personal)
        later = automatic._get_out_of_hours(policies)
        within = automatic.filtered(lambda message: message.id not in later)
        return later | within._get_over_pressure(policies)

    def _get_out_of_hours(self, policies):
        now = fields.Datetime.now()
        bound = self.filtered(
            lambda message: policies[message]._get_hours() or policies[message].skips_holidays
        )
        zones = bound._get_zones()
        days_off = bound._get_days_off(policies)
        later = {}
        for message in bound:
            hours = policies[message]._get_hours() or ALWAYS
            closed = (
                days_off[message.company_id] if policies[message].skips_holidays else frozenset()
            )
            opening = get_next_opening(now, zones[message], hours, closed)
            if opening != now:
                later[message.id] = (opening or now + timedelta(days=LONGEST_CLOSURE), "hours")
        return later

    def _get_zones(self):
        """Return the time zone of each recipient: his own, that of his country or his record's, else the company's."""
        countries = self._get_record_countries()
        zones = {}
        for message in self:
            partner = message.partner_id
            country = partner.country_id or countries.get(message) or self.env["res.country"]
            zones[message] = self._get_zone(partner, country, message.company_id)
        return zones

    @api.model
    def _get_zone(self, partner, country, company):
        """Return the name of somebody's time zone: his own, that of his country, else that of the company."""
        for someone, place in ((partner, country), (company.partner_id, company.country_id)):
            known = pytz.country_timezones.get(place.code or "", [])
            if zone := someone.tz or (known and known[0]):
                return zone
        return "UTC"

    def _get_record_countries(self):
        """Return the countries of the records that have one: ``{message: country}``."""
        countries = {}
        for model, group in self.filtered("res_model").grouped("res_model").items():
            if "country_id" in self.env[model]._fields:
                records = self.env[model].browse(group.mapped("res_id"))
                countries.update(zip(group, (record.country_id for record in records), strict=True))
        return countries

    def _get_days_off(self, policies):
        """Return the public holidays of companies: ``{company: {dates}}``."""
        companies = self.filtered(lambda message: policies[message].skips_holidays).company_id
        days_off = defaultdict(frozenset)
        for company in companies:
            days_off[company] = frozenset(company._get_public_holidays())
        return days_off

    def _get_over_pressure(self, policies):
        """Return the messages to people who had as many as the rule allows: they wait until one of those is old enough.

        One worker at a time decides, so that the count is right: what another one was allowed to send counts as sent.
        """
        limited = self.filtered(lambda message: policies[message].max_messages and message.person)
        if not limited:
            return {}
        now = fields.Datetime.now()
        longest = max(policies[message].per_days for message in limited)
        contacts = limited._get_contacts(now - timedelta(days=longest))
        later = {}
        for message in limited:
            policy = policies[message]
            since = now - timedelta(days=policy.per_days)
            recent = sorted(moment for moment in contacts[message.person] if moment > since)
            if len(recent) < policy.max_messages:
                contacts[message.person].append(now)
            else:
                free = recent[len(recent) - policy.max_messages]
                later[message.id] = (free + timedelta(days=policy.per_days), "pressure")
        return later

    def _get_contacts(self, since):
        """Return when the people of these messages were written to: ``{person: [moments]}``.

        Counted is what left or is leaving, on any channel, for a purpose whose rule has a limit. Extend it to count what
        leaves another way.
        """
        purposes = (
            self.env["crm.dispatch.policy"].search([("max_messages", ">", 0)]).mapped("purpose")
        )
        self.flush_model(["person", "date_handed", "state", "purpose", "worker"])
        self.env.cr.execute(
            """SELECT person, COALESCE(date_handed, now() AT TIME ZONE 'UTC') FROM crm_dispatch
                WHERE person = ANY(%s) AND purpose = ANY(%s) AND id != ALL(%s)
                  AND (date_handed > %s AND state NOT IN ('failed', 'queued', 'cancelled') OR state = 'sending')""",
            (list(set(self.mapped("person"))), list(set(purposes)), self.ids, since),
        )
        contacts = defaultdict(list)
        for person, moment in self.env.cr.fetchall():
            contacts[person].append(moment)
        return contacts

    def _postpone(self, postponements):
        """Queue messages again for later: ``{id: (moment in UTC, reason)}``."""
        groups = defaultdict(self.browse)
        for dispatch_id, later in postponements.items():
            groups[later] |= self.browse(dispatch_id)
        for (moment, reason), group in groups.items():
            group.write(
                {"state": "queued", "date_scheduled": moment, "reason": reason, "worker": False}
            )
        for channel, group in self.browse(postponements).grouped("channel").items():
            cron = self._get_channel(channel)._get_cron()
            if cron:
                cron._trigger(at=min(group.mapped("date_scheduled")))
