# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import MANAGER, CrmCoreCase


@tagged("post_install", "-at_install")
class TestDealPeople(CrmCoreCase):
    """Who takes part in a deal, and who else wants it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.decides = cls.env.ref("crm_core.crm_deal_role_decision")
        cls.uses = cls.env.ref("crm_core.crm_deal_role_user")
        cls.aya, cls.bob = cls.env["res.partner"].create([{"name": "Aya"}, {"name": "Bob"}])
        cls.rival = cls.env["crm.competitor"].create({"name": "Froid Service"})

    def _add(self, lead, person, role=None, **values):
        return self.env["crm.deal.contact"].create(
            {
                "lead_id": lead.id,
                "partner_id": person.id,
                "role_id": role.id if role else False,
                **values,
            }
        )

    def test_a_salesperson_names_the_people_of_his_deal_in_the_form(self):
        lead = self._create_lead()
        with Form(lead.with_user(self.salesperson)) as form, form.deal_contact_ids.new() as line:
            line.partner_id = self.aya
            line.role_id = self.decides
            line.sentiment = "for"
        self.assertEqual(lead.deal_contact_ids.partner_id, self.aya)

    def test_people_stand_in_the_order_of_their_roles(self):
        lead = self._create_lead()
        self._add(lead, self.bob, self.uses)
        self._add(lead, self.aya, self.decides)
        lead.invalidate_recordset()
        self.assertEqual(lead.deal_contact_ids.partner_id.mapped("name"), ["Aya", "Bob"])

    @mute_logger("odoo.sql_db")
    def test_nobody_takes_part_twice(self):
        lead = self._create_lead()
        self._add(lead, self.aya)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self._add(lead, self.aya, self.uses)

    def test_a_person_of_another_company_cannot_take_part(self):
        self.aya.company_id = self.company_xof
        with self.assertRaises(ValidationError):
            self._add(self._create_lead(), self.aya)

    def test_the_people_of_a_deal_are_seen_by_who_sees_the_deal(self):
        mine = self._add(self._create_lead(), self.aya)
        other = self._add(self._create_lead(user_id=self.manager.id), self.aya)
        contacts = self.env["crm.deal.contact"]
        both = [("id", "in", (mine | other).ids)]
        self.assertEqual(contacts.with_user(self.salesperson).search(both), mine)
        self.assertEqual(contacts.with_user(self.salesperson_all).search(both), mine | other)
        self.assertFalse(contacts.with_user(self.stranger).search(both))
        with self.assertRaises(AccessError):
            contacts.with_user(self.salesperson).create(
                {"lead_id": other.lead_id.id, "partner_id": self.bob.id}
            )
        with self.assertRaises(AccessError):
            contacts.with_user(self.portal).search(both)

    def test_two_people_that_are_merged_take_part_once(self):
        lead = self._create_lead()
        self._add(lead, self.aya, self.decides)
        self._add(lead, self.bob)
        self.env["base.partner.merge.automatic.wizard"].with_user(self.manager)._merge(
            (self.aya | self.bob).ids, self.aya
        )
        self.assertEqual(lead.deal_contact_ids.partner_id, self.aya)
        self.assertEqual(lead.deal_contact_ids.role_id, self.decides)

    def test_who_got_a_lost_deal_is_counted_against_the_competitor(self):
        lost, won, open_deal = (self._create_lead() for _number in range(3))
        (won | open_deal).competitor_ids = self.rival
        won.action_set_won()
        reason = self.env["crm.lost.reason"].search([], limit=1)
        wizard = self.env["crm.lead.lost"].create(
            {
                "lead_ids": lost.ids,
                "lost_reason_id": reason.id,
                "lost_to_id": self.rival.id,
            }
        )
        wizard.action_lost_reason_apply()
        self.assertEqual((lost.won_status, lost.lost_to_id), ("lost", self.rival))
        first = lost.outcome_ids
        self.assertEqual(first.lost_to_id, self.rival)
        lost.action_restore()
        self.assertFalse(first.lost_to_id, "who gets it this time is not known")
        lost.action_set_lost(lost_reason_id=reason.id)
        self.assertEqual(
            (self.rival.deal_count, self.rival.won_count, self.rival.lost_count), (3, 1, 1)
        )
        action = self.rival.with_user(self.salesperson).action_view_deals()
        found = self.env["crm.lead"].with_context(active_test=False).search(action["domain"])
        self.assertEqual(found, lost | won | open_deal)

    def test_a_salesperson_counts_own_deals_only(self):
        self._create_lead(competitor_ids=[Command.set(self.rival.ids)])
        self._create_lead(user_id=self.manager.id, competitor_ids=[Command.set(self.rival.ids)])
        self.assertEqual(self.rival.with_user(self.salesperson).deal_count, 1)
        self.assertEqual(self.rival.with_user(self.salesperson_all).deal_count, 2)

    def test_a_competitor_that_another_company_knows_is_none_of_ours(self):
        theirs = self.env["crm.competitor"].create(
            {"name": "Theirs", "company_id": self.company_xof.id}
        )
        lead = self._create_lead()
        for values in ({"competitor_ids": [Command.link(theirs.id)]}, {"lost_to_id": theirs.id}):
            with self.subTest(values), self.assertRaises(UserError):
                lead.with_user(self.salesperson).write(values)

    @mute_logger("odoo.sql_db")
    def test_a_competitor_is_known_once_whatever_the_capitals(self):
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            self.env["crm.competitor"].create({"name": "FROID service"})

    def test_salespeople_add_competitors_and_leave_them_as_they_are(self):
        mine = self.env["crm.competitor"].with_user(self.salesperson).create({"name": "New One"})
        with self.assertRaises(AccessError):
            mine.name = "Other"
        self.assertTrue(self.manager.has_group(MANAGER))
        mine.with_user(self.manager).name = "Other"


@tagged("post_install", "-at_install")
class TestNextStep(CrmCoreCase):
    """The next step of a deal is its next activity."""

    def test_a_step_written_on_the_deal_is_an_activity_of_the_salesperson(self):
        lead = self._create_lead()
        with Form(lead.with_user(self.salesperson)) as form:
            form.next_step = "Call for the answer"
        activity = lead.activity_ids
        today = fields.Date.context_today(lead.with_user(self.salesperson))
        self.assertEqual(
            (activity.summary, activity.user_id, activity.date_deadline),
            ("Call for the answer", self.salesperson, today),
        )

    def test_changing_the_step_changes_the_activity(self):
        lead = self._create_lead()
        lead.activity_schedule("mail.mail_activity_data_call", summary="Call", user_id=self.env.uid)
        lead.write({"next_step": "Visit", "next_step_date": "2030-05-01"})
        self.assertEqual(len(lead.activity_ids), 1)
        self.assertEqual(
            (lead.activity_ids.summary, lead.activity_ids.date_deadline),
            ("Visit", date(2030, 5, 1)),
        )

    def test_moving_an_activity_without_summary_leaves_it_without(self):
        lead = self._create_lead()
        lead.activity_schedule("mail.mail_activity_data_call", user_id=self.env.uid)
        self.assertEqual(lead.next_step, "Call")
        lead.next_step_date = "2030-05-01"
        self.assertFalse(lead.activity_ids.summary)

    def test_the_step_is_the_activity_that_is_due_first_and_none_when_all_is_done(self):
        lead = self._create_lead()
        today = fields.Date.today()
        for days, summary in ((7, "Later"), (1, "First"), (3, "Then")):
            lead.activity_schedule(
                "mail.mail_activity_data_todo",
                today + timedelta(days=days),
                summary=summary,
                user_id=self.env.uid,
            )
        self.assertEqual(
            (lead.next_step, lead.next_step_date), ("First", today + timedelta(days=1))
        )
        lead.activity_ids.action_feedback(feedback="Done")
        lead.invalidate_recordset()
        self.assertEqual((lead.next_step, lead.next_step_date), (False, False))

    def test_deals_without_a_next_step_are_found_done_activities_do_not_count(self):
        done, planned, never = (self._create_lead() for _number in range(3))
        for lead in (done, planned):
            lead.activity_schedule("mail.mail_activity_data_todo", user_id=self.env.uid)
        done.activity_ids.action_feedback(feedback="Done")
        found = self.env["crm.lead"].search(
            [("id", "in", (done | planned | never).ids), ("next_step_date", "=", False)]
        )
        self.assertEqual(found, done | never)

    def test_a_stage_may_ask_for_a_next_step(self):
        self._require(self.stage_offered, field_name="next_step")
        lead = self._create_lead(stage_id=self.stage_visited.id)
        with self.assertRaises(RedirectWarning):
            lead.with_user(self.salesperson).stage_id = self.stage_offered
        lead.next_step = "Send the offer"
        lead.with_user(self.salesperson).stage_id = self.stage_offered
        self.assertEqual(lead.stage_id, self.stage_offered)
