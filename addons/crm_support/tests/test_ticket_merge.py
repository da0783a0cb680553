# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_core.tests.merge_common import DatabasePicture

from .common import CrmSupportCase

REPLY = """Return-Path: <contact@customer.example>
To: support@test.example
From: Test Contact <contact@customer.example>
Subject: Re: It does not work
Message-ID: <merged-reply@customer.example>
In-Reply-To: {message_id}
References: {message_id}
Date: Mon, 15 Jun 2026 10:00:00 +0200
Content-Type: text/plain; charset="utf-8"

It still does not work."""


class MergeTicketCase(DatabasePicture, CrmSupportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.env["res.partner"].create(
            {
                "name": "Test Colleague",
                "parent_id": cls.customer.id,
                "email": "colleague@customer.example",
            }
        )
        cls.foreigner = cls.env["res.partner"].create(
            {"name": "Test Rival", "email": "rival@rival.example"}
        )
        cls.first = cls._create_full_ticket("It does not work", partner_id=cls.contact.id)
        cls.second = cls._create_full_ticket("Still broken", partner_id=cls.colleague.id)

    @classmethod
    def _create_full_ticket(cls, name, **values):
        """Create a ticket with a follower, messages, a file, an activity, a tag, a follow-up and a related ticket."""
        tag = cls.env["crm.ticket.tag"].create({"name": f"Tag of {name}"})
        ticket = cls._create_ticket(
            name, tag_ids=[Command.set(tag.ids)], description=f"<p>Text of {name}</p>", **values
        )
        partner = ticket.partner_id
        ticket.message_subscribe((cls.agent.partner_id | partner).ids)
        file = cls.env["ir.attachment"].create(
            {"name": f"{name}.txt", "raw": b"log", "res_model": "crm.ticket", "res_id": ticket.id}
        )
        cls._say(ticket, f"Help with {name}", author_id=partner.id, attachment_ids=file.ids)
        ticket.message_post(body=f"Secret of {name}", author_id=cls.agent.partner_id.id)
        ticket.activity_schedule("mail.mail_activity_data_call", user_id=cls.agent.id)
        cls._create_ticket(f"Follows {name}", parent_id=ticket.id)
        ticket.related_ids = cls._create_ticket(f"Beside {name}")
        return ticket

    @classmethod
    def _say(cls, ticket, body, **values):
        """Post what the customer wrote."""
        return ticket.message_post(
            body=body, message_type="email", subtype_xmlid="mail.mt_comment", **values
        )

    def _merge(self, survivor, others, user=None, **context):
        user = user or self.agent
        survivor = survivor.with_user(user).with_context(**context)
        self.env["crm.merge"].with_user(user)._merge(survivor, others.with_user(user))
        self.env.invalidate_all()

    def _undo(self, survivor, user=None):
        survivor.with_user(user or self.agent).merged_ids[:1].action_undo()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestTicketMerge(MergeTicketCase):
    def test_everything_of_a_merged_ticket_is_the_survivors(self):
        number, messages = self.second.number, self.second.message_ids
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "crm.ticket"), ("res_id", "=", self.second.id)]
        )
        activities, tags, children = (
            self.second.activity_ids,
            self.second.tag_ids,
            self.second.child_ids,
        )
        beside = self.second.related_ids
        self.second.priority = "3"
        self._merge(self.first, self.second)
        self.assertFalse(self.second.exists())
        self.assertLessEqual(messages, self.first.message_ids)
        self.assertEqual(set(files.mapped("res_id")), {self.first.id})
        self.assertLessEqual(activities, self.first.activity_ids)
        self.assertLessEqual(tags, self.first.tag_ids)
        self.assertLessEqual(children, self.first.child_ids)
        self.assertLessEqual(beside, self.first.related_ids)
        self.assertIn(self.colleague, self.first.message_partner_ids)
        self.assertIn("Text of Still broken", self.first.description)
        self.assertEqual(self.first.priority, "3")
        self.assertEqual(self.first.merged_ids.number, number)
        self.assertEqual(self.first.merged_count, 1)

    def test_undoing_a_merge_restores_the_database(self):
        self.second.write({"email_cc": "boss@customer.example", "parent_id": self.first.id})
        self.first.related_ids |= self.second
        before = self._take_picture()
        self._merge(self.first, self.second)
        self.assertNotEqual(before["crm_ticket"], self._take_picture()["crm_ticket"])
        self._undo(self.first)
        self._assert_same(before, notes=2)

    def test_undoing_the_merge_of_a_ticket_without_customer_restores_the_database(self):
        self.first.write({"partner_id": False, "partner_email": False, "partner_name": False})
        before = self._take_picture()
        self._merge(self.first, self.second)
        self.assertEqual(self.first.partner_id, self.colleague)
        hidden = self.first.message_ids.filtered(
            lambda message: "Help with It does not work" in message.body
        )
        self.assertTrue(hidden.is_internal, "the new customer never saw it")
        self._undo(self.first)
        self._assert_same(before, notes=2)

    def test_undoing_the_merge_of_two_customers_restores_the_database(self):
        other = self._create_full_ticket("Rival is angry", partner_id=self.foreigner.id)
        before = self._take_picture()
        self._merge(self.first, other, user=self.lead, crm_ticket_merge_customers=True)
        self._undo(self.first, user=self.lead)
        self._assert_same(before, notes=2)

    def test_a_reply_to_a_merged_ticket_lands_in_the_survivor(self):
        """T-S11"""
        message = self.second.message_ids.filtered(lambda message: message.message_type == "email")[
            :1
        ]
        self._merge(self.first, self.second)
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            landed = self.env["mail.thread"].message_process(
                None, REPLY.format(message_id=message.message_id)
            )
        self.assertEqual(landed, self.first.id)
        self.assertIn("It still does not work", self.first.message_ids[0].body)
        self.assertTrue(self.first.is_waiting_for_reply)

    def test_the_number_of_a_merged_ticket_leads_to_the_survivor_through_several_merges(self):
        numbers = (self.first | self.second).mapped("number")
        third = self._create_ticket("The last", partner_id=self.contact.id)
        self._merge(self.second, self.first)
        self._merge(third, self.second)
        tickets = self.env["crm.ticket"].with_user(self.agent)
        for number in numbers:
            self.assertEqual(tickets._find_by_number(number), third)
        self.assertEqual(tickets._find_by_number(third.number), third)
        self.assertFalse(tickets._find_by_number("T99999999"))
        self.assertFalse(tickets._find_by_number(False))
        self.assertEqual(self.first._get_survivor(), third)
        self.assertEqual(third._get_survivor(), third)

    def test_merges_of_one_ticket_are_undone_the_last_one_first(self):
        third = self._create_ticket("The last", partner_id=self.contact.id)
        self._merge(self.first, self.second)
        self._merge(third, self.first)
        of_second = third.merged_ids.filtered(lambda merged: merged.name == "Still broken")
        with self.assertRaisesRegex(UserError, "merged again|does not exist"):
            of_second.with_user(self.agent).action_undo()
        third.merged_ids.filtered(lambda merged: merged.name == "It does not work").with_user(
            self.agent
        ).action_undo()
        self.env.invalidate_all()
        self.assertEqual(self.env["crm.ticket"]._find_by_number(of_second.number), self.first)
        self._undo(self.first)
        self.assertEqual(self.second.exists().name, "Still broken")

    def test_merging_makes_no_circle_of_tickets_that_follow_one_another(self):
        """T-S11"""
        middle = self._create_ticket(
            "Between", partner_id=self.contact.id, parent_id=self.second.id
        )
        top = self._create_ticket("Top", partner_id=self.contact.id)
        self.second.parent_id = top
        self.first.parent_id = middle
        self._merge(self.first, self.second)
        self.assertEqual(middle.parent_id, self.first)
        self.assertEqual(self.first.parent_id, top)
        self.assertFalse((self.first | middle | top)._has_cycle())

    def test_what_came_after_the_merge_stays_with_the_survivor(self):
        self._merge(self.first, self.second)
        late = self._say(self.first, "One more thing", author_id=self.colleague.id)
        self.first.name = "Everything is broken"
        self._undo(self.first)
        self.assertEqual(late.res_id, self.first.id)
        self.assertEqual(self.first.name, "Everything is broken")
        self.assertEqual(self.second.name, "Still broken")

    def test_the_survivor_waits_for_a_reply_when_one_of_them_does(self):
        self.first.with_user(self.agent).message_post(
            body="Done", subtype_xmlid="mail.mt_comment", message_type="comment"
        )
        self.assertFalse(self.first.is_waiting_for_reply)
        self._merge(self.first, self.second)
        self.assertTrue(self.first.is_waiting_for_reply)
        self.assertTrue(self.first.date_first_reply)

    def test_an_open_ticket_is_not_merged_into_a_closed_one(self):
        self.first.action_close()
        with self.assertRaisesRegex(UserError, "is closed"):
            self._merge(self.first, self.second)
        self._merge(self.second, self.first)
        self.assertFalse(self.second.is_closed)

    def test_tickets_of_two_companies_are_not_merged(self):
        foreign = self._create_ticket(team_id=self.team_other.id)
        with self.assertRaisesRegex(UserError, "different companies"):
            self._merge(self.first, foreign, user=self.manager)

    def test_a_ticket_that_was_merged_is_not_merged_again(self):
        self._merge(self.first, self.second)
        third = self._create_ticket("The last", partner_id=self.contact.id)
        with self.assertRaisesRegex(UserError, "merged already"):
            self._merge(third, self.second)

    def test_a_merge_asks_what_other_parts_have_to_do(self):
        seen = []
        ticket = type(self.env["crm.ticket"])
        self.patch(
            ticket,
            "_before_merge",
            lambda one, others: seen.append(("before", one.id, others.mapped("message_ids.id"))),
        )
        self.patch(
            ticket,
            "_after_merge",
            lambda one, others: seen.append(("after", one.id, others.mapped("message_ids.id"))),
        )
        messages = self.second.message_ids.ids
        self._merge(self.first, self.second)
        self.assertEqual(seen, [("before", self.first.id, messages), ("after", self.first.id, [])])


