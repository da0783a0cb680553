"""The arguments of wkhtmltopdf that Odoo uses; its others are refused rather than passed over."""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

from pdf_printer import paper
from pdf_printer.chromium import PrintingError


@dataclass(frozen=True)
class Job:
    """What to print.

    :param list[Path] bodies: HTML files, one document each
    :param Path output: the PDF file to write
    :param paper.Layout layout: the page
    :param Path header: HTML file with the header of every body, or None
    :param Path footer: HTML file with the footer of every body, or None
    :param float header_spacing: from the header's top to the body, in millimetres
    :param float footer_spacing: from the body to the footer's top, in millimetres
    :param bool header_line: whether a line is drawn under the header
    :param bool footer_line: whether a line is drawn over the footer
    :param bool print_media: whether the style sheets' rules for print hold
    :param dict cookies: sent to the server
    """

    bodies: list
    output: Path
    layout: paper.Layout
    header: Path = None
    footer: Path = None
    header_spacing: float = 0
    footer_spacing: float = 0
    header_line: bool = False
    footer_line: bool = False
    print_media: bool = False
    cookies: dict = field(default_factory=dict)


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise PrintingError(message)


def _parser():
    parser = _Parser(prog="wkhtmltopdf", add_help=False, allow_abbrev=False)
    for name in ("disable-local-file-access", "quiet", "disable-javascript", "enable-javascript"):
        parser.add_argument(f"--{name}", action="store_true")  # as it is anyway
    for name in ("viewport-size", "javascript-delay"):
        parser.add_argument(f"--{name}")  # of no use: no script runs, and the paper gives the width
    parser.add_argument("-s", "--page-size", default="A4")
    for name in ("page-width", "page-height"):
        parser.add_argument(f"--{name}", type=paper.millimetres)
    for short, side in (("T", "top"), ("R", "right"), ("B", "bottom"), ("L", "left")):
        parser.add_argument(f"-{short}", f"--margin-{side}", type=paper.millimetres, default=10)
    parser.add_argument("-O", "--orientation", type=str.lower, choices=["portrait", "landscape"])
    parser.add_argument("-d", "--dpi", type=int, default=96)
    parser.add_argument("--zoom", type=float, default=1)
    parser.add_argument("--disable-smart-shrinking", action="store_true")
    parser.add_argument("--print-media-type", action="store_true")
    for place in ("header", "footer"):
        parser.add_argument(f"--{place}-html", type=Path)
        parser.add_argument(f"--{place}-spacing", type=paper.millimetres, default=0)
        parser.add_argument(f"--{place}-line", action="store_true")
    parser.add_argument("--cookie-jar", type=Path)
    parser.add_argument("--cookie", nargs=2, action="append", default=[])
    parser.add_argument("bodies", type=Path, nargs="+")
    parser.add_argument("output", type=Path)
    return parser


def parse(arguments):
    """Return the job that a command line asks for.

    :param list[str] arguments: the command line after the program's name
    :rtype: Job
    :raises PrintingError: naming the argument that is wrong
    """
    options = _parser().parse_args(arguments)
    try:
        layout = _layout(options)
    except ValueError as error:
        raise PrintingError(str(error)) from error
    return Job(
        bodies=options.bodies,
        output=options.output,
        layout=layout,
        header=options.header_html,
        footer=options.footer_html,
        header_spacing=options.header_spacing,
        footer_spacing=options.footer_spacing,
        header_line=options.header_line,
        footer_line=options.footer_line,
        print_media=options.print_media_type,
        cookies=_cookies(options),
    )


def _layout(options):
    width, height = paper.size(options.page_size)
    width, height = options.page_width or width, options.page_height or height
    if options.orientation == "landscape":
        width, height = height, width
    shrinking = 1 if options.disable_smart_shrinking else paper.SMART_SHRINKING
    layout = paper.Layout(
        width,
        height,
        options.margin_top,
        options.margin_right,
        options.margin_bottom,
        options.margin_left,
        scale=min(2, max(0.1, options.zoom * shrinking)),
    )
    if layout.left + layout.right >= width or layout.top + layout.bottom >= height:
        raise ValueError("the margins leave nothing of the paper")
    return layout


def _cookies(options):
    """Return the cookies: the jar that Odoo writes holds one line, ``name=value; attribute; …``."""
    cookies = dict(options.cookie)
    if options.cookie_jar:
        name, _, value = options.cookie_jar.read_text().partition(";")[0].partition("=")
        if value:
            cookies[name.strip()] = value.strip()
    return cookies
