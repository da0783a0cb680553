"""What a new database is given before anyone logs in. Runs inside the Odoo server's shell."""

from odoo.modules import Manifest
from odoo.tools import convert_file

LANGUAGES = {"en": "en_US", "fr": "fr_FR"}


def fill(env, addons, *, demo, lang, admin_password):
    """Give a new database its demo company, its language and its administrator's password.

    Only our own demonstration data is loaded: Odoo's would put some forty strangers beside our demo company.

    :param odoo.api.Environment env: the new database
    :param list[str] addons: add-ons of this project, in the order of their dependencies
    :param bool demo: whether the demo company is wanted
    :param str lang: ``en`` or ``fr``
    :param str admin_password: password of the login ``admin``
    """
    if demo:
        _use_main_company(env)
        add_demo(env, addons)
    _switch_enrichment_off(env)
    env["res.users"].with_context(active_test=False).search([]).partner_id.write({"lang": LANGUAGES[lang]})
    env.ref("base.user_admin").password = admin_password


def add_demo(env, addons):
    """Load the demonstration data of add-ons, in every language that is installed.

    :param list[str] addons: add-ons of this project, in the order of their dependencies
    """
    for addon in addons:
        _load_demo(env, addon)
    env["ir.module.module"]._load_module_terms(addons, [code for code, _name in env["res.lang"].get_installed()])
    _keep_to_ourselves(env)


def _use_main_company(env):
    """Let the demo's French company be the company that every new database has, so that no third one stands beside the two."""
    env["ir.model.data"]._update_xmlids([{"xml_id": "crm_core.company_france", "record": env.ref("base.main_company"), "noupdate": True}])


def _load_demo(env, addon):
    for path in Manifest.for_addon(addon)["demo"]:
        convert_file(env, addon, path, {}, mode="init", noupdate=True)
    env["ir.module.module"].search([("name", "=", addon)]).demo = True


def _keep_to_ourselves(env):
    """Do not look the demo companies up at Odoo's enrichment service: they do not exist."""
    companies = env["res.company"].search([])
    if "iap_enrich_auto_done" in companies:
        companies.write({"iap_enrich_auto_done": True})
    users = env["res.users"].search([])
    if "odoobot_state" in users:
        users.write({"odoobot_state": "disabled"})  # no window of the assistant over everybody's first screen


def _switch_enrichment_off(env):
    """Send nobody's address to Odoo's enrichment service unless an administrator switches that on in the settings."""
    if cron := env.ref("crm_iap_enrich.ir_cron_lead_enrichment", raise_if_not_found=False):
        cron.active = False
