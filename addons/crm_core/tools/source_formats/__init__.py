# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The files people bring from other programs: what they are and where their columns go.

The fields a column can go to are listed, entity by entity, in ``vocabulary``. To teach another
program, write a module with ``FORMATS`` like those here and append them to ``recogniser.FORMATS``.

>>> found = recognise(["Deal - Title", "Deal - Value", "Organization - Name*"])
>>> found.source, found.entity, [column.field for column in found.columns]
('pipedrive', 'deal', ['name', 'amount', 'company'])
"""

from .model import ColumnTarget, SourceFormat, source_format
from .recogniser import (
    FORMATS,
    Recognition,
    apply_format,
    find_format,
    find_target,
    rank,
    recognise,
)
from .vocabulary import ENTITIES, ENTITY_FIELDS, FIELD_PARSERS, LINK_ENTITIES

__all__ = [
    "ENTITIES",
    "ENTITY_FIELDS",
    "FIELD_PARSERS",
    "FORMATS",
    "LINK_ENTITIES",
    "ColumnTarget",
    "Recognition",
    "SourceFormat",
    "apply_format",
    "find_format",
    "find_target",
    "rank",
    "recognise",
    "source_format",
]
