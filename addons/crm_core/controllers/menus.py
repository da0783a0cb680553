# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

from odoo.addons.web.controllers.home import Home


class MenuController(Home):
    """The web client asks for its menus before it can say in which companies somebody works: its cookie says so."""

    @http.route()
    def web_load_menus(self, lang=None):
        if companies := self._get_chosen_companies():
            request.update_context(allowed_company_ids=companies)
        return super().web_load_menus(lang=lang)

    def _get_chosen_companies(self):
        chosen = request.httprequest.cookies.get("cids", "").split("-")
        own = request.env.user._get_company_ids()
        return [int(key) for key in chosen if key.isdecimal() and int(key) in own]
