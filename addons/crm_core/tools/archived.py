# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Archived records in the lists that we open."""

from odoo.fields import Domain


def with_archived(model, domain):
    """Return a condition that finds archived records too.

    ``active_test`` in the context of an action would do so, and show done activities as if they were to be done.

    :param model: an empty recordset
    :param domain: the condition
    :rtype: Domain
    """
    domain = Domain(domain)
    if not model._active_name:
        return domain
    return domain & Domain(model._active_name, "in", [True, False])
