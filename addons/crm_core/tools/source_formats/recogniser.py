# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finds out which program a file comes from, what it holds, and where its columns go."""

import re
from dataclasses import dataclass, field

from ..cell_parsers import header_key, name_key
from . import (
    espocrm,
    generic,
    hubspot,
    mailing,
    odoo,
    pipedrive,
    sales_pipeline,
    salesforce,
    suitecrm,
    vtiger,
    zoho,
)

MODULES = [
    salesforce, hubspot, pipedrive, zoho, suitecrm, espocrm, vtiger, odoo, mailing, sales_pipeline,
    generic,
]  # fmt: skip
# more specific formats first: they win when scores are equal
FORMATS = [source_format for module in MODULES for source_format in module.FORMATS]
LEAST_SCORE = 0.48
COVERAGE_WEIGHT, SPELLING_WEIGHT, SIGNATURE_WEIGHT = 0.4, 0.2, 0.4
HINT_BONUS, ID_BONUS, GENERIC_FACTOR, UNSIGNED_FACTOR = 0.05, 0.3, 0.8, 0.7
SALESFORCE_ID = re.compile(r"^[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?$")


@dataclass
class Recognition:
    """What a file is taken for; ``source`` and ``entity`` are None when nothing fits.

    ``columns`` has a ColumnTarget or None for each title, ``id_column`` is the position of the
    external id or None, ``unmapped`` the titles without a target, ``score`` is from 0 to 1.
    ``alternatives`` are ``(score, source, entity)`` of the next best guesses.
    """

    source: str | None = None
    entity: str | None = None
    score: float = 0.0
    columns: list = field(default_factory=list)
    id_column: int | None = None
    unmapped: list = field(default_factory=list)
    alternatives: list = field(default_factory=list)


def recognise(headers, file_name="", samples=None):
    """The Recognition of a file by its titles, its name and a few rows (lists of texts).

    >>> found = recognise(["Id", "AccountId", "StageName", "CloseDate", "Colour__c"])
    >>> found.source, found.entity, found.id_column, found.unmapped
    ('salesforce', 'deal', 0, ['Colour__c'])
    >>> [column.field for column in recognise(["Prénom", "Nom", "Société", "Tél."]).columns]
    ['first_name', 'last_name', 'company', 'phone']
    """
    ranked = rank(headers, file_name, samples)
    if not ranked or ranked[0][0] < LEAST_SCORE:
        return Recognition(columns=[None] * len(headers), unmapped=list(headers))
    score, best = ranked[0]
    found = apply_format(best, headers)
    found.score = score
    found.alternatives = [(other, fmt.source, fmt.entity) for other, fmt in ranked[1:4]]
    return found


def rank(headers, file_name="", samples=None):
    """All formats that map some title, as ``(score, SourceFormat)``, best first."""
    words = set(name_key(file_name.rpartition("/")[2]).split())
    ids = _id_prefixes(headers, samples)
    scored = [(_score(fmt, headers, words, ids), fmt) for fmt in FORMATS]
    return sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])


def apply_format(source_format, headers):
    """The Recognition of a file under a format somebody chose.

    A field takes its first column only; a link may have a column by id and one by name.
    """
    columns, used = [], set()
    for header in headers:
        target = find_target(source_format, header)
        if target and not target.is_ignored:
            goal = (target.field, target.link)
            target = None if goal in used else target
            used.add(goal)
        columns.append(target)
    fields = [target.field if target else None for target in columns]
    return Recognition(
        source_format.source,
        source_format.entity,
        columns=columns,
        id_column=fields.index("external_id") if "external_id" in fields else None,
        unmapped=[header for header, found in zip(headers, fields, strict=True) if not found],
    )


def find_format(source, entity):
    """The SourceFormat of a source and an entity, or None."""
    found = (fmt for fmt in FORMATS if (fmt.source, fmt.entity) == (source, entity))
    return next(found, None)


def find_target(source_format, header):
    """The ColumnTarget of one title, or None."""
    found = source_format.columns.get(header_key(header))
    if found is None and source_format.source == "salesforce":
        found = salesforce.relation_target(source_format.entity, header)
    return found


def _score(source_format, headers, words, ids):
    """How well a format fits, 0 to 1: titles known, spelt alike, and telling ones among them."""
    headers = [header for header in headers if header.strip()]
    targets = [find_target(source_format, header) for header in headers]
    if not any(target and not target.is_ignored for target in targets):
        return 0.0
    mapped = sum(target is not None for target in targets) / len(headers)
    spelled = sum(title.rstrip("* ") in source_format.spellings for title in headers) / len(headers)
    signs = _signs(source_format, headers)
    score = COVERAGE_WEIGHT * mapped + SPELLING_WEIGHT * spelled + SIGNATURE_WEIGHT * signs
    score += HINT_BONUS * bool(words & set(source_format.file_hints))
    if ids:
        score += ID_BONUS if ids & set(source_format.id_prefixes) else -ID_BONUS
    elif not signs:
        score *= UNSIGNED_FACTOR
    if source_format.source == "generic":
        score *= GENERIC_FACTOR
    return round(max(0.0, min(score, 1.0)), 3)


def _signs(source_format, headers):
    """1 when two telling titles are there, or the only one there is; 0.5 for one of several."""
    keys = {header_key(header) for header in headers}
    signature = source_format.signature
    return min(len(keys & signature), 2) / min(len(signature), 2)


def _id_prefixes(headers, samples):
    """Beginnings of the Salesforce ids in the column Id, empty when it holds other things."""
    keys = [header_key(header) for header in headers]
    if "id" not in keys or not samples:
        return set()
    index = keys.index("id")
    ids = {row[index].strip() for row in samples if len(row) > index and row[index].strip()}
    if not ids or not all(map(SALESFORCE_ID.match, ids)):
        return set()
    prefixes = {record_id[:3] for record_id in ids}
    known = {prefix for fmt in salesforce.FORMATS for prefix in fmt.id_prefixes}
    return prefixes if prefixes <= known else set()
