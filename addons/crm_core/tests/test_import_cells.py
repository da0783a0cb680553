# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The plain tools of the import: cells, and the formats of other programs."""

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_core.tools.cell_parsers import (
    CellError,
    clean_text,
    detect_date_format,
    detect_number_format,
    name_key,
    near,
    nearest,
    normalize_header,
    parse_boolean,
    parse_date,
    parse_datetime,
    parse_emails,
    parse_integer,
    parse_number,
    salesforce_id18,
)
from odoo.addons.crm_core.tools.source_formats import recognise

# titles of a file -> where it comes from, what it holds
EXPORTS = {
    "Id,IsDeleted,Name,ParentId,BillingCity,AnnualRevenue": ("salesforce", "company"),
    "ID,ISDELETED,ACCOUNTID,NAME,STAGENAME,CLOSEDATE,ISWON": ("salesforce", "deal"),
    "Opportunity Name,Account Name,Stage,Close Date,Opportunity Owner": ("salesforce", "deal"),
    "Id,OpportunityId,CreatedDate,StageName,Amount": ("salesforce", "stage_history"),
    "Subject,Who:Contact-email": ("salesforce", "activity"),
    "Record ID,First Name,Last Name,Email,Contact owner,Lead Status": ("hubspot", "contact"),
    "Record ID,Deal Name,Deal Stage,Amount,Pipeline,Deal owner": ("hubspot", "deal"),
    "Person - Name*,Person - Phone,Deal - Title,Deal - Value": ("pipedrive", "deal"),
    "Record Id,Lead Owner.id,Lead Owner,Is Converted,Company,Last Name": ("zoho", "lead"),
    "First Name,ID,Phone Work,Primary Address Street,Date Created": ("suitecrm", "contact"),
    "id,name,amount,amountCurrency,accountId,closeDate": ("espocrm", "deal"),
    "Potential Name,Potential No,Related To,Assigned To": ("vtiger", "deal"),
    "Order Reference,Customer*,Order Lines/Products*,Order Lines/Quantity": ("odoo", "quotation"),
    "firstname,lastname,company,email,country": ("mautic", "mailing_contact"),
    "email,name,attributes": ("listmonk", "mailing_contact"),
    "opportunity_id,sales_agent,product,account,deal_stage,close_value": ("maven", "deal"),
    "Raison sociale,Adresse,CP,Ville,Effectif": ("generic", "company"),
    "Prénom,Nom,Société,Courriel": ("generic", "contact"),
    "Opportunité,Client,Montant,Étape": ("generic", "deal"),
}


