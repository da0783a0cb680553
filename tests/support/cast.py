"""The people of the tests: one of each role, in each language."""

from support.odoo_shell import call_inside

LANGUAGES = {"en": "en_US", "fr": "fr_FR"}
#: role -> external ids of its groups; what is not there is left out
CAST = {
    "salesperson": ["sales_team.group_sale_salesman"],
    "seller_of_all": ["sales_team.group_sale_salesman_all_leads"],
    "team_lead": ["sales_team.group_sale_salesman_all_leads", "crm_core.group_crm_core_team_lead"],
    "manager": ["sales_team.group_sale_manager", "base.group_partner_manager", "base.group_allow_export"],
    "agent": ["crm_support.group_crm_support_agent"],
    "support_lead": ["crm_support.group_crm_support_lead"],
    "plain": ["base.group_user"],
    "portal": ["base.group_portal"],
}


def add_cast(workspace, database):
    """Create the cast in a database.

    :return: for each ``role_language``: its ``login``, ``password``, ``id`` and an API ``key``
    :rtype: dict[str, dict]
    """
    return call_inside(workspace, database, "cast_in_odoo.create_cast", cast=CAST, languages=LANGUAGES)
