# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Names as they are compared: without accents, in no order, without the legal form."""

import re
import unicodedata

LEGAL_FORMS = (
    "sa", "sas", "sasu", "sarl", "suarl", "eurl", "snc", "sci", "scop", "gie", "ets", "ste", "ltd", "llc", "inc", "plc", "gmbh",
    "ag", "bv", "nv", "srl", "spa", "co", "mr", "mme", "mrs", "ms", "sarlu", "sprl", "cie", "limited", "etablissement", "etablissements",
)  # fmt: skip


def name_tokens(name):
    """Return the words of a name that count, sorted.

    >>> name_tokens("Société Générale S.A. – Dakar")
    ['dakar', 'generale', 'societe']
    >>> name_tokens("DIOP, Awa") == name_tokens("Awa Diop")
    True
    >>> name_tokens("Ets Kone SARL")
    ['kone']
    """
    plain = unicodedata.normalize("NFKD", (name or "").lower())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    words = re.findall(r"[^\W_]+", re.sub(r"\b(\w)\.(?=\w\b)", r"\1", plain).replace(".", " "))
    return sorted(word for word in words if word not in LEGAL_FORMS)
