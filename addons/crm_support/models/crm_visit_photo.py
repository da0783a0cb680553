# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: bytes of one photo, as it is sent, and photos of one visit
LARGEST, MOST_PHOTOS = 10 * 1024 * 1024, 40


class CrmVisitPhoto(models.Model):
    """A photo of a visit, or the answer to one of its questions. Large ones are made smaller when they come in.

    Written by ``crm.visit`` alone, which sees to what is locked.
    """

    _name = "crm.visit.photo"
    _description = "Visit Photo"
    _order = "visit_id, id"

    visit_id = fields.Many2one(
        "crm.visit", required=True, readonly=True, index=True, ondelete="cascade"
    )
    answer_id = fields.Many2one(
        "crm.visit.answer", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one(related="visit_id.company_id")
    name = fields.Char("Caption")
    image = fields.Image(max_width=1920, max_height=1920, required=True)
    image_small = fields.Image(
        "Small Image", related="image", max_width=640, max_height=640, store=True
    )

    def _prepare_screen(self):
        """Return this photo for the screen on site.

        :rtype: dict
        """
        version = self.write_date.timestamp()
        return {
            "id": self.id,
            "name": self.name or "",
            "url": f"/web/image/crm.visit.photo/{self.id}/image_small?unique={version}",
        }
