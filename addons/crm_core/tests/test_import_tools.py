# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The plain tools of the import: their examples, and the reader of tables."""

import codecs
import contextlib
import datetime
import doctest
import gzip
import importlib
import io
import pkgutil
import time
import zipfile

import xlsxwriter

from odoo.tests import BaseCase, tagged

from odoo.addons.crm_core.tools import cell_parsers, source_formats, tabular_file
from odoo.addons.crm_core.tools.tabular_file import (
    Limits,
    TabularFileError,
    looks_like_headerless,
    open_table,
)


def _xlsx(*rows, title="Data"):
    """The bytes of a workbook with one sheet of these rows."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet(title)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, datetime.datetime):
                    sheet.write_datetime(number, column, value, moment)
                elif isinstance(value, datetime.date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
    return stream.getvalue()


def _zip(**parts):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestDoctests(BaseCase):
    def _run_doctests(self, package):
        names = [info.name for info in pkgutil.iter_modules(package.__path__)]
        modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
        results = [doctest.testmod(module) for module in [package, *modules]]
        self.assertEqual(sum(result.failed for result in results), 0)
        self.assertGreater(sum(result.attempted for result in results), 0)

    def test_examples_of_the_table_reader_hold(self):
        self._run_doctests(tabular_file)

    def test_examples_of_the_cell_parsers_hold(self):
        self._run_doctests(cell_parsers)

    def test_examples_of_the_source_formats_hold(self):
        self._run_doctests(source_formats)


@tagged("post_install", "-at_install")
class TestTextTables(BaseCase):
    def _values(self, source, **options):
        return [row.values for row in open_table(source, "file.csv", **options).rows()]

    def _errors(self, source, **options):
        rows = open_table(source, "file.csv", **options).rows()
        return {row.number: row.error for row in rows if row.error}

    def test_every_byte_order_mark_is_understood(self):
        for mark, encoding in (
            (codecs.BOM_UTF8, "utf-8"),
            (codecs.BOM_UTF16_LE, "utf-16-le"),
            (codecs.BOM_UTF16_BE, "utf-16-be"),
            (codecs.BOM_UTF32_LE, "utf-32-le"),
            (codecs.BOM_UTF32_BE, "utf-32-be"),
        ):
            with self.subTest(encoding=encoding):
                table = open_table(mark + "Nom,Ville\nZoé,Lomé\n".encode(encoding), "a.csv")
                self.assertEqual(table.encoding, encoding)
                self.assertEqual(table.headers, ["Nom", "Ville"])
                self.assertEqual([row.values for row in table.rows()], [["Zoé", "Lomé"]])

    def test_a_wrong_byte_order_mark_does_not_hide_the_encoding(self):
        source = codecs.BOM_UTF16_BE + '"column1","column2"\na,b\n'.encode("utf-32-le")
        table = open_table(source, "a.csv")
        self.assertEqual((table.encoding, table.headers), ("utf-32-le", ["column1", "column2"]))

    def test_french_one_byte_encodings_are_told_apart(self):
        text = (
            "Société;Prénom;Ville\nÉlectricité de l'Est;Françoise;Orléans\nLa Fenêtre;Zoé;Nîmes\n"
        )
        for encoding in ("cp1252", "mac-roman", "cp850"):
            with self.subTest(encoding=encoding):
                table = open_table(text.encode(encoding), "a.csv")
                self.assertEqual(table.encoding, encoding)
                self.assertEqual(table.headers[1], "Prénom")

    def test_one_foreign_word_among_few_others_does_not_change_the_encoding(self):
        lines = ["Nom;Ville", "Étoile;Lomé", "Kofi \U0001f680;Accra"]
        source = "\n".join(lines).encode() + "\nAmi;Thiès\n".encode("cp1252")
        self.assertEqual(open_table(source, "villes.csv").encoding, "utf-8")

    def test_a_few_foreign_bytes_spoil_their_line_only(self):
        source = ("Nom,Ville\n" + "Zoé,Orléans\n" * 30).encode() + b"Ren\xe9,Lyon\n"
        table = open_table(source, "a.csv")
        self.assertEqual(table.encoding, "utf-8")
        self.assertEqual(self._errors(source), {32: "bad_encoding"})

    def test_separators_are_found_by_regular_columns(self):
        for source, delimiter in (
            ("Nom;Prix;Remise\nVis, écrou;1,5;2,5\nClou;3,5;4,5\n", ";"),
            ("a\tb\n1,5\t2\n", "\t"),
            ("a|b\n1|2\n", "|"),
            ("name,notes\nA,x; y\nB,z; t\n", ","),
            ("sep=;\nA,1;B\n1;2\n", ";"),
        ):
            with self.subTest(source=source):
                self.assertEqual(open_table(source.encode(), "a.csv").delimiter, delimiter)

    def test_a_list_of_one_column_is_a_table(self):
        self.assertEqual(
            self._values(b"email\na@edge.com\nb@edge.com\n"), [["a@edge.com"], ["b@edge.com"]]
        )

    def test_a_log_without_titles_is_noticed_and_read(self):
        source = b" 00004 0001 19970101  2   29.33\n 00004 0001 19970118 12    9.73\n"
        self.assertTrue(looks_like_headerless(open_table(source, "log.txt")))
        rows = list(open_table(source, "log.txt", header_row=0).rows())
        self.assertEqual(rows[0].values, ["00004", "0001", "19970101", "2", "29.33"])
        self.assertEqual([row.number for row in rows], [1, 2])

    def test_titles_above_the_table_are_skipped(self):
        table = open_table(b"Export of deals\n\nName,Stage,Amount\nA,Won,3\n", "a.csv")
        self.assertEqual((table.header_row, table.headers), (3, ["Name", "Stage", "Amount"]))

    def test_titles_are_stripped_numbered_and_never_empty(self):
        table = open_table(b"Phone , Phone,,x\n1,2,3,4\n", "a.csv")
        self.assertEqual(table.headers, ["Phone", "Phone (2)", "Column 3", "x"])

    def test_line_numbers_count_lines_inside_quotes(self):
        rows = list(open_table(b'a,b\n1,"x\n\ny"\n\n2,z\n', "a.csv").rows())
        self.assertEqual(
            [(row.number, row.values) for row in rows], [(2, ["1", "x\n\ny"]), (6, ["2", "z"])]
        )

    def test_doubled_quotes_and_inch_marks_are_read(self):
        source = b'a,b\n"""The Best"" Account",x\n5" pipe,y\n'
        self.assertEqual(self._values(source), [['"The Best" Account', "x"], ['5" pipe', "y"]])

    def test_an_unclosed_quote_costs_one_line(self):
        source = b'a,b,c\n1,"x,3\n4,5,6\n7,8,9\n1,2,3\n4,"5",6\n'
        self.assertEqual(self._errors(source), {2: "unbalanced_quote"})
        self.assertEqual(len(self._values(source)), 5)

    def test_a_quote_closed_far_below_does_not_swallow_rows(self):
        source = b'a,b,c\n1,2,"x\n4,5,6\n7,8,9\n1,2,3\n4,5,y"\n7,7,7\n'
        self.assertEqual(self._errors(source)[2], "unbalanced_quote")
        self.assertIn(["7", "8", "9"], self._values(source))

    def test_the_rest_of_a_broken_cell_is_not_taken_for_a_row(self):
        source = b'a,b,c\n1,"first\nsecond "quoted" part",3\n4,5,6\n'
        self.assertEqual(list(self._errors(source)), [2, 3])

    def test_surplus_cells_are_reported_and_missing_ones_filled(self):
        source = b"a,b,c\n1,2,3,\n1,2,3,4\n1\n"
        self.assertEqual(self._errors(source), {3: "too_many_cells"})
        self.assertEqual(self._values(source)[2], ["1", "", ""])

    def test_reading_starts_again_at_a_line(self):
        table = open_table(b"a,b\n1,2\n3,4\n5,6\n", "a.csv")
        self.assertEqual([row.number for row in table.rows(start=3)], [3, 4])
        self.assertEqual([row.number for row in table.rows()], [2, 3, 4])

    def test_a_cell_may_be_longer_than_the_csv_module_allows(self):
        self.assertEqual(len(self._values(b'a,b\n1,"' + b"x" * 200_000 + b'"\n')[0][1]), 200_000)

    def test_a_nul_and_an_emoji_stay_in_their_cell(self):
        self.assertEqual(self._values("a,b\n1\x00,🚀\n".encode()), [["1\x00", "🚀"]])

    def test_packed_files_are_read(self):
        table = open_table(gzip.compress(b"a,b\n1,2\n"), "a.csv.gz")
        self.assertEqual(
            (table.name, [row.values for row in table.rows()]), ("a.csv", [["1", "2"]])
        )


