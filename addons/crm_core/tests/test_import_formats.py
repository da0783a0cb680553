# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import datetime

from odoo.tests import tagged

from .import_common import ImportCase

SF_ACCOUNTS = (
    "Id,Name,ParentId,BillingCity,BillingCountry,Phone,NumberOfEmployees\n"
    "001bm00001ZL8U9AAL,Edge,,Paris,France,01 42 68 53 00,12\n"
    "001bm00001ZL8UAAA1,Edge Lyon,001bm00001ZL8U9,Lyon,France,,3\n"
)
SF_CONTACTS = "Id,AccountId,LastName,FirstName,Email,Title\n003bm00000zapthAAA,001bm00001ZL8U9AAL,Gonzalez,Rose,rose@edge.com,Buyer\n"
SF_DEALS = (
    "Id,AccountId,Name,StageName,Amount,Probability,CloseDate,IsClosed,IsWon,CreatedDate\n"
    "006bm00000LKJNNAA5,001bm00001ZL8U9AAL,Generators,Qualification,15000,10,02/03/24,FALSE,FALSE,01/15/24\n"
    "006bm00000LKJNOAA5,001bm00001ZL8U9AAL,Cables,Closed Won,900,100,02/23/24,TRUE,TRUE,01/20/24\n"
    "006bm00000LKJNPAA5,001bm00001ZL8U9AAL,Pipes,Closed Lost,700,0,02/23/24,TRUE,FALSE,01/20/24\n"
)


