# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .dispatch_common import TUESDAY_AT_TEN, DispatchCase


@tagged("post_install", "-at_install")
class TestDispatchClearing(DispatchCase):
    def _hold(self, **values):
        message = self._ask(**values)
        self._send()
        self.assertFalse(self.emails)
        return message.state, message.reason

    def test_a_missing_or_wrong_address_is_held_back(self):
        nobody = self._create_lead(name="Nobody")
        self.assertEqual(self._hold(record=nobody), ("suppressed", "address_missing"))
        self.assertEqual(self._hold(address="not an address"), ("suppressed", "address_invalid"))

    def test_a_blacklisted_address_gets_service_but_no_sales(self):
        self.env["mail.blacklist"]._add("awa@client.example")
        self.assertEqual(self._hold(), ("suppressed", "blacklisted"))
        service = self._ask(purpose="service")
        self._send()
        self.assertEqual(service.state, "sent")

    def test_an_opt_out_between_asking_and_sending_is_respected(self):
        message = self._ask(purpose="marketing")
        self.env["mail.blacklist"]._add("awa@client.example")
        self._send()
        self.assertEqual((message.state, message.reason), ("suppressed", "blacklisted"))

    def test_an_opt_out_while_the_batch_is_under_way_is_respected(self):
        other = self._create_lead(name="Other", email_from="other@client.example")
        first = self._ask()
        second = self._ask(other)

        def answer(_recipient):
            self.env["mail.blacklist"]._add("other@client.example")
            self.env.flush_all()

        self._send(answer=answer)
        self.assertEqual((first.state, second.state), ("sent", "suppressed"))
        self.assertEqual(second.reason, "blacklisted")

    def test_a_no_while_the_batch_is_under_way_is_respected(self):
        other = self._create_lead(name="Other", email_from="other@client.example")
        first = self._ask()
        second = self._ask(other)

        def answer(_recipient):
            self.env["crm.consent"]._withdraw(
                ["other@client.example"], channel="email", purposes=["sales"], source="link"
            )
            self.env.flush_all()

        self._send(answer=answer)
        self.assertEqual((first.state, second.state), ("sent", "suppressed"))
        self.assertEqual(second.reason, "withdrawn")

    def test_a_message_whose_record_is_gone_is_held_back(self):
        lead = self._create_lead(name="Gone", email_from="gone@client.example")
        message = self._ask(lead)
        lead.unlink()
        self._send()
        self.assertEqual((message.state, message.reason), ("suppressed", "record_gone"))

    def test_a_message_that_could_not_leave_in_time_is_given_up(self):
        message = self._ask(date_expiry=TUESDAY_AT_TEN - timedelta(hours=1))
        self._send()
        self.assertEqual((message.state, message.reason), ("suppressed", "expired"))

    def test_a_message_waits_for_the_hours_of_its_recipient(self):
        """Nine o'clock is nine o'clock where the recipient lives, before and after the clocks change."""
        policy = self.env.ref("crm_core.crm_dispatch_policy_sales")
        policy.write({"hour_from": 9, "hour_to": 18, "sat": False, "max_messages": 0})
        cases = (
            ("Africa/Abidjan", datetime(2026, 6, 16, 5, 0), datetime(2026, 6, 16, 9, 0)),
            ("Africa/Dakar", datetime(2026, 6, 16, 19, 0), datetime(2026, 6, 17, 9, 0)),
            ("Africa/Douala", datetime(2026, 6, 16, 5, 0), datetime(2026, 6, 16, 8, 0)),
            ("Europe/Paris", datetime(2026, 6, 16, 5, 0), datetime(2026, 6, 16, 7, 0)),
            ("Europe/Paris", datetime(2026, 10, 23, 20, 0), datetime(2026, 10, 26, 8, 0)),
            ("Europe/Paris", datetime(2026, 3, 27, 20, 0), datetime(2026, 3, 30, 7, 0)),
            ("Indian/Antananarivo", datetime(2026, 6, 16, 3, 0), datetime(2026, 6, 16, 6, 0)),
            ("Asia/Kolkata", datetime(2026, 6, 16, 1, 0), datetime(2026, 6, 16, 3, 30)),
            ("America/Denver", datetime(2026, 6, 16, 10, 0), datetime(2026, 6, 16, 15, 0)),
        )
        for zone, moment, opening in cases:
            with self.subTest(zone=zone, moment=moment):
                self.clock.move_to(moment)
                self.customer.tz = zone
                message = self._ask()
                self._send()
                self.assertEqual((message.state, message.reason), ("queued", "hours"))
                self.assertEqual(message.date_scheduled, opening)
                self.clock.move_to(opening)
                self._send()
                self.assertEqual(message.state, "sent")

    def test_the_zone_is_that_of_the_country_when_the_contact_has_none(self):
        self.customer.country_id = self.env.ref("base.mg")
        self.clock.move_to(datetime(2026, 6, 16, 3, 0))
        message = self._ask()
        self._send()
        self.assertEqual(message.date_scheduled, datetime(2026, 6, 16, 5, 0))

    def test_public_holidays_are_skipped(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Bastille Day",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": datetime(2026, 7, 13, 22, 0),
                "date_to": datetime(2026, 7, 14, 21, 59),
            }
        )
        self.company.resource_calendar_id.tz = "Europe/Paris"
        self.clock.move_to(datetime(2026, 7, 14, 9, 0))
        message = self._ask()
        self._send()
        self.assertEqual(message.date_scheduled, datetime(2026, 7, 15, 6, 0))

    def test_what_a_person_sends_leaves_at_night(self):
        self.clock.move_to(datetime(2026, 6, 16, 22, 0))
        message = self._ask(is_personal=True)
        self._send()
        self.assertEqual(message.state, "sent")

    def test_nobody_gets_more_than_the_rule_allows_over_all_channels(self):
        policy = self.env.ref("crm_core.crm_dispatch_policy_sales")
        policy.write({"max_messages": 2, "per_days": 7})
        lead = self._create_lead(name="Same person", email_from="awa@client.example")
        longer = {"date_expiry": TUESDAY_AT_TEN + timedelta(days=20)}
        messages = self._ask() | self._ask(lead) | self._ask(**longer)
        self._send()
        self.assertEqual(messages.mapped("state"), ["sent", "sent", "queued"])
        late = messages[2]
        self.assertEqual(late.reason, "pressure")
        self.clock.move_to(late.date_scheduled + timedelta(minutes=1))
        self.env.cr.execute(
            "UPDATE crm_dispatch SET date_handed = %s WHERE state = 'sent'", (TUESDAY_AT_TEN,)
        )
        self._send()
        self.assertEqual(late.state, "sent")

    def test_what_would_leave_too_late_is_given_up_at_once(self):
        self.env.ref("crm_core.crm_dispatch_policy_sales").write(
            {"max_messages": 1, "per_days": 30}
        )
        self._ask()
        late = self._ask()
        self._send()
        self.assertEqual((late.state, late.reason), ("suppressed", "pressure"))

    def test_each_company_may_have_its_own_rule(self):
        self.env["crm.dispatch.policy"].create(
            {
                "purpose": "sales",
                "company_id": self.company.id,
                "consent": "none",
                "heeds_blacklist": False,
            }
        )
        self.env["mail.blacklist"]._add("awa@client.example")
        message = self._ask()
        self._send()
        self.assertEqual(message.state, "sent")

    def test_the_general_rules_stay(self):
        with self.assertRaises(UserError):
            self.env.ref("crm_core.crm_dispatch_policy_sales").unlink()


@tagged("post_install", "-at_install")
class TestCallTask(DispatchCase):
    def test_a_call_is_an_activity_of_the_responsible_once(self):
        message = self._ask(channel="call")
        self._send("call")
        self._send("call")
        activity = self.lead.activity_ids
        self.assertEqual(len(activity), 1)
        self.assertEqual(activity.user_id, self.salesperson)
        self.assertEqual(message.state, "sent")

    def test_a_dead_worker_does_not_plan_a_call_twice(self):
        message = self._ask(channel="call")
        self.env["crm.channel.call"]._prepare(message)
        message.sudo().write({"state": "sending", "worker": 5})
        self._send("call")
        self.assertEqual(len(self.lead.activity_ids), 1)

    def test_a_number_on_the_blacklist_is_not_called(self):
        self.env["phone.blacklist"]._add(["+33612345678"])
        message = self._ask(channel="call")
        self._send("call")
        self.assertEqual((message.state, message.reason), ("suppressed", "blacklisted"))
        self.assertFalse(self.lead.activity_ids)
