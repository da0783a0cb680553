# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .call_common import CallCase


@tagged("post_install", "-at_install")
class TestCallScripts(CallCase):
    """What to say on the telephone, and what the answers do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = cls.env["crm.call.script"].create(
            {"name": "First call", "company_id": cls.company.id}
        )
        cls.opening, cls.budget, cls.closing = cls.env["crm.call.script.step"].create(
            [
                {
                    "script_id": cls.script.id,
                    "name": "Opening",
                    "text": "Good morning {{ object.contact_name }}",
                    "question": "Do you have a minute?",
                    "sequence": 1,
                },
                {
                    "script_id": cls.script.id,
                    "name": "Budget",
                    "question": "How much?",
                    "sequence": 2,
                },
                {"script_id": cls.script.id, "name": "Closing", "sequence": 3},
            ]
        )
        cls.yes, cls.no = cls.env["crm.call.script.answer"].create(
            [
                {"step_id": cls.opening.id, "name": "Yes"},
                {
                    "step_id": cls.opening.id,
                    "name": "Not now",
                    "next_step_id": cls.closing.id,
                    "outcome_id": cls.call_back.id,
                },
            ]
        )
        cls.large = cls._create_answer("A lot", "priority", "3")

    @classmethod
    def _create_answer(cls, name, field, value, **values):
        return cls.env["crm.call.script.answer"].create(
            {
                "step_id": cls.budget.id,
                "name": name,
                "field_id": cls.env["ir.model.fields"]._get("crm.lead", field).id,
                "value": value,
                **values,
            }
        )

    def _call(self, *answers, user=None, **values):
        chosen = ",".join(str(answer.id) for answer in answers)
        values = {"script_id": self.script.id, "chosen_answers": chosen, **values}
        return self._log(user=user, **values)

    def test_a_step_speaks_to_the_person_and_answers_lead_on(self):
        self.lead.contact_name = "Awa {{ object.name }} ${1}"
        opening, budget, closing = self.script.with_user(self.salesperson).get_steps(self.lead.id)
        # what a customer wrote is put in, never evaluated
        self.assertEqual(opening["text"], "Good morning Awa {{ object.name }} ${1}")
        self.assertEqual(
            [answer["next_id"] for answer in opening["answers"]], [budget["id"], closing["id"]]
        )
        self.assertEqual(opening["answers"][1]["outcome"], [self.call_back.id, "Call back"])
        self.assertFalse(closing["next_id"])

    def test_the_answers_of_a_call_are_kept_in_their_words(self):
        call = self._call(self.yes, self.large)
        self.yes.name = "Certainly"
        self.assertEqual(call.answer_ids.mapped("answer"), ["Yes", "A lot"])
        self.assertEqual(call.answer_ids[0].question, "Do you have a minute?")
        self.script.unlink()
        self.assertEqual(call.answer_ids.mapped("answer"), ["Yes", "A lot"])

    def test_the_dialog_sends_the_answers_along(self):
        action = self.lead.with_user(self.salesperson).action_log_call()
        calls = self.env["crm.call"].with_user(self.salesperson).with_context(**action["context"])
        form = Form(calls, view="crm_core.crm_call_view_form_log")
        form.script_id = self.script
        form.outcome_id = self.reached
        call = form.save()
        self.assertEqual(call.script_id, self.script)

    def test_the_answers_of_a_call_that_is_there_already_are_kept_once(self):
        """The dialog of a call that the telephone system made writes on that call."""
        call = self._log(state="ringing", outcome_id=False).with_user(self.salesperson)
        for _attempt in range(2):
            call.write(
                {
                    "script_id": self.script.id,
                    "chosen_answers": f"{self.yes.id},{self.large.id}",
                    "outcome_id": self.reached.id,
                }
            )
        self.assertEqual(call.answer_ids.mapped("answer"), ["Yes", "A lot"])
        self.assertEqual(self.lead.priority, "3")

    def test_an_answer_fills_in_the_deal_and_plans_what_comes_next(self):
        todo = self.env.ref("mail.mail_activity_data_todo")
        self.yes.activity_type_id = todo
        call = self._call(self.yes, self.large)
        self.assertEqual(self.lead.priority, "3")
        self.assertIn(todo, self.lead.activity_ids.activity_type_id)
        self.assertIn("3", call.answer_ids[1].effect)

    def test_an_answer_changes_nothing_that_the_caller_may_not_change(self):
        field = self.env["crm.lead"]._fields["priority"]
        self.patch(field, "groups", "sales_team.group_sale_manager")
        call = self._call(self.large)
        self.assertNotEqual(self.lead.sudo().priority, "3")
        self.assertIn("may not", call.answer_ids.effect)

    def test_answers_of_another_script_or_nonsense_are_refused(self):
        other = self.env["crm.call.script"].create({"name": "Other"})
        for chosen in (str(self.yes.id), "1;2", "-1", "²", "1," * 500):
            with self.subTest(chosen=chosen[:9]), self.assertRaises(ValidationError):
                self._log(script_id=other.id, chosen_answers=chosen)

    def test_a_script_is_checked_when_it_is_written(self):
        with self.assertRaises(ValidationError):
            self._create_answer("Huge", "priority", "99")
        with self.assertRaises(ValidationError):
            self._create_answer("Soon", "color", "soon")
        with self.assertRaises(ValidationError):
            self._create_answer("Who", "user_id", "1")
        other = self.env["crm.call.script"].create({"name": "Other"})
        step = self.env["crm.call.script.step"].create({"script_id": other.id, "name": "Else"})
        with self.assertRaises(ValidationError):
            self.yes.next_step_id = step

    def test_only_who_edits_templates_writes_expressions(self):
        editors = self.env.ref("mail.group_mail_template_editor")
        self.env.ref("base.group_user")._remove_group(editors)
        self.manager.group_ids = [Command.unlink(editors.id)]
        self.env["ir.config_parameter"].sudo().set_param("mail.restrict.template.rendering", True)
        step = self.opening.with_user(self.manager)
        self.assertFalse(self.manager.has_group("mail.group_mail_template_editor"))
        with self.assertRaises(AccessError):
            step.text = "{{ object.env['res.users'].search([]) }}"

    def test_a_manager_writes_a_script_and_a_salesperson_reads_it(self):
        with Form(self.env["crm.call.script"].with_user(self.manager)) as form:
            form.name = "Renewal"
        script = form.record
        names = [
            one["name"]
            for one in self.env["crm.call.script"]
            .with_user(self.salesperson)
            .get_choices("crm.lead")
        ]
        self.assertIn("Renewal", names)
        with self.assertRaises(AccessError):
            script.with_user(self.salesperson).name = "Mine"
        with self.assertRaises(AccessError):
            script.with_user(self.portal).get_steps(self.lead.id)
        foreign = self._create_lead(user_id=self.manager.id)
        with self.assertRaises(AccessError):
            self.script.with_user(self.salesperson).get_steps(foreign.id)
        with self.assertRaises(AccessError):
            self.script.with_user(self.stranger).get_steps(self.lead.id)

    def test_the_answers_of_a_call_are_seen_by_who_sees_the_call(self):
        call = self._call(self.yes)
        answers = self.env["crm.call.answer"]
        mine = [("call_id", "=", call.id)]
        self.assertTrue(answers.with_user(self.salesperson).search(mine))
        self.assertFalse(answers.with_user(self.stranger).search(mine))
        with self.assertRaises(AccessError):
            answers.with_user(self.salesperson).create({"call_id": call.id, "answer": "Forged"})