@tagged("post_install", "-at_install")
class TestWorkbooks(BaseCase):
    def test_cells_read_as_a_person_sees_them(self):
        source = _xlsx(
            ["When", "Day", "Zip", "Amount", "Open", "Formula"],
            [
                datetime.datetime(2025, 6, 17, 14, 41, 14, 997000),
                datetime.date(2025, 7, 17),
                10407,
                70.0,
                True,
                "'=1+1",
            ],
        )
        table = open_table(source, "a.xlsx")
        self.assertEqual((table.kind, table.sheets, table.sheet), ("xlsx", ("Data",), "Data"))
        row = next(table.rows())
        self.assertEqual(row.number, 2)
        self.assertEqual(
            row.values[:5], ["2025-06-17 14:41:15", "2025-07-17", "10407", "70", "TRUE"]
        )

    def test_row_numbers_count_empty_rows(self):
        table = open_table(_xlsx(["a", "b"], [], [None, "x"]), "a.xlsx")
        self.assertEqual([(row.number, row.values) for row in table.rows()], [(3, ["", "x"])])

    def test_reading_stops_after_many_empty_rows(self):
        source = _xlsx(["a", "b"], ["1", "2"], *[[]] * 30, ["3", "4"])
        self.assertEqual(len(list(open_table(source, "a.xlsx").rows())), 2)
        limits = Limits(max_empty_rows=10)
        self.assertEqual(len(list(open_table(source, "a.xlsx", limits=limits).rows())), 1)

    def test_an_unknown_sheet_is_refused(self):
        with self.assertRaises(TabularFileError) as raised:
            open_table(_xlsx(["a"], ["1"]), "a.xlsx", sheet="Missing")
        self.assertEqual(raised.exception.code, "bad_sheet")
        self.assertEqual(raised.exception.args_dict, {"name": "a.xlsx", "sheet": "Missing"})


