# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .call_list_common import WEDNESDAY, CallListCase
from .telephony_common import TelephonyCase


@tagged("post_install", "-at_install")
class TestCallForgery(CallListCase, TelephonyCase):
    """What the system keeps on a call is the system's: no caller of a method points it at what is not his."""

    def _get_forged_values(self):
        foreign = self._create_lead(user_id=self.manager.id)
        line = self._fill(self._create_leads(user_id=self.manager.id))
        return {
            "message_id": foreign.message_post(body="Theirs").id,
            "callback_activity_id": self._plan(foreign, self.manager).id,
            "call_list_line_id": line.id,
            "call_list_id": self.calling.id,
            "telephony_account_id": self.account.id,
            "telephony_ref": "call-1",
            "answered_at": fields.Datetime.now(),
            "ended_at": fields.Datetime.now(),
            "rung_user_ids": [Command.set(self.manager.ids)],
            "recording_url": "https://elsewhere.example/1",
        }

    def test_what_the_system_keeps_on_a_call_is_not_written_by_people(self):
        call = self._log().with_user(self.salesperson)
        for name, value in self._get_forged_values().items():
            with self.subTest(name), self.assertRaises(UserError):
                call.write({name: value})

    def test_what_the_system_keeps_on_a_call_is_not_created_by_people(self):
        calls = self.env["crm.call"].with_user(self.salesperson)
        own = {"lead_id": self.lead.id, "outcome_id": self.reached.id}
        forged = self._get_forged_values()
        for name, value in forged.items():
            with self.subTest(name), self.assertRaises(UserError):
                calls.create({**own, name: value})
        for name in forged.keys() - {"call_list_id", "call_list_line_id"}:
            call = calls.with_context(**{f"default_{name}": forged[name]}).create(own)
            with self.subTest(name):
                self.assertNotEqual(
                    call[name],
                    call._fields[name].convert_to_record(
                        call._fields[name].convert_to_cache(forged[name], call), call
                    ),
                )

    def test_the_planned_call_of_a_colleague_outlives_a_forged_link(self):
        planned = self._plan(self._create_lead(user_id=self.manager.id), self.manager)
        call = self._log(outcome_id=self.no_answer.id).with_user(self.salesperson)
        with self.assertRaises(UserError):
            call.callback_activity_id = planned.id
            call.outcome_id = self.reached
        self.assertTrue(planned.exists())

    def test_a_call_does_not_move_to_who_may_not_have_it(self):
        self.salesperson.company_ids |= self.company_xof
        foreign = self._create_lead(user_id=self.manager.id)
        partner = self.env["res.partner"].create(
            {"name": "Theirs", "company_id": self.company_xof.id}
        )
        call = self._log().with_user(self.salesperson)
        call = call.with_context(allowed_company_ids=self.company.ids)
        for values in (
            {"user_id": self.manager.id},
            {"lead_id": foreign.id},
            {"partner_id": partner.id},
            {"company_id": self.company_xof.id},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                call.write(values)

    def test_a_correction_does_what_it_means_whatever_the_caller_says_is_planned(self):
        call = self._log().with_user(self.salesperson)
        call.with_context(crm_call_is_planning=True).outcome_id = self.do_not_call
        self.assertTrue(call.has_refused)

    def test_the_condition_of_a_list_finds_what_its_writer_may_see_whoever_is_named(self):
        calls = self.env["crm.call.list"].with_user(self.team_lead)
        own = {"name": "Mine", "company_id": self.company.id, "domain": "[('id', '>', 0)]"}
        admin = self.env.ref("base.user_admin")
        created = calls.create({**own, "author_id": admin.id})
        self.assertEqual(created.author_id, self.team_lead)
        created.write({"author_id": admin.id})
        self.assertEqual(created.author_id, self.team_lead)
        created = calls.create({"name": "Mine", "author_id": admin.id})
        self.assertFalse(created.author_id)

    @freeze_time(WEDNESDAY)
    def test_nobody_calls_from_a_list_that_he_does_not_work(self):
        lead = self._create_leads()
        other = self._create_list(name="Theirs", team_ids=[], user_ids=self.manager.ids)
        line = self._fill(lead, other)
        forged = {"call_list_line_id": line.id, "call_list_id": other.id}
        with self.assertRaises(UserError):
            self._log(lead, **forged)
        self.assertEqual((line.state, line.tries), ("waiting", 0))

    def test_numbers_that_no_record_has_are_refused_in_plain_words(self):
        script = self.env["crm.call.script"].create({"name": "First", "company_id": False})
        own = script.with_user(self.salesperson)
        extensions = self.env["crm.telephony.extension"].with_user(self.salesperson)
        self.account.is_dialling = False
        for number in (2**31, 2**70, -1, 0, True, None, "1"):
            with self.subTest(number):
                with self.assertRaises(UserError):
                    own.get_steps(number)
                with self.assertRaises(UserError):
                    extensions.dial("crm.lead", number, "+2250708091011")
        for text in ("9" * 12, "9" * 40):
            with self.subTest(text), self.assertRaises(UserError):
                self._log(script_id=script.id, chosen_answers=text)


@tagged("post_install", "-at_install")
class TestCallsLast(CallListCase, TelephonyCase):
    """Calls outlive whom they were with, and who made them."""

    def test_a_call_with_a_contact_that_is_gone_can_still_be_read_and_corrected(self):
        call = self._log(self.customer, outcome_id=self.no_answer.id)
        self.lead.partner_id = False
        self.customer.unlink()
        call = call.with_user(self.salesperson)
        call.invalidate_recordset()
        self.assertFalse(call.partner_id)
        call.read(["has_refused", "display_name", "is_to_call_back", "number"])
        call.outcome_id = self.busy
        call.outcome_id = self.do_not_call
        call.invalidate_recordset(["has_refused"])
        self.assertTrue(call.has_refused)
        with self.assertRaises(UserError):
            call.action_open_record()

    def test_a_call_that_rings_at_a_contact_that_is_gone_is_ended(self):
        call = self._tell("ringing", **{"from": self.customer.phone})
        self.lead.unlink()
        call = call.exists() or self._tell("ringing", call="call-2")
        self.customer.unlink()
        self.env.invalidate_all()
        with freeze_time("2099-01-01 10:00:00"), self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_call_close").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(call.state, "missed")

    def test_one_call_that_cannot_be_ended_does_not_hold_up_the_others(self):
        first, second = (self._tell("ringing", call=name) for name in ("call-1", "call-2"))
        follow_up = type(first)._follow_up

        def fail_for_the_first(calls):
            if calls == first:
                raise ValueError("Broken")
            return follow_up(calls)

        self.patch(type(first), "_follow_up", fail_for_the_first)
        with freeze_time("2099-01-01 10:00:00"), self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_call_close").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((first.state, second.state), ("missed", "missed"))
        self.assertIn("Broken", first.note)
        self.assertFalse(second.note)

    def test_contacts_that_odoo_itself_merges_keep_their_calls(self):
        twin = self.env["res.partner"].create(
            {"name": "Awa D.", "phone": "+2250708091011", "company_id": self.company.id}
        )
        call = self._log(twin, outcome_id=self.no_answer.id)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | twin).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual(call.partner_id, self.customer)
        self.assertEqual(call._get_record(), self.customer)
        call.with_user(self.salesperson).outcome_id = self.busy
        self.assertEqual(call.callback_activity_id.res_id, self.customer.id)

    def test_two_contacts_of_a_list_that_become_one_are_one_line(self):
        twin = self.env["res.partner"].create(
            {"name": "Awa D.", "phone": "+2250708091012", "company_id": self.company.id}
        )
        calling = self._create_list(res_model="res.partner")
        calling._add(self.customer | twin)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | twin).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual(calling.line_ids.partner_id, self.customer)
        self.assertEqual(len(calling.line_ids), 1)

    def test_nothing_is_planned_for_who_left(self):
        self.salesperson_all.active = False
        lead = self._create_lead(user_id=self.salesperson_all.id)
        call = self._log(lead, user=self.env.user, outcome_id=self.reached.id)
        call.user_id = self.salesperson_all
        call.outcome_id = self.no_answer
        self.assertFalse(call.callback_activity_id)

    def test_an_outcome_that_calls_have_is_archived_instead(self):
        own = self.env["crm.call.outcome"].create({"name": "Sent a fax", "is_reached": True})
        self._log(outcome_id=own.id)
        with self.assertRaisesRegex(UserError, "Sent a fax"):
            own.with_user(self.manager).unlink()
        own.with_user(self.manager).active = False

    @freeze_time(WEDNESDAY)
    def test_who_was_taken_off_a_list_while_he_was_called_stays_off(self):
        line = self._fill(self._create_leads())
        self._next()
        line.with_user(self.team_lead).action_block()
        self._get_dialer().log(line.id, {"outcome_id": self.no_answer.id})
        self.assertEqual((line.state, line.reason, line.tries), ("blocked", "by_hand", 1))


