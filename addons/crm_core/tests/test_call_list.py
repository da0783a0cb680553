# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .call_list_common import WEDNESDAY, CallListCase


@tagged("post_install", "-at_install")
class TestCallList(CallListCase):
    """Who is on a list."""

    def _states(self, calling=None):
        lines = (calling or self.calling).line_ids
        return {line.lead_id: (line.state, line.reason) for line in lines}

    def test_a_record_is_on_a_list_once(self):
        leads = self._create_leads(2)
        self.assertEqual(len(self._fill(leads)), 2)
        self.assertFalse(self._fill(leads))
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.calling.line_ids[0].copy()

    def test_somebody_without_a_number_is_blocked_and_waits_when_he_has_one(self):
        lead = self._create_lead(phone=False)
        self._fill(lead)
        self.assertEqual(self._states()[lead], ("blocked", "no_number"))
        lead.write({"phone": "+225 07 08 09 10 99", "country_id": self.env.ref("base.ci").id})
        self.calling.action_refresh()
        self.assertEqual(self._states()[lead], ("waiting", False))

    def test_a_number_that_is_there_twice_is_called_once(self):
        first = self._create_leads()
        second = self._create_lead(phone=first.phone, country_id=first.country_id.id)
        self._fill(first | second)
        self.assertEqual(self._states()[second], ("blocked", "duplicate"))
        third = self._create_lead(phone=first.phone, country_id=first.country_id.id)
        self._fill(third)
        self.assertEqual(self._states()[third], ("blocked", "duplicate"))
        first.unlink()
        self.calling.action_refresh()
        self.assertEqual(
            sorted(state for state, _reason in self._states().values()), ["blocked", "waiting"]
        )

    def test_the_number_of_the_contact_counts_where_the_lead_has_none(self):
        lead = self._create_lead(partner_id=self.customer.id)
        lead.phone = False
        [line] = self._fill(lead)
        self.assertEqual(line.number, "+2250708091011")
        self.assertEqual(line.zone, "Africa/Abidjan")

    def test_who_meets_the_condition_comes_and_who_does_not_any_more_goes(self):
        leads = self._create_leads(3, referred="fair")
        by_hand = self._create_leads()
        self._fill(by_hand)
        self.calling.domain = "[('referred', '=', 'fair')]"
        self.calling.action_refresh()
        self.assertEqual(self.calling.line_ids.lead_id, leads | by_hand)
        with freeze_time(WEDNESDAY):
            called = self._log_next(self.no_answer).lead_id
        (leads | by_hand).referred = "other"
        self.calling.action_refresh()
        self.assertEqual(self.calling.line_ids.lead_id, by_hand | called)

    def test_an_empty_condition_adds_nobody(self):
        self._create_leads(2)
        self.calling.domain = "[]"
        self.calling.action_refresh()
        self.assertFalse(self.calling.line_ids)

    def test_a_list_holds_no_record_of_another_company(self):
        foreign = self._create_leads(
            company_id=self.company_xof.id, team_id=False, user_id=False, referred="fair"
        )
        self.calling.domain = "[('referred', '=', 'fair')]"
        self.calling.action_refresh()
        self._fill(foreign)
        self.assertFalse(self.calling.line_ids)

    def test_a_condition_that_cannot_be_read_is_refused(self):
        for domain in ("nonsense", "[('no_such_field', '=', 1)]", "[('name', 'bad', 1)]"):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self.calling.domain = domain

    def test_the_condition_finds_what_its_author_may_see(self):
        theirs = self._create_leads(user_id=self.salesperson_all.id, referred="fair")
        self.calling.sudo().write({"domain": "[('referred', '=', 'fair')]"})
        self.calling.author_id = self.salesperson
        self.calling.action_refresh()
        self.assertFalse(self.calling.line_ids)
        self.calling.with_user(self.team_lead).domain = "[('referred', '=', 'fair')]"
        self.calling.action_refresh()
        self.assertEqual(self.calling.line_ids.lead_id, theirs)

    def test_a_list_that_cannot_be_refreshed_says_why_and_the_others_are(self):
        broken, sound = self._create_list(), self._create_list()
        lead = self._create_leads(referred="fair")
        sound.domain = "[('referred', '=', 'fair')]"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_call_list SET domain = %s WHERE id = %s", ("[('gone', '=', 1)]", broken.id)
        )
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_call_list").method_direct_trigger()
        self.env.invalidate_all()
        self.assertIn("gone", broken.error)
        self.assertEqual(sound.line_ids.lead_id, lead)

    def test_chosen_leads_are_put_on_a_new_list_by_their_action(self):
        leads = self._create_leads(2)
        wizard = self.env["crm.call.list.add"].with_user(self.team_lead)
        wizard = wizard.with_context(active_model="crm.lead", active_ids=leads.ids)
        with self.assertRaises(UserError):
            wizard.create({}).action_add()
        with Form(wizard) as form:
            form.name = "From the fair"
        action = form.save().action_add()
        made = self.env["crm.call.list"].browse(action["res_id"])
        self.assertEqual(made.line_ids.lead_id, leads)
        self.assertTrue(all(made.line_ids.mapped("is_by_hand")))

    def test_contacts_are_called_as_well(self):
        calling = self._create_list(res_model="res.partner")
        [line] = calling._add(self.customer)
        self.assertEqual((line.partner_id, line.number), (self.customer, "+2250708091011"))
        with self.assertRaises(UserError):
            calling._add(self.lead)
        with freeze_time(WEDNESDAY):
            self.assertEqual(self._next(calling=calling), line)
            self._get_dialer().log(line.id, {"outcome_id": self.reached.id})
        self.assertEqual(line.call_ids.partner_id, self.customer)

    def test_figures_of_a_list_add_up(self):
        self._fill(self._create_leads(4))
        with freeze_time(WEDNESDAY):
            for outcome in (self.reached, self.do_not_call, self.wrong_number):
                self._log_next(outcome)
        self.calling.invalidate_recordset()
        self.assertRecordValues(
            self.calling,
            [
                {
                    "line_count": 4,
                    "to_call_count": 1,
                    "reached_count": 1,
                    "refused_count": 1,
                    "given_up_count": 0,
                    "call_count": 3,
                    "progress": 75,
                }
            ],
        )

    def test_two_leads_that_become_one_are_one_line(self):
        leads = self._create_leads(2)
        self._fill(leads)
        leads.merge_opportunity()
        self.env.invalidate_all()
        self.assertEqual(len(self.calling.line_ids), 1)

    # -- Rights ---

    def test_salespeople_see_the_lists_of_their_teams_and_those_that_name_them(self):
        other = self._create_list(team_ids=False)
        lists = self.env["crm.call.list"].with_user(self.salesperson)
        self.assertEqual(lists.search([]) & (self.calling | other), self.calling)
        other.user_ids = self.salesperson
        self.assertIn(other, lists.search([]))
        foreign = self.env["crm.call.list"].with_user(self.stranger)
        self.assertFalse(foreign.search([]) & (self.calling | other))

    def test_team_leads_make_lists_and_salespeople_do_not(self):
        made = self.env["crm.call.list"].with_user(self.team_lead).create({"name": "Mine"})
        made.action_start()
        self.assertEqual(made.state, "running")
        own = self.calling.with_user(self.salesperson)
        for change in (own.action_pause, own.action_refresh, own.action_finish, own.unlink):
            with self.assertRaises(AccessError):
                change()
        with self.assertRaises(AccessError):
            own.create({"name": "Mine"})

    def test_salespeople_change_nobody_on_a_list_by_hand(self):
        [line] = self._fill(self._create_leads())
        own = line.with_user(self.salesperson)
        for change in (own.action_block, own.action_reopen, own.unlink):
            with self.assertRaises(AccessError):
                change()
        with self.assertRaises(AccessError):
            own.state = "reached"

    def test_a_team_lead_takes_somebody_off_and_puts_him_back(self):
        [line] = self._fill(self._create_leads())
        line.with_user(self.team_lead).action_block()
        self.assertEqual((line.state, line.reason), ("blocked", "by_hand"))
        line.with_user(self.team_lead).action_reopen()
        self.assertEqual((line.state, line.reason), ("waiting", False))

    def test_people_on_a_list_are_erased_with_the_person(self):
        [line] = self._fill(self._create_leads(partner_id=self.customer.id))
        declarations = {one.model: one for one in self.env["crm.privacy"]._get_declarations()}
        self.env["crm.privacy"]._erase(declarations["crm.call.list.line"], line.ids)
        self.assertFalse(line.exists())

    def test_filling_a_list_asks_as_often_whatever_its_size(self):
        counts = []
        for size in (1, 2, 30):
            leads = self._create_leads(size, referred=f"{size} of them")
            calling = self._create_list(domain=f"[('referred', '=', '{leads[0].referred}')]")
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            calling._refresh()
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual(len(calling.line_ids), len(leads))
        self.assertEqual(counts[1], counts[2], counts)

    def test_hours_and_days_that_never_open_are_refused(self):
        with self.assertRaises(ValidationError):
            self.calling.write(dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), False))
        self.assertEqual(self.calling.hours_between, timedelta(days=1).total_seconds() / 3600)
