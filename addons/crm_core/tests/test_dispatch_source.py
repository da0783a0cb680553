# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .dispatch_common import TUESDAY_AT_TEN, DispatchCase, refuse


@tagged("post_install", "-at_install")
class TestDispatchSource(DispatchCase):
    """Campaigns, journeys and dunning: what they asked for is counted, paused and cancelled together; they are told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.steps = cls.env["utm.campaign"].create([{"name": "Spring"}, {"name": "Summer"}])
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": f"Lead {n}",
                    "email_from": f"l{n}@client.example",
                    "company_id": cls.company.id,
                }
                for n in range(10)
            ]
        )

    def _ask_all(self, step, **values):
        return self.env["crm.dispatch"]._request(
            [
                {
                    "key": f"step:{step.id}:lead:{lead.id}",
                    "source": step,
                    "channel": "email",
                    "purpose": "service",
                    "record": lead,
                    "content": self.content,
                    **values,
                }
                for lead in self.leads
            ]
        )

    def test_a_campaign_that_is_paused_and_goes_on_reaches_everybody_once(self):
        spring, summer = self.steps
        ledger = self.env["crm.dispatch"]
        messages = self._ask_all(spring)
        self._ask_all(summer)
        messages[4:].sudo().date_scheduled = TUESDAY_AT_TEN + timedelta(hours=1)
        self._send()
        self.assertEqual(ledger._count_by_source(spring)[spring.id], {"sent": 4, "queued": 6})
        self.assertEqual(ledger._pause_source(spring), 6)
        self.clock.move_to(TUESDAY_AT_TEN + timedelta(days=5))
        self._send()
        self.assertEqual(
            ledger._count_by_source(self.steps),
            {spring.id: {"sent": 4, "paused": 6}, summer.id: {"sent": 10}},
        )
        self.assertEqual(ledger._resume_source(spring), 6)
        self._send()
        self.assertEqual(ledger._count_by_source(spring)[spring.id], {"sent": 10})
        self.assertEqual(set(messages.mapped("tries")), {1})

    def test_cancelling_a_campaign_ends_what_waits_and_what_is_paused(self):
        spring, summer = self.steps
        ledger = self.env["crm.dispatch"]
        messages = self._ask_all(spring)
        other = self._ask_all(summer)
        messages[:3].action_pause()
        self.assertEqual(ledger._cancel_source(spring), 10)
        self._send()
        self.assertEqual(set(messages.mapped("state")), {"cancelled"})
        self.assertEqual(set(other.mapped("state")), {"sent"})

    def test_a_campaign_is_counted_and_paused_in_few_queries(self):
        messages = self._ask_all(self.steps[0])
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.env["crm.dispatch"]._count_by_source(self.steps)
        with self.assertQueryCount(1):
            self.env["crm.dispatch"]._pause_source(self.steps)
        self.assertEqual(set(messages.mapped("state")), {"paused"})

    def test_a_person_pauses_own_messages_by_a_button(self):
        own = self._ask()
        other = self._ask(user=self.salesperson_all)
        own.with_user(self.salesperson).action_pause()
        self._send()
        self.assertEqual(own.state, "paused")
        own.with_user(self.salesperson).action_resume()
        self._send()
        self.assertEqual(own.state, "sent")
        with self.assertRaises(AccessError):
            other.with_user(self.salesperson).action_pause()

    # -- Who is told -----------------------------------------------------------------------------

    def _listen(self):
        told = []

        def after_state(messages, state):
            told.append((state, len(messages)))

        self.patch(self.registry["crm.dispatch"], "_after_state", after_state)
        return told

    def test_add_ons_are_told_what_became_of_messages_in_sets(self):
        told = self._listen()
        messages = self._ask_all(self.steps[0], purpose="sales")
        self.env["mail.blacklist"].sudo()._add("l0@client.example")
        bad = self._create_content(subject="{{ 1 / 0 }}")
        messages[1].sudo().content_id = bad

        def answer(recipient):
            if recipient == "l2@client.example":
                refuse(550)(recipient)

        with mute_logger("odoo.addons.mail.models.mail_render_mixin"):
            self._send(answer=answer)
        counts = Counter()
        for state, count in told:
            counts[state] += count
        self.assertEqual(counts, {"sent": 7, "failed": 2, "suppressed": 1})
        told.clear()
        refs = messages[3:6].mapped("provider_ref")
        self.env["crm.dispatch"]._note_delivery("email", refs, "clicked")
        self.assertEqual(told, [("clicked", 3)])
        self.assertEqual(set(messages[3:6].mapped("state")), {"clicked"})

    def test_an_error_of_who_is_told_holds_no_message_up(self):
        messages = self._ask_all(self.steps[0])

        def after_state(messages, state):
            messages.sudo().cost = 7
            raise ValueError("broken")

        self.patch(self.registry["crm.dispatch"], "_after_state", after_state)
        with mute_logger("odoo.addons.crm_core.models.crm_dispatch_outcome"):
            self._send()
        self.assertEqual(set(messages.mapped("state")), {"sent"})
        self.assertEqual(set(messages.mapped("cost")), {0.0}, "what it did is undone")

    def test_a_message_that_a_dead_worker_lost_shows_so_in_the_chatter(self):
        told = self._listen()
        message = self._ask()
        with patch.object(type(self.env["crm.channel.email"]), "_after", lambda *_args: None):
            self._send()
        message.sudo().write({"state": "sending", "worker": 5})
        told.clear()
        self._send()
        self.assertEqual(message.state, "unknown")
        self.assertEqual(told, [("unknown", 1)])
        self.assertEqual(message.mail_message_id.notification_ids.notification_status, "exception")


@tagged("post_install", "-at_install")
class TestDispatchPurpose(DispatchCase):
    """An add-on brings a purpose of its own, with one selection and one rule."""

    def setUp(self):
        super().setUp()
        field = self.registry["crm.dispatch"]._fields["purpose"]
        added = [*field.selection, ("survey", "Survey")]
        self.patch(field, "selection", added)
        self.patch(field, "_selection", dict(added))
        get_options = self.registry["crm.dispatch"]._get_options
        self.patch(
            self.registry["crm.dispatch"],
            "_get_options",
            lambda ledger, name: added if name == "purpose" else get_options(ledger, name),
        )
        self.env["crm.dispatch.policy"].create({"purpose": "survey", "consent": "opt_in"})

    def test_an_added_purpose_has_its_rule_its_consents_and_its_page(self):
        message = self._ask(purpose="survey")
        self._send()
        self.assertEqual((message.state, message.reason), ("suppressed", "no_consent"))
        self.env["crm.consent"].sudo()._grant(
            ["awa@client.example"],
            channel="email",
            purposes=["survey"],
            source="form",
            wording="May we ask?",
            company=self.company,
        )
        again = self._ask(purpose="survey")
        self._send()
        self.assertEqual(again.state, "sent")

    def test_a_rule_for_a_purpose_that_nobody_knows_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "knows no such purpose or channel: gossip"):
            self.env["crm.dispatch.policy"].create({"purpose": "gossip"})

    def test_an_added_purpose_can_be_stopped_by_whoever_says_so(self):
        self.patch(
            self.registry["crm.dispatch"],
            "_get_stoppable_purposes",
            lambda ledger: ["sales", "marketing", "survey"],
        )
        self.env["crm.dispatch.policy"].search([("purpose", "=", "survey")]).consent = "opt_out"
        self._ask(purpose="survey")
        self._send()
        self.assertIn("List-Unsubscribe-Post", self.sent[0]["message"])


@tagged("post_install", "-at_install")
class TestDispatchChannel(DispatchCase):
    """An add-on brings a channel of its own, whose addresses have any form."""

    def test_people_say_no_to_an_added_channel(self):
        names = self.registry["crm.dispatch"]._get_options
        self.patch(
            self.registry["crm.dispatch"],
            "_get_options",
            lambda ledger, name: [
                *names(ledger, name),
                *([("post", "Post")] * (name == "channel")),
            ],
        )
        # a channel that is there, under another name
        get_channel = self.registry["crm.dispatch"]._get_channel
        base = self.env["crm.channel"]
        self.patch(
            self.registry["crm.dispatch"],
            "_get_channel",
            lambda ledger, name: base if name == "post" else get_channel(ledger, name),
        )
        consents = self.env["crm.consent"].sudo()
        consents._withdraw(["Box 7"], channel="post", purposes=["sales"], source="agent")
        self.assertEqual(
            consents._get_decisions(["Box 7"], "post", "sales", self.company),
            {"Box 7": "withdrawn"},
        )
