# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.tests import tagged

from .import_undo_common import ImportUndoCase
from .test_import_formats import SF_ACCOUNTS, SF_CONTACTS, SF_DEALS


@tagged("post_install", "-at_install")
class TestImportUndoKept(ImportUndoCase):
    """What people did since is kept, with what it uses."""

    def _create_lead(self, **values):
        return self.env["crm.lead"].create(
            {
                "name": "New business",
                "company_id": self.company.id,
                "user_id": False,
                "team_id": False,
                **values,
            }
        )

    def _import_deals(self, **values):
        job = self._import({"Opportunity.csv": SF_DEALS}, **values)
        return job, self._records(job, "crm.lead")

    def test_scoring_and_conversion_are_no_changes(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        rates = self.env["res.currency.rate"].with_company(self.company)
        rate = rates.create({"currency_id": dollar.id, "name": "2024-01-01", "rate": 1.1})
        job, leads = self._import_deals(currency_id=dollar.id)
        deal = leads[0]
        self.assertEqual(deal.currency_id, dollar)
        before = deal.expected_revenue
        rate.rate = 1.5
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET currency_rate_date = '2024-05-01' WHERE id = %s", (deal.id,)
        )
        self.env.invalidate_all()
        as_server = self.env["crm.lead"].with_user(SUPERUSER_ID)
        # a scheduled action commits, which a test must not
        with self._later(), patch.object(self.env.cr, "commit", self.env.flush_all):
            as_server._cron_convert_open_deals()
            as_server._cron_update_automated_probabilities()
        self.assertNotEqual(deal.expected_revenue, before, "the conversion wrote")
        self.assertEqual(deal.write_uid.id, SUPERUSER_ID)
        self._undo(job)
        self.assertFalse(leads.exists(), self._sentences(job))

    def test_points_that_a_lead_has_since_are_no_use_of_it(self):
        self.env["crm.score.rule"].search([]).active = False
        self.env["crm.score.limit"].create({"name": "Any", "points": 1, "is_owner_told": False})
        self.env["crm.score.rule"].create({"name": "All", "points": 5, "domain": "[]"})
        job, leads = self._import_deals()
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            self.env.ref("crm_core.ir_cron_crm_score").method_direct_trigger()
        self.env.invalidate_all()
        scores = self.env["crm.lead.score"].search([("lead_id", "in", leads.ids)])
        passages = self.env["crm.score.passage"].search([("lead_id", "in", leads.ids)])
        self.assertTrue(scores)
        self.assertTrue(passages)
        self._undo(job)
        self.assertFalse(leads.exists(), self._sentences(job))

    def test_what_an_automation_does_is_a_change(self):
        job, leads = self._import_deals()
        deal = leads[0]
        action = self.env["ir.actions.server"].create(
            {
                "name": "Mark as hot",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "state": "code",
                "code": "record.write({'priority': '3'})",
            }
        )
        with self._later():
            action.with_user(SUPERUSER_ID).with_context(
                active_model="crm.lead", active_id=deal.id
            ).run()
        self.assertEqual((deal.priority, deal.write_uid.id), ("3", SUPERUSER_ID))
        self._assert_kept(job, deal, "it was changed after the import")

    def test_records_that_others_use_are_kept_and_reported(self):
        job, edge = self._import_partner()
        self._create_lead(partner_id=edge.id)
        self._assert_kept(job, edge, "other records use it (Lead")
        self.assertEqual(job.kept_count, 1)

    def test_what_people_hang_on_a_record_keeps_it(self):
        model_id = self.env["ir.model"]._get_id("res.partner")

        def plan(partner):
            partner.activity_schedule("mail.mail_activity_data_todo", user_id=self.seller.id)

        def attach(partner):
            self.env["ir.attachment"].create(
                {"name": "Contract", "raw": b"x", "res_model": "res.partner", "res_id": partner.id}
            )

        def meet(partner):
            self.env["calendar.event"].create(
                {
                    "name": "Visit",
                    "start": "2030-01-01 10:00:00",
                    "stop": "2030-01-01 11:00:00",
                    "res_model_id": model_id,
                    "res_id": partner.id,
                }
            )

        def write(partner):
            partner.with_user(self.seller).message_post(body="They called.", message_type="comment")

        for what, word in (
            (plan, "Activity"),
            (attach, "Attachment"),
            (meet, "Calendar Event"),
            (write, "Message"),
        ):
            with self.subTest(what=what.__name__):
                job, lyon = self._import_partner("Edge Lyon")
                marks = lyon.write_date
                with self._later():
                    what(lyon)
                self.assertEqual(lyon.write_date, marks, "the record itself was not written")
                self._assert_kept(job, lyon, f"other records use it ({word}")
                lyon.parent_id.unlink()
                lyon.unlink()

    def test_what_the_server_notes_by_itself_keeps_nothing(self):
        job, edge = self._import_partner()
        with self._later():
            edge._message_log(body="Merged")
        self._undo(job)
        self.assertFalse(edge.exists(), self._sentences(job))

    def test_tags_that_people_put_on_other_records_are_kept(self):
        job = self._import({"deals.csv": 'Opportunity,Tags\nPumps,"Hot lead, Cold store"\n'})
        tags = self._records(job, "crm.tag").sorted("name")
        self.assertEqual(tags.mapped("name"), ["Cold store", "Hot lead"])
        other = self._create_lead()
        with self._later():
            other.tag_ids = tags[1]
        self._assert_kept(job, tags[1], "other records use it (Lead")
        self.assertEqual(other.tag_ids, tags[1])
        self.assertEqual(tags.exists(), tags[1])
        self.assertEqual(job.kept_count, 1)

    def test_categories_of_partners_likewise(self):
        job = self._import(
            {"contacts.csv": "First Name,Last Name,Email,Tags\nGus,Ray,gus@x.example,Builder\n"}
        )
        category = self._records(job, "res.partner.category")
        self.assertEqual(category.name, "Builder")
        with self._later():
            self.env.company.partner_id.category_id = category
        self._assert_kept(job, category, "other records use it (Contact")
        self.assertFalse(self._records(job, "res.partner").exists() - self.env.company.partner_id)

    def test_a_category_that_was_there_is_no_use_of_a_partner(self):
        self.env["res.partner.category"].create({"name": "Builder"})
        job = self._import(
            {"contacts.csv": "First Name,Last Name,Email,Tags\nGus,Ray,gus@x.example,Builder\n"}
        )
        partner = self._records(job, "res.partner")
        self._undo(job)
        self.assertFalse(partner.exists(), self._sentences(job))

    def test_tags_go_once_the_record_that_the_import_gave_them_to_is_set_back(self):
        there = self._create_contact()
        job = self._import(
            {"contacts.csv": "First Name,Last Name,Email,Tags\nGus,Ray,gus@x.example,Builder\n"},
            policy="update",
        )
        category = self._records(job, "res.partner.category")
        self.assertEqual(there.category_id, category)
        self._undo(job)
        self.assertFalse(there.category_id)
        self.assertFalse(category.exists(), self._sentences(job))

    def test_what_a_kept_record_uses_is_kept_with_it(self):
        job = self._import(
            {"Opportunity.csv": SF_DEALS, "Contact.csv": SF_CONTACTS, "Account.csv": SF_ACCOUNTS}
        )
        edge, lyon, rose = self._records(job, "res.partner")
        with self._later():
            lyon.with_user(self.seller).city = "Villeurbanne"
        self._undo(job)
        self.assertEqual((edge + lyon + rose).exists(), edge + lyon, self._sentences(job))
        self.assertEqual(lyon.parent_id, edge)
        self.assertEqual(job.kept_count, 2)

    def test_what_is_free_by_now_goes_with_a_second_undo(self):
        job, edge = self._import_partner()
        lead = self._create_lead(partner_id=edge.id)
        self._undo(job)
        self.assertEqual((edge.exists(), job.kept_count), (edge, 1))
        lead.unlink()
        self._undo(job)
        self.assertFalse(edge.exists())
        self.assertEqual((job.kept_count, self._sentences(job)), (0, []))

    def test_a_salesperson_whose_partner_is_used_stays(self):
        job = self._import(
            {"team.csv": "sales_agent,manager,regional_office\nZoe A,Max,North\nPaul B,Max,North\n"}
        )
        zoe, paul = self._records(job, "res.users").filtered(lambda user: user.name != "Max")[:2]
        partners = zoe.partner_id + paul.partner_id
        self.assertEqual(zoe.name, "Zoe A")
        self._create_lead(partner_id=zoe.partner_id.id)
        self._assert_kept(job, zoe, "other records use it (Lead")
        self.assertEqual(partners.exists(), zoe.partner_id)
        self.assertFalse(paul.exists())
