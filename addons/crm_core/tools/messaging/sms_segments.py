# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How many messages an SMS is for the operator: GSM 03.38 or UCS-2, alone or in parts."""

import unicodedata
from typing import NamedTuple

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
#: units of a message that stands alone, and of each part of a longer one
ROOM = {"gsm": (160, 153), "ucs2": (70, 67)}
REPLACEMENTS = {
    "\u00a0": " ",
    "\u202f": " ",
    "\u2009": " ",
    "\u200b": "",
    "\t": " ",
    "‘": "'",
    "’": "'",
    "‚": "'",
    "`": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "−": "-",
    "‑": "-",
    "…": "...",
    "•": "-",
    "·": "-",
    "œ": "oe",
    "Œ": "OE",
    "ç": "c",
    "×": "x",
    "°": "o",
    "№": "No",
    "™": "TM",
    "©": "(c)",
    "®": "(R)",
}


class Segments(NamedTuple):
    """How long an SMS is: its alphabet, its units, how many messages it is, and the units left in the last one."""

    encoding: str
    units: int
    count: int
    left: int


def count_segments(text):
    """Count what an operator counts.

    >>> count_segments("Bonjour, votre colis est arrivé.")
    Segments(encoding='gsm', units=32, count=1, left=128)
    >>> count_segments("être"), count_segments("Ça va"), count_segments("ça va").encoding
    (Segments(encoding='ucs2', units=4, count=1, left=66), Segments(encoding='gsm', units=5, count=1, left=155), 'ucs2')
    >>> count_segments("10 €").units, count_segments("👍").units, count_segments("")
    (5, 2, Segments(encoding='gsm', units=0, count=0, left=160))
    >>> [count_segments("a" * length).count for length in (160, 161, 306, 307)]
    [1, 2, 2, 3]
    >>> [count_segments("ê" * length).count for length in (70, 71, 134, 135)]
    [1, 2, 2, 3]

    What takes two units is never cut in two, so a part may stay one unit short:

    >>> count_segments("a" * 152 + "€" + "a" * 152), count_segments("ê" * 66 + "👍" + "ê" * 66)
    (Segments(encoding='gsm', units=306, count=3, left=152), Segments(encoding='ucs2', units=134, count=3, left=66))
    """
    encoding = "gsm" if all(sign in BASIC or sign in EXTENSION for sign in text) else "ucs2"
    alone, part = ROOM[encoding]
    widths = [_width(sign, encoding) for sign in text]
    units = sum(widths)
    if units <= alone:
        return Segments(encoding, units, int(bool(units)), alone - units)
    count, used = 1, 0
    for width in widths:
        if used + width > part:
            count, used = count + 1, 0
        used += width
    return Segments(encoding, units, count, part - used)


def _width(sign, encoding):
    if encoding == "gsm":
        return 2 if sign in EXTENSION else 1
    return 2 if ord(sign) > 0xFFFF else 1


def propose_gsm(text):
    """Propose the same text with the characters of the short alphabet only; what has no likeness there stays as it is.

    >>> propose_gsm("L’été où l’on fête… « Noël » à Nîmes – ça coûte 10 €")
    'L\\'été où l\\'on fete... "Noel" à Nimes - ca coute 10 €'
    >>> propose_gsm("Œuvre ✓ 👍 n°5"), propose_gsm("")
    ('OEuvre ✓ 👍 no5', '')
    """
    text = unicodedata.normalize("NFC", text)
    for quote, narrow in (
        ("«\u00a0", '"'),
        ("«\u202f", '"'),
        ("« ", '"'),
        ("\u00a0»", '"'),
        ("\u202f»", '"'),
        (" »", '"'),
    ):
        text = text.replace(quote, narrow)
    return "".join(_gsm_likeness(sign) for sign in text)


def _gsm_likeness(sign):
    if sign in BASIC or sign in EXTENSION:
        return sign
    if sign in REPLACEMENTS:
        return REPLACEMENTS[sign]
    plain = "".join(
        mark for mark in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(mark)
    )
    return plain if plain and all(mark in BASIC for mark in plain) else sign
