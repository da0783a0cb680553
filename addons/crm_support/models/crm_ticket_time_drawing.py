# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..tools.hour_packs import allocate


class CrmTicketTime(models.Model):
    """Time is drawn from prepaid packs: the one that expires first, then the next."""

    _inherit = "crm.ticket.time"

    def _settle(self, *, is_void=False):
        """Draw from packs what is prepaid, and give back what is not any more.

        Nobody else draws from the same packs meanwhile; what is on an invoice stays.

        :param bool is_void: whether all is given back, for time that is about to be deleted
        """
        # sudo: crm.ticket.time, crm.hour.pack - the ledger is written by the entries alone
        known = self.sudo()
        entries = known.filtered(lambda entry: not entry.is_invoiced)
        entries = entries.sorted(lambda entry: (entry.date, entry.id))
        packs = entries._get_packs()
        if not packs:
            return
        packs._lock_ledgers()
        drawn, rows = entries._get_drawn(), []
        left = {pack: pack.minutes_left for pack in packs}
        for entry in entries:
            usable = packs.browse() if is_void else entry._get_paying(packs)
            wanted = entry.minutes_counted if entry.billing == "prepaid" else 0
            offers = [(pack, left[pack], pack.is_overdraft_allowed) for pack in usable]
            for pack, minutes in allocate(wanted, drawn.get(entry.id, {}), offers).items():
                left[pack] -= minutes
                rows.append(entry._prepare_drawing(pack, minutes))
        if rows:
            entries.env["crm.hour.drawing"].create(rows)
            self.env.flush_all()
            packs._tell_soon()

    def _get_packs(self):
        """Return the packs that these entries are drawn from, or may be.

        :rtype: crm.hour.pack
        """
        packs = self.env["crm.hour.pack"]
        drawn = self.drawing_ids.pack_id
        return drawn | packs.search(packs._get_usable_domain(self.partner_id, self.company_id))

    def _get_paying(self, packs):
        """Return those of the packs that pay for this entry, the one that expires first before the others.

        :param packs: ``crm.hour.pack``
        :rtype: crm.hour.pack
        """
        ticket = self.ticket_id
        mine = packs.filtered(
            lambda pack: pack._pays_for(
                self.partner_id, self.company_id, ticket.team_id, ticket.category_id, self.date
            )
        )
        return mine.sorted(lambda pack: (pack.date_to, pack.id))

    def _get_drawn(self):
        """Return what these entries are drawn from now.

        :rtype: dict[int, dict[crm.hour.pack, int]]
        """
        groups = self.env["crm.hour.drawing"]._read_group(
            [("time_id", "in", self.ids)], ["time_id", "pack_id"], ["minutes:sum"]
        )
        drawn = {}
        for entry, pack, minutes in groups:
            if minutes:
                drawn.setdefault(entry.id, {})[pack] = minutes
        return drawn

    def _prepare_drawing(self, pack, minutes):
        """Return the values of a line of the ledger.

        :param pack: ``crm.hour.pack``
        :param int minutes: taken, or given back when below zero
        :rtype: dict
        """
        return {
            "pack_id": pack.id,
            "time_id": self.id,
            "reference": self.ticket_id.number,
            "date": self.date,
            "minutes": minutes,
        }


class CrmHourPack(models.Model):
    _inherit = "crm.hour.pack"

    def _tell_soon(self):
        """Have told soon of packs that run low."""
        if self.filtered_domain(self._get_untold_domain()):
            self.env.ref("crm_support.ir_cron_crm_hour_pack")._trigger()
