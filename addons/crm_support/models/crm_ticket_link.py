# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmTicketLink(models.Model):
    """What a ticket is about, in whatever app it is: a lead, an order, an invoice. By reference, without depending on that app."""

    _name = "crm.ticket.link"
    _description = "Link of a Ticket"
    _order = "id"
    _rec_name = "label"

    ticket_id = fields.Many2one("crm.ticket", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="ticket_id.company_id")
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True
    )
    resource_ref = fields.Reference(
        "_selection_models",
        string="Linked Record",
        compute="_compute_resource_ref",
        inverse="_inverse_resource_ref",
    )
    kind = fields.Char(compute="_compute_label")
    label = fields.Char("Name", compute="_compute_label")
    can_open = fields.Boolean(compute="_compute_label")

    _resource_uniq = models.UniqueIndex("(ticket_id, res_model, res_id)", "This is linked already.")
    _resource_idx = models.Index("(res_model, res_id)")

    @api.model
    def _get_linkable_models(self):
        """Return the names of the models whose records tickets are linked to; extend it. Those that are not installed are left out.

        :rtype: list[str]
        """
        return ["crm.lead", "sale.order", "account.move"]

    @api.model
    def _selection_models(self):
        # sudo: ir.model - names of models are no secret
        models_of = self.env["ir.model"].sudo()
        return [
            (name, models_of._get(name).name)
            for name in self._get_linkable_models()
            if name in self.env
        ]

    def _get_record(self):
        """Return the linked record, empty where it is gone or out of the reader's sight."""
        self.ensure_one()
        if not self.res_id or self.res_model not in self.env:
            return None
        record = self.env[self.res_model].browse(self.res_id).exists()
        return record if record and record.has_access("read") else None

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_resource_ref(self):
        for link in self:
            link.resource_ref = link._get_record()

    def _inverse_resource_ref(self):
        for link in self:
            if record := link.resource_ref:
                link.write({"res_model": record._name, "res_id": record.id})

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_label(self):
        labels = dict(self._selection_models())
        for link in self:
            record = link._get_record()
            link.kind = labels.get(link.res_model, link.res_model)
            link.label = (
                record.display_name
                if record
                else self.env._("Not there any more, or not yours to see")
            )
            link.can_open = bool(record)

    def _check_resource(self):
        """Link only what suits, and what the caller may see: a link, or an error, would tell of it.

        No constraint: those are asked with the system's rights.

        :raises ValidationError: the same for what is hidden and for what is not there
        """
        known = dict(self._selection_models())
        for link in self:
            if link.res_model not in known:
                raise ValidationError(
                    self.env._("Tickets are not linked to records of this kind: %s", link.res_model)
                )
            record = link._get_record()
            if not record:
                raise ValidationError(
                    self.env._(
                        "The record that you want to link is not there, or not yours to see."
                    )
                )
            company = record.company_id if "company_id" in record._fields else None
            if company and company != link.company_id:
                raise ValidationError(
                    self.env._("“%s” is of another company than the ticket.", record.display_name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            chosen = vals.pop("resource_ref", None)
            if isinstance(chosen, models.BaseModel):
                vals.update(res_model=chosen._name, res_id=chosen.id)
            elif chosen:
                model, _comma, number = chosen.partition(",")
                vals.update(res_model=model, res_id=int(number))
        links = super().create(vals_list)
        links._check_resource()
        return links

    def write(self, vals):
        result = super().write(vals)
        if {"res_model", "res_id", "ticket_id"} & vals.keys():
            self._check_resource()
        return result

    def action_open(self):
        """Open the linked record."""
        self.ensure_one()
        self.check_access("read")
        record = self.env[self.res_model].browse(self.res_id)
        record.check_access("read")
        return record.get_formview_action()
