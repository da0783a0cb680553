# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
import datetime
from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.tests import tagged

from .import_common import ImportCase
from .test_import_formats import SF_ACCOUNTS, SF_CONTACTS, SF_DEALS


@tagged("post_install", "-at_install")
class TestImportUndo(ImportCase):
    def setUp(self):
        super().setUp()
        self.moment = self.env.cr.now()

    @contextlib.contextmanager
    def _later(self):
        """A transaction after all others: a test has one only."""
        self._tick()
        with patch.object(self.env.cr, "now", lambda: self.moment):
            yield
            self.env.flush_all()

    def _tick(self, _job=None):
        self.env.flush_all()
        self.moment += datetime.timedelta(microseconds=1)

    def _import(self, files, **values):
        with self._later():
            return super()._import(files, **values)

    def _import_row_by_row(self, job):
        """Import with a transaction for each row."""
        with self._later(), patch.object(type(job), "_get_batch_size", lambda job: 1):
            job.action_import()
            job._work(on_progress=self._tick)
        return job

    def _import_with_a_pause(self, job, meanwhile):
        """Import one row, let somebody do something, and import the rest."""
        with patch.object(type(job), "_get_batch_size", lambda job: 1):
            with self._later():
                job.action_import()
                job._work(on_progress=lambda job: job.action_pause())
            self.assertEqual(job.state, "paused")
            with self._later():
                meanwhile()
            with self._later():
                job.action_resume()
                job._work(on_progress=self._tick)
        self.assertEqual(job.state, "done")
        return job

    def _undo(self, job):
        with self._later():
            job.action_undo()
            job._work(on_progress=self._tick)
        return job

    def _import_partner(self, name="Edge"):
        """An import of two companies, and one of these."""
        job = self._import({"Account.csv": SF_ACCOUNTS})
        return job, self._records(job, "res.partner").filtered(lambda found: found.name == name)

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

    def _assert_kept(self, job, record, reason):
        self._undo(job)
        self.assertTrue(record.exists(), f"{record} is gone")
        said = [
            sentence
            for sentence in self._sentences(job)
            if f"{record.display_name} was" in sentence
        ]
        self.assertEqual(len(said), 1, said)
        self.assertIn(reason, said[0])

    def _count(self, models):
        return {
            model: self.env[model].with_context(active_test=False).search_count([])
            for model in models
        }

    def test_undo_empties_what_the_import_filled(self):
        models = (
            "res.partner",
            "crm.lead",
            "crm.pipeline",
            "crm.stage",
            "crm.tag",
            "res.users",
            "crm.team",
            "utm.source",
        )
        before = self._count(models)
        job = self._import(
            {
                "Opportunity.csv": SF_DEALS,
                "Contact.csv": SF_CONTACTS,
                "Account.csv": SF_ACCOUNTS,
                "team.csv": "sales_agent,manager,regional_office\nZoe A,Max,North\n",
            }
        )
        self.assertNotEqual(before, self._count(models))
        self._undo(job)
        self.assertEqual(before, self._count(models), self._sentences(job))
        self.assertEqual((job.state, job.kept_count), ("undone", 0))

    def test_undone_rows_come_in_again(self):
        self._undo(self._import({"Account.csv": SF_ACCOUNTS}))
        self.assertEqual(self._counts(self._import({"Account.csv": SF_ACCOUNTS})), (2, 0, 0, 0))

    def test_updates_are_set_back(self):
        there = self._create_contact()
        job = self._import_update()
        self.assertEqual((there.city, len(self._get_names(there))), ("Brest", 1))
        self._undo(job)
        self.assertEqual(there.city, "Rome")

    # -- Changed since ---

    def test_records_changed_since_are_kept(self):
        job, lyon = self._import_partner("Edge Lyon")
        with self._later():
            lyon.with_user(self.seller).city = "Villeurbanne"
        self._assert_kept(job, lyon, "it was changed after the import")
        self.assertEqual(lyon.city, "Villeurbanne")

    def test_an_import_in_many_transactions_is_undone_as_a_whole(self):
        models = ("res.partner", "crm.lead", "crm.pipeline", "crm.stage")
        before = self._count(models)
        files = {
            "Opportunity.csv": SF_DEALS,
            "Contact.csv": SF_CONTACTS,
            "Account.csv": SF_ACCOUNTS,
        }
        job = self._import_row_by_row(self._create_job(files))
        self.assertEqual(self._counts(job), (6, 0, 0, 0))
        with patch("odoo.addons.crm_core.models.crm_import_undo.UNDO_BATCH", 1):
            self._undo(job)
        self.assertEqual(before, self._count(models), self._sentences(job))

    def test_what_somebody_changes_while_an_import_is_paused_is_kept(self):
        job = self._create_job({"Account.csv": SF_ACCOUNTS})

        def work_on_it():
            self._records(job, "res.partner").with_user(self.seller).city = "Nantes"

        self._import_with_a_pause(job, work_on_it)
        edge, lyon = self._records(job, "res.partner")
        self._assert_kept(job, edge, "it was changed after the import")
        self.assertEqual(edge.city, "Nantes")
        self.assertFalse(lyon.exists())

    def test_what_the_import_writes_later_does_not_hide_a_change(self):
        lines = SF_ACCOUNTS.splitlines()
        job = self._create_job({"Account.csv": "\n".join([lines[0], lines[2], lines[1]])})

        def work_on_it():
            self._records(job, "res.partner").with_user(self.seller).phone = "04 78 00 00 00"

        self._import_with_a_pause(job, work_on_it)
        lyon, edge = self._records(job, "res.partner")
        self.assertEqual(lyon.parent_id, edge, "the import wrote last: it set the parent")
        self._assert_kept(job, lyon, "it was changed after the import")
        self.assertEqual((lyon.phone, lyon.parent_id), ("04 78 00 00 00", edge))

    def test_updates_that_somebody_changed_since_stay(self):
        there = self._create_contact()
        job = self._import_update()
        with self._later():
            there.with_user(self.seller).city = "Lille"
        self._undo(job)
        self.assertEqual(there.city, "Lille")
        self.assertIn(
            "Gus Ray was not reset: it was changed after the import.", self._sentences(job)
        )

    def test_parents_that_an_import_set_are_set_back(self):
        companies = self.env["res.partner"].create(
            [
                {"name": name, "is_company": True, "company_id": self.company.id}
                for name in ("Edge", "Edge Lyon")
            ]
        )
        job = self._import({"Account.csv": SF_ACCOUNTS}, policy="update")
        self.assertEqual(companies[1].parent_id, companies[0])
        self._undo(job)
        self.assertFalse(companies[1].parent_id)

    # -- The superuser ---

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

    # -- Used since ---

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

    def test_one_that_refuses_to_go_does_not_hold_the_others(self):
        job, edge = self._import_partner()
        delete = type(edge).unlink

        def refuse(partners):
            if edge in partners:
                raise UserError(self.company.name)
            return delete(partners)

        with patch.object(type(edge), "unlink", refuse):
            self._assert_kept(job, edge, "it cannot be deleted (Import House)")
        self.assertEqual((job.undone_count, job.kept_count), (1, 1))

    def test_an_undo_that_was_cut_short_goes_on(self):
        job, edge = self._import_partner()

        def pull_the_plug(_job):
            raise RuntimeError

        with patch("odoo.addons.crm_core.models.crm_import_undo.UNDO_BATCH", 1):
            # assertRaises would take back what was done before
            with self._later(), contextlib.suppress(RuntimeError):
                job.action_undo()
                job._work(on_progress=pull_the_plug)
            self.assertEqual(job.state, "undoing")
            with self._later():
                job._work()
        self.assertEqual((job.state, job.kept_count), ("undone", 0), self._sentences(job))
        self.assertFalse(edge.exists())

    # -- Names ---

    def _get_names(self, record):
        names = self.env["ir.model.data"].search(
            [("model", "=", record._name), ("res_id", "in", record.ids)]
        )
        return names.filtered(lambda name: name.module.startswith("__import_")).mapped("name")

    def _create_contact(self):
        return self.env["res.partner"].create(
            {
                "name": "Gus Ray",
                "email": "gus@x.example",
                "city": "Rome",
                "company_id": self.company.id,
            }
        )

    def _import_update(self, **values):
        return self._import(
            {"contacts.csv": "First Name,Last Name,Email,City\nGus,Ray,gus@x.example,Brest\n"},
            **{"policy": "update", **values},
        )

    def test_a_row_that_stood_for_another_record_is_forgotten(self):
        there = self._create_contact()
        for policy, counts in (("update", (0, 1, 0, 0)), ("skip", (0, 0, 1, 0))):
            with self.subTest(policy=policy):
                job = self._import_update(policy=policy)
                self.assertEqual(self._counts(job), counts)
                self._undo(job)
                self.assertFalse(self._get_names(there))
                self.assertEqual(there.city, "Rome")
        there.unlink()
        self.assertEqual(self._counts(self._import_update()), (1, 0, 0, 0))

    def test_an_update_is_undone_and_then_the_import_before_it(self):
        first, edge = self._import_partner()
        names = self._get_names(edge)
        second = self._import(
            {"Account.csv": SF_ACCOUNTS.replace("Paris", "Pantin")}, policy="update"
        )
        self.assertEqual((edge.city, self._counts(second)), ("Pantin", (0, 1, 1, 0)))
        self._undo(second)
        self.assertEqual((edge.city, self._get_names(edge)), ("Paris", names))
        self._undo(first)
        self.assertFalse(edge.exists(), self._sentences(first))
        self.assertEqual(first.kept_count, 0)
        self.assertEqual(self._counts(self._import({"Account.csv": SF_ACCOUNTS})), (2, 0, 0, 0))

    def test_a_later_import_counts_as_a_change_until_it_is_undone(self):
        first, edge = self._import_partner()
        self._import({"Account.csv": SF_ACCOUNTS.replace("Paris", "Pantin")}, policy="update")
        self._assert_kept(first, edge, "it was changed after the import")
        self.assertEqual(edge.city, "Pantin")

    def test_undoing_an_update_does_not_hide_who_changed_the_record_before(self):
        first, edge = self._import_partner()
        with self._later():
            edge.with_user(self.seller).phone = "01 00 00 00 00"
        second = self._import(
            {"Account.csv": SF_ACCOUNTS.replace("Paris", "Pantin")}, policy="update"
        )
        self._undo(second)
        self.assertEqual((edge.city, edge.write_uid), ("Paris", self.seller))
        self._assert_kept(first, edge, "it was changed after the import")

    def test_an_import_with_records_cannot_be_deleted(self):
        job = self._import({"Account.csv": SF_ACCOUNTS})
        with self.assertRaisesRegex(Exception, "Undo it first"):
            job.unlink()
