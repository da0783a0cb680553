"""Headers and footers: one transparent sheet for each printed page, to be laid over it."""

import dataclasses
import json

from pdf_printer.chromium import PrintingError

#: Odoo puts the headers of all bodies into one element of this id, in the order of the bodies
CONTAINER = "minimal_layout_report_%ss"

#: rebuilds the document: for each page a sheet of its size with the page's header or footer at its place
BUILD_SHEETS = """((options) => {
    const container = document.getElementById(options.container) || document.body;
    const perBody = container !== document.body;
    const originals = [...container.childNodes];
    const elements = [...container.children];
    const style = document.createElement("style");
    style.textContent = `
        html, body { background: transparent !important; height: auto !important; overflow: visible !important;
                     margin: 0 !important; padding-top: 0 !important; padding-bottom: 0 !important; }
        .crm-sheet { position: relative; overflow: hidden; height: ${options.height}px; }
        .crm-sheet + .crm-sheet { break-before: page; }
        .crm-furniture { position: absolute; left: 0; right: 0; top: ${options.top}px; ${options.line} }`;
    document.head.appendChild(style);
    const fill = (box, name, value) => {
        for (const element of box.getElementsByClassName(name)) {
            element.textContent = value;
        }
    };
    const sheets = [];
    options.counts.forEach((count, body) => {
        for (let page = 1; page <= count; page++) {
            const box = document.createElement("div");
            box.className = "crm-furniture";
            for (const node of perBody ? [elements[body]].filter(Boolean) : originals) {
                box.appendChild(node.cloneNode(true));
            }
            fill(box, "page", page);
            fill(box, "topage", count);
            for (const name of ["section", "subsection", "subsubsection"]) {
                fill(box, name, "");
            }
            const sheet = document.createElement("div");
            sheet.className = "crm-sheet";
            sheet.appendChild(box);
            sheets.push(sheet);
        }
    });
    container.replaceChildren(...sheets);
    return Promise.all([...document.images].map((image) => image.decode().catch(() => null))).then(() => sheets.length);
})"""


def print_furniture(page, place, document, job, counts):
    """Print the headers or the footers of all pages.

    :param page.Page page: the tab
    :param str place: ``header`` or ``footer``
    :param bytes document: HTML that holds the header or footer of every body
    :param command_line.Job job: geometry
    :param list[int] counts: how many pages each body has
    :return: a PDF of as many pages as the bodies have together
    :rtype: bytes
    :raises PrintingError: when the sheets could not be made
    """
    layout = dataclasses.replace(job.layout, top=0, bottom=0)
    options = {
        "container": CONTAINER % place,
        "counts": counts,
        # a hair less than the page, so that rounding never makes a sheet spill over
        "height": layout.pixels(layout.height) - 2,
        "top": layout.pixels(_top(place, job)),
        "line": _line(place, job),
    }
    page.load(document)
    made = page.evaluate(f"{BUILD_SHEETS}({json.dumps(options)})")
    if made != sum(counts):
        raise PrintingError(f"The {place} of the document could not be printed.")
    return page.print_loaded(layout)


def _top(place, job):
    """Return where the header or the footer begins, in millimetres from the page's upper edge.

    As in wkhtmltopdf, the spacing of a header counts from the body upwards to the header's top.
    """
    if place == "footer":
        return job.layout.height - job.layout.bottom + job.footer_spacing
    return max(0, job.layout.top - job.header_spacing) if job.header_spacing else 0


def _line(place, job):
    if place == "header":
        return "border-bottom: 1px solid #000;" if job.header_line else ""
    return "border-top: 1px solid #000;" if job.footer_line else ""
