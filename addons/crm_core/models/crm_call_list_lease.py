# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.messaging.sending_hours import get_next_opening

#: how long a person belongs to who took him and shows no sign of life; while he is on the telephone, his page may sleep
LEASE = timedelta(minutes=15)
LEASE_ON_THE_LINE = timedelta(hours=1)


class CrmCallListLine(models.Model):
    """The lease on a person, and what stands in the way of a call."""

    _inherit = "crm.call.list.line"

    def _take(self):
        """Give a line to the caller for a while."""
        now = fields.Datetime.now()
        # sudo: crm.call.list.line - the caller works the list
        self.sudo().write(
            {
                "state": "taken",
                "taken_by": self.env.uid,
                "taken_at": now,
                "taken_until": now + LEASE,
            }
        )

    def _release(self):
        """Let those be called by anybody whom the caller has."""
        mine = self.filtered(lambda line: line._is_mine())
        # sudo: crm.call.list.line - the caller gives back whom he took
        mine.sudo().write({"state": "waiting", "taken_by": False, "taken_until": False})

    def _take_again(self):
        """Give a line back to the caller whose page shows it, when it still waits to be called now.

        :return: whether he has it
        """
        is_due = not self.next_try_at or self.next_try_at <= fields.Datetime.now()
        is_free = self.state == "waiting" and is_due and self.list_id.state == "running"
        if not (is_free and self.try_lock_for_update()):
            return False
        self._take()
        return True

    def _is_mine(self):
        """Tell whether the caller has this person, and nobody took him since."""
        return self.state == "taken" and self.taken_by == self.env.user

    def _get_opening(self, moment):
        """Return the first moment from one on at which this person may be called, in UTC."""
        hours, days_off = self.list_id._get_hours(), self.list_id._get_days_off()
        return get_next_opening(moment, self.zone or "UTC", hours, days_off)

    def _is_open(self, zones):
        """Tell whether it is an hour to call, once the zone is what the record says today."""
        record = self._get_record()
        partner = self.lead_id.partner_id or self.partner_id
        country = partner.country_id or record.country_id
        zone = self.env["crm.dispatch"]._get_zone(partner, country, self.company_id)
        if zone == self.zone or self.callback_user_id:
            return True
        self.zone = zone
        now = fields.Datetime.now()
        return zone in zones or self._get_opening(now) == now

    # -- Why not -----------------------------------------------------------------------------------

    def _get_obstacles(self):
        """Return why people must not be called, or cannot: ``{line: reason}``. Extend it to ask more."""
        gone = {line: "gone" for line in self if not line._get_record().active}
        numbers = {line: line._get_number() for line in self if line not in gone}
        missing = {line: "no_number" for line, number in numbers.items() if not number}
        doubles = {
            line: "duplicate"
            for line, number in numbers.items()
            if number and number != line.number and not line._change_number(number)
        }
        left = self - self.browse().union(*gone, *missing, *doubles)
        return gone | missing | doubles | left._get_refusals()

    def _get_number(self):
        """Return the number to call, in the international form, or False."""
        partner = self.lead_id.partner_id or self.partner_id
        return self.lead_id.phone_sanitized or partner.phone_sanitized

    def _change_number(self, number):
        """Keep the number that the record has today.

        :return: whether it is called; not when somebody else on the list has it
        """
        self.env.execute_query(
            SQL(
                """UPDATE crm_call_list_line l SET number = %s
                    WHERE id = %s AND NOT EXISTS (SELECT FROM crm_call_list_line other
                           WHERE other.list_id = l.list_id AND other.number = %s AND other.state != 'blocked')
                RETURNING id""",
                number,
                self.id,
                number,
            )
        )
        self.invalidate_recordset(["number"])
        return self.number == number

    def _get_refusals(self):
        """Return what the ledger of consents and the blacklist say against calls, by the rule for calls."""
        refusals = {}
        dispatch = self.env["crm.dispatch"]
        find = self.env["crm.dispatch.policy"]._get_finder()
        for (purpose, company), lines in self.grouped(
            lambda line: (line.list_id.purpose, line.company_id)
        ).items():
            policy = find(purpose, "call", company)
            decisions = dispatch._get_decisions(lines.mapped("number"), "call", purpose, company)
            listed = lines._get_blacklisted() if policy.heeds_blacklist else set()
            for line in lines:
                decision = decisions.get(line.number)
                if decision == "withdrawn":
                    refusals[line] = "refused"
                elif decision != "granted" and policy.consent == "opt_in":
                    refusals[line] = "no_consent"
                elif line.number in listed:
                    refusals[line] = "blacklisted"
        return refusals

    @api.model
    def _get_blacklisted(self):
        listed = self.env["phone.blacklist"].search([("number", "in", self.mapped("number"))])
        return set(listed.mapped("number"))
