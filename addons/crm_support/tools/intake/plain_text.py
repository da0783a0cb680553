# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""E-mails written as plain text, made paragraphs: what they quote and how they are signed is marked, so that it can be folded away."""

import re
from itertools import islice

from markupsafe import Markup

#: who wrote what is quoted, in one to so many lines
LONGEST_INTRODUCTION = 6
LONGEST_SIGNATURE = 15
#: a text of more lines is somebody's file: it is shown as it is
MOST_LINES = 5_000
#: no mail program introduces a quotation in a longer line
LONGEST_LINE = 300
DEEPEST_QUOTATION = 8

_QUOTED = re.compile(r"^ ?>")
_MARK, _MARKS = re.compile(r"^ ?> ?"), re.compile(r"^[> ]+")
#: after a line that says who wrote it
_MARKED = re.compile(r"^ ?[>|]")
_VERB = r"(?:wrote|writes|écrit|schrieb|schreef|geschreven|skrev|escribió|escreveu|ha scritto|napisał(?:\(a\))?|написала?|пишет?|пише|写道)"
_WRITES, _WROTE = (
    re.compile(_VERB, re.IGNORECASE),
    re.compile(rf"{_VERB}\s*(?:[:：]|-{{3,}})?$", re.IGNORECASE),
)
_ADDRESS = re.compile(r"<[^<>]*@[^<>]*>")
_ADDRESS_AT_END = re.compile(r"<\s*[^<>\s]+@[^<>\s]+\s*>\s*[:：]?$")
_INTRODUCES = re.compile(
    r"^(?:on|le|am|op|el|em|il|den|em|dnia|w dniu|-{3,} on)\b|^\d|<[^<>]*@|^[^,:]{3,60}<",
    re.IGNORECASE,
)
_DIGIT, _TIME = re.compile(r"\d"), re.compile(r"\d:\d\d")
_ORIGINAL = re.compile(
    r"^\s*-{3,}\s*(?:original message|original appointment|message d['’]origine|message original|mensaje original|mensagem original|"
    r"messaggio originale|ursprüngliche nachricht|oorspronkelijk bericht|оригинальное сообщение)\s*-{3,}\s*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^\s*-{3,}.*(?:forwarded|transféré|weitergeleitet|reenviado|inoltrato|doorgestuurd).*-{3,}\s*$",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"^\W{0,2}(?:sent (?:from|using|via)|get outlook|envoyé (?:de|depuis|à partir|avec)|télécharge[rz] outlook|obtenez outlook|"
    r"gesendet (?:von|mit)|enviado (?:desde|do)|inviato da|verzonden (?:met|vanaf)|sendt fra|skickat från)\b.{0,90}$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*_{8,}\s*$")