@tagged("post_install", "-at_install")
class TestNextCallDay(CallListCase):
    """The next call is planned on a day that who calls works."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        attendances = [
            Command.create({"name": day, "dayofweek": day, "hour_from": 8, "hour_to": 16})
            for day in ("6", "0", "1", "2", "3")
        ]
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Sunday to Thursday",
                "company_id": cls.company.id,
                "tz": "Africa/Abidjan",
                "attendance_ids": [Command.clear(), *attendances],
            }
        )
        cls.company.resource_calendar_id = cls.calendar

    def _get_day(self, **values):
        call = self._log(outcome_id=self.no_answer.id, **values)
        return call.callback_activity_id.date_deadline

    @freeze_time("2026-06-18 16:00:00")
    def test_the_weekend_is_that_of_the_working_calendar(self):
        self.assertEqual(self._get_day(), date(2026, 6, 21))

    @freeze_time("2026-06-21 10:00:00")
    def test_public_holidays_are_passed_over(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": self.company.id,
                "calendar_id": self.calendar.id,
                "date_from": "2026-06-22 00:00:00",
                "date_to": "2026-06-22 23:59:59",
            }
        )
        self.assertEqual(self._get_day(), date(2026, 6, 23))

    @freeze_time("2026-06-18 16:00:00")
    def test_the_days_that_are_offered_are_working_days(self):
        days = self.env["crm.call"].with_user(self.salesperson).get_callback_days()
        self.assertEqual(days, ["2026-06-21", "2026-06-22", "2026-06-23", "2026-06-24"])

    @freeze_time("2026-06-18 16:00:00")
    def test_who_never_works_is_planned_for_all_the_same(self):
        self.calendar.attendance_ids.unlink()
        self.assertEqual(self._get_day(), date(2026, 6, 19))
