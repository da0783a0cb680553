# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a source format is described, and the short notation its columns are written in."""

import re
from dataclasses import dataclass, field

from ..cell_parsers import header_key
from .vocabulary import ENTITY_FIELDS, FIELD_PARSERS, LINK_ENTITIES

TARGET = re.compile(r"^(\w+)(?: by (id|name|email))?( many)?(?: as (\w+))?$")


@dataclass(frozen=True)
class ColumnTarget:
    """Where the cells of one column go.

    - ``field``: a field of the entity, see ``vocabulary``
    - ``parser``: how a cell is read: text, multiline, emails, phone, url, tags, json, number,
      integer, boolean, date or datetime
    - ``link``: None, or how another record is named: by its ``id``, ``name`` or ``email``
    - ``entities``: what the other record may be; ``many``: several in a cell, set apart by ``;``
    - ``reason``: why an ``ignored`` column is left out
    """

    field: str
    parser: str = "text"
    link: str | None = None
    entities: tuple = ()
    many: bool = False
    reason: str | None = None

    @property
    def is_ignored(self):
        return self.field == "ignored"


@dataclass
class SourceFormat:
    """One kind of file of one program.

    ``columns`` maps header keys (see ``header_key``) to targets, ``spellings`` are the titles as
    the program writes them. ``signature`` are keys of titles that tell this format from others,
    ``file_hints`` words of its usual file names, ``id_prefixes`` beginnings of its record ids.
    """

    source: str
    entity: str
    columns: dict
    spellings: frozenset
    signature: frozenset
    file_hints: tuple = ()
    id_prefixes: tuple = ()
    id_column: str | None = field(init=False, default=None)

    def __post_init__(self):
        ids = (key for key, target in self.columns.items() if target.field == "external_id")
        self.id_column = next(ids, None)


def source_format(source, entity, text, signature, *, file_hints="", id_prefixes=()):
    '''A SourceFormat from its columns in short notation, one target a line.

    ``Title | Other title = field by id many as parser``; the parts after the field are optional.
    ``Title | Other title ! reason`` leaves columns out on purpose. ``signature`` is a list of
    titles set apart by ``|``, ``file_hints`` one of words.

    >>> notation = """
    ... Id = external_id
    ... ParentId = parent by id
    ... BillingAddress ! Repeats other columns.
    ... """
    >>> accounts = source_format("salesforce", "company", notation, "ParentId")
    >>> accounts.columns["parentid"].link, accounts.columns["billingaddress"].reason
    ('id', 'Repeats other columns.')
    '''
    columns, spellings = {}, set()
    for line in filter(None, map(str.strip, text.splitlines())):
        titles, found = _parse_line(line, entity)
        spellings.update(titles)
        for title in titles:
            key = header_key(title)
            # what one list of columns leaves out, another may have a place for
            if key not in columns or columns[key].is_ignored:
                columns[key] = found
    keys = frozenset(header_key(title) for title in signature.split("|"))
    return SourceFormat(
        source, entity, columns, frozenset(spellings), keys, tuple(file_hints.split()), id_prefixes
    )


def _parse_line(line, entity):
    titles, mark, right = re.split(r"\s([=!])\s", line, maxsplit=1)
    titles = [title.strip() for title in titles.split(" | ")]
    if mark == "!":
        return titles, ColumnTarget("ignored", reason=right)
    return titles, target(entity, right)


def target(entity, notation):
    """The ColumnTarget of ``field by id many as parser``; the field must be one of the entity.

    >>> target("deal", "amount").parser, target("deal", "company by name").link
    ('number', 'name')
    """
    name, link, many, parser = TARGET.match(notation).groups()
    if name not in ENTITY_FIELDS[entity]:
        raise ValueError(f"{entity} has no field {name}")
    if link and name not in LINK_ENTITIES:
        raise ValueError(f"{name} is not a link")
    parser = parser or FIELD_PARSERS.get(name, "text")
    entities = LINK_ENTITIES[name] if link else ()
    return ColumnTarget(name, parser, link, entities, bool(many))