_FROM = re.compile(
    r"^\W{0,2}(?:from|de|von|da|van|expéditeur|od|от)\W{0,2}\s?:\W{0,2}\s*\S", re.IGNORECASE
)
_HEADER = re.compile(
    r"^\W{0,2}(?:sent|date|to|cc|subject|envoyé|à|objet|copie|pour|gesendet|datum|an|betreff|enviado|para|asunto|assunto|fecha|inviato|data|a|oggetto|risposta|"
    r"verzonden|aan|onderwerp|wysłano|do|temat|reply-to)(?: le)?\W{0,2}\s?:",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^--\s?$")
_FOLDED = Markup('<div data-o-mail-quote="1">%s</div>')
_LINK = re.compile(r"https?://[^\s<>\"']{1,500}(?<![.,;:!?)\]])", re.IGNORECASE)
_INDENT = re.compile(r"^ +|(?<= ) +")


def to_html(text, *, is_flowed=False):
    r"""Return a text as HTML: paragraphs, links that can be clicked, and what others wrote marked as quoted.

    :param str text: as it was written
    :param bool is_flowed: whether lines that end with a space go on in the next one (RFC 3676)
    :rtype: Markup

    >>> to_html("Good morning,\n\nit burns.\nPlease come <now>\n")
    Markup('<p>Good morning,</p><p>it burns.<br/>Please come &lt;now&gt;</p>')
    >>> to_html("Thanks\n\nOn 2 March, Support wrote:\n> Unplug it\n")
    Markup('<p>Thanks</p><div data-o-mail-quote="1"><p>On 2 March, Support wrote:</p><blockquote><p>Unplug it</p></blockquote></div>')
    >>> to_html("one \ntwo\n", is_flowed=True)
    Markup('<p>one two</p>')
    >>> to_html("(See https://example.com/a)")
    Markup('<p>(See <a href="https://example.com/a" target="_blank" rel="noreferrer noopener">https://example.com/a</a>)</p>')
    """
    lines = re.split(r"\r\n|\r|\n", text)
    if is_flowed:
        lines = list(_join_flowed(lines))
    lines = [line.rstrip() for line in lines]
    if len(lines) > MOST_LINES:
        return Markup("<pre>%s</pre>") % text
    parts = []
    for is_folded, start, end in split(lines):
        paragraphs = _quote_paragraphs if is_folded else _to_paragraphs
        if html := paragraphs(lines[start:end]):
            parts.append(_FOLDED % html if is_folded else html)
    return Markup("").join(parts)


def split(lines):
    """Divide the lines of an e-mail into what its sender wrote, and what he quotes or signs with.

    :param list[str] lines: without spaces at their ends
    :return: triples of whether it is quoted, its first line and the one after its last
    :rtype: list[tuple[bool, int, int]]

    >>> split(["Yes", "", "-----Original Message-----", "From: us"])
    [(False, 0, 2), (True, 2, 4)]
    >>> split(["> Does it burn?", "Yes", "-- ", "Awa"])
    [(True, 0, 1), (False, 1, 2), (True, 2, 4)]
    """
    parts, place, number, own = [], 0, 0, False
    while number < len(lines):
        line = lines[number]
        end = _find_fold(lines, number, own=own) if line and len(line) <= LONGEST_LINE else 0
        if end:
            parts += [(False, place, number), (True, number, end)]
            place = number = end
        elif _FORWARDED.match(line[:LONGEST_LINE]):
            own, number = True, len(lines)
        else:
            own, number = own or bool(line), number + 1
    if not own:  # whoever only quotes means what he quotes
        return [(False, 0, len(lines))]
    return _merge(lines, [*parts, (False, place, len(lines))])


def _merge(lines, parts):
    """Return parts without empty ones between those that are folded away."""
    merged = []
    for is_folded, start, end in parts:
        is_empty = not any(lines[start:end])
        if merged and (is_empty or merged[-1][0] == is_folded):
            merged[-1] = (merged[-1][0], merged[-1][1], end)
        elif not is_empty:
            merged.append((is_folded, start, end))
    return merged


def _find_fold(lines, number, *, own):
    """Return where the part ends that is folded away from a line on; 0 when the line is its sender's own.

    :param bool own: whether he wrote anything before it
    """
    if own and _starts_history(lines, number):
        return len(lines)
    if end := _find_quotation(lines, number):
        return end
    if end := _find_introduction(lines, number):
        return len(lines) if own else end
    return _find_device(lines, number) if own else 0


def _find_device(lines, number):
    """Return where the lines end that tell what device an e-mail was written on, when nothing of its sender's own follows; 0 otherwise."""
    end = number
    while end < len(lines) and (not lines[end] or _DEVICE.match(lines[end])):
        end += 1
    if end == number:
        return 0
    is_last = end == len(lines) or _starts_history(lines, end) or _find_quotation(lines, end)
    return end if is_last or _find_introduction(lines, end) else 0


def _starts_history(lines, number):
    """Tell whether all from here on is an older e-mail, or the signature."""
    line = lines[number]
    if _SIGNATURE.match(line):
        rest = (
            other for other in islice(lines, number + 1, None) if other and not _QUOTED.match(other)
        )
        return len(list(islice(rest, LONGEST_SIGNATURE + 1))) <= LONGEST_SIGNATURE
    if _RULE.match(line):
        return any(_is_header(lines, number + step) for step in (1, 2))
    return bool(_ORIGINAL.match(line)) or _is_header(lines, number)


def _is_header(lines, number):
    """Tell whether the head of an older e-mail stands here: who wrote it, and two things more at least."""
    if number >= len(lines) or not _FROM.match(lines[number]):
        return False
    following = [line for line in lines[number + 1 : number + 7] if line]
    return sum(bool(_HEADER.match(line)) for line in following) >= 2


def _find_quotation(lines, number):
    """Return where a quotation ends that begins here, with or without a line that introduces it; 0 when none does."""
    start = number
    if not _QUOTED.match(lines[number]):
        start = _find_introduction(lines, number, is_followed=True)
        while 0 < start < len(lines) and not lines[start]:
            start += 1
        if not start or start >= len(lines) or not _MARKED.match(lines[start]):
            return 0
    mark, end = _MARKED if start > number else _QUOTED, start
    for place in range(start, len(lines)):
        if mark.match(lines[place]):
            end = place + 1
        elif lines[place]:
            break
    return end


def _find_introduction(lines, number, *, is_followed=False):
    """Return where the lines end that say who wrote what follows; 0 when none stand here.

    :param bool is_followed: whether lines with a mark must follow: then less is asked of it
    """
    if not lines[number] or not _INTRODUCES.search(lines[number]):
        return 0
    said = ""
    for end in range(number + 1, min(number + LONGEST_INTRODUCTION, len(lines)) + 1):
        line = lines[end - 1]
        if not line and not _TIME.search(said):
            return 0
        said = f"{said} {line}".strip()
        if len(said) > LONGEST_LINE:
            return 0
        if _says_who(said) or (
            is_followed and _DIGIT.search(said) and _ADDRESS_AT_END.search(said)
        ):
            return end
    return 0


def _says_who(text):
    """Tell whether a text says when who wrote."""
    if not _DIGIT.search(text):
        return False
    is_open = text.endswith((":", "："))
    return bool(_WROTE.search(text) or (is_open and _WRITES.search(text) and _ADDRESS.search(text)))


def _join_flowed(lines):
    """Join the lines that a mail program broke (RFC 3676)."""
    held, held_depth = "", 0
    for line in lines:
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if held and depth == held_depth:
            line = held + content
        elif held:
            yield held
        held, held_depth = "", depth
        if line.endswith(" ") and content != "-- ":
            held = line
        else:
            yield line
    if held:
        yield held


def _to_paragraphs(lines):
    """Return lines as paragraphs, as they were written."""
    paragraphs = (part for is_text, part in _divide(lines, bool) if is_text)
    return Markup("").join(
        Markup("<p>%s</p>") % Markup("<br/>").join(map(_to_line, part)) for part in paragraphs
    )


def _quote_paragraphs(lines, depth=0):
    """Return lines as paragraphs, those with a mark as quotations without it."""
    html = []
    for is_quoted, part in _divide(lines, lambda line: bool(_QUOTED.match(line))):
        if is_quoted:
            mark = _MARKS if depth == DEEPEST_QUOTATION else _MARK
            inner = _quote_paragraphs([mark.sub("", line, count=1) for line in part], depth + 1)
            html.append(Markup("<blockquote>%s</blockquote>") % inner)
        else:
            html.append(_to_paragraphs(part))
    return Markup("").join(html)


def _divide(lines, tell):
    """Return the runs of lines that a function says the same of, each with what it says."""
    start = 0
    for place in range(1, len(lines) + 1):
        if place == len(lines) or tell(lines[place]) != tell(lines[start]):
            yield tell(lines[start]), lines[start:place]
            start = place


def _to_line(line):
    """Return one line, with the spaces that set it in and addresses as links."""
    text = _INDENT.sub(lambda spaces: "\u00a0" * len(spaces[0]), line.expandtabs(4))
    html, place = Markup(), 0
    for link in _LINK.finditer(text):
        html += Markup('%s<a href="%s" target="_blank" rel="noreferrer noopener">%s</a>') % (
            text[place : link.start()],
            link[0],
            link[0],
        )
        place = link.end()
    return html + text[place:]