@tagged("post_install", "-at_install")
class TestImportFormats(ImportCase):
    def test_salesforce_files_link_to_one_another(self):
        job = self._import(
            {"Opportunity.csv": SF_DEALS, "Contact.csv": SF_CONTACTS, "Account.csv": SF_ACCOUNTS}
        )
        self.assertEqual(self._counts(job), (6, 0, 0, 0), self._sentences(job))
        edge, lyon, rose = self._records(job, "res.partner")
        self.assertEqual(lyon.parent_id, edge)
        self.assertEqual(rose.parent_id, edge)
        self.assertEqual(rose.commercial_company_name, "Edge")
        self.assertEqual(self._records(job, "crm.lead").partner_id, edge)

    def test_closed_deals_are_won_and_lost_as_if_closed_here(self):
        job = self._import({"Account.csv": SF_ACCOUNTS, "Opportunity.csv": SF_DEALS})
        opened, won, lost = self._records(job, "crm.lead")
        self.assertEqual(
            [lead.won_status for lead in (opened, won, lost)], ["pending", "won", "lost"]
        )
        self.assertEqual((won.probability, lost.probability, lost.active), (100, 0, False))
        self.assertEqual(opened.probability, 10)
        self.assertEqual(won.date_closed.date(), datetime.date(2024, 2, 23))
        self.assertEqual(won.create_date.date(), datetime.date(2024, 1, 20))
        self.assertEqual(won.day_close, 34)
        self.assertEqual(won.outcome_ids.result, "won")

    def test_the_stages_of_the_files_become_a_pipeline(self):
        job = self._import({"Opportunity.csv": SF_DEALS})
        pipeline = job.pipeline_id
        self.assertEqual(pipeline.name, "Salesforce")
        self.assertEqual(
            pipeline.stage_ids.sorted("sequence").mapped("name"),
            ["Qualification", "Closed Won", "Closed Lost"],
        )
        self.assertEqual(pipeline.stage_ids.filtered("is_won").name, "Closed Won")
        again = self._import({"Opportunity.csv": SF_DEALS.replace("006bm", "006bn")})
        self.assertEqual(again.pipeline_id, pipeline, "the pipeline that has the stages is chosen")

    def test_month_first_dates_are_found_by_the_column(self):
        job = self._import({"Opportunity.csv": SF_DEALS})
        self.assertEqual(self._records(job, "crm.lead")[0].date_deadline, datetime.date(2024, 2, 3))
        self.assertEqual(job.file_ids.date_order, "mdy")

    def test_french_titles_numbers_and_dates(self):
        text = (
            "Opportunité;Société;Contact;E-mail;Téléphone;Montant;Date de clôture prévue;Commercial\n"
            "Machines;Étoile SARL;Awa Diop;awa@etoile.sn;01 42 68 53 00;1 234,50 €;31/12/2030;Sonia Vendeuse\n"
        )
        job = self._import({"affaires.csv": text.encode("cp1252")})
        self.assertEqual(self._counts(job), (1, 0, 0, 0), self._sentences(job))
        deal = self._records(job, "crm.lead")
        self.assertEqual((deal.amount, deal.expected_revenue), (1234.5, 1234.5))
        self.assertEqual(deal.date_deadline, datetime.date(2030, 12, 31))
        self.assertEqual(deal.user_id, self.seller)
        self.assertEqual(deal.partner_id.parent_id.name, "Étoile SARL")
        self.assertEqual(deal.phone_sanitized, "+33142685300")

    def test_amounts_in_another_currency_are_converted(self):
        xof = self.env.ref("base.XOF")
        xof.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": xof.id,
                "name": "2020-01-01",
                "rate": 655.957,
                "company_id": self.company.id,
            }
        )
        job = self._import({"deals.csv": "Deal Name,Amount,Currency,Stage\nPump,655957,XOF,New\n"})
        deal = self._records(job, "crm.lead")
        self.assertEqual(deal.currency_id, xof)
        self.assertEqual(deal.amount, 655957)
        self.assertAlmostEqual(deal.expected_revenue, 1000, 2)

    def test_derived_values_are_those_that_odoo_would_derive(self):
        text = "Deal Name,Company,Contact,Email,Phone,Amount,Probability\nPump,ACME,Ada Lin,Ada@Acme.example,+33 1 42 68 53 00,200,25\n"
        job = self._import({"deals.csv": text})
        deal = self._records(job, "crm.lead")
        person = deal.partner_id
        given = deal.read(
            [
                "email_normalized",
                "phone_sanitized",
                "phone_state",
                "email_state",
                "email_domain_criterion",
                "won_status",
                "prorated_revenue",
                "forecast_category",
            ]
        )
        partner_given = person.read(
            [
                "complete_name",
                "commercial_partner_id",
                "commercial_company_name",
                "email_normalized",
                "phone_sanitized",
                "partner_share",
            ]
        )
        for records, values in ((deal, given), (person, partner_given)):
            for name in values[0].keys() - {"id"}:
                self.env.add_to_compute(records._fields[name], records)
            self.assertEqual(records.read(list(values[0])), values)

    def test_converted_leads_are_not_imported_once_more(self):
        leads = (
            "Id,LastName,FirstName,Company,Email,Status,IsConverted,ConvertedContactId\n"
            "00Qbm00000Orxk5EAB,Gonzalez,Rose,Edge,rose@edge.com,Closed - Converted,TRUE,003bm00000zapthAAA\n"
            "00Qbm00000Orxk6EAB,Boxer,Bertha,Farmers,bertha@farmers.com,Open,FALSE,\n"
        )
        job = self._import({"Contact.csv": SF_CONTACTS, "Lead.csv": leads})
        self.assertEqual(
            job.file_ids.filtered(lambda file: file.entity == "lead").mapped(
                lambda file: (file.created_count, file.skipped_count)
            ),
            [(1, 1)],
        )

    def test_an_unknown_table_is_refused_with_a_sentence(self):
        job = self._create_job(
            {
                "odd.csv": "column1,column2\na,b\n",
                "empty.csv": "",
                "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(200),
            }
        )
        self.assertEqual(set(job.file_ids.mapped("state")), {"refused"})
        for file in job.file_ids:
            self.assertIn(file.name, file.refusal)

    def test_activities_hang_on_their_records(self):
        tasks = (
            "Id,WhoId,Subject,ActivityDate,Status\n"
            "00T000000000001AAA,003bm00000zapthAAA,Call Rose,2030-01-05,Not Started\n"
            "00T000000000002AAA,003bm00000zapthAAA,Sent offer,2020-01-05,Completed\n"
        )
        job = self._import({"Contact.csv": SF_CONTACTS, "Task.csv": tasks})
        self.assertEqual(self._counts(job), (3, 0, 0, 0), self._sentences(job))
        rose = self._records(job, "res.partner").filtered(
            lambda partner: partner.name == "Rose Gonzalez"
        )
        self.assertEqual(
            rose.with_context(active_test=True).activity_ids.mapped("summary"), ["Call Rose"]
        )
        done = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search(
                [
                    ("res_model", "=", "res.partner"),
                    ("res_id", "=", rose.id),
                    ("active", "=", False),
                ]
            )
        )
        self.assertEqual(done.summary, "Sent offer")
