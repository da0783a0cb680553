# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_core.tools.import_engine.isolation import isolate

BATCH = 50


class CrmHourPack(models.Model):
    """Who looks after a customer is told when his hours run low, and when they are used up: once each."""

    _inherit = "crm.hour.pack"

    @api.model
    def _cron_tell_low(self):
        """Tell, batch by batch; who cannot be told is left out once and for all, with the reason in the log of the pack."""
        domain = self._get_untold_domain()
        while packs := self.search(domain, limit=BATCH, order="id"):
            packs = packs.try_lock_for_update()
            if not packs:
                return
            _made, faulty = isolate(self.env, type(self)._tell_low, packs)
            for pack, error in faulty.items():
                pack.told_level = pack.level
                pack._message_log(body=str(error)[:1000])
            if not self.env["ir.cron"]._commit_progress(len(packs)):
                return

    @api.model
    def _get_untold_domain(self):
        """Return the condition on packs of which somebody has to be told.

        :rtype: Domain
        """
        low = Domain("level", "=", "low") & Domain("told_level", "=", "ok")
        empty = Domain("level", "=", "empty") & Domain("told_level", "!=", "empty")
        return (low | empty) & Domain("date_to", ">=", "today")

    def _tell_low(self):
        for pack in self:
            pack.told_level = pack.level
            if owner := pack._get_owner():
                pack._tell_owner(owner)

    def _get_owner(self):
        """Return who looks after the customer: his salesperson, else who made the pack.

        :rtype: res.users
        """
        people = self.partner_id.user_id | self.commercial_partner_id.user_id | self.create_uid
        mine = people.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids
        )
        return mine[:1]

    def _tell_owner(self, owner):
        here = self.with_context(lang=owner.lang)
        customer = here.commercial_partner_id.display_name
        left = here.env["crm.ticket.time"]._format_minutes(here.minutes_left)
        if here.level == "empty":
            text = here.env._("The prepaid hours of %s are used up.", customer)
        else:
            text = here.env._(
                "The prepaid hours of %(customer)s run low: %(left)s h are left.",
                customer=customer,
                left=left,
            )
        self.message_notify(
            partner_ids=owner.partner_id.ids,
            author_id=self.env.ref("base.partner_root").id,
            subject=text,
            body=Markup("<p>%s</p><p>%s</p>") % (text, here.display_name),
        )