@tagged("post_install", "-at_install")
class TestTicketMergeOfCustomers(MergeTicketCase):
    def setUp(self):
        super().setUp()
        self.other = self._create_full_ticket("Rival is angry", partner_id=self.foreigner.id)

    def test_tickets_of_different_customers_are_merged_by_a_lead_who_says_so_alone(self):
        for user, context in (
            (self.agent, {}),
            (self.agent, {"crm_ticket_merge_customers": True}),
            (self.lead, {}),
        ):
            with (
                self.subTest(user=user.login, context=context),
                self.assertRaisesRegex(UserError, "different customers"),
            ):
                self._merge(self.first, self.other, user=user, **context)
        self._merge(self.first, self.other, user=self.lead, crm_ticket_merge_customers=True)
        self.assertFalse(self.other.exists())

    def test_a_customer_sees_nothing_of_the_ticket_of_another(self):
        """S-04 S-06"""
        self.portal.partner_id.parent_id = self.customer
        self.first.partner_id = self.portal.partner_id
        files = self.other.message_ids.attachment_ids
        loose = self.env["ir.attachment"].create(
            {"name": "loose.txt", "raw": b"x", "res_model": "crm.ticket", "res_id": self.other.id}
        )
        self.env["ir.attachment"].create(
            {"name": "own.txt", "raw": b"x", "res_model": "crm.ticket", "res_id": self.first.id}
        )
        self._merge(self.first, self.other, user=self.lead, crm_ticket_merge_customers=True)
        customer = self.first.with_user(self.portal)
        self.assertEqual(customer.name, "It does not work")
        self.assertNotIn("Rival", str(customer.description))
        seen = (
            self.env["mail.message"]
            .with_user(self.portal)
            .search([("model", "=", "crm.ticket"), ("res_id", "=", self.first.id)])
        )
        self.assertTrue(seen)
        self.assertNotIn("Rival", " ".join(seen.mapped("body")))
        self.assertNotIn("Secret", " ".join(seen.mapped("body")))
        for file in (files | loose).with_user(self.portal):
            self.assertFalse(file.has_access("read"), file.sudo().name)
        self.assertTrue(
            files.with_user(self.agent).has_access("read"), "the team still reads the files"
        )

    def test_nobody_of_the_other_customer_follows_the_survivor(self):
        self._merge(self.first, self.other, user=self.lead, crm_ticket_merge_customers=True)
        self.assertNotIn(self.foreigner, self.first.message_partner_ids)
        self.assertIn(self.agent.partner_id, self.first.message_partner_ids)
        self.assertEqual(self.first.partner_id, self.contact)

    def test_a_scheduled_reply_never_goes_to_another_customer(self):
        self.env["mail.scheduled.message"].create(
            {
                "model": "crm.ticket",
                "res_id": self.other.id,
                "author_id": self.agent.partner_id.id,
                "body": "For the rival",
                "scheduled_date": "2100-01-01 10:00:00",
            }
        )
        with self.assertRaisesRegex(UserError, "about to leave"):
            self._merge(self.first, self.other, user=self.lead, crm_ticket_merge_customers=True)
        self.assertTrue(self.other.exists())


