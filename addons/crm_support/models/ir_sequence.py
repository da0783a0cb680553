# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class IrSequence(models.Model):
    """Many numbers at once, where Odoo asks the database for each."""

    _inherit = "ir.sequence"

    @api.model
    def _next_batch_by_code(self, code, count):
        """Return the next numbers of a sequence: in one query where gaps are allowed and years do not count.

        :param str code: of the sequence
        :param int count: how many
        :rtype: list[str]  of that length; of False where there is no such sequence
        """
        sequence = self.search_fetch(
            [("code", "=", code), ("company_id", "in", [self.env.company.id, False])],
            ["implementation", "padding", "prefix", "suffix", "use_date_range"],
            order="company_id",
            limit=1,
        )
        if sequence.use_date_range or sequence.implementation != "standard":
            return [self.next_by_code(code) for _number in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        if "%" not in f"{sequence.prefix}{sequence.suffix}":
            # nothing depends on the date: neither a user nor his zone is needed
            start, end = sequence.prefix or "", sequence.suffix or ""
            return [f"{start}{number:0{sequence.padding}d}{end}" for (number,) in rows]
        return [sequence.get_next_char(number) for (number,) in rows]
