# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .interaction_common import InteractionCase


@tagged("post_install", "-at_install")
class TestInteractionMeetings(InteractionCase):
    """A meeting is one row, on its own day, whatever Odoo writes of it; what was called off or deleted is none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._create_lead(partner_id=cls.customer.id)
        cls.now = fields.Datetime.now()

    def _plan(self, start, partners=None, **values):
        """Plan a meeting on the deal, with its activity, as the chatter does."""
        activity = self.lead.activity_schedule(
            "mail.mail_activity_data_meeting", summary="Visit", user_id=self.salesperson.id
        )
        values = {
            "name": "Visit",
            "start": start,
            "stop": start + timedelta(hours=1),
            "user_id": self.salesperson.id,
            "opportunity_id": self.lead.id,
            "partner_ids": [Command.set((partners or self.customer).ids)],
            "activity_ids": [Command.set(activity.ids)],
            **values,
        }
        event = self.env["calendar.event"].create(values)
        self.assertEqual(activity.calendar_event_id, event)
        return event, activity

    def _get_meetings(self, record, **choice):
        return self._get_rows(record, channels=["meeting"], **choice)

    def test_a_meeting_that_was_ticked_off_is_one_row_with_what_came_of_it(self):
        yesterday = self.now - timedelta(days=1)
        event, activity = self._plan(yesterday, self.customer | self.colleague)
        activity.action_feedback("He wants two")
        for record in (self.lead, self.customer, self.colleague):
            [row] = self._get_meetings(record)
            self.assertEqual((row["model"], row["res_id"]), ("calendar.event", event.id))
            self.assertEqual(row["date"], fields.Datetime.to_string(yesterday))
            self.assertIn("He wants two", row["excerpt"])
            self.assertEqual(len(self._get_meetings(record, text="wants two")), 1)
        rows = self.env["crm.interaction"].search([("channel", "=", "meeting")])
        self.assertEqual(len(rows.filtered(lambda row: row.res_id in (event.id, self.lead.id))), 1)

    def test_a_meeting_ticked_off_before_it_began_shows_that(self):
        _event, activity = self._plan(self.now + timedelta(days=1))
        activity.action_feedback("Said it on the telephone")
        [row] = self._get_meetings(self.lead)
        self.assertEqual(row["model"], "crm.lead")
        self.assertIn("on the telephone", row["excerpt"])

    def test_a_meeting_that_the_reader_may_not_see_hides_nothing_else(self):
        _event, activity = self._plan(
            self.now - timedelta(days=1), privacy="private", user_id=self.salesperson_all.id
        )
        activity.action_feedback("Done")
        [row] = self._get_meetings(self.lead, user=self.salesperson)
        self.assertEqual(row["model"], "crm.lead")

    def test_a_meeting_done_without_the_calendar_shows(self):
        self._plan(self.now - timedelta(days=1))
        self.lead.activity_schedule(
            "mail.mail_activity_data_meeting", summary="Lunch", user_id=self.salesperson.id
        ).action_feedback("Good")
        self.assertEqual(
            {row["model"] for row in self._get_meetings(self.lead)}, {"calendar.event", "crm.lead"}
        )

    def test_a_meeting_that_was_called_off_does_not_show(self):
        event, _activity = self._plan(self.now - timedelta(days=1))
        event.action_archive()
        self.assertEqual(self._get_meetings(self.customer), [])

    def test_a_message_that_was_deleted_does_not_show(self):
        note = self._say(self.colleague, "Wrong window")
        file = self._say(self.colleague, "", attachments=[("offer.txt", b"a")])
        self.colleague._message_update_content(note, body="", attachment_ids=[])
        page = self.env["crm.interaction"].get_page("res.partner", self.colleague.id)
        self.assertEqual([row["message_id"] for row in page["rows"]], file.ids)

    def test_pages_go_on_after_deleted_messages(self):
        first = self._say(self.colleague, "The first")
        deleted = [self._say(self.colleague, "Oops") for _number in range(5)]
        for message in deleted:
            message.body = ""
        interactions = self.env["crm.interaction"]
        page = interactions.get_page("res.partner", self.colleague.id, limit=3)
        self.assertEqual([row["message_id"] for row in page["rows"]], first.ids)
        self.assertFalse(page["next_cursor"])
