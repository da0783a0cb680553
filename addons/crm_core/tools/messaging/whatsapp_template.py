# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Templates of WhatsApp: which variables they have, and what they look like when these are filled in.

What a variable holds is text and stays text: it is put in once, and never read as a template again.
"""

import re
from typing import NamedTuple

VARIABLE = re.compile(r"\{\{\s*(\w{1,60})\s*\}\}")
FILE_HEADERS = ("image", "video", "document")
LONGEST_VALUE = 1000


class Variable(NamedTuple):
    """One place to fill in: in the ``header``, the ``body`` or a ``button`` (of that ``index``), by number or name."""

    component: str
    name: str
    index: int = 0


def read_components(components):
    """Return the parts of a template by their type, in small letters; what has no known form is left out."""
    found = components if isinstance(components, list) else []
    return {
        str(part.get("type") or "").lower(): part
        for part in reversed(found)
        if isinstance(part, dict)
    }


def get_text(components, kind):
    """Return the text of the header, the body or the footer."""
    text = read_components(components).get(kind, {}).get("text")
    return text if isinstance(text, str) else ""


def get_buttons(components):
    """Return the buttons of a template."""
    buttons = read_components(components).get("buttons", {}).get("buttons")
    return (
        [button for button in buttons if isinstance(button, dict)]
        if isinstance(buttons, list)
        else []
    )


def get_header_format(components):
    """Return ``text``, ``image``, ``video``, ``document``, ``location``, or nothing."""
    return str(read_components(components).get("header", {}).get("format") or "").lower()


def find_variables(components):
    """Return what is to be filled in, in the order in which it is read.

    :rtype: list[Variable]

    >>> find_variables([{"type": "BODY", "text": "{{1}}, {{ 2 }}, {{1}}"}])
    [Variable(component='body', name='1', index=0), Variable(component='body', name='2', index=0)]
    """
    found = [
        Variable(kind, name)
        for kind in ("header", "body")
        for name in VARIABLE.findall(get_text(components, kind))
    ]
    for index, button in enumerate(get_buttons(components)):
        found += [
            Variable("button", name, index)
            for name in VARIABLE.findall(str(button.get("url") or ""))
        ]
    return list(dict.fromkeys(found))


def clean_value(text):
    """Return a value as WhatsApp takes it: in one line, without long gaps.

    >>> clean_value("  Awa\\n Koné ")
    'Awa Koné'
    """
    return " ".join(str(text or "").split())[:LONGEST_VALUE]


def fill(text, values):
    """Put values into a text, each as it is.

    >>> fill("Bonjour {{1}}, {{2}}", {"1": "{{2}}", "2": "{{7*7}}"})
    'Bonjour {{2}}, {{7*7}}'
    """
    return VARIABLE.sub(lambda match: values.get(match[1], match[0]), text)


def fill_all(components, values):
    """Return a template's text with its values, as a person will read it.

    :param dict values: text by :class:`Variable`
    """
    parts = []
    for kind in ("header", "body", "footer"):
        own = {
            variable.name: value for variable, value in values.items() if variable.component == kind
        }
        parts.append(fill(get_text(components, kind), own))
    return "\n\n".join(part for part in parts if part)


def get_parameters(components, values, *, is_named=False, header_file=None):
    """Return what the API wants to know of a template's variables.

    :param dict values: text by :class:`Variable`
    :param bool is_named: the variables have names, not numbers
    :param dict header_file: what the API is told of the picture, video or document of the header: its address
    :rtype: list[dict]

    >>> get_parameters([{"type": "BODY", "text": "{{1}}"}], {Variable("body", "1"): "Awa"})
    [{'type': 'body', 'parameters': [{'type': 'text', 'text': 'Awa'}]}]
    """
    found = []
    header = get_header_format(components)
    if header in FILE_HEADERS:
        found.append(
            {"type": "header", "parameters": [{"type": header, header: header_file or {}}]}
        )
    for kind in ("header", "body"):
        parameters = [
            _get_parameter(variable, values, is_named)
            for variable in find_variables(components)
            if variable.component == kind
        ]
        if parameters:
            found.append({"type": kind, "parameters": parameters})
    found += [
        {
            "type": "button",
            "sub_type": "url",
            "index": str(variable.index),
            "parameters": [{"type": "text", "text": values.get(variable, "")}],
        }
        for variable in find_variables(components)
        if variable.component == "button"
    ]
    return found


def _get_parameter(variable, values, is_named):
    parameter = {"type": "text", "text": values.get(variable, "")}
    return {**parameter, "parameter_name": variable.name} if is_named else parameter
