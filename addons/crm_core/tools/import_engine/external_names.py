# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Names by which a record is known as the row of a file, for Odoo's table of external ids."""

import contextlib
import hashlib
import re

from ..cell_parsers import CellError, salesforce_id18

PLAIN = re.compile(r"^[A-Za-z0-9_-]{1,100}$")


def module_of(source):
    """The pseudo module of a source's external ids. No add-on has such a name, so that no uninstallation removes them.

    >>> module_of("salesforce"), module_of("My Tool")
    ('__import_salesforce__', '__import_my_tool__')
    """
    return f"__import_{re.sub('[^a-z0-9]+', '_', source.casefold()).strip('_') or 'file'}__"


def external_name(company_id, entity, key, source=None):
    """The external name of a row: companies apart, entities apart, unreadable keys hashed.

    The 15 and the 18 characters of a Salesforce id give the same name.

    >>> external_name(1, "company", "001bm00001ZL8U9", "salesforce")
    'c1_company_001bm00001ZL8U9AAL'
    >>> external_name(2, "deal", "17"), external_name(1, "deal", "a.b")
    ('c2_deal_17', 'c1_deal_h2e7336dc8eba87ef472df568')
    """
    key = str(key).strip()
    if source == "salesforce":
        with contextlib.suppress(CellError):
            key = salesforce_id18(key)
    if not PLAIN.match(key):
        key = "h" + hashlib.sha256(key.encode()).hexdigest()[:24]
    return f"c{company_id}_{entity}_{key}"


def row_hash(pairs):
    """A short hash of ``(field, text)`` pairs in any order.

    >>> row_hash([("name", "Acme"), ("city", "Lomé")]) == row_hash([("city", "Lomé"), ("name", "Acme")])
    True
    """
    digest = hashlib.blake2b(digest_size=12)
    for field, text in sorted(pairs):
        digest.update(f"{field}\x1f{text}\x1e".encode())
    return digest.hexdigest()
