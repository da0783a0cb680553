from odoo import fields, models
from odoo.fields import Domain


class CrmSampleVisit(models.Model):
    """Routing: a visit that a customer asked for is given to somebody."""

    _name = "crm.sample.visit"
    _description = "Visit"
    _inherit = ["crm.routing.mixin", "mail.thread"]

    name = fields.Char(required=True)
    partner_id = fields.Many2one("res.partner", required=True, index=True)
    user_id = fields.Many2one("res.users", index=True)
    queue_id = fields.Many2one("crm.routing.queue")
    date = fields.Datetime(default=fields.Datetime.now)
    is_done = fields.Boolean()

    def _get_routing_queues(self):
        return {visit.id: visit.queue_id.id for visit in self if visit.queue_id}

    def _get_routing_open_domain(self):
        return Domain("is_done", "=", False)
