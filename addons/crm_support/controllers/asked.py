# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people send with a form: read alike on the portal and on the public form."""

import logging

from odoo.http import request

from ..tools.uploads import LARGEST, MOST_FILES, clean_name, find_refusal

_logger = logging.getLogger(__name__)

LONGEST_LINE, LONGEST_TEXT = 200, 20_000
#: largest request: the files, and the words around them
LARGEST_REQUEST = MOST_FILES * LARGEST + 1024 * 1024
#: pages that tell of tickets are kept nowhere, and hand their address to nobody
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def read_line(asked, name, longest=LONGEST_LINE):
    """Return one line of what was sent, without what is no text."""
    return " ".join(str(asked.get(name) or "").replace("\x00", "").split())[:longest]


def read_text(asked, name):
    text = str(asked.get(name) or "").replace("\x00", "").replace("\r\n", "\n")
    return text.strip()[:LONGEST_TEXT]


def read_choice(asked, name, choices):
    """Return the record that was chosen, none when it is none of those that are offered.

    :param choices: what is offered
    """
    number = str(asked.get(name) or "")
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    return choices.filtered(lambda record: record.id == wanted)


def read_files():
    """Return the files of this request, and why they are not taken.

    :return: pairs of name and content, and a sentence, empty when they are taken
    """
    sent = [file for file in request.httprequest.files.getlist("files") if file.filename]
    sized = [(clean_name(file.filename), file.stream.seek(0, 2)) for file in sent]
    reason, name = find_refusal(sized)
    if reason:
        return [], _say_refusal(reason, name)
    files = []
    for (cleaned, _size), file in zip(sized, sent, strict=True):
        file.stream.seek(0)
        files.append((cleaned, file.stream.read()))
    return files, ""


def _say_refusal(reason, name):
    if reason == "number":
        return request.env._("No more than %s files at once, please.", MOST_FILES)
    if reason == "size":
        megabytes = LARGEST // 1024 // 1024
        return request.env._("%(name)s is larger than %(size)s MB.", name=name, size=megabytes)
    return request.env._(
        "%s is a program: we do not take these. Send a picture, a document or an archive.", name
    )


def note_unknown(asked, known, page):
    """Leave a trace of what no page of ours sends.

    :param dict asked: all that was sent
    :param known: names that the page sends
    :param str page: which it was
    """
    unknown = sorted(asked.keys() - set(known))
    if unknown:
        _logger.info(
            "%s: ignored %d unknown fields: %s",
            page,
            len(unknown),
            ", ".join(map(repr, unknown[:50]))[:1000],
        )
