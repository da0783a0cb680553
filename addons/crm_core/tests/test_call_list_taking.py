# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .call_list_common import WEDNESDAY, CallListCase

HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestCallListTaking(CallListCase):
    """Who is handed out, when, and what follows from the call."""

    # -- One person for each ---

    @freeze_time(WEDNESDAY)
    def test_two_people_never_get_the_same_person(self):
        first, second = self._fill(self._create_leads(2))
        self.assertEqual(self._next(), first)
        self.assertEqual(self._next(self.salesperson_all), second)
        self.assertFalse(self._next(self.team_lead))
        self.assertIn("Colleagues are calling", self._why(self.team_lead))

    @freeze_time(WEDNESDAY)
    def test_a_page_that_is_loaded_again_shows_the_same_person(self):
        first = self._fill(self._create_leads(2))[:1]
        self.assertEqual([self._next(), self._next()], [first, first])
        self.assertEqual(self._get_dialer().begin()["person"]["line_id"], first.id)

    def test_a_lease_ends_unless_the_page_shows_signs_of_life(self):
        [line] = self._fill(self._create_leads())
        with freeze_time(WEDNESDAY):
            self._next()
        with freeze_time(WEDNESDAY + timedelta(minutes=14)):
            self.assertFalse(self._next(self.salesperson_all))
            self.assertTrue(self._get_dialer().keep(line.id))
        with freeze_time(WEDNESDAY + timedelta(minutes=20)):
            self.assertFalse(self._next(self.salesperson_all))
        with freeze_time(WEDNESDAY + timedelta(minutes=30)):
            self.assertEqual(self._next(self.salesperson_all), line)
            self.assertFalse(self._get_dialer().keep(line.id))

    def test_somebody_on_the_telephone_keeps_his_person_while_his_page_sleeps(self):
        [line] = self._fill(self._create_leads())
        with freeze_time(WEDNESDAY):
            self._next()
            self._get_dialer().keep(line.id, True)
        with freeze_time(WEDNESDAY + timedelta(minutes=50)):
            self.assertFalse(self._next(self.salesperson_all))

    @freeze_time(WEDNESDAY)
    def test_who_pauses_gives_his_person_back(self):
        [line] = self._fill(self._create_leads())
        self._next()
        self._get_dialer().release(line.id)
        self.assertEqual(self._next(self.salesperson_all), line)

    @freeze_time(WEDNESDAY)
    def test_a_page_keeps_whom_another_page_of_the_caller_gave_back(self):
        line = self._fill(self._create_leads())
        self._next()
        self._get_dialer().release(line.id)
        self.assertTrue(self._get_dialer().keep(line.id))
        self.assertEqual((line.state, line.taken_by), ("taken", self.salesperson))
        self._get_dialer().release(line.id)
        self._next(self.salesperson_all)
        self.assertFalse(self._get_dialer().keep(line.id))
        self._get_dialer(self.salesperson_all).skip(line.id)
        self.assertFalse(self._get_dialer().keep(line.id), "it is not to be called now")

    def test_who_is_skipped_comes_back_in_an_hour_without_a_try(self):
        first, second = self._fill(self._create_leads(2))
        with freeze_time(WEDNESDAY):
            self._next()
            self._get_dialer().skip(first.id)
            self.assertEqual(self._next(), second)
        with freeze_time(WEDNESDAY + HOUR):
            self._get_dialer().log(second.id, {"outcome_id": self.reached.id})
            self.assertEqual(self._next(), first)
            self.assertEqual(first.tries, 0)

    # -- In which order ---

    @freeze_time(WEDNESDAY)
    def test_callbacks_come_first_then_the_score_then_who_was_added_first(self):
        plain, good, promised = self._fill(self._create_leads(3))
        good.points = 50
        self._log(promised.lead_id, outcome_id=self.call_back.id, callback_at=WEDNESDAY + HOUR)
        self.assertEqual(self._log_next(self.reached), good)
        with freeze_time(WEDNESDAY + HOUR):
            self._get_dialer().release(self._next().id)
            self.assertEqual(self._log_next(self.reached), promised)
            self.assertEqual(self._next(), plain)

    def test_points_are_those_of_the_score(self):
        leads = self._create_leads(2)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM crm_lead_score WHERE lead_id IN %s", [tuple(leads.ids)])
        self.env.cr.execute(
            """INSERT INTO crm_lead_score (lead_id, points, grade, changed_at)
               VALUES (%s, 70, 'A', now())""",
            [leads[1].id],
        )
        lines = self._fill(leads)
        self.assertEqual(lines.mapped("points"), [0, 70])
        with freeze_time(WEDNESDAY):
            self.assertEqual(self._next(), lines[1])

    def test_a_callback_is_for_who_promised_it_unless_he_is_late(self):
        [line] = self._fill(self._create_leads(user_id=False))
        with freeze_time(WEDNESDAY):
            self._log_next(self.call_back, callback_at=self._text(WEDNESDAY + HOUR))
        with freeze_time(WEDNESDAY + HOUR):
            self.assertFalse(self._next(self.salesperson_all))
        with freeze_time(WEDNESDAY + 2 * HOUR):
            self.assertEqual(self._next(self.salesperson_all), line)

    # -- When ---

    def test_nobody_is_called_out_of_the_hours_of_his_own_clock(self):
        """Seven in the evening in Abidjan is two in the afternoon in New York."""
        country = self.env.ref("base.us")
        abidjan = self._fill(self._create_leads())
        new_york = self._fill(
            self._create_lead(phone="+1 212 736 5000", country_id=country.id, name="Far away")
        )
        with freeze_time(WEDNESDAY):
            self.assertEqual(self._log_next(self.reached), abidjan)
            self.assertFalse(self._next())
            self.assertIn("in New York", self._why())
        with freeze_time(WEDNESDAY + 9 * HOUR):
            self.assertEqual(self._next(), new_york)

    def test_the_screen_says_when_the_next_may_be_called(self):
        self._fill(self._create_leads())
        with freeze_time(WEDNESDAY - 3 * HOUR):
            screen = self._get_dialer().go_on(self.calling.id)
        self.assertRegex(screen["why"], r"9:00.AM in Abidjan")
        self.assertEqual(screen["opens_at"], "2026-11-25 09:00:00")
        with freeze_time(WEDNESDAY + timedelta(days=2, hours=10)):
            self.assertIn("Monday", self._why())

    def test_nobody_is_called_on_a_public_holiday(self):
        self._fill(self._create_leads())
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": self.company.id,
                "calendar_id": False,
                "date_from": WEDNESDAY - 10 * HOUR,
                "date_to": WEDNESDAY + 10 * HOUR,
            }
        )
        with freeze_time(WEDNESDAY):
            self.assertIn("Thursday", self._why())

    # -- Whether at all ---

    @freeze_time(WEDNESDAY)
    def test_who_refused_since_he_was_added_is_not_handed_out(self):
        refused, listed, fine = self._fill(self._create_leads(3))
        self.env["crm.consent"]._withdraw(
            [refused.number], channel="call", source="agent", company=self.company
        )
        self.env["phone.blacklist"]._add([listed.number])
        self.assertEqual(self._next(), fine)
        self.assertEqual((refused.state, refused.reason), ("blocked", "refused"))
        self.assertEqual((listed.state, listed.reason), ("blocked", "blacklisted"))

    @freeze_time(WEDNESDAY)
    def test_where_consent_is_asked_for_nobody_is_called_without(self):
        agreed, other = self._fill(self._create_leads(2))
        self.env["crm.dispatch.policy"].create(
            {"purpose": "sales", "channel": "call", "consent": "opt_in"}
        )
        self.env["crm.consent"]._grant(
            [agreed.number],
            channel="call",
            purposes=["sales"],
            source="agent",
            company=self.company,
        )
        self.assertEqual(self._log_next(self.reached), agreed)
        self.assertFalse(self._next())
        self.assertEqual(other.reason, "no_consent")

    @freeze_time(WEDNESDAY)
    def test_a_record_that_is_archived_or_has_no_number_any_more_is_not_handed_out(self):
        archived, empty, fine = self._fill(self._create_leads(3))
        archived.lead_id.active = False
        empty.lead_id.phone = False
        self.assertEqual(self._next(), fine)
        self.assertEqual((archived.reason, empty.reason), ("gone", "no_number"))

    @freeze_time(WEDNESDAY)
    def test_a_number_that_was_corrected_is_called_unless_it_is_on_the_list(self):
        first, second, third = self._fill(self._create_leads(3))
        first.lead_id.phone = "+2250708091299"
        third.points, second.points = -5, -1
        second.lead_id.phone = third.number
        self.assertEqual(self._log_next(self.reached), first)
        self.assertEqual(first.call_ids.number, "+2250708091299")
        self.assertEqual(self._next(), third)
        self.assertEqual(second.reason, "duplicate")

    @freeze_time(WEDNESDAY)
    def test_leads_of_colleagues_are_left_to_them(self):
        [line] = self._fill(self._create_leads(user_id=self.salesperson_all.id))
        self.assertFalse(self._next())
        self.assertIn("colleagues", self._why())
        self.assertEqual(self._next(self.salesperson_all), line)
        with self.assertRaises(AccessError):
            self._get_dialer().log(line.id, {"outcome_id": self.reached.id})

    @freeze_time(WEDNESDAY)
    def test_nobody_is_handed_out_from_a_list_that_is_not_running(self):
        self._fill(self._create_leads())
        for state in ("draft", "paused", "done"):
            self.calling.state = state
            self.assertFalse(self._next(), state)
            self.assertIn("list", self._why())

    # -- What follows ---

    @freeze_time(WEDNESDAY)
    def test_the_call_is_a_call_like_any_other(self):
        line = self._fill(self._create_leads())
        planned = self._plan(line.lead_id)
        self._log_next(self.reached, note="Wants an offer", duration=2.5)
        self.assertRecordValues(
            line.call_ids,
            [
                {
                    "lead_id": line.lead_id.id,
                    "user_id": self.salesperson.id,
                    "note": "Wants an offer",
                    "duration": 2.5,
                    "number": line.number,
                    "call_list_id": self.calling.id,
                    "activity_id": planned.id,
                }
            ],
        )
        self.assertFalse(planned.active)
        self.assertEqual(line.state, "reached")

    def test_who_does_not_answer_is_tried_again_and_then_given_up(self):
        self.calling.write({"max_tries": 2, "hours_between": 30})
        [line] = self._fill(self._create_leads())
        with freeze_time(WEDNESDAY):
            self._log_next(self.no_answer)
            self.assertFalse(line.lead_id.activity_ids, "the list calls again, nothing is planned")
        self.assertEqual(self._text(line.next_try_at), "2026-11-26 16:00:00")
        with freeze_time(WEDNESDAY + 30 * HOUR):
            self._log_next(self.busy)
        self.assertEqual((line.state, line.reason, line.tries), ("given_up", "tries", 2))

    def test_the_next_try_is_within_the_hours(self):
        self.calling.hours_between = 10
        [line] = self._fill(self._create_leads())
        with freeze_time(WEDNESDAY + timedelta(days=2)):
            self._log_next(self.no_answer)
        self.assertEqual(self._text(line.next_try_at), "2026-11-30 09:00:00")

    @freeze_time(WEDNESDAY)
    def test_a_number_that_is_wrong_is_not_tried_again(self):
        line = self._fill(self._create_leads())
        self._log_next(self.wrong_number)
        self.assertEqual((line.state, line.reason), ("done", "outcome"))

    @freeze_time(WEDNESDAY)
    def test_a_refusal_holds_in_every_list(self):
        lead = self._create_leads()
        other = self._fill(lead, self._create_list(name="Another"))
        line = self._fill(lead)
        self._log_next(self.do_not_call)
        for one in (line, other):
            self.assertEqual((one.state, one.reason), ("blocked", "refused"))

    @freeze_time(WEDNESDAY)
    def test_a_promised_callback_is_kept_out_of_hours_and_planned_as_ever(self):
        line = self._fill(self._create_leads())
        evening = WEDNESDAY + 11 * HOUR
        self._log_next(self.call_back, callback_at=self._text(evening))
        self.assertTrue(line.lead_id.activity_ids)
        with freeze_time(evening):
            self.assertEqual(self._next(), line)
            self.assertTrue(self._get_dialer().go_on(self.calling.id)["person"]["promised_at"])

    @freeze_time(WEDNESDAY)
    def test_a_call_that_was_not_made_from_the_list_puts_the_person_off(self):
        line = self._fill(self._create_leads())
        self._log(line.lead_id)
        self.assertFalse(self._next())
        self.assertEqual((line.state, line.tries), ("waiting", 0))

    @freeze_time(WEDNESDAY)
    def test_correcting_the_outcome_corrects_the_list(self):
        line = self._fill(self._create_leads())
        self._log_next(self.reached)
        line.call_ids.outcome_id = self.no_answer
        self.assertEqual((line.state, line.tries), ("waiting", 1))

    @freeze_time(WEDNESDAY)
    def test_a_call_whose_answer_got_lost_is_written_down_once(self):
        line = self._fill(self._create_leads())
        person = self._get_dialer().go_on(self.calling.id)["person"]
        for _attempt in range(2):
            self._get_dialer().log(line.id, {"outcome_id": self.no_answer.id}, person["made"])
        self.assertEqual((line.tries, len(line.call_ids)), (1, 1))

    @freeze_time(WEDNESDAY)
    def test_nonsense_from_outside_is_refused_in_plain_words(self):
        line = self._fill(self._create_leads())
        dialer = self._get_dialer()
        for values in (
            None,
            "x",
            {},
            {"outcome_id": "x"},
            {"outcome_id": 2**40},
            {"outcome_id": -1},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                dialer.log(line.id, values)
        past = {"outcome_id": self.call_back.id, "callback_at": "2020-01-01 00:00:00"}
        with self.assertRaises(UserError):
            dialer.log(line.id, past)
        others = (dialer.keep, dialer.skip, dialer.release, dialer.go_on, dialer.get_figures)
        for call in (dialer.log, *others):
            for number in (None, "1", 0, -1, 2**60, [1]):
                arguments = [number, {}] if call == dialer.log else [number]
                with self.subTest(number), self.assertRaises(UserError):
                    call(*arguments)

    @freeze_time(WEDNESDAY)
    def test_a_call_belongs_to_a_person_of_the_list(self):
        line = self._fill(self._create_leads())
        with self.assertRaises(ValidationError):
            self._log(self.lead, call_list_line_id=line.id, call_list_id=self.calling.id)

    def test_people_outside_of_sales_call_nobody(self):
        self._fill(self._create_leads())
        for user in (self.stranger, self.portal):
            with self.assertRaises(AccessError):
                self._get_dialer(user).go_on(self.calling.id)
            with self.assertRaises(AccessError):
                self._get_dialer(user).get_figures(self.calling.id)

    @freeze_time(WEDNESDAY)
    def test_how_far_the_list_is_is_asked_apart(self):
        self._fill(self._create_leads(3))
        screen = self._get_dialer().begin()
        figures = {"id": self.calling.id, "line_count": 3, "to_call_count": 3, "reached_count": 0}
        self.assertEqual(self._get_dialer().get_figures(self.calling.id), figures)
        screen = self._get_dialer().log(
            screen["person"]["line_id"], {"outcome_id": self.reached.id}
        )
        self.assertNotIn("to_call_count", screen["list"], "the person does not wait for a count")
        self.env.invalidate_all()
        figures |= {"to_call_count": 2, "reached_count": 1}
        self.assertEqual(self._get_dialer().get_figures(self.calling.id), figures)

    @freeze_time(WEDNESDAY)
    def test_who_works_several_lists_chooses_one(self):
        other = self._create_list(name="Another")
        self.assertEqual(len(self._get_dialer().begin()["lists"]), 2)
        line = self._fill(self._create_leads(), other)
        self.assertEqual(self._get_dialer().begin(other.id)["person"]["line_id"], line.id)
        self._get_dialer().begin(self.calling.id)
        self.assertEqual(line.state, "waiting", "who changes the list gives his person back")

    @freeze_time(WEDNESDAY)
    def test_the_next_person_costs_as_many_queries_in_a_long_list(self):
        costs = []
        for count in (1, 2, 30):
            calling = self._create_list()
            self._fill(self._create_leads(count), calling)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._next(calling=calling)
            costs.append(self.env.cr.sql_log_count - start)
        self.assertEqual(costs[1], costs[2], costs)
        self.assertLessEqual(costs[2], 30)
