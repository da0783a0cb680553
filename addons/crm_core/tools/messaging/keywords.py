# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Words that, as a whole message, end or resume what somebody receives by SMS or WhatsApp."""

import re
import unicodedata

STOP = {
    "arret",
    "arreter",
    "cancel",
    "desabonnement",
    "desabonner",
    "desinscription",
    "desinscrire",
    "end",
    "fin",
    "quit",
    "stop",
    "stop all",
    "stop pub",
    "stop sms",
    "stop whatsapp",
    "stopall",
    "stoppub",
    "unsubscribe",
}
START = {"start", "unstop", "reprise", "reprendre", "reabonner", "reabonnement", "subscribe"}


def is_stop(text):
    """Tell whether a message asks for no more messages: the word alone, or with the short number that operators ask for.

    >>> [is_stop(text) for text in ("STOP", " stop ", "Arrêt.", "STOP PUB", "stop 36180", "« STOP » !")]
    [True, True, True, True, True, True]
    >>> [is_stop(text) for text in ("stop, il vient demain", "Ne pas stop", "arrêt de bus ?", "", None, "36180")]
    [False, False, False, False, False, False]
    """
    return _get_words(text) in STOP


def is_start(text):
    """Tell whether a message asks for messages again.

    >>> is_start("Start"), is_start("REPRISE"), is_start("on peut start demain")
    (True, True, False)
    """
    return _get_words(text) in START


def _get_words(text):
    """Return a short message in lower case, without accents, signs and a short number at its end."""
    if not text or len(text) > 40:
        return ""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    if re.search(r"[\w],", plain):
        return ""
    words = re.sub(r"[^a-z0-9]+", " ", plain).strip()
    return re.sub(r" \d{4,6}$", "", words)
