"""Paper sizes and lengths, as wkhtmltopdf names and reads them."""

import re
from dataclasses import dataclass

#: width and height in millimetres
SIZES = {
    "A0": (841, 1189),
    "A1": (594, 841),
    "A2": (420, 594),
    "A3": (297, 420),
    "A4": (210, 297),
    "A5": (148, 210),
    "A6": (105, 148),
    "A7": (74, 105),
    "A8": (52, 74),
    "A9": (37, 52),
    "B0": (1000, 1414),
    "B1": (707, 1000),
    "B2": (500, 707),
    "B3": (353, 500),
    "B4": (250, 353),
    "B5": (176, 250),
    "B6": (125, 176),
    "B7": (88, 125),
    "B8": (62, 88),
    "B9": (44, 62),
    "B10": (31, 44),
    "C5E": (163, 229),
    "Comm10E": (105, 241),
    "DLE": (110, 220),
    "Executive": (190.5, 254),
    "Folio": (210, 330),
    "Ledger": (431.8, 279.4),
    "Legal": (215.9, 355.6),
    "Letter": (215.9, 279.4),
    "Tabloid": (279.4, 431.8),
}
MILLIMETRES = {"": 1, "mm": 1, "cm": 10, "in": 25.4, "inch": 25.4, "pt": 25.4 / 72, "px": 25.4 / 96}
#: wkhtmltopdf's "smart shrinking" prints a CSS pixel at 1/1.28 of its size; paper formats are made for that
SMART_SHRINKING = 1 / 1.28


@dataclass(frozen=True)
class Layout:
    """The geometry of a page: lengths in millimetres, ``scale`` from CSS pixels."""

    width: float
    height: float
    top: float = 10
    right: float = 10
    bottom: float = 10
    left: float = 10
    scale: float = 1

    def pixels(self, millimetres):
        """Return a length in the document's CSS pixels."""
        return millimetres / 25.4 * 96 / self.scale


def millimetres(text):
    """Return a length in millimetres.

    >>> millimetres("52.0"), millimetres("1in"), millimetres("10mm")
    (52.0, 25.4, 10.0)

    :raises ValueError: when it is no length
    """
    found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([a-z]*)\s*", str(text).lower())
    if not found or found.group(2) not in MILLIMETRES:
        raise ValueError(f"'{text}' is no length")
    return float(found.group(1)) * MILLIMETRES[found.group(2)]


def size(name):
    """Return the width and height of a named paper.

    >>> size("a4")
    (210, 297)

    :raises ValueError: when there is no such paper
    """
    for known, measures in SIZES.items():
        if known.lower() == name.lower():
            return measures
    raise ValueError(f"'{name}' is no paper size")