@tagged("post_install", "-at_install")
class TestCells(BaseCase):
    def _code(self, parse, *args):
        with self.assertRaises(CellError) as raised:
            parse(*args)
        return raised.exception.code

    def test_amounts_of_many_countries_are_read(self):
        for text, value in {
            "1\u202f234,56": 1234.56,
            "1\xa0234,56": 1234.56,
            "1.234.567,8": 1234567.8,
            "1,23,456.5": 123456.5,
            "1'234.50": 1234.5,
            "10 000 F CFA": 10000.0,
            "1 200 XOF": 1200.0,
            "3 k€": 3000.0,
            "($1,200.50)": -1200.5,
            "−5": -5.0,
            "5-": -5.0,
            "1.0E+9": 1e9,
        }.items():
            with self.subTest(text=text):
                self.assertEqual(parse_number(text), value)

    def test_texts_that_are_no_numbers_are_refused(self):
        for text in ("n/a", "12 34 56", "12/05/2024", "1.2.3", "nan", "1e400", "9" * 500, "--5"):
            with self.subTest(text=text):
                self.assertEqual(self._code(parse_number, text), "number")
        self.assertEqual(self._code(parse_number, "12,5", "."), "number")
        self.assertEqual(self._code(parse_integer, "2.5"), "integer")

    def test_the_decimal_sign_is_found_over_the_column(self):
        self.assertEqual(detect_number_format(["1,234", "12,5"]).decimal, ",")
        self.assertTrue(detect_number_format(["1,234", "5,678"]).ambiguous)

    def test_date_times_become_utc(self):
        for text, expected in {
            "2010-10-14T12:00:00.000Z": "2010-10-14 12:00:00",
            "2010-10-14T12:00:00.000Z-0300": "2010-10-14 15:00:00",
            "07/15/2009T02:14:45+0800": "2009-07-14 18:14:45",
            "2009-07-14T14:14:45+02:00": "2009-07-14 12:14:45",
            "2009-07-14 10:00 PST": "2009-07-14 18:00:00",
            "2009-07-14 10:00 America/Los_Angeles": "2009-07-14 17:00:00",
            "2009-07-14 10:00 GMT+1": "2009-07-14 09:00:00",
            "16 Apr, 2021 00:02:00": "2021-04-16 00:02:00",
            "16 avril 2021 à 14h30": "2021-04-16 14:30:00",
            "45631.5": "2024-12-05 12:00:00",
        }.items():
            with self.subTest(text=text):
                self.assertEqual(str(parse_datetime(text)), expected)

    def test_the_zone_of_the_file_does_not_move_dates_without_time(self):
        self.assertEqual(str(parse_datetime("2024-07-01", tz="Asia/Tokyo")), "2024-07-01 00:00:00")
        self.assertEqual(
            str(parse_datetime("2024-07-01 09:00", tz="Asia/Tokyo")), "2024-07-01 00:00:00"
        )

    def test_invalid_dates_are_refused(self):
        for text in ("2024-02-30", "31/31/2024", "2009\\7\\14", "2009-07/14", "hello", "x" * 9999):
            with self.subTest(text=text[:20]):
                self.assertEqual(self._code(parse_date, text), "date")
        self.assertEqual(self._code(parse_date, "02/03/24"), "date_ambiguous")
        self.assertEqual(self._code(parse_date, "12/31/2024", "dmy"), "date_order")
        self.assertEqual(self._code(parse_datetime, "2024-01-01 25:00"), "time")
        self.assertEqual(self._code(parse_datetime, "2024-01-01 10:00 XYZT"), "timezone")
        self.assertIsNone(parse_date("0000-00-00"))

    def test_the_order_of_dates_is_found_over_the_column(self):
        for samples, order, ambiguous in (
            (["02/03/24", "02/23/26 08:55 PM"], "mdy", False),
            (["02/03/24", "23/02/26"], "dmy", False),
            (["02/03/24", "03/04/24"], "dmy", True),
            (["07/15/2009", "2009-07-14"], "mdy", False),
            (["2017-08-04T09:09:33.000+0000"], "ymd", False),
            (["19970101"], "compact", False),
            (["45631.0"], "serial", False),
            (["16 avril 2021"], "text", False),
        ):
            with self.subTest(samples=samples):
                found = detect_date_format(samples)
                self.assertEqual((found.order, found.ambiguous), (order, ambiguous))
        self.assertIsNone(detect_date_format(["foo", "bar"]))

    def test_yes_and_no_are_read_in_two_languages(self):
        self.assertTrue(all(map(parse_boolean, ("1", "true", "YES", "Oui", "vrai", "x"))))
        self.assertFalse(any(map(parse_boolean, ("0", "False", "no", "NON", "faux", ""))))
        self.assertEqual(self._code(parse_boolean, "maybe"), "boolean")

    def test_addresses_in_one_cell_are_sorted_into_good_and_bad(self):
        self.assertEqual(
            parse_emails('"Levy, B." <b@edge.com>; j.davis@expressl&t.net\u3000, info@café.fr'),
            (["b@edge.com", "info@café.fr"], ["j.davis@expressl&t.net"]),
        )

    def test_texts_lose_control_characters_only(self):
        self.assertEqual(clean_text(" a\x00\x07b 👩‍💻 "), "ab 👩‍💻")
        self.assertEqual(clean_text("=cmd|' /C calc'!A0"), "=cmd|' /C calc'!A0")

    def test_names_are_compared_without_case_accents_or_signs(self):
        self.assertEqual(name_key("Société ÉTOILE & Cie"), name_key("societe etoile - cie"))
        self.assertEqual(normalize_header("MailingPostalCode*"), "mailing postal code")
        self.assertTrue(near("technolgy", "technology"))
        self.assertFalse(near("Nissan 12", "Nissan 13"))
        self.assertEqual(nearest("Philipines", ["Kenya", "Philippines"]), "Philippines")

    def test_short_salesforce_ids_get_their_three_letters(self):
        self.assertEqual(salesforce_id18("00Qbm00000Orxk5"), "00Qbm00000Orxk5EAB")
        self.assertEqual(self._code(salesforce_id18, "12"), "salesforce_id")


@tagged("post_install", "-at_install")
class TestSourceFormats(BaseCase):
    def _found(self, titles, **options):
        found = recognise(titles.split(","), **options)
        return found.source, found.entity

    def test_exports_are_recognised_by_their_titles(self):
        for titles, expected in EXPORTS.items():
            with self.subTest(titles=titles):
                self.assertEqual(self._found(titles), expected)

    def test_unknown_files_are_not_guessed(self):
        self.assertEqual(self._found("column1,column2"), (None, None))
        self.assertEqual(self._found("Ticket No,Severity,Solution,Name"), (None, None))

    def test_record_ids_tell_the_entity_when_titles_do_not(self):
        titles, options = "Id,Name", {"samples": [["001x00000035m0iAAA", "Edge"]]}
        self.assertEqual(self._found(titles, **options), ("salesforce", "company"))
        options["samples"] = [["003x00000035m0iAAA", "Rose"]]
        self.assertEqual(self._found(titles, **options), ("salesforce", "contact"))

    def test_system_columns_are_ignored_for_a_reason_and_custom_ones_offered(self):
        found = recognise(
            ["Id", "IsDeleted", "StageName", "BillingAddress", "SystemModstamp", "SLA__c"]
        )
        self.assertEqual(found.columns[1].field, "deleted")
        found = recognise(
            ["Id", "Name", "BillingCity", "BillingStreet", "BillingAddress", "SLA__c"]
        )
        self.assertTrue(found.columns[4].is_ignored)
        self.assertTrue(found.columns[4].reason)
        self.assertEqual((found.id_column, found.unmapped), (0, ["SLA__c"]))

    def test_links_tell_how_the_other_record_is_named(self):
        found = recognise(
            ["Record Id", "Deal Name", "Account Name.id", "Account Name", "Closing Date"]
        )
        self.assertEqual(
            [target.link for target in found.columns], [None, None, "id", "name", None]
        )
        self.assertEqual(found.columns[2].entities, ("company",))

    def test_a_field_takes_its_first_column(self):
        found = recognise(["First Name", "Last Name", "Email", "E-mail", "Phone"])
        self.assertEqual(found.unmapped, ["E-mail"])