@tagged("post_install", "-at_install")
class TestRefusedFiles(BaseCase):
    def _code(self, source, **options):
        with self.assertRaises(TabularFileError) as raised:
            list(open_table(source, "file.csv", **options).rows())
        self.assertTrue(str(raised.exception))
        return raised.exception.code

    def test_files_that_are_no_tables_are_refused_with_a_reason(self):
        packed = gzip.compress(b"a,b\n1,2\n" * 1000)
        for source, code in (
            (b"", "empty"),
            (b"\n \n", "empty"),
            (b"%PDF-1.4", "binary"),
            (bytes(range(256)) * 8, "binary"),
            (b"<html><table></table>", "markup"),
            (b"PK\x03\x04 broken", "corrupted"),
            (_zip(readme="text"), "archive"),
            (_zip(content_xml="<x/>"), "unsupported"),
            (_zip(xl__workbook_xml="<x/>"), "unreadable"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "unreadable"),
            (packed[:-12], "corrupted"),
            ("/no/such/file.csv", "unreadable"),
            (
                b"Permission is hereby granted to any person to use this text freely.\n",
                "not_a_table",
            ),
        ):
            with self.subTest(source=source[:30]):
                self.assertEqual(self._code(source), code)

    def test_a_protected_workbook_is_refused(self):
        part = "EncryptedPackage".encode("utf-16-le")
        source = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + part + bytes(600)
        self.assertEqual(self._code(source), "encrypted")

    def test_a_file_that_explodes_when_unpacked_is_refused(self):
        limits = Limits(max_bytes=1 << 20)
        self.assertEqual(
            self._code(gzip.compress(b"a,b\n" * (1 << 19)), limits=limits), "too_large"
        )
        bomb = _zip(xl__workbook_xml="<x/>", xl__sharedStrings_xml=b"a" * (21 << 20))
        self.assertEqual(self._code(bomb), "too_large")

    def test_a_small_file_does_not_become_a_large_one(self):
        self.assertEqual(self._code(gzip.compress(b"a,b\n" * (6 << 20))), "too_large")

    def test_a_file_of_one_endless_line_is_read_in_pieces(self):
        before = time.process_time()
        with contextlib.suppress(TabularFileError):
            list(open_table(b"sep= \n" + b" " * (1 << 20) + b'"x', "blank.csv").rows())
        table = open_table(b"Name,City\n" + b"x" * (80 << 20), "long.csv")
        self.assertEqual(max(len(row.values[0]) for row in table.rows()), 4 << 20)
        self.assertLess(time.process_time() - before, 20)

    def test_bad_options_are_refused(self):
        source = b"a,b\n1,2\n"
        self.assertEqual(self._code(source, encoding="klingon"), "bad_encoding")
        self.assertEqual(self._code(source, delimiter=",,"), "bad_delimiter")
        self.assertEqual(self._code(source, header_row=9), "no_header")
        self.assertEqual(self._code(source, limits=Limits(max_columns=1)), "too_many_columns")
