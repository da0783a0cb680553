# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .merge_common import MergeCase


@tagged("post_install", "-at_install")
class TestMergeOnAssignment(MergeCase):
    """Odoo's own assignment merges leads of one address; it goes through the log like every merge."""

    def test_many_leads_of_one_address_become_one_and_other_companies_keep_theirs(self):
        self.env["crm.team"].search([]).assignment_max = 0
        self.team.crm_team_member_ids.assignment_max = 300
        address = {"email_from": "same@client.example", "type": "lead", "user_id": False}
        mine = self._create_lead(**address, team_id=False)
        for _number in range(11):
            mine |= self._create_lead(**address, team_id=False)
        theirs = self._create_lead(
            **address, team_id=self.team_xof.id, company_id=self.company_xof.id
        )
        self.team._action_assign_leads(force_quota=True, creation_delta_days=0)
        self.assertEqual(len(mine.exists()), 1)
        self.assertEqual(mine.exists().team_id, self.team)
        self.assertTrue(theirs.exists())
        log = self.env["crm.merge"].search([("res_id", "=", mine.exists().id)])
        self.assertEqual((log.res_model, log.record_count), ("crm.lead", 11))

    def test_a_merge_of_two_leads_has_a_budget_of_queries(self):
        pair = self._create_lead(name="One") | self._create_lead(name="Two")
        more = self._create_lead(name="Three") | self._create_lead(name="Four")
        pair._merge_opportunity(auto_unlink=False)
        self.env.flush_all()
        with self.assertQueryCount(50):
            more._merge_opportunity(auto_unlink=False)
            self.env.flush_all()
