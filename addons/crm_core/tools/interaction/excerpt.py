# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import html
import re

#: what the beginning of a message is read of: enough for an excerpt, however long the message
READ = 8000
LENGTH = 240

_QUOTE = re.compile(
    r"<blockquote|data-o-mail-quote|gmail_quote|o_mail_reply_content|<div[^<>]{0,200}divRplyFwdMsg|"
    r"-{3,9}\s{0,9}(?:Original Message|Message d'origine|Forwarded message)",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(style|script|head|title)\b.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"<[^>]*(?:>|\Z)")
_SPACE = re.compile(r"[\s\u00a0\u200b-\u200f\ufeff\u00ad\u034f]+")
_INLINE = re.compile(r"</?(?:b|i|u|em|strong|span|a|font|small|code)\b[^<>]*>", re.IGNORECASE)


def to_text(body):
    """Return the text of HTML on one line, without tags. It is text: who shows it escapes it.

    >>> to_text("<p>Bonjour <b>Awa</b>,</p><style>p {}</style><p>votre&nbsp;offre &lt;ici&gt;</p>")
    'Bonjour Awa, votre offre <ici>'
    >>> to_text("<img src=x onerror=alert(1)")
    ''
    """
    text = _UNSEEN.sub(" ", body or "")
    text = _TAG.sub(" ", _INLINE.sub("", text))
    return _SPACE.sub(" ", html.unescape(text)).strip()


def get_excerpt(body, length=LENGTH):
    """Return the beginning of a message as plain text, without what it quotes.

    >>> get_excerpt("<p>Oui.</p><blockquote>Venez-vous ?</blockquote>")
    'Oui.'
    >>> get_excerpt("<blockquote>A lone quotation is what was said</blockquote>")
    'A lone quotation is what was said'
    >>> get_excerpt("Yes. -----Original Message----- From: us")
    'Yes.'
    >>> get_excerpt('<p>Oui.</p><div class="gmail_quote">Venez-vous ?</div>')
    'Oui.'
    >>> get_excerpt("one two three", length=9)
    'one two…'
    """
    body = (body or "")[:READ]
    quote = _QUOTE.search(body)
    text = to_text(body[: _get_start(body, quote.start())]) if quote else ""
    return shorten(text or to_text(body), length)


def _get_start(body, place):
    """Return where the tag begins in which a quotation was recognised, or the place itself outside of tags."""
    return place if body[place] in "<-" else max(0, body.rfind("<", 0, place))


def shorten(text, length=LENGTH):
    """Return a text, or the words of it that fit."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.") + "…"


def split_first_paragraph(body):
    """Return the text of the first paragraph, and the HTML after it.

    >>> split_first_paragraph("<div><p>Call done: Budget</p><div>He has it</div></div>")
    ('Call done: Budget', '<div>He has it</div></div>')
    """
    first, _, rest = (body or "").partition("</p>")
    return to_text(first), rest
