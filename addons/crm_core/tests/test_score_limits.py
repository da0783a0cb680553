# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from .score_common import ScoreCase


@tagged("post_install", "-at_install")
class TestScoreLimits(ScoreCase):
    """What is done when a lead is warm: once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls._create_rule(50, "[('city', '=', 'Abidjan')]")

    def _warm(self, **values):
        lead = self._create_lead(type="lead", city="Abidjan", **values)
        self._run()
        return lead

    def test_a_lead_at_the_limit_becomes_an_opportunity_of_a_team(self):
        self._create_limit(
            50, is_converting=True, team_id=self.team.id, company_id=self.team.company_id.id
        )
        lead = self._warm(user_id=False, team_id=False)
        self.assertEqual((lead.type, lead.team_id), ("opportunity", self.team))

    def test_people_are_told_once_in_their_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.manager.lang = "fr_FR"
        limit = self._create_limit(50, user_ids=self.manager.ids, is_owner_told=True)
        limit.with_context(lang="fr_FR").name = "À appeler"
        lead = self._warm()
        for city in ("Dakar", "Abidjan"):
            lead.city = city
            self._run()
        told = self.env["mail.message"].search(
            [
                ("model", "=", "crm.lead"),
                ("res_id", "=", lead.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(told.notified_partner_ids, (self.manager | self.salesperson).partner_id)
        self.assertEqual(len(told), 2)
        french = told.filtered(lambda one: self.manager.partner_id in one.notified_partner_ids)
        self.assertIn("À appeler", french.body)

    def test_people_of_another_company_are_told_nothing(self):
        call = self.env.ref("mail.mail_activity_data_call")
        self._create_limit(
            50, user_ids=(self.stranger | self.manager).ids, activity_type_id=call.id
        )
        lead = self._warm(user_id=False)
        told = (
            self.env["mail.message"]
            .search([("model", "=", "crm.lead"), ("res_id", "=", lead.id)])
            .notified_partner_ids
        )
        self.assertEqual(told, self.manager.partner_id)
        self.assertNotEqual(lead.activity_ids.user_id, self.stranger)

    def test_an_activity_is_planned_for_the_salesperson(self):
        call = self.env.ref("mail.mail_activity_data_call")
        self._create_limit(50, activity_type_id=call.id, activity_summary="Call now")
        lead = self._warm()
        self.assertEqual(
            (
                lead.activity_ids.activity_type_id,
                lead.activity_ids.summary,
                lead.activity_ids.user_id,
            ),
            (call, "Call now", self.salesperson),
        )

    def test_leads_that_are_there_when_the_limit_is_made_are_left_alone(self):
        lead = self._warm()
        limit = self._create_limit(50, is_converting=True)
        self.rule.points = 60
        self._run()
        self.assertEqual(lead.type, "lead")
        self.assertEqual(limit.passage_count, 0)
        self.assertEqual(
            limit.passage_ids.filtered(lambda one: one.lead_id == lead).state, "before"
        )

    def test_old_leads_that_were_never_scored_are_left_alone_too(self):
        lead = self._create_lead(type="lead", city="Abidjan")
        self._age(lead)
        limit = self._create_limit(50, is_converting=True)
        self._run()
        self.assertEqual((lead.score_points, lead.type), (50, "lead"))
        self.assertEqual(
            limit.passage_ids.filtered(lambda one: one.lead_id == lead).state, "before"
        )

    def _age(self, lead):
        """Let a lead have come in yesterday."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_lead SET create_date = create_date - interval '1 day' WHERE id = %s",
                lead.id,
            )
        )
        self.env.invalidate_all()

    def test_a_lead_that_resists_is_left_with_its_reason_and_the_others_go_on(self):
        limit = self._create_limit(50, is_converting=True)
        leads = self.env["crm.lead"]
        for name in ("One", "Two", "Three"):
            leads |= self._create_lead(name=name, type="lead", city="Abidjan")
        self.patch(type(leads), "convert_opportunity", self._convert_all_but("Two"))
        self._run()
        self.assertEqual(leads.mapped("type"), ["opportunity", "lead", "opportunity"])
        failed = limit.passage_ids.filtered(lambda one: one.state == "failed")
        self.assertEqual((failed.lead_id.name, failed.reason), ("Two", "Not this one."))

    def _convert_all_but(self, name):
        convert = type(self.env["crm.lead"]).convert_opportunity

        def refuse(leads, *args, **kwargs):
            if name in leads.mapped("name"):
                raise UserError("Not this one.")  # pylint: disable=translation-required
            return convert(leads, *args, **kwargs)

        return refuse

    def test_a_limit_that_lost_its_field_is_left_out_with_the_reason(self):
        broken, sound = self._create_limit(50), self._create_limit(50, is_converting=True)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_score_limit SET domain = %s WHERE id = %s",
                "[('gone', '=', 1)]",
                broken.id,
            )
        )
        self.env.invalidate_all()
        self.assertEqual(self._warm().type, "opportunity")
        self.assertTrue(broken.error)
        self.assertFalse(sound.error)

    def test_who_asks_why_before_the_minute_is_over_takes_nothing_away(self):
        self._create_limit(50, is_converting=True)
        lead = self._create_lead(type="lead", city="Abidjan")
        self.assertEqual(self._explain(lead).points, 50)
        self._run()
        self.assertEqual(lead.type, "opportunity")

    def test_a_limit_of_a_company_is_not_for_the_leads_of_another(self):
        self._create_limit(50, is_converting=True, company_id=self.company_xof.id)
        self.assertEqual(self._warm().type, "lead")

    def test_a_limit_cannot_give_leads_to_a_team_of_another_company(self):
        with self.assertRaises(ValidationError):
            self._create_limit(50, team_id=self.team.id, company_id=self.company_xof.id)
