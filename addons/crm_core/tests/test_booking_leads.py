# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The link of a deal; and what becomes of bookings when deals and people are merged, deleted, erased, refused or old."""

from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .booking_common import AWA, BookingCase


@tagged("post_install", "-at_install")
class TestBookingLeads(BookingCase):
    def _read(self, token, link=None):
        return self.bookings._read_lead(link or self.link, token)

    def test_the_link_of_a_deal_is_signed_and_for_its_company(self):
        lead = self._create_lead()
        token = self.bookings._sign_lead(lead)
        self.assertEqual(self._read(token), lead)
        self.assertFalse(self._read(token[:-2] + "xx"))
        self.assertFalse(self._read(self._book()._get_path().rpartition("/")[2]), "another right")
        elsewhere = self._create_link(
            slug="elsewhere", company_id=self.company_xof.id, user_id=self.stranger.id,
            user_ids=[Command.set(self.stranger.ids)], team_id=False,
        )  # fmt: skip
        self.assertFalse(self._read(token, elsewhere))
        self.assertEqual(elsewhere._get_lead_url(lead), elsewhere.url)
        lead.action_set_lost()
        self.assertFalse(self._read(token))

    def test_the_link_of_a_deal_leads_to_the_one_it_was_merged_into(self):
        master, other = self._create_lead(), self._create_lead()
        token = self.bookings._sign_lead(other)
        self.env["crm.merge"]._merge(master, other)
        self.assertEqual(self._read(token), master)

    def test_what_was_booked_comes_along_when_deals_are_merged_and_goes_back(self):
        booking = self._book()
        other, master = booking.lead_id, self._create_lead()
        merge = self.env["crm.merge"]._merge(master, other)
        booking.invalidate_recordset()
        self.assertEqual(booking.lead_id, master)
        self.assertEqual(booking.event_id.opportunity_id, master)
        merge._undo()
        booking.invalidate_recordset()
        self.assertNotEqual(booking.lead_id, master)

    def test_a_meeting_outlives_its_deal(self):
        booking = self._book()
        booking.lead_id.unlink()
        booking.event_id.write({"start": "2026-03-05 13:00:00", "stop": "2026-03-05 13:30:00"})
        self.assertTrue(self._get_messages(booking))
        booking._cancel("Test", by_visitor=True)
        self.assertIn(
            "Cancelled", " ".join(self._get_messages(booking).content_id.mapped("subject"))
        )

    def test_who_refuses_advertising_is_told_of_his_meeting(self):
        self.env["mail.blacklist"]._add(AWA)
        messages = self._get_messages(self._book())
        self.assertEqual(len(messages), 2)
        self.assertEqual(set(messages.mapped("purpose")), {"service"})
        refusals = messages._get_refusals(
            {
                message: message._get_policy(self.env["crm.dispatch.policy"]._get_finder())
                for message in messages
            }
        )
        self.assertFalse(refusals)

    def test_the_figures_count_what_was_booked_and_nobody_came_to(self):
        self._book("2026-03-03 09:00")
        missed = self._book("2026-03-03 10:00", email="b@x.example")
        self._book("2026-03-03 11:00", email="c@x.example")._cancel("Test")
        with freeze_time("2026-03-04 06:00:00"):
            missed.with_user(self.salesperson).action_no_show()
        self.env.flush_all()
        for code, expected in (("bookings", 2), ("booking_no_shows", 1)):
            metric = self.env["crm.metric"].search([("code", "=", code)])
            for user, count in ((self.salesperson, expected), (self.stranger, 0)):
                reader = metric.with_user(user)
                asked = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
                value = reader._get_values("custom", **asked)[reader].value
                self.assertEqual(value, count, (code, user.login))

    def test_an_erased_person_is_in_no_booking_and_his_meeting_can_still_be_cancelled(self):
        self.env["res.partner"].create({"name": "Awa Diop", "email": AWA})
        booking = self._book(answers="What is it about? Her bad back")
        event = booking.event_id
        request = self.env["crm.privacy.request"].create({"name": "Awa Diop", "email": AWA})
        request.action_find()
        request.action_erase()
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_privacy").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(booking.name or booking.email or booking.phone or booking.answers)
        self.assertNotIn("Awa", f"{event.name} {event.description}")
        self.assertNotIn("bad back", f"{event.description}")
        booking._cancel("Test", by_visitor=False)
        self.assertEqual(booking.state, "cancelled")

    def test_old_bookings_go_by_their_rule_and_those_to_come_stay(self):
        old, to_come = self._book("2026-03-03 09:00"), self._book("2026-03-04 09:00")
        rule = self.env.ref("crm_core.crm_retention_rule_booking")
        self.env.cr.execute(
            "UPDATE crm_booking SET start = start - interval '4 years', stop = stop - interval '4 years',"
            " busy_from = busy_from - interval '4 years' WHERE id = %s",
            (old.id,),
        )
        self.env.invalidate_all()
        rule.active = True
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_retention").method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(old.exists())
        self.assertTrue(to_come.exists())

    def test_the_dialog_and_the_message_put_in_the_link_of_the_deal(self):
        lead = self._create_lead(email_from=AWA, user_id=self.salesperson.id)
        share = self.env["crm.booking.share"].with_user(self.salesperson)
        url = share.create({"lead_id": lead.id}).url
        self.assertEqual(self._read(url.partition("?for=")[2]), lead)
        composer = lead.with_user(self.salesperson).action_compose_message()
        context = composer["context"]
        with Form(
            self.env["crm.message.composer"].with_user(self.salesperson).with_context(**context)
        ) as form:
            form.booking_type_id = self.link
            self.assertIn(url, form.body)
            self.assertFalse(form.booking_type_id)
            form.subject = "A time"
        self.assertEqual(lead.with_user(self.salesperson).booking_url, url)
        self.assertEqual(self.salesperson.booking_url, self.link.url)
        self.assertFalse(self.salesperson_all.booking_url)

    def test_a_template_holds_the_link_of_each_deal_also_by_who_writes_no_expressions(self):
        lead = self._create_lead(email_from=AWA, user_id=self.salesperson.id)
        body = '<p><t t-out="object.booking_url"/> <t t-out="object.user_id.booking_url"/></p>'
        content = self.env["crm.dispatch.content"].with_user(self.salesperson)
        rendered = content._render_template(body, "crm.lead", lead.ids, engine="qweb")[lead.id]
        self.assertIn(self.bookings._sign_lead(lead), rendered)
        self.assertIn(f"{self.link.url}<", rendered.replace(" ", "") + "<")