@tagged("post_install", "-at_install")
class TestTicketMergeRights(MergeTicketCase):
    def test_who_may_not_change_a_ticket_does_not_merge_it(self):
        hidden = self._create_team(
            "Invited", visibility="invited", member_ids=[Command.set(self.lead.ids)]
        )
        secret = self._create_ticket("Secret", team_id=hidden.id, partner_id=self.contact.id)
        for user in (self.agent_outside, self.stranger, self.portal, self.employee):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._merge(self.first, secret, user=user)
        self.assertTrue(secret.exists())

    def test_a_merge_is_undone_by_who_did_it_and_by_leads(self):
        self._merge(self.first, self.second)
        merged = self.first.merged_ids
        self.assertFalse(merged.with_user(self.agent_outside).can_undo)
        for user in (self.agent_outside, self.stranger, self.portal, self.employee):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                merged.with_user(user).action_undo()
        self.assertTrue(merged.with_user(self.lead).can_undo)
        merged.with_user(self.lead).action_undo()
        self.assertTrue(self.second.exists())

    def test_merged_tickets_are_seen_by_who_sees_the_survivor(self):
        hidden = self._create_team(
            "Invited", visibility="invited", member_ids=[Command.set(self.lead.ids)]
        )
        (self.first | self.second).team_id = hidden
        self._merge(self.first, self.second, user=self.lead)
        merged = self.env["crm.ticket.merged"]
        for user, count in ((self.lead, 1), (self.agent_outside, 0), (self.stranger, 0)):
            with self.subTest(user=user.login):
                self.assertEqual(
                    merged.with_user(user).search_count([("id", "=", self.first.merged_ids.id)]),
                    count,
                )
        self.assertFalse(
            self.env["crm.ticket"]
            .with_user(self.agent_outside)
            ._find_by_number(self.first.merged_ids.number)
        )

    def test_the_log_of_merges_tells_sales_nothing_of_tickets(self):
        self._merge(self.first, self.second)
        merge = self.first.merged_ids.merge_id
        self.agent_outside.group_ids |= self.env.ref("sales_team.group_sale_manager")
        self.assertFalse(
            self.env["crm.merge"].with_user(self.agent_outside).search([("id", "=", merge.id)])
        )
        with self.assertRaises(AccessError):
            merge.with_user(self.agent_outside).action_undo()
        changes = self.env["crm.merge.change"].with_user(self.agent_outside)
        self.assertFalse(changes.search([("merge_id", "=", merge.id)]))


