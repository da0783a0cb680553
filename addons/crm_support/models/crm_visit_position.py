# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

PLACES = [
    ("known", "Known"),
    ("refused", "Not Allowed by the Browser"),
    ("unknown", "Not Found"),
    ("unasked", "Not Asked for"),
    ("erased", "Erased"),
]
STEPS = ("check_in", "check_out")
GC_LIMIT = 1000


class CrmVisit(models.Model):
    """Where somebody checked in and out, as his browser tells it: asked for by the type, kept for so many days."""

    _inherit = "crm.visit"

    check_in_place = fields.Selection(
        PLACES, string="Position on Arrival", readonly=True, copy=False
    )
    check_in_latitude = fields.Float(digits=(9, 6), readonly=True, copy=False, aggregator=None)
    check_in_longitude = fields.Float(digits=(9, 6), readonly=True, copy=False, aggregator=None)
    check_in_accuracy = fields.Integer(
        "Accuracy on Arrival", readonly=True, copy=False, aggregator=None, help="Metres."
    )
    check_out_place = fields.Selection(
        PLACES, string="Position on Leaving", readonly=True, copy=False
    )
    check_out_latitude = fields.Float(digits=(9, 6), readonly=True, copy=False, aggregator=None)
    check_out_longitude = fields.Float(digits=(9, 6), readonly=True, copy=False, aggregator=None)
    check_out_accuracy = fields.Integer(
        "Accuracy on Leaving", readonly=True, copy=False, aggregator=None, help="Metres."
    )
    check_in_map_url = fields.Char("Map of Arrival", compute="_compute_position_urls")
    check_out_map_url = fields.Char("Map of Leaving", compute="_compute_position_urls")

    _positions_idx = models.Index(
        "(date_on_site) WHERE check_in_place = 'known' OR check_out_place = 'known'"
    )

    @api.depends("check_in_place", "check_out_place")
    def _compute_position_urls(self):
        for visit in self:
            for step in STEPS:
                latitude, longitude = visit[f"{step}_latitude"], visit[f"{step}_longitude"]
                visit[f"{step}_map_url"] = (
                    f"https://www.openstreetmap.org/?mlat={latitude:.6f}&mlon={longitude:.6f}#map=17/{latitude:.6f}/{longitude:.6f}"
                    if visit[f"{step}_place"] == "known"
                    else False
                )

    def _prepare_position_values(self, step, position):
        """Return what is kept of a position that a browser told.

        :param str step: ``check_in`` or ``check_out``
        :param dict position: ``latitude``, ``longitude``, ``accuracy`` (metres), or ``problem``: ``refused`` or ``unknown``
        :rtype: dict
        """
        if not self.type_id.position_days:
            return {f"{step}_place": "unasked"}
        found = _read_position(position)
        if not found:
            refused = isinstance(position, dict) and position.get("problem") == "refused"
            return {f"{step}_place": "refused" if refused else "unknown"}
        latitude, longitude, accuracy = found
        return {
            f"{step}_place": "known",
            f"{step}_latitude": latitude,
            f"{step}_longitude": longitude,
            f"{step}_accuracy": accuracy,
        }

    @api.autovacuum
    def _gc_positions(self):
        """Erase positions that are older than their type keeps them."""
        known = Domain("check_in_place", "=", "known") | Domain("check_out_place", "=", "known")
        now, done = fields.Datetime.now(), 0
        old = Domain.OR(
            Domain("type_id", "=", kind.id)
            & Domain("date_on_site", "<", now - timedelta(days=kind.position_days))
            for kind in self.env["crm.visit.type"].with_context(active_test=False).search([])
        )
        visits = self.search(known & old, limit=GC_LIMIT, order="id")
        for step in STEPS:
            values = {
                f"{step}_place": "erased",
                f"{step}_latitude": False,
                f"{step}_longitude": False,
                f"{step}_accuracy": False,
            }
            visits.filtered(lambda visit, step=step: visit[f"{step}_place"] == "known").write(
                values
            )
        done = len(visits)
        return done, done == GC_LIMIT


def _read_position(position):
    """Return latitude, longitude and accuracy that a browser told, nothing when they are none.

    >>> _read_position({"latitude": 5.33, "longitude": -4.02, "accuracy": 12.4})
    (5.33, -4.02, 12)
    >>> _read_position({"latitude": 95, "longitude": 0, "accuracy": 1}), _read_position("here"), _read_position(None)
    (None, None, None)
    """
    try:
        latitude, longitude = float(position["latitude"]), float(position["longitude"])
        accuracy = round(float(position.get("accuracy") or 0))
    except (TypeError, ValueError, KeyError, OverflowError, AttributeError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return latitude, longitude, min(max(accuracy, 0), 2**31 - 1)
