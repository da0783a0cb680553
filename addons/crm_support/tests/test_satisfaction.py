# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Customers are asked after closing: once, late enough, not too often; low scores are followed up once."""

import email
from email import policy
from unittest.mock import patch

from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .satisfaction_common import LINK, MOMENT, SatisfactionCase


@tagged("post_install", "-at_install")
class TestSatisfaction(SatisfactionCase):
    def test_the_portal_offers_the_question_to_who_was_asked_and_to_nobody_else(self):
        question = self._ask()
        asked = new_test_user(
            self.env, "asked", groups="base.group_portal", partner_id=self.contact.id
        )
        for user, found in (
            (asked, question),
            (self.portal, question.browse()),
            (self.env.ref("base.public_user"), question.browse()),
        ):
            self.assertEqual(question.ticket_id.with_user(user)._get_question_of(user), found)
        question._vote(5, "")
        self.assertFalse(question.ticket_id._get_question_of(asked))

    def test_a_customer_is_asked_when_the_delay_is_over_whatever_the_clocks_of_his_zone_do(self):
        ticket = self._close()
        question = self._get_question(ticket)
        self.assertEqual(question.state, "planned")
        self.assertEqual((question.date_due - MOMENT).total_seconds(), 24 * 3600)
        self._move(hours=23, minutes=59)
        self._run()
        self.assertEqual(question.state, "planned")
        self._move(minutes=2)
        self._run()
        self._run()
        self.assertEqual(question.state, "asked")
        message = self._get_messages(question)
        self.assertEqual(len(message), 1)
        self.assertEqual(
            (message.purpose, message.address, message.res_id, message.key),
            ("service", self.contact.email, ticket.id, f"satisfaction:{question.id}:asked"),
        )

    def test_who_does_not_answer_is_reminded_once_and_then_left_alone(self):
        question = self._ask()
        self._move(days=2)
        self._run()
        self.assertEqual(len(self._get_messages(question)), 1)
        for _day in range(3):
            self._move(days=2)
            self._run()
        self.assertEqual(len(self._get_messages(question)), 2)
        self._move(days=30)
        self._run()
        self.assertEqual(question.state, "expired")
        self.assertEqual(len(self._get_messages(question)), 2)

    def test_who_answers_is_not_reminded(self):
        question = self._answer(5)
        self._move(days=4)
        self._run()
        self.assertFalse(question.date_reminded)
        self.assertEqual(len(self._get_messages(question)), 1)

    def test_no_reminder_where_the_team_wants_none(self):
        self.rule.reminder_days = 0
        question = self._ask()
        self._move(days=20)
        self._run()
        self.assertEqual(len(self._get_messages(question)), 1)

    def test_a_ticket_that_is_reopened_before_the_question_leaves_is_not_asked_about(self):
        ticket = self._close()
        ticket.with_user(self.agent).action_reopen()
        self._move(hours=25)
        self._run()
        question = self._get_question(ticket)
        self.assertEqual((question.state, question.reason), ("cancelled", "reopened"))
        self.assertFalse(self._get_messages(question))
        ticket.with_user(self.agent).action_close()
        again = self._get_question(ticket)
        self.assertNotEqual(again, question)
        self.assertEqual(again.state, "planned")

    def test_a_question_that_waits_in_the_ledger_ends_when_the_ticket_is_reopened(self):
        question = self._ask()
        question.ticket_id.with_user(self.agent).action_reopen()
        self.assertEqual((question.state, question.reason), ("cancelled", "reopened"))
        self._send()
        self.assertFalse(self.sent)

    def test_a_question_that_has_left_can_be_answered_although_the_ticket_is_open_again(self):
        question = self._ask()
        self._send()
        question.ticket_id.with_user(self.agent).action_reopen()
        self.assertEqual(question.state, "asked")
        self._move(days=4)
        self._run()
        self.assertFalse(question.date_reminded, "an open ticket is not asked about")
        self.assertTrue(question._vote(3, ""))

    def test_the_database_lets_one_question_a_closing_in_and_each_message_once(self):
        question = self._ask()
        values = {"ticket_id": question.ticket_id.id, "kind": "csat"}
        values |= {"company_id": self.company.id, "key": question.key}
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self.env["crm.satisfaction"].create(values)
        self.assertFalse(self.env["crm.satisfaction"]._plan(question.ticket_id))
        question._request("asked")
        self.assertEqual(len(self._get_messages(question)), 1, "a second worker sends nothing")

    def test_the_same_person_is_not_asked_twice_in_some_days(self):
        first, second = self._close(), self._close()
        self._move(hours=25)
        self._run()
        states = [self._get_question(ticket).state for ticket in (first, second)]
        self.assertEqual(states, ["asked", "cancelled"])
        self.assertEqual(self._get_question(second).reason, "recent")
        self._move(days=20)
        third = self._close(partner_id=False, partner_email="CONTACT@customer.example")
        self._move(hours=25)
        self._run()
        self.assertEqual(self._get_question(third).reason, "recent", "the address is the person")
        self._move(days=10)
        self.assertEqual(self._ask().state, "asked")

    def test_nobody_is_asked_without_an_address_a_question_or_in_a_stage_for_spam(self):
        silent = self.env["res.partner"].create({"name": "No address"})
        unasked = self._close(partner_id=silent.id)
        spam = self._create_ticket(partner_id=self.contact.id)
        spam.stage_id = self.stage_cancelled
        self._create_rule(channel="phone", kind="none")
        by_phone = self._close(channel="phone")
        elsewhere = self._close(team_id=self._create_team("Asks nothing").id)
        for ticket in (unasked, spam, by_phone, elsewhere):
            self.assertFalse(self._get_question(ticket))

    def test_a_channel_is_asked_its_own_question(self):
        self._create_rule(channel="chat", kind="nps")
        self.assertEqual(self._get_question(self._close(channel="chat")).kind, "nps")
        self.assertEqual(self._get_question(self._close(channel="email")).kind, "csat")
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._create_rule(channel="chat", kind="ces")

    def test_a_share_of_tickets_is_asked_about(self):
        self.rule.share = 30
        tickets = [self._close() for _number in range(60)]
        count = sum(bool(self._get_question(ticket)) for ticket in tickets)
        self.assertTrue(3 <= count <= 36, count)
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.rule.share = 0
            self.env.flush_all()

    def test_what_is_late_by_a_week_or_gone_is_not_asked(self):
        late = self._close()
        self._move(days=9)
        self._run()
        self.assertEqual(self._get_question(late).reason, "late")
        archived = self._close()
        archived.active = False
        self._move(hours=25)
        self._run()
        question = self.env["crm.satisfaction"].search([("ticket_id", "=", archived.id)])
        self.assertEqual(question.reason, "gone")

    def test_one_question_that_cannot_be_asked_does_not_hold_up_the_others(self):
        other = self.env["res.partner"].create({"name": "B", "email": "b@customer.example"})
        poisoned, good = self._close(), self._close(partner_id=other.id)
        wrong = self._get_question(poisoned)
        model = self.env.registry["crm.satisfaction"]
        find = model._find_obstacle

        def fail(question, *args):
            if question == wrong:
                raise ValueError("poisoned")
            return find(question, *args)

        self._move(hours=25)
        with patch.object(model, "_find_obstacle", fail):
            self._run()
        self.assertEqual((wrong.state, wrong.reason_detail), ("cancelled", "poisoned"))
        self.assertEqual(self._get_question(good).state, "asked")

    def test_planning_and_asking_work_on_sets(self):
        people = self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"p{n}@customer.example"} for n in range(40)]
        )
        tickets = self.env["crm.ticket"].create(
            [{"name": "T", "team_id": self.team.id, "partner_id": p.id} for p in people]
        )
        self.env.flush_all()
        with self.assertQueryCount(12):
            self.env["crm.satisfaction"]._plan(tickets)
            self.env.flush_all()
        tickets.stage_id = self.stage_solved
        self._move(hours=25)
        questions = self.env["crm.satisfaction"].search([("ticket_id", "in", tickets.ids)])
        self.assertEqual(len(questions), 40)
        with self.assertQueryCount(60):
            questions._ask()
            self.env.flush_all()
        self.assertEqual(set(questions.mapped("state")), {"asked"})

    # -- Messages ----------------------------------------------------------------------------------

    def test_the_message_is_in_the_contacts_language_with_a_link_for_each_score(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.contact.lang = "fr_FR"
        template = self.env.ref("crm_support.mail_template_satisfaction_asked")
        template.with_context(lang="fr_FR").subject = "Qu’en pensez-vous ? {{ object.name }}"
        question = self._ask()
        self._send()
        [sent] = self.sent
        message = email.message_from_string(sent["message"], policy=policy.default)
        self.assertIn("Qu’en pensez-vous", message["Subject"])
        html = message.get_body(("html",)).get_content()
        self.assertEqual([score for _path, score in LINK.findall(html)], ["5", "4", "3", "2", "1"])
        text = message.get_body(("plain",)).get_content()
        self.assertRegex(text, r"4 – .* \[2\]")
        self.assertIn(f"{question._get_path()}?score=4", text)
        self.assertEqual(message["Auto-Submitted"], "auto-generated")

    def test_who_reads_the_ticket_finds_no_link_to_vote_with(self):
        question = self._ask()
        kept = question.ticket_id.with_user(self.agent)
        self.assertEqual(kept._get_satisfaction_scale(), "")
        self._send()
        self.assertEqual(len(self.sent), 1)
        bodies = "".join(kept.message_ids.mapped("body"))
        self.assertIn("How satisfied are you", bodies)
        self.assertNotIn("/satisfaction/", bodies)

    def test_a_message_that_cannot_leave_does_not_count_as_not_answered(self):
        question = self._ask()
        self._get_messages(question).sudo().address = "nobody at nowhere"
        self._send()
        self.assertEqual((question.state, question.reason), ("cancelled", "held_back"))

    # -- Low scores --------------------------------------------------------------------------------

    def test_a_low_score_gives_the_lead_a_task_once(self):
        question = self._answer(1, "Too slow")
        tasks = question.ticket_id.activity_ids
        self.assertEqual(tasks.user_id, self.lead)
        self.assertIn("Too slow", tasks.note)
        question._vote(2, "Still too slow")
        self.assertEqual(question.ticket_id.activity_ids, tasks)
        self.assertFalse(question._claim_follow_up(), "the database gives it out once")
        notified = question.ticket_id.message_ids.notified_partner_ids
        self.assertEqual(notified, self.lead.partner_id)

    def test_a_low_score_reopens_the_ticket_where_the_team_wants_it(self):
        self.rule.low_action = "reopen"
        question = self._answer(2)
        self.assertFalse(question.ticket_id.is_closed)
        self.assertEqual(question.ticket_id.reopen_count, 1)
        self.assertEqual(question.state, "answered")

    def test_a_low_score_makes_a_ticket_that_follows(self):
        self.rule.low_action = "ticket"
        question = self._answer(1, "Not solved")
        question._vote(1, "Not solved at all")
        follow_up = question.ticket_id.child_ids
        self.assertEqual(len(follow_up), 1)
        self.assertEqual(follow_up, question.follow_up_id)
        self.assertEqual(
            (follow_up.user_id, follow_up.partner_id), (self.lead, question.partner_id)
        )

    def test_a_score_that_turns_low_later_is_followed_up_a_good_one_is_not(self):
        question = self._answer(5)
        self.assertFalse(question.ticket_id.activity_ids)
        self.assertFalse(question.date_followed)
        question._vote(1, "")
        self.assertEqual(len(question.ticket_id.activity_ids), 1)

    def test_the_vote_is_kept_when_what_should_follow_cannot_be_done(self):
        self.rule.low_action = "reopen"
        question = self._ask()
        stages = self.env["crm.ticket.stage"].search([("fold", "=", False)])
        self.env["crm.ticket"].search([("stage_id", "in", stages.ids)]).action_close()
        stages.active = False
        self.assertTrue(question._vote(1, ""))
        self.assertEqual(question.state, "answered")
        bodies = "".join(question.ticket_id.message_ids.mapped("body"))
        self.assertIn("has no open stage", bodies)

    def test_what_a_customer_writes_is_text_everywhere(self):
        self.rule.low_action = "ticket"
        question = self._answer(1, "<script>alert(1)</script><img src=x onerror=alert(2)>")
        bodies = "".join(question.ticket_id.message_ids.mapped("body"))
        for html in (bodies, str(question.follow_up_id.description)):
            self.assertIn("&lt;script&gt;", html)
            self.assertNotIn("<script", html)
            self.assertNotIn("<img", html)

    # -- Figures -----------------------------------------------------------------------------------

    def test_figures_are_those_of_the_trade(self):
        self._answer_all("csat", [5, 4, 3, 1])
        self._answer_all("nps", [10, 9, 8, 6, 0])
        self._answer_all("ces", [7, 6, 2])
        figures = {
            name: self._measure(f"support_{name}")
            for name in ("csat", "nps", "ces", "satisfaction_rate")
        }
        self.assertEqual(figures, {"csat": 50.0, "nps": 0.0, "ces": 5.0, "satisfaction_rate": 75.0})

    def _answer_all(self, kind, scores):
        """Have customers of their own answer, and one in four more not answer."""
        self.rule.write({"kind": kind, "low_action": "none"})
        for number in range(len(scores) + (4 if kind == "csat" else 0)):
            person = {"name": "P", "email": f"{kind}{number}@x.example"}
            question = self._ask(partner_id=self.env["res.partner"].create(person).id)
            if number < len(scores):
                question._vote(scores[number], "")

    def _measure(self, code):
        metric = self.env["crm.metric"].search([("code", "=", code)])
        teams = [("team_id", "=", self.team.id)]
        self.env.flush_all()
        values = self.env["crm.satisfaction"].with_user(self.lead).search(teams)
        self.assertTrue(values)
        return metric.with_user(self.lead)._get_values("ever")[metric].value

    # -- Rights ------------------------------------------------------------------------------------

    def test_agents_see_the_answers_of_tickets_they_see_and_nobody_changes_one(self):
        question = self._answer(4, "Fine")
        self.assertEqual(question.with_user(self.agent_outside).comment, "Fine")
        self.team.visibility = "invited"
        self.env.invalidate_all()
        for user in (self.agent_outside, self.stranger, self.portal, self.employee):
            with self.assertRaises(AccessError):
                question.with_user(user).read(["score"])
        for user in (self.agent, self.lead, self.manager):
            self.assertEqual(question.with_user(user).score, 4)
            with self.assertRaises(AccessError):
                question.with_user(user).write({"score": 5})

    def test_the_other_company_sees_and_sets_nothing(self):
        question = self._answer(4)
        found = self.env["crm.satisfaction"].with_user(self.stranger).search([])
        self.assertNotIn(question, found)
        rules = self.env["crm.satisfaction.rule"]
        self.assertNotIn(self.rule, rules.with_user(self.stranger).search([]))
        with self.assertRaises(AccessError):
            rules.with_user(self.lead).create({"team_id": self.team.id})

    def test_the_ticket_shows_the_last_score(self):
        question = self._answer(2)
        ticket = question.ticket_id.with_user(self.agent)
        self.assertEqual(ticket.satisfaction_answer, "2/5")
        low = [("satisfaction_is_low", "=", True)]
        self.assertIn(ticket, ticket.search(low))
        self.assertEqual(ticket.action_view_satisfaction()["domain"][0][2], ticket.id)

    def test_erasing_a_person_takes_the_words_and_leaves_the_score(self):
        question = self._answer(1, "My name is Test Contact")
        declared = [
            one
            for one in self.env["crm.privacy"]._get_installed_declarations()
            if one.model == "crm.satisfaction"
        ]
        self.assertEqual(len(declared), 1)
        keys = self.env["crm.privacy"]._get_keys(self.contact)
        found = self.env["crm.privacy"]._get_found_domain(declared[0], keys)
        self.assertIn(question, self.env["crm.satisfaction"].search(found))
        self.assertLessEqual({"comment", "email"}, set(declared[0].personal))

    def test_public_figures_need_an_address(self):
        self.team.satisfaction_is_public = True
        self.assertEqual(self.team.satisfaction_slug, "test-support")
        with self.assertRaises(ValidationError):
            self.team.satisfaction_slug = "Not / an address"
