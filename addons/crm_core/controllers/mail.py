# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.http import request

from odoo.addons.mail.controllers.mail import MailController


class CrmMailController(MailController):
    """Links in e-mails that were sent before a merge lead to the record that was kept."""

    @classmethod
    def _redirect_to_record(cls, model, res_id, access_token=None, **kwargs):
        # strangers log in first, and learn nothing of numbers before
        if request.session.uid and res_id and cls._is_merged_kind(model):
            # sudo: any model - whether it is there; the way on asks for the reader's rights
            if not request.env[model].sudo().browse(int(res_id)).exists():
                kept = request.env["crm.merge.record"]._get_successor(model, int(res_id))
                res_id = kept.id or res_id
        return super()._redirect_to_record(model, res_id, access_token=access_token, **kwargs)

    @classmethod
    def _is_merged_kind(cls, model):
        """Return whether records of a model can be merged."""
        registry = request.env.registry
        return model in registry and issubclass(registry[model], registry["crm.merge.mixin"])
