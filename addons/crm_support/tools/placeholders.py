# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Words in double braces that texts for customers hold: names of values, never code."""

import re

from markupsafe import Markup, escape

#: what texts for customers may name
PLACEHOLDERS = ("contact", "customer", "number", "subject", "team", "agent")
WORD = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def fill(text, values):
    """Return an HTML text with its placeholders replaced; those without a value stay as they are.

    :param str text: HTML
    :param dict values: plain texts by name of placeholder
    :rtype: markupsafe.Markup

    >>> fill("<p>Dear {{ contact }}</p>", {"contact": "Aya & Co <b>"})
    Markup('<p>Dear Aya &amp; Co &lt;b&gt;</p>')
    >>> fill("{{number}} {{7*7}} {{object.env}}", {"number": "T00001"})
    Markup('T00001 {{7*7}} {{object.env}}')
    >>> fill("{{contact}}", {"contact": "{{agent}}", "agent": "Eve"})
    Markup('{{agent}}')
    """

    def replace(match):
        name = match[1]
        return str(escape(values[name])) if name in values else match[0]

    # what stands around the placeholders is a sanitized field's own HTML; the values are escaped
    return Markup(WORD.sub(replace, str(text or "")))  # noqa: S704 # nosec


def find_unknown(text):
    """Return what is in double braces and no placeholder.

    >>> find_unknown("{{contact}} {{ cotnact }} {{7*7}}")
    ['cotnact', '7*7']
    """
    return [name for name in WORD.findall(str(text or "")) if name not in PLACEHOLDERS]