@tagged("post_install", "-at_install")
class TestTicketMergeDialog(MergeTicketCase):
    def _open(self, tickets, user=None):
        wizard = self.env["crm.ticket.merge.wizard"].with_user(user or self.agent)
        return Form(wizard.with_context(active_model="crm.ticket", active_ids=tickets.ids))

    def test_the_dialog_proposes_what_is_open_and_oldest(self):
        self.first.action_close()
        form = self._open(self.second | self.first)
        self.assertEqual(form.survivor_id, self.second)
        self.assertFalse(form.obstacles)
        action = form.save().action_merge()
        self.assertEqual(action["res_id"], self.second.id)
        self.assertFalse(self.first.exists())

    def test_the_dialog_warns_of_different_customers(self):
        other = self._create_ticket("Angry", partner_id=self.foreigner.id)
        form = self._open(self.first | other, user=self.lead)
        self.assertIn("different customers", form.obstacles)
        self.assertIn("Test Rival", form.strangers)
        wizard = form.save()
        with self.assertRaises(UserError):
            wizard.action_merge()
        form.is_across_customers = True
        self.assertFalse(form.obstacles)
        form.save().action_merge()
        self.assertFalse(other.exists())

    def test_the_dialog_wants_two_tickets(self):
        form = self._open(self.first)
        with self.assertRaisesRegex(UserError, "at least two"):
            form.save().action_merge()
        form.ticket_ids.add(self.second)
        form.save().action_merge()
        self.assertEqual(self.first.merged_count, 1)
