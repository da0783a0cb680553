# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a target can take, and how one column of a file becomes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class FieldSpec:
    """One thing that a target takes from a file.

    - ``name``: how mappings name it; ``label``: what people read
    - ``parser``: how a cell is read: text, multiline, emails, phone, url, tags, json, number, integer, boolean, date, datetime
    - ``entities``: for a link, what the linked record may be
    - ``words``: for an entry of a list (countries, stages, tags …) the name of that list
    """

    name: str
    label: str
    parser: str = "text"
    entities: tuple = ()
    words: str | None = None


class ColumnPlan(NamedTuple):
    """One mapped column: its place in the row, its title, what it fills, how it names a linked record, and its reader."""

    index: int
    header: str
    spec: FieldSpec
    by: str | None
    read: Callable


class LinkValue(NamedTuple):
    """What a cell says about a linked record: its ``text``, and whether that is an ``id``, a ``name`` or an ``email``."""

    entities: tuple
    by: str
    text: str
    header: str
