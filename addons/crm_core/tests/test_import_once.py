# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .import_common import ImportCase

CONTACTS = "First Name,Last Name,Email,Phone,City\nAda,Lin,ada@x.example,01 42 68 53 00,Paris\nBob,Ray,bob@x.example,,Lyon\n"


@tagged("post_install", "-at_install")
class TestImportOnce(ImportCase):
    def test_importing_a_file_again_changes_nothing(self):
        """T-C4."""
        first = self._import({"contacts.csv": CONTACTS})
        self.assertEqual(self._counts(first), (2, 0, 0, 0), self._sentences(first))
        for policy in ("skip", "update", "create"):
            again = self._import({"contacts.csv": CONTACTS}, policy=policy)
            self.assertEqual(self._counts(again), (0, 0, 2, 0), policy)

    def test_a_changed_row_is_updated_and_the_others_are_skipped(self):
        job = self._import({"contacts.csv": CONTACTS})
        again = self._import({"contacts.csv": CONTACTS.replace("Lyon", "Lille")}, policy="update")
        self.assertEqual(self._counts(again), (0, 1, 1, 0), self._sentences(again))
        self.assertEqual(self._records(job, "res.partner").mapped("city"), ["Paris", "Lille"])

    def test_an_unchanged_row_does_not_undo_what_people_wrote_since(self):
        job = self._import({"contacts.csv": CONTACTS})
        ada = self._records(job, "res.partner")[0]
        ada.city = "Nantes"
        self._import({"contacts.csv": CONTACTS}, policy="update")
        self.assertEqual(ada.city, "Nantes")

    def test_two_names_with_two_ids_stay_two(self):
        job = self._import(
            {
                "Account.csv": "Id,Name,BillingCity\n001f4000009wJD7AAM,Nissan Motors,Paris\n001f4000003NkdXAAS,Nissan Motors,Tokyo\n"
            }
        )
        self.assertEqual(self._counts(job), (2, 0, 0, 0))
        again = self._import(
            {
                "Account.csv": "Id,Name,BillingCity\n001f4000009wJD7,Nissan Motors,Paris\n001f4000003NkdX,Nissan Motors,Tokyo\n"
            }
        )
        self.assertEqual(self._counts(again), (0, 0, 2, 0), "15 and 18 characters are one id")

    def test_people_who_share_an_address_stay_apart(self):
        rows = "".join(f"003f4000003d{n:03d}AAI,Person{n},shared@x.example\n" for n in range(30))
        job = self._import({"Contact.csv": "Id,LastName,Email\n" + rows})
        self.assertEqual(self._counts(job), (30, 0, 0, 0))

    def test_repeated_rows_come_in_once(self):
        """T-C6."""
        text = "First Name,Last Name,Email\nAda,Lin,ada@x.example\nAda,Lin,ADA@x.example\nAda,Lin,ada@x.example\n,,\n"
        job = self._import({"contacts.csv": text})
        self.assertEqual(self._counts(job), (1, 0, 2, 0), self._sentences(job))

    def test_empty_addresses_never_match(self):
        """T-C6."""
        self.env["res.partner"].create([{"name": "No Mail"}, {"name": "Nobody"}])
        job = self._import(
            {"contacts.csv": "First Name,Last Name,Email,Phone\nCleo,Fay,,\nDan,Gil,,\n"}
        )
        self.assertEqual(self._counts(job), (2, 0, 0, 0))

    def test_phone_only_rows_come_in(self):
        """T-C6."""
        text = "Name,Mobile\n,01 42 68 53 00\nEve,0142685300\nFay,+33 1 42 68 53 00\n"
        job = self._import({"contacts.csv": text})
        self.assertEqual(job.created_count, 3, self._sentences(job))

    def test_what_exists_is_kept_updated_or_created_by_the_policy(self):
        for policy, counts in (
            ("skip", (0, 0, 1, 0)),
            ("update", (0, 1, 0, 0)),
            ("create", (1, 0, 0, 0)),
        ):
            with self.subTest(policy=policy):
                there = self.env["res.partner"].create(
                    {
                        "name": f"Gus {policy}",
                        "email": f"gus.{policy}@x.example",
                        "company_id": self.company.id,
                    }
                )
                job = self._import(
                    {
                        "contacts.csv": f"First Name,Last Name,Email,City\nGus,{policy},gus.{policy}@x.example,Brest\n"
                    },
                    policy=policy,
                )
                self.assertEqual(self._counts(job), counts, self._sentences(job))
                self.assertEqual(there.city, "Brest" if policy == "update" else False)

    def test_a_person_is_found_by_number_however_it_is_written(self):
        """T-C6."""
        there = self.env["res.partner"].create(
            {"name": "Hal Orr", "phone": "+33 1 42 68 53 00", "company_id": self.company.id}
        )
        job = self._import(
            {"contacts.csv": "First Name,Last Name,Phone,City\nHal,Orr,01.42.68.53.00,Metz\n"},
            policy="update",
        )
        self.assertEqual(self._counts(job), (0, 1, 0, 0), self._sentences(job))
        self.assertEqual(there.city, "Metz")

    def test_columns_without_a_field_are_kept_as_properties_on_demand(self):
        job = self._create_job(
            {"contacts.csv": "First Name,Last Name,Email,Shoe size\nIvy,Poe,ivy@x.example,39\n"}
        )
        job.file_ids.column_ids.filtered(
            lambda column: column.header == "Shoe size"
        ).is_property = True
        job.action_import()
        job._work()
        ivy = self._records(job, "res.partner")
        values = {
            entry["string"]: entry["value"] for entry in ivy.read(["properties"])[0]["properties"]
        }
        self.assertEqual(values["Shoe size"], "39")

    def test_a_check_tells_what_the_import_then_does(self):
        files = {
            "contacts.csv": CONTACTS + "Ida,Noe,ida@x.example,,\n",
            "deals.csv": "Deal Name,Company,Stage,Amount,Close Date\nPump,Acme,New,12,not a date\nTap,Acme,New,7,2030-01-01\n",
        }
        job = self._create_job(files)
        before = (
            self.env["res.partner"].search_count([]),
            self.env["crm.lead"].search_count([]),
            self.env["crm.pipeline"].search_count([]),
        )
        job._check_rows()
        after = (
            self.env["res.partner"].search_count([]),
            self.env["crm.lead"].search_count([]),
            self.env["crm.pipeline"].search_count([]),
        )
        self.assertEqual(before, after)
        planned = self._counts(job)
        job.action_import()
        job._work()
        self.assertEqual(self._counts(job), planned)
        self.assertEqual(planned, (4, 0, 0, 1))

    def test_misspelt_words_are_matched_and_reported(self):
        self.env["crm.tag"].create({"name": "GTX Pro"})
        job = self._import(
            {"deals.csv": "Deal Name,Product,Stage,Country\nPump,GTXPro,New,Philipines\n"}
        )
        deal = self._records(job, "crm.lead")
        self.assertEqual(deal.tag_ids.name, "GTX Pro")
        self.assertEqual(deal.country_id, self.env.ref("base.ph"))
        self.assertIn("GTXPro was taken for GTX Pro.", self._sentences(job, "warning"))

    def test_unknown_salespeople_are_created_only_when_asked(self):
        text = "Deal Name,Stage,Salesperson\nPump,New,Nora Unknown\n"
        job = self._import({"deals.csv": text})
        self.assertFalse(self._records(job, "res.users"))
        self.assertIn("Nora Unknown is not known here. It was left empty.", self._sentences(job))
        job = self._import({"deals.csv": text.replace("Pump", "Tap")}, create_users=True)
        nora = self._records(job, "res.users")
        self.assertEqual((nora.name, nora.active, nora.group_ids.ids), ("Nora Unknown", False, []))
        self.assertEqual(self._records(job, "crm.lead").user_id, nora)

    def test_saved_mappings_are_proposed_again(self):
        text = "Bezeichnung,Betrag,Stage\nPumpe,12,New\n"
        job = self._create_job({"geschaefte.csv": text})
        file = job.file_ids
        file.entity = "deal"
        for column, target in zip(
            file.column_ids.sorted("sequence"), ("name", "amount", "stage"), strict=True
        ):
            column.target = target
        job.action_import()
        job._work()
        self.assertEqual(
            self._records(job, "crm.lead").mapped(lambda lead: (lead.name, lead.amount)),
            [("Pumpe", 12)],
        )
        again = self._create_job({"neue.csv": text.replace("Pumpe", "Ventil")})
        self.assertEqual(
            again.file_ids.column_ids.sorted("sequence").mapped("target"),
            ["name", "amount", "stage"],
        )

    def test_rows_that_were_found_are_linked_to_by_their_identifiers(self):
        acme = self.env["res.partner"].create({"name": "Acme Lomé", "is_company": True})
        accounts = "Id,Name\n001bm00001ZL8U9AAL,Acme Lomé\n"
        self._import({"Account.csv": accounts})
        contacts = "Id,FirstName,LastName,Email,AccountId\n003bm00000AbCdEAAV,Ada,Lin,ada@x.example,001bm00001ZL8U9AAL\n"
        job = self._import({"Contact.csv": contacts})
        self.assertEqual(self._records(job, "res.partner").parent_id, acme, self._sentences(job))

    def test_a_row_whose_record_the_database_deleted_comes_in_again(self):
        accounts = {"Account.csv": "Id,Name\n001bm00001ZL8U9AAL,Acme Lomé\n"}
        acme = self._records(self._import(accounts), "res.partner")
        self.env.cr.execute("DELETE FROM res_partner WHERE id = %s", acme.ids)
        self.env.invalidate_all()
        again = self._import(accounts)
        self.assertEqual(self._counts(again), (1, 0, 0, 0), self._sentences(again))
