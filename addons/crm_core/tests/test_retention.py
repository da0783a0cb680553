# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from .dispatch_common import DispatchCase


@tagged("post_install", "-at_install")
class TestRetention(DispatchCase):
    """What is older than its rule says goes at night, in small steps, and the log says what went."""

    def _create_rule(self, **values):
        defaults = {
            "name": "Old lost leads",
            "model_id": self.env["ir.model"]._get_id("crm.lead"),
            "domain": "[('won_status', '=', 'lost')]",
            "date_field_id": self.env["ir.model.fields"]._get("crm.lead", "create_date").id,
            "age": 3,
            "age_unit": "year",
        }
        return self.env["crm.retention.rule"].create({**defaults, **values})

    def _create_lost_lead(self, years=4, **values):
        lead = self._create_lead(contact_name="Awa Sow", email_from="awa@sow.example", **values)
        lead.message_post(body="Awa called")
        lead.action_set_lost()
        moment = fields.Datetime.now() - timedelta(days=365 * years + 2)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crm_lead SET create_date = %s WHERE id = %s", (moment, lead.id))
        self.env.invalidate_all()
        return lead

    def _run_night(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_retention").method_direct_trigger()
        self.env.invalidate_all()

    def test_an_old_lost_lead_loses_its_person_and_stays_in_the_figures(self):
        old, young = self._create_lost_lead(), self._create_lost_lead(years=1)
        rule = self._create_rule()
        self.assertEqual(rule.due_count, 1)
        self._run_night()
        self.assertFalse(old.email_from or old.contact_name)
        self.assertNotIn("Awa", "".join(body or "" for body in old.message_ids.mapped("body")))
        self.assertEqual(old.won_status, "lost")
        self.assertEqual(young.contact_name, "Awa Sow")
        self.assertEqual(rule.log_ids.record_count, 1)
        self.assertEqual(rule.due_count, 0)

    def test_the_next_night_finds_nothing_more(self):
        self._create_lost_lead()
        rule = self._create_rule()
        self._run_night()
        self._run_night()
        self.assertEqual(len(rule.log_ids), 1)

    def test_a_rule_made_on_the_screen_is_off_until_somebody_switches_it_on(self):
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_core.crm_retention_rule_action")
        rules = self.env["crm.retention.rule"].with_context(**literal_eval(action["context"]))
        self.assertFalse(Form(rules).active)

    def test_a_rule_that_is_off_does_nothing(self):
        old = self._create_lost_lead()
        self._create_rule(active=False)
        self._run_night()
        self.assertTrue(old.email_from)

    def test_a_rule_of_one_company_leaves_the_others_alone(self):
        old = self._create_lost_lead()
        self._create_rule(company_id=self.company_xof.id)
        self._run_night()
        self.assertTrue(old.email_from)

    def test_a_record_that_resists_is_left_and_noted(self):
        resisting, other = self._create_lost_lead(), self._create_lost_lead()
        self.env.cr.execute(
            "ALTER TABLE crm_lead ADD CONSTRAINT retention_test CHECK (id != %s OR contact_name IS NOT NULL)",
            [resisting.id],
        )
        rule = self._create_rule()
        with mute_logger("odoo.sql_db"):
            self._run_night()
        self.assertTrue(resisting.email_from)
        self.assertFalse(other.email_from)
        self.assertEqual((rule.log_ids.record_count, rule.log_ids.error_count), (1, 1))
        self.assertIn(f"#{resisting.id}", rule.log_ids.error)

    def test_messages_of_the_outbox_are_kept_ninety_days_at_least(self):
        rule = self.env.ref("crm_core.crm_retention_rule_dispatch")
        with self.assertRaises(ValidationError):
            rule.write({"age": 10, "age_unit": "day"})

    def test_the_old_parameter_becomes_the_rule(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("crm_core.dispatch_retention_days", "400")
        self.env["crm.retention.rule"]._adopt_ledger_parameter()
        rule = self.env.ref("crm_core.crm_retention_rule_dispatch")
        self.assertEqual((rule.age, rule.age_unit), (400, "day"))
        self.assertFalse(parameters.get_param("crm_core.dispatch_retention_days"))

    def test_every_rule_that_comes_along_can_be_counted_and_run(self):
        rules = self.env["crm.retention.rule"].with_context(active_test=False).search([])
        self.assertGreaterEqual(len(rules), 8)
        self.assertEqual(
            rules.filtered("active"),
            self.env.ref("crm_core.crm_retention_rule_dispatch")
            + self.env.ref("crm_core.crm_retention_rule_decision"),
        )
        rules.active = True
        self.assertFalse(any(rules.mapped("due_count")))
        self._run_night()
        self.assertTrue(all(rules.mapped("last_run")))

    def test_a_lost_lead_that_somebody_wrote_about_lately_is_not_without_contact(self):
        silent, spoken = self._create_lost_lead(), self._create_lost_lead()
        past = fields.Datetime.now() - timedelta(days=4 * 365)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET date_closed = %s WHERE id IN %s", (past, (silent.id, spoken.id))
        )
        self.env.cr.execute(
            "UPDATE mail_message SET date = %s WHERE model = 'crm.lead' AND res_id = %s",
            (past, silent.id),
        )
        self.env.invalidate_all()
        self.env.ref("crm_core.crm_retention_rule_lead").active = True
        self._run_night()
        self.assertFalse(silent.email_from)
        self.assertTrue(spoken.email_from)

    def test_leads_are_erased_never_deleted(self):
        with self.assertRaises(ValidationError):
            self._create_rule(action="delete")

    def test_a_condition_that_cannot_be_read_is_refused(self):
        for domain in ("[('nothing', '=', 1)]", "[(", "__import__('os').getcwd()"):
            with self.subTest(domain=domain), self.assertRaises(ValidationError):
                self._create_rule(domain=domain)

    def test_a_model_without_personal_data_is_refused(self):
        fields_of_stage = self.env["ir.model.fields"]._get("crm.stage", "create_date")
        with self.assertRaises(ValidationError):
            self._create_rule(
                model_id=self.env["ir.model"]._get_id("crm.stage"),
                domain="[]",
                date_field_id=fields_of_stage.id,
            )

    def test_an_officer_of_one_company_makes_no_rule_for_all(self):
        officer = mail_new_test_user(
            self.env,
            login="core_officer_one",
            groups="crm_core.group_crm_core_privacy_officer,base.group_user,sales_team.group_sale_manager",
            company_id=self.company.id,
        )
        rules = self._create_rule(), self._create_rule(company_id=self.company.id)
        with self.assertRaises(ValidationError):
            rules[0].with_user(officer).age = 1
        rules[1].with_user(officer).age = 1
        with self.assertRaises(ValidationError):
            rules[1].with_user(officer).company_id = False
        with self.assertRaises(ValidationError):
            rules[1].with_user(officer).copy({"company_id": False})

    def test_salespeople_may_not_touch_rules(self):
        rule = self._create_rule()
        for user in (self.salesperson, self.manager, self.portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                rule.with_user(user).write({"age": 1})
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                rule.with_user(user).action_view_due()
