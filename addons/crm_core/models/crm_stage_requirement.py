# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import is_html_empty


class CrmStageRequirement(models.Model):
    """One thing that a deal must meet before it may enter a stage.

    Another kind is added by ``selection_add`` on ``kind`` and a method ``_is_met_<kind>(lead)``.
    """

    _name = "crm.stage.requirement"
    _description = "Stage Requirement"
    _order = "stage_id, sequence, id"

    stage_id = fields.Many2one("crm.stage", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("field", "Field filled in"),
            ("property", "Property filled in"),
            ("checklist", "Checklist item"),
            ("approval", "Approval"),
        ],
        default="field",
        required=True,
    )
    name = fields.Char(
        string="Shown As",
        required=True,
        translate=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        help="What the salesperson reads when it is missing.",
    )
    field_name = fields.Selection(selection="_selection_field_name", string="Field")
    property_name = fields.Char(
        string="Property",
        help="The label of a property of this pipeline's deals, as it stands on the form.",
    )
    group_id = fields.Many2one(
        "res.groups",
        string="Approved By",
        ondelete="restrict",
        help="The role whose members may approve.",
    )

    @api.model
    def _selection_field_name(self):
        """Return the fields of a deal that a gate may require.

        A selection rather than a link to the field's record, which only system administrators may read.

        :rtype: list[tuple[str, str]]
        """
        leads = self.env["crm.lead"]
        described = leads.fields_get(attributes=["string", "type", "store", "readonly"])
        usable = [
            (name, field["string"])
            for name, field in described.items()
            if (field["store"] or leads._fields[name].inverse)
            and field["type"] not in ("properties", "one2many", "json", "binary")
            and name not in models.MAGIC_COLUMNS
        ]
        return sorted(usable, key=lambda pair: pair[1])

    @api.depends("kind", "field_name", "property_name", "group_id")
    def _compute_name(self):
        labels = dict(self._selection_field_name())
        for requirement in self:
            if requirement.kind == "field":
                requirement.name = labels.get(requirement.field_name) or requirement.name
            elif requirement.kind == "property":
                requirement.name = requirement.property_name or requirement.name
            elif requirement.kind == "approval" and requirement.group_id:
                requirement.name = self.env._(
                    "Approval by %s",
                    requirement.group_id.sudo().full_name,  # sudo: its name
                )  # sudo: res.groups - its name

    @api.constrains("kind", "field_name", "property_name", "group_id")
    def _check_complete(self):
        needed = {"field": "field_name", "property": "property_name", "approval": "group_id"}
        for requirement in self:
            column = needed.get(requirement.kind)
            if column and not requirement[column]:
                raise ValidationError(
                    self.env._(
                        "The requirement “%(name)s” of stage “%(stage)s” does not say which %(what)s it asks for.",
                        name=requirement.name,
                        stage=requirement.stage_id.name,
                        what=requirement._fields[column]._description_string(self.env),
                    )
                )

    @api.constrains("kind", "property_name", "stage_id")
    def _check_property_exists(self):
        """A property that no pipeline has would block every deal for good."""
        for requirement in self.filtered(lambda requirement: requirement.kind == "property"):
            labels = {
                (definition.get("string") or "").strip().casefold()
                for definition in requirement.stage_id.pipeline_id.lead_properties_definition or []
            }
            if (
                requirement.stage_id.pipeline_id
                and requirement.property_name.strip().casefold() not in labels
            ):
                raise ValidationError(
                    self.env._(
                        "Deals of pipeline “%(pipeline)s” have no property “%(name)s”.",
                        pipeline=requirement.stage_id.pipeline_id.name,
                        name=requirement.property_name,
                    )
                )

    @api.model
    @tools.ormcache()
    def _get_gated_pipeline_ids(self):
        """Return the ids of the pipelines with requirements, False for shared stages; cached, since every move asks.

        :rtype: frozenset
        """
        every = self.sudo()  # sudo: one answer for everybody, cached
        stages = every.search([("stage_id", "!=", False)]).stage_id
        return frozenset(stages.mapped(lambda stage: stage.pipeline_id.id))

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def write(self, vals):
        """A requirement that is no approval any more leaves none asked for behind."""
        self.env.registry.clear_cache()
        result = super().write(vals)
        if vals.get("kind") not in (None, "approval"):
            self.env["crm.stage.approval"].sudo().search(  # sudo: nobody deletes by hand
                [("requirement_id", "in", self.ids)]
            ).unlink()  # sudo: crm.stage.approval - nobody deletes these by hand
        return result

    def _get_missing(self, lead):
        """Return those of these requirements that a deal does not meet.

        :param lead: one ``crm.lead``
        :rtype: crm.stage.requirement
        """
        return self.filtered(
            lambda requirement: not getattr(requirement, f"_is_met_{requirement.kind}")(lead)
        )

    def _is_met_field(self, lead):
        value = lead[self.field_name]
        return (
            not is_html_empty(value)
            if lead._fields[self.field_name].type == "html"
            else bool(value)
        )

    def _is_met_property(self, lead):
        """A property is named by its label, as people see it; its key is a hash that nobody types."""
        wanted = (self.property_name or "").strip().casefold()
        for property_field in ("pipeline_properties", "lead_properties"):
            for definition in lead.read([property_field])[0][property_field] or []:
                if wanted in ((definition.get("string") or "").casefold(), definition.get("name")):
                    return definition.get("value") not in (False, None, "", [])
        return False

    def _is_met_checklist(self, lead):
        return self in lead.checked_requirement_ids

    def _is_met_approval(self, lead):
        return (
            self
            in lead.approval_ids.filtered(
                lambda approval: approval.state == "approved"
            ).requirement_id
        )
