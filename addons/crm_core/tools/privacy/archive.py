# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The file that a person is handed: one table for each kind of record, to read and for other programs, and the documents."""

import html
import json
import re
import shutil
import tempfile
import zipfile

STYLE = "body{font:15px sans-serif;margin:2em}"
STYLE += "table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.3em .6em;text-align:left;vertical-align:top}"


class Archive:
    """A ZIP written row by row: memory does not grow with what is held.

    :param file: where it is written
    :param str title: heading of its first page
    """

    def __init__(self, file, title):
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.title, self.tables = title, []

    def add_table(self, name, title, columns, rows):
        """Write a table as JSON and as a page.

        :param str name: name of the files
        :param dict columns: headings by key
        :param rows: iterable of dictionaries
        :return: the number of rows
        :rtype: int
        """
        count = 0
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as data,
            tempfile.TemporaryFile("w+", encoding="utf-8") as page,
        ):
            page.write(_open_page(title, columns.values()))
            data.write("[")
            for row in rows:
                data.write(",\n" if count else "\n")
                data.write(json.dumps(row, ensure_ascii=False, default=str))
                page.write(_get_row(row.get(key) for key in columns))
                count += 1
            data.write("\n]\n")
            page.write("</table></body></html>\n")
            if count:
                self._add(f"data/{name}.json", data)
                self._add(f"{name}.html", page)
                self.tables.append((name, title, count))
        return count

    def add_file(self, name, content):
        """Write a document.

        :param bytes content: what it holds
        """
        plain = re.sub(r"[^\w.-]+", "_", name)[-120:]
        self.zip.writestr(f"files/{plain}", content)

    def close(self):
        """Write the first page and finish."""
        links = "".join(
            f"<li><a href='{name}.html'>{html.escape(title)}</a> ({count})</li>"
            for name, title, count in self.tables
        )
        self.zip.writestr("index.html", f"{_get_head(self.title)}<ul>{links}</ul></body></html>\n")
        self.zip.close()

    def _add(self, name, file):
        file.flush()
        file.buffer.seek(0)
        with self.zip.open(name, "w") as target:
            shutil.copyfileobj(file.buffer, target)


def _get_head(title):
    title = html.escape(title)
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style></head><body><h1>{title}</h1>"


def _open_page(title, headings):
    cells = "".join(f"<th>{html.escape(heading)}</th>" for heading in headings)
    return f"{_get_head(title)}<table><tr>{cells}</tr>\n"


def _get_row(values):
    cells = "".join(f"<td>{html.escape(_get_text(value))}</td>" for value in values)
    return f"<tr>{cells}</tr>\n"


def _get_text(value):
    if value in (None, False):
        return ""
    return (
        json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, dict | list)
        else str(value)
    )
