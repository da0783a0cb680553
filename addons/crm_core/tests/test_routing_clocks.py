# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from unittest.mock import patch

from odoo.tests import tagged

from .routing_common import RoutingCase

BACK = datetime(2026, 6, 18, 10, 30)  # more than sixteen working hours later


@tagged("post_install", "-at_install")
class TestRoutingClocks(RoutingCase):
    """What happens when nothing happens: leads come back, go to the team lead, late responses are told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={k: v for k, v in cls.env.context.items() if k != "tracking_disable"}
        )
        cls.queue = cls.queue.with_env(cls.env)
        cls.routed = cls.routed.with_env(cls.env)

    def _make_lead(self):
        """Create a lead as it came in, when the clock says so: the database has a clock of its own."""
        lead = self._create_leads()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_routing_item SET create_date = %s WHERE res_id = %s",
            (datetime.now(), lead.id),
        )
        self.env.cr.execute(
            "UPDATE crm_lead SET date_last_stage_update = %s WHERE id = %s",
            (datetime.now(), lead.id),
        )
        self.env.cr.execute(
            "UPDATE mail_message SET date = %s WHERE model = 'crm.lead' AND res_id = %s",
            (datetime.now(), lead.id),
        )
        self.env.invalidate_all()
        return lead

    def _move(self, moment):
        self.clock.move_to(moment)

    # -- Back to the queue ---

    def test_what_nobody_touched_goes_to_somebody_else(self):
        lead = self._make_lead()
        first = lead.user_id
        self.assertEqual(self._get_item(lead).return_at, datetime(2026, 6, 18, 10, 0))
        self._move(datetime(2026, 6, 18, 9, 59))
        self._run("return")
        self.assertEqual(lead.user_id, first)
        self._move(BACK)
        self._run("return")
        self.assertFalse(lead.user_id)
        self.assertIn(f"{first.name} did not touch it", self._get_last_decision(lead))
        self._run()
        self.assertTrue(lead.user_id)
        self.assertNotEqual(lead.user_id, first)

    def test_what_comes_back_too_often_goes_to_the_team_lead_and_stays(self):
        lead = self._make_lead()
        self._move(BACK)
        self._run("return")
        self._run()
        self._move(datetime(2026, 6, 23, 10, 30))
        self._run("return")
        self.assertEqual(lead.user_id, self.team_lead)
        self.assertIn("came back too often", self._get_sentence(lead))
        self._move(datetime(2026, 7, 23, 10, 30))
        self._run("return")
        self._run()
        self.assertEqual(lead.user_id, self.team_lead)
        self.assertEqual(self._get_item(lead).returns, 2)

    def test_who_had_it_does_not_get_it_again_even_when_alone(self):
        self.routed.member_ids = self.aya
        lead = self._make_lead()
        self.assertEqual(lead.user_id, self.aya)
        self._move(BACK)
        self._run("return")
        self._run()
        self.assertFalse(lead.user_id)
        self.assertIn("Aya had it already", self._get_sentence(lead))

    def test_what_somebody_touched_stays(self):
        leads = [self._make_lead() for _number in range(4)]
        noted, moved, called, untouched = leads
        self._move(datetime(2026, 6, 17, 10, 0))
        noted.with_user(noted.user_id).message_post(body="Called, no answer")
        moved.date_last_stage_update = datetime(2026, 6, 17, 10, 0)
        activity = called.activity_schedule(
            "mail.mail_activity_data_call", user_id=called.user_id.id
        )
        activity.with_user(called.user_id).action_feedback("Reached")
        owners = [lead.user_id for lead in leads]
        self._move(BACK)
        self._run("return")
        self.assertEqual([lead.user_id for lead in leads[:3]], owners[:3])
        self.assertFalse(untouched.user_id)

    def test_what_a_machine_noted_is_no_touch(self):
        lead = self._make_lead()
        self._move(datetime(2026, 6, 17, 10, 0))
        lead.with_user(self.env.ref("base.user_root")).message_post(body="Scored")
        self._move(BACK)
        self._run("return")
        self.assertFalse(lead.user_id)

    def test_what_was_given_by_hand_or_won_does_not_come_back(self):
        given, won = self._make_lead(), self._make_lead()
        given.user_id = self.koffi if given.user_id != self.koffi else self.aya
        owners = given.user_id, won.user_id
        won.action_set_won()
        self._move(BACK)
        self._run("return")
        self.assertEqual((given.user_id, won.user_id), owners)

    def test_nothing_comes_back_without_the_setting(self):
        self.queue.return_hours = 0
        lead = self._make_lead()
        self._move(BACK)
        self._run("return")
        self.assertTrue(lead.user_id)

    def test_what_nobody_can_take_goes_to_the_team_lead_after_the_time_set(self):
        self.queue._ensure_profiles().capacity = 0
        lead = self._make_lead()
        self._move(datetime(2026, 6, 17, 9, 0))
        self._run("return")
        self.assertFalse(lead.user_id)
        self._move(datetime(2026, 6, 17, 10, 30))
        self._run("return")
        self.assertEqual(lead.user_id, self.team_lead)
        self.assertIn("Aya is full", self._get_sentence(lead))

    def test_without_a_team_lead_or_a_time_it_goes_on_waiting(self):
        self.queue._ensure_profiles().capacity = 0
        self.queue.fallback_hours = 0
        lead = self._make_lead()
        self.queue.write({"fallback_hours": 1, "user_id": False})
        other = self._make_lead()
        self._move(BACK)
        self._run("return")
        self.assertFalse((lead | other).user_id)
        self.assertEqual(self._get_item(other).state, "waiting")

    # -- First response ---

    def test_the_first_response_is_due_within_working_minutes(self):
        self._move(datetime(2026, 6, 19, 16, 30))
        lead = self._make_lead()
        self.assertEqual(lead.routing_response_due_at, datetime(2026, 6, 22, 8, 30))

    def test_a_late_first_response_is_told_to_the_team_lead_once(self):
        lead = self._make_lead()
        self._move(datetime(2026, 6, 16, 10, 59))
        self._run("response")
        self.assertFalse(lead.activity_ids)
        self._move(datetime(2026, 6, 16, 11, 1))
        for _time in range(2):
            self._run("response")
            self.assertEqual(lead.activity_ids.user_id, self.team_lead)
            self.assertEqual(len(lead.activity_ids), 1)
        notices = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.team_lead.partner_id.id)]
        )
        self.assertEqual(
            len(
                notices.filtered(
                    lambda n: "First response late" in (n.mail_message_id.subject or "")
                )
            ),
            1,
        )

    def test_a_first_response_in_time_is_noted_and_nobody_is_told(self):
        lead = self._make_lead()
        self._move(datetime(2026, 6, 16, 10, 20))
        lead.with_user(lead.user_id).message_post(
            body="Good morning", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(lead.routing_responded_at, datetime(2026, 6, 16, 10, 20))
        self._move(datetime(2026, 6, 16, 11, 30))
        self._run("response")
        item = self._get_item(lead)
        self.assertEqual(item.responded_at, datetime(2026, 6, 16, 10, 20))
        self.assertEqual(item.responded_user_id, lead.user_id)
        self.assertFalse(lead.activity_ids)

    def test_what_is_no_response(self):
        noted, by_customer, by_machine = (self._make_lead() for _number in range(3))
        self._move(datetime(2026, 6, 16, 10, 20))
        noted.with_user(noted.user_id).message_post(body="A note for myself")
        customer = self.env["res.partner"].create({"name": "Awa", "email": "a@client.example"})
        by_customer.message_post(
            body="Hello?", author_id=customer.id, subtype_xmlid="mail.mt_comment"
        )
        by_machine.with_user(self.env.ref("base.user_root")).message_post(
            body="We got your message", subtype_xmlid="mail.mt_comment"
        )
        for lead in (noted, by_customer, by_machine):
            self.assertFalse(lead.routing_responded_at)

    def test_an_answer_from_a_mail_program_is_a_response_and_a_forwarded_request_is_none(self):
        answered, forwarded = self._make_lead(), self._make_lead()
        self._move(datetime(2026, 6, 16, 10, 20))
        customer = self.env["res.partner"].create({"name": "Awa", "email": "a@client.example"})
        request = answered.message_post(
            body="Hello?",
            author_id=customer.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        values = {"message_type": "email", "subtype_xmlid": "mail.mt_comment"}
        answered.with_user(answered.user_id).message_post(
            body="Good morning", parent_id=request.id, **values
        )
        self.env["mail.message"].create(
            {
                "model": "crm.lead",
                "res_id": forwarded.id,
                "message_type": "email",
                "subtype_id": self.env.ref("mail.mt_comment").id,
                "author_id": forwarded.user_id.partner_id.id,
                "body": "Awa asks for pumps",
            }
        )
        self.env.invalidate_all()
        self.assertTrue(answered.routing_responded_at)
        self.assertFalse(forwarded.routing_responded_at)

    def test_a_call_is_a_response_and_a_task_is_none(self):
        called, worked = self._make_lead(), self._make_lead()
        self._move(datetime(2026, 6, 16, 10, 20))
        for lead, kind in ((called, "call"), (worked, "todo")):
            lead.activity_schedule(
                f"mail.mail_activity_data_{kind}", user_id=lead.user_id.id
            ).with_user(lead.user_id).action_feedback("Done")
        self.env.invalidate_all()
        self.assertTrue(called.routing_responded_at)
        self.assertFalse(worked.routing_responded_at)

    def test_a_message_of_the_ledger_is_a_response_when_a_person_sent_it(self):
        personal, automatic = self._make_lead(), self._make_lead()
        self._move(datetime(2026, 6, 16, 10, 20))
        messages = self.env["crm.dispatch"]._request(
            [
                {
                    "key": f"routing:{lead.id}",
                    "channel": "sms",
                    "purpose": "service",
                    "record": lead,
                    "content": self.env["crm.dispatch.content"].create(
                        {"res_model": "crm.lead", "text": "Good morning"}
                    ),
                }
                for lead in (personal, automatic)
            ]
        )
        messages.write({"date_sent": datetime(2026, 6, 16, 10, 20), "state": "sent"})
        messages[0].is_personal = True
        self.assertTrue(personal.routing_responded_at)
        self.assertFalse(automatic.routing_responded_at)

    def test_there_is_no_clock_without_the_setting(self):
        self.queue.response_minutes = 0
        lead = self._make_lead()
        self.assertFalse(lead.routing_response_due_at)
        self._move(BACK)
        self._run("response")
        self.assertFalse(lead.activity_ids)

    def test_the_median_time_to_first_response_is_a_metric_in_working_hours(self):
        self._move(datetime(2026, 6, 19, 16, 30))  # Friday
        leads = [self._make_lead() for _number in range(3)]
        answers = [(19, 16, 45), (22, 8, 30), (22, 10, 30)]
        for lead, (day, hour, minute) in zip(leads, answers, strict=True):
            self._move(datetime(2026, 6, day, hour, minute))
            lead.with_user(lead.user_id).message_post(
                body="Good morning", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
            self.env.flush_all()
        self._run("response")
        hours = [self._get_item(lead).response_hours for lead in leads]
        self.assertEqual(hours, [0.25, 1.0, 3.0])
        metric = self.env.ref("crm_core.crm_metric_first_response").with_user(self.team_lead)
        self.assertEqual(metric._get_values("month")[metric].value, 1.0)
        opened = metric.action_open_records(period="month")
        self.assertEqual(
            self.env[opened["res_model"]].search(opened["domain"]),
            self.items.union(*(self._get_item(lead) for lead in leads)),
        )

    def test_how_often_leads_come_back_is_a_metric(self):
        lead = self._make_lead()
        owner = lead.user_id
        self._move(BACK)
        self._run("return")
        metric = self.env.ref("crm_core.crm_metric_leads_returned").with_user(self.team_lead)
        self.env.cr.execute("UPDATE crm_routing_decision SET create_date = %s", (BACK,))
        self.assertEqual(metric._get_values("month")[metric].value, 1)
        opened = metric.action_open_records(period="month")
        self.assertEqual(
            self.env[opened["res_model"]].search(opened["domain"]).mapped("user_id"), owner
        )

    # -- Chatter ---

    def _fill_and_free(self, number):
        """Create leads that had to wait, and make room for them."""
        self.queue._ensure_profiles().capacity = 0
        leads = self._create_leads(number)
        self.env.cr.flush()
        self.queue._ensure_profiles().capacity = 50
        return leads

    def test_the_chatter_says_who_got_a_lead_once_and_who_has_it_follows_it(self):
        leads = self._fill_and_free(5)
        self._run()
        self.env.cr.flush()
        for lead in leads:
            note = lead.message_ids.filtered("tracking_value_ids")
            self.assertEqual(note.author_id, self.env.ref("base.partner_root"))
            self.assertEqual(note.tracking_value_ids.field_id.name, "user_id")
            self.assertEqual(note.tracking_value_ids.new_value_char, lead.user_id.name)
            self.assertFalse(note.notified_partner_ids)
            self.assertIn(lead.user_id.partner_id, lead.message_partner_ids)

    def test_the_chatter_says_nothing_where_it_is_not_wanted(self):
        self.queue.is_noted = False
        leads = self._fill_and_free(2)
        self._run()
        self.env.cr.flush()
        self.assertTrue(all(lead.user_id for lead in leads))
        self.assertFalse(leads.message_ids.tracking_value_ids)
        self.assertIn("Given to", self._get_last_decision(leads[0]))

    def test_the_chatter_says_it_too_when_a_lead_is_taken_back(self):
        lead = self._make_lead()
        first = lead.user_id
        self._move(BACK)
        self._run("return")
        values = lead.message_ids.tracking_value_ids.sorted("id")
        self.assertEqual(
            values.mapped(lambda value: (value.old_value_char, value.new_value_char)),
            [("", first.name), (first.name, "")],
        )

    def test_what_else_changes_when_a_lead_is_given_is_tracked(self):
        leads, original = self._fill_and_free(2), self.registry["crm.lead"].write

        def write(records, vals):
            is_given = vals.keys() == {"user_id"}
            result = original(records, vals)
            if is_given:
                original(records, {"expected_revenue": 700})
            return result

        with patch.object(self.registry["crm.lead"], "write", write):
            self._run()
            self.env.cr.flush()
        for lead in leads:
            self.assertEqual(
                sorted(lead.message_ids.tracking_value_ids.mapped("field_id.name")),
                ["amount", "user_id"],
            )
