# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .cadence_common import EMAIL, CadenceCase


@tagged("post_install", "-at_install")
class TestCadenceEnrolment(CadenceCase):
    """Who comes into a cadence, and how."""

    def _open(self, leads, user=None):
        action = leads.with_user(user or self.salesperson).action_enroll_in_cadence()
        model = self.env["crm.cadence.enroll"].with_user(user or self.salesperson)
        return Form(model.with_context(**action["context"]))

    def test_a_lead_is_in_a_cadence_once_even_for_the_database(self):
        first = self._enroll()
        self.assertTrue(first)
        self.assertFalse(self._enroll())
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            first.create(self.lead._prepare_enrollment_values(self.cadence, "person"))
        first._stop("person")
        self.assertTrue(self._enroll(), "it may begin again when it is over")

    def test_the_dialog_says_how_many_and_why_not_and_when(self):
        running, lost = self._create_lead(), self._create_lead()
        self._enroll(running)
        lost.action_set_lost()
        with self._open(self.lead | running | lost) as form:
            form.cadence_id = self.cadence
            self.assertEqual(form.enrolled_count, 1)
            self.assertIn("1: is in this cadence already", form.outlook)
            self.assertIn("1: is closed", form.outlook)
            self.assertIn("Introduction", form.preview)
            wizard = form.save()
        self.assertIn("1 enrolled in Test", wizard.action_enroll()["params"]["message"])
        self.assertEqual(self.lead.cadence_enrollment_ids.origin, "person")
        with self.assertRaisesRegex(UserError, "None of these"):
            wizard.action_enroll()

    def test_only_who_may_change_a_lead_enrols_it(self):
        foreign = self._create_lead(user_id=self.salesperson_all.id)
        with self.assertRaises(AccessError):
            foreign.with_user(self.salesperson).action_enroll_in_cadence()
        wizard = (
            self.env["crm.cadence.enroll"]
            .with_user(self.salesperson)
            .sudo()
            .create({"cadence_id": self.cadence.id, "lead_ids": [(6, 0, foreign.ids)]})
        )
        with self.assertRaisesRegex(UserError, "None of these"):
            wizard.sudo(False).action_enroll()
        self.assertFalse(foreign.cadence_enrollment_ids)

    def test_a_cadence_without_steps_enrols_nobody(self):
        self.assertFalse(self._enroll(cadence=self._create_cadence()))
        self.assertFalse(self.env["crm.lead"]._enroll_in_cadence(self.cadence))

    # -- By rule ---------------------------------------------------------------------------------

    def test_a_rule_enrols_new_leads_that_match_and_each_once(self):
        domain = "[('city', '=', 'Abidjan')]"
        self._create_lead(city="Abidjan", name="Old")
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET create_date = '2020-01-01'")
        self.cadence.write({"is_enrolling": True, "rule_domain": domain})
        new = self._create_lead(city="Abidjan", partner_id=self.customer.id)
        self._create_lead(city="Dakar")
        self._run()
        self.assertEqual(self.cadence.enrollment_ids.lead_id, new)
        self.assertEqual(self.cadence.enrollment_ids.origin, "rule")
        self.cadence.enrollment_ids._stop("person")
        self._run()
        self.assertEqual(len(self.cadence.enrollment_ids), 1)

    def test_a_rule_may_take_those_who_are_there_already(self):
        old = self._create_lead(city="Abidjan")
        self.cadence.write(
            {
                "is_enrolling": True,
                "includes_existing": True,
                "rule_domain": "[('city', '=', 'Abidjan')]",
            }
        )
        self._run()
        self.assertEqual(self.cadence.enrollment_ids.lead_id, old)

    def test_a_rule_asks_who_said_no_once(self):
        self.env["mail.blacklist"]._add("awa@client.example")
        self.cadence.write(
            {
                "is_enrolling": True,
                "includes_existing": True,
                "rule_domain": f"[('id', '=', {self.lead.id})]",
            }
        )
        self._run()
        self.assertEqual(self.cadence.enrollment_ids.mapped("reason"), ["opt_out"])
        self.assertFalse(self._get_dispatches())
        self._run()
        self.assertEqual(len(self.cadence.enrollment_ids), 1)

    def test_a_rule_that_lost_its_field_says_so_and_holds_nothing_up(self):
        self._enroll()
        self.env.cr.execute(
            "UPDATE crm_cadence SET is_enrolling = true, rule_domain = '[(''gone'', ''='', 1)]' WHERE id = %s",
            (self._create_cadence(EMAIL).id,),
        )
        self.env.invalidate_all()
        self._run()
        broken = self.env["crm.cadence"].search([("rule_error", "!=", False)])
        self.assertIn("gone", broken.rule_error)
        self.assertEqual(len(self._get_dispatches()), 1)

    def test_a_score_limit_enrols(self):
        self.env["crm.score.rule"].search([]).active = False
        self.env["crm.score.rule"].create(
            {"name": "City", "points": 50, "domain": "[('city', '=', 'Abidjan')]"}
        )
        self.env["crm.score.limit"].create(
            {"name": "Warm", "points": 50, "is_owner_told": False, "cadence_id": self.cadence.id}
        )
        lead = self._create_lead(city="Abidjan", partner_id=self.customer.id)
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_score").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(lead.cadence_enrollment_ids.cadence_id, self.cadence)
        self.assertEqual(lead.cadence_enrollment_ids.origin, "automation")

    # -- Many ------------------------------------------------------------------------------------

    def _create_many(self, count):
        return self.env["crm.lead"].create(
            [
                {
                    "name": f"Many {number}",
                    "email_from": f"many{number}@client.example",
                    "user_id": self.salesperson.id,
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "type": "opportunity",
                }
                for number in range(count)
            ]
        )

    def test_many_are_enrolled_and_worked_off_in_few_queries(self):
        few, many = self._create_many(10), self._create_many(100)
        self.env.flush_all()
        self._enroll(few)  # what is read once is read
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            self._enroll(many)
            self.env.flush_all()
        enrollments = (few | many).cadence_enrollment_ids
        for group, limit in ((few.cadence_enrollment_ids, 90), (many.cadence_enrollment_ids, 110)):
            self.env.invalidate_all()
            with self.assertQueryCount(limit):
                group.sudo()._advance()
                self.env.flush_all()
        self.assertEqual(len(enrollments.run_ids), 110)

    def test_calls_with_many_are_planned_in_few_queries(self):
        at_once = {"delay_days": 0, "hour_from": 0, "hour_to": 24}
        cadence = self._create_cadence({"name": "Ring up", "kind": "call", **at_once})
        leads = self._create_many(120)
        leads.phone = "+225 07 08 09 10 11"
        self._enroll(leads, cadence)
        few, many = (group.cadence_enrollment_ids for group in (leads[:20], leads[20:]))
        costs = []
        for group in (few, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            group.sudo()._advance()
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(leads.cadence_enrollment_ids.run_ids.activity_id), 120)
        self.assertLessEqual(costs[1], costs[0] + 10, "not one more for each lead")

    def test_the_shipped_cadences_are_whole(self):
        for xmlid in ("crm_cadence_first_contact", "crm_cadence_offer_sent"):
            cadence = self.env.ref(f"crm_core.{xmlid}")
            self.assertTrue(cadence._get_steps())
            self.assertFalse(cadence.is_enrolling)
            draft = self.env["crm.cadence.enrollment"].new(
                self.lead._prepare_enrollment_values(cadence, "person")
            )
            self.assertEqual(len(draft._preview()), len(cadence._get_steps()))
