# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import doctest
import importlib
import pkgutil
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..tools import telephony
from .telephony_common import NUMBER, UNKNOWN, TelephonyCase


@tagged("post_install", "-at_install")
class TestTelephonyCalls(TelephonyCase):
    """What becomes of calls that a telephone system tells of."""

    def test_the_tools_do_as_their_examples_say(self):
        for module in pkgutil.iter_modules(telephony.__path__, f"{telephony.__name__}."):
            result = doctest.testmod(importlib.import_module(module.name))
            self.assertTrue(result.attempted and not result.failed, module.name)

    # -- Who calls ---

    def test_a_number_is_found_however_it_is_written(self):
        for number, written in enumerate(
            (NUMBER, "002250708091011", "07 08 09 10 11", "tel:+2250708091011")
        ):
            call = self._tell("ringing", **{"from": written, "call": f"c{number}"})
            self.assertEqual((call.phone_sanitized, call.lead_id), (NUMBER, self.lead), written)

    def test_the_newest_open_deal_comes_first_then_the_contact_then_a_closed_deal(self):
        newest = self._create_lead(name="Newest", partner_id=self.customer.id)
        self.assertEqual(self._tell("ringing", call="a").lead_id, newest)
        (self.lead | newest).action_set_lost()
        call = self._tell("ringing", call="b")
        self.assertEqual((call.lead_id.id, call.partner_id), (False, self.customer))
        lost = self._create_lead(name="Lost", phone=UNKNOWN)
        lost.action_set_lost()
        self.assertEqual(self._tell("ringing", **{"call": "c", "from": UNKNOWN}).lead_id, lost)

    def test_a_deal_of_a_colleague_at_the_same_number_is_listed(self):
        other = self._create_lead(name="Other", phone=NUMBER)
        card = self._tell("ringing").with_user(self.salesperson).get_popup()
        self.assertEqual((card["model"], card["res_id"]), ("crm.lead", other.id))
        self.assertIn(
            ("crm.lead", self.lead.id), [(one["model"], one["res_id"]) for one in card["others"]]
        )
        self.assertIn(
            ("res.partner", self.customer.id),
            [(one["model"], one["res_id"]) for one in card["others"]],
        )

    def test_another_company_is_not_searched_and_hears_nothing(self):
        account = self.account.create(
            {"name": "Other", "company_id": self.company_xof.id, "signing_secret": "x"}
        )
        self._give("101", self.stranger, account)
        call = self._tell("ringing", account=account)
        self.assertFalse(call.res_id)
        self.assertEqual((call.company_id, call.rung_user_ids), (self.company_xof, self.stranger))
        self._tell("ringing")
        self.assertEqual(len(self.Call.search([("telephony_ref", "=", "call-1")])), 2)
        self.assertFalse(self.Call.with_user(self.salesperson).search([("id", "=", call.id)]))

    def test_a_withheld_number_is_a_call_of_nobody_that_nobody_can_call_back(self):
        for number, withheld in enumerate(("anonymous", "", "Restricted", None)):
            call = self._tell("missed", **{"from": withheld, "call": f"w{number}"})
            self.assertEqual((call.number, call.res_id, call.state), (False, 0, "missed"))
            self.assertFalse(call.callback_activity_id)
            card = call.with_user(self.salesperson).get_popup()
            self.assertFalse(card["can_create_lead"] or card["number"])

    def test_colleagues_who_call_each_other_are_left_out(self):
        self.assertFalse(self._tell("ringing", **{"from": "102"}))
        event = self.env["crm.telephony.event"].search([], limit=1)
        self.assertEqual(event.result, "internal")

    def test_an_extension_of_nobody_is_remarked_on(self):
        call = self._tell("ringing", extension="999")
        self.assertFalse(call.rung_user_ids)
        event = self.env["crm.telephony.event"].search([], limit=1)
        self.assertEqual((event.result, event.call_id), ("nobody", call))

    def test_who_left_hears_nothing(self):
        self.salesperson.active = False
        self.assertFalse(self._tell("ringing").rung_user_ids)

    def test_a_call_from_the_desk_is_one_of_who_made_it(self):
        values = {"direction": "out", "from": "101", "to": NUMBER}
        self._tell("ringing", **values)
        call = self._tell("ended", duration=60, recording="https://pbx.example/r/1", **values)
        self.assertEqual(
            (call.state, call.user_id, call.lead_id), ("done", self.salesperson, self.lead)
        )
        self.assertEqual((call.duration, call.recording_url), (1.0, "https://pbx.example/r/1"))
        self.assertFalse(call.callback_activity_id)

    def test_a_call_whose_end_nobody_tells_is_ended(self):
        self._tell("ringing", call="rings")
        self._tell("answered", call="talks")
        calls = self._get_call("rings") | self._get_call("talks")
        for hours, states in ((1, ["missed", "connected"]), (7, ["missed", "done"])):
            calls.date = fields.Datetime.now() - timedelta(hours=hours)
            with self.enter_registry_test_mode():
                self.env.ref("crm_core.ir_cron_crm_call_close").method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(calls.mapped("state"), states)

    # -- Outcomes ---

    def test_what_is_written_down_while_talking_ends_the_call_once(self):
        self._tell("ringing")
        call = self._tell("answered").with_user(self.salesperson)
        call.outcome_id = self.reached
        self.assertEqual((call.state, call.is_reached), ("done", True))
        note = call.message_id
        self.assertIn("Reached", note.body)
        self._tell("ended", duration=200)
        self.assertEqual((call.state, round(call.duration * 60)), ("done", 200))
        self.assertEqual(call.message_id, note)

    def test_what_is_written_down_afterwards_shows_in_the_chatter(self):
        self._tell("answered")
        call = self._tell("ended", duration=60).with_user(self.salesperson)
        call.write({"outcome_id": self.reached.id, "note": "Wants two"})
        self.assertIn("Wants two", call.message_id.body)
        self.assertIn("Reached", call.message_id.body)

    def test_the_dialog_of_a_call_writes_down_its_outcome(self):
        call = self._tell("answered").with_user(self.salesperson)
        action = call.action_log_outcome()
        self.assertEqual((action["res_id"], action["target"]), (call.id, "new"))
        with self.assertRaises(UserError):
            self._get_call().with_user(self.salesperson_all).action_log_outcome()

    # -- Missed calls ---

    def test_a_missed_call_is_called_back_by_whose_customer_it_is(self):
        call = self._tell("missed", extension="102")
        activity = call.callback_activity_id
        self.assertEqual((activity.user_id, activity.res_id), (self.salesperson, self.lead.id))
        self.assertEqual(activity.activity_type_id.category, "phonecall")
        self.assertEqual(
            activity.date_deadline,
            fields.Date.context_today(call.with_context(tz="Africa/Abidjan")),
        )
        self.assertTrue(call.is_to_call_back)

    def test_nobodys_missed_call_is_that_of_the_telephone_else_of_the_teams_leader(self):
        self.assertEqual(self._miss(UNKNOWN).callback_activity_id.user_id, self.salesperson)
        call = self._miss("+2250555555555", extension=None)
        self.assertEqual(call.callback_activity_id.user_id, self.team_lead)
        self.assertIn("+2250555555555", call.callback_activity_id.summary)
        self.assertFalse(call.callback_activity_id.res_id)

    def test_five_missed_calls_are_called_back_once(self):
        for number in (NUMBER, UNKNOWN):
            calls = self.Call
            for _ in range(5):
                calls |= self._miss(number)
            self.assertEqual(len(calls), 5)
            self.assertEqual(len(calls.callback_activity_id), 1)
            self.assertIn("5 missed calls", calls.callback_activity_id.summary)
        self.assertEqual(len(self.lead.activity_ids), 1)

    def test_a_later_call_with_the_number_is_the_callback(self):
        missed = self._miss()
        self._log(outcome_id=self.no_answer.id)
        self.assertTrue(missed.is_to_call_back)
        call = self._log()
        self.env.invalidate_all()
        self.assertFalse(missed.is_to_call_back)
        self.assertEqual(call.activity_id, missed.callback_activity_id)

    def test_a_call_of_the_telephone_system_is_the_callback_too(self):
        for number, direction in ((NUMBER, "in"), (UNKNOWN, "in"), (UNKNOWN, "out")):
            missed = self._miss(number)
            self.assertTrue(missed.is_to_call_back)
            end = {"in": {"from": number}, "out": {"from": "101", "to": number}}[direction]
            self._tell(
                "ended", call=f"back-{number}-{direction}", direction=direction, duration=30, **end
            )
            self.assertFalse(missed.is_to_call_back)

    def test_who_is_missed_again_after_the_callback_is_called_back_again(self):
        first = self._miss()
        self._log()
        second = self._miss()
        self.assertNotEqual(first.callback_activity_id, second.callback_activity_id)

    def test_a_call_missed_at_night_is_called_back_in_the_morning(self):
        calendar = self.env["resource.calendar"].create(
            {"name": "Office", "company_id": self.company.id, "tz": "Africa/Abidjan"}
        )
        self.company.resource_calendar_id = calendar
        for moment, expected in (
            ("2026-11-23 22:30:00", "2026-11-24 08:00:00"),
            ("2026-11-24 09:30:00", "2026-11-24 09:30:00"),
            ("2026-11-27 20:00:00", "2026-11-30 08:00:00"),
        ):
            with freeze_time(moment):
                call = self._miss(f"+22507{moment[8:10]}{moment[11:13]}0000")
            self.assertEqual(fields.Datetime.to_string(call.callback_at), expected)
            self.assertEqual(str(call.callback_activity_id.date_deadline), expected[:10])

    def test_a_call_that_seemed_missed_and_was_answered_is_not_called_back(self):
        call = self._tell("missed")
        self.assertTrue(call.is_to_call_back)
        self._tell("answered")
        self.assertEqual((call.state, call.callback_activity_id.id), ("done", False))
        self.assertFalse(self.lead.activity_ids)

    def test_the_number_may_be_told_late(self):
        call = self._tell("missed", **{"from": None})
        self.assertFalse(call.callback_activity_id)
        self._tell("ringing")
        self.assertEqual((call.state, call.lead_id), ("missed", self.lead))
        self.assertTrue(call.is_to_call_back)

    # -- Unknown numbers ---

    def test_an_unknown_number_becomes_a_lead_with_its_calls_and_callback(self):
        first, second = self._miss(UNKNOWN), self._miss(UNKNOWN)
        action = second.with_user(self.salesperson).action_create_lead()
        self.env.invalidate_all()
        lead = self.env["crm.lead"].browse(action["res_id"])
        self.assertEqual((lead.phone_sanitized, lead.user_id), (UNKNOWN, self.salesperson))
        self.assertEqual((first | second).lead_id, lead)
        self.assertEqual(lead.activity_ids, first.callback_activity_id)
        self.assertTrue(first.message_id)
        with self.assertRaises(UserError):
            second.with_user(self.salesperson).action_create_lead()

    # -- Rights ---

    def test_the_card_shows_who_calls_to_whom_it_rings(self):
        self.lead.write(
            {"amount": 1500, "next_step": "Visit", "next_step_date": fields.Date.today()}
        )
        call = self._tell("ringing").with_user(self.salesperson)
        card = call.get_popup()
        self.assertEqual(
            (card["name"], card["number"], card["state"]), ("Awa Diop", NUMBER, "ringing")
        )
        self.assertEqual([deal["name"] for deal in card["deals"]], ["Cold room"])
        self.assertIn("Visit", card["next_step"])

    def test_who_may_not_read_the_deal_sees_the_number_alone(self):
        self.lead.user_id = self.salesperson_all
        self.customer.company_id = self.company_xof
        card = self._tell("ringing").with_user(self.salesperson).get_popup()
        self.assertEqual((card["number"], card["name"], card["res_id"]), (NUMBER, "", False))
        self.assertEqual((card["deals"], card["others"]), ([], []))
        self.assertFalse(card["can_create_lead"])

    def test_at_whom_it_does_not_ring_learns_nothing(self):
        call = self._tell("ringing")
        for user in (self.salesperson_all, self.stranger):
            for method in ("get_popup", "action_log_outcome"):
                with self.assertRaises(UserError):
                    getattr(call.with_user(user), method)()
        with self.assertRaises(UserError):
            call.with_user(self.portal).get_popup()

    def test_a_call_rings_on_the_screens_of_the_extension_alone(self):
        self.env["bus.bus"].search([]).unlink()
        self._tell("ringing", extension=["101", "102"])
        self.env.cr.precommit.run()
        channels = (
            self.env["bus.bus"]
            .search([("message", "like", "crm_telephony_call")])
            .mapped("channel")
        )
        self.assertEqual(len(channels), 2)
        for user in self.salesperson | self.salesperson_all:
            self.assertTrue(
                any(
                    f'"res.partner",{user.partner_id.id}]' in one.replace(" ", "")
                    for one in channels
                ),
                channels,
            )
        self.assertNotIn(NUMBER, str(self.env["bus.bus"].search([]).mapped("message")))

    def test_who_answers_is_shown_to_the_others(self):
        self._tell("ringing", extension=["101", "102"])
        call = self._tell("answered", extension="102")
        self.assertEqual(call.user_id, self.salesperson_all)
        card = call.with_user(self.salesperson).get_popup()
        self.assertEqual((card["taken_by"], card["is_mine"]), (self.salesperson_all.name, False))
        self.assertTrue(call.with_user(self.salesperson_all).get_popup()["is_mine"])

    def test_secrets_are_for_administrators_alone(self):
        for user in (self.salesperson, self.manager):
            for name in ("signing_secret", "token", "event_url", "secret", "url", "parameter_ids"):
                with self.assertRaises(AccessError):
                    self.account.with_user(user).read([name])
            with self.assertRaises(AccessError):
                self.account.with_user(user).action_renew_secret()

    def test_a_secret_is_shown_once_and_ends_the_one_before(self):
        action = self.account.action_renew_secret()
        self.assertEqual(action["context"]["default_secret"], self.account.signing_secret)
        self.assertNotEqual(self.account.signing_secret, "the secret")

    def test_people_see_their_own_extension_and_sales_managers_give_them(self):
        extensions = self.env["crm.telephony.extension"]
        own = extensions.with_user(self.salesperson).search([])
        self.assertEqual(own.mapped("name"), ["101"])
        with self.assertRaises(AccessError):
            own.name = "102"
        self.manager.write(
            {"company_ids": [Command.set(self.company.ids)], "company_id": self.company.id}
        )
        values = {"account_id": self.account.id, "name": " 103 ", "user_id": self.manager.id}
        self.assertEqual(extensions.with_user(self.manager).create(values).name, "103")

    def test_finding_a_caller_takes_few_queries(self):
        self._tell("ringing", call="warm")
        with self.assertQueryCount(28):
            self._tell("ringing", call="measured")
