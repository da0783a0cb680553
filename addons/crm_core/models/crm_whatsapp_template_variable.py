# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import html2plaintext

from ..tools.messaging.whatsapp_template import Variable


class CrmWhatsappTemplateVariable(models.Model):
    """What one variable of a template holds: a field of the record, else a replacement.

    The fields are those that Odoo lets everybody put into e-mails without being a template editor. They are read, never
    evaluated.
    """

    _name = "crm.whatsapp.template.variable"
    _description = "Variable of a WhatsApp Template"
    _inherit = ["crm.whatsapp.mirror"]
    _order = "template_id, sequence, id"
    _ours = frozenset({"path", "fallback"})

    template_id = fields.Many2one(
        "crm.whatsapp.template", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    component = fields.Selection(
        [("header", "Header"), ("body", "Body"), ("button", "Button")],
        required=True,
        default="body",
    )
    button_index = fields.Integer()
    name = fields.Char("Variable", required=True)
    path = fields.Selection("_select_paths", "Holds")
    fallback = fields.Char("If Empty", help="What stands there when the field is empty.")

    _place_uniq = models.Constraint(
        "UNIQUE(template_id, component, button_index, name)",
        "A variable stands in a template once.",
    )

    @api.model
    def _select_paths(self):
        """Return the fields that may be chosen, of whichever model."""
        paths = {}
        for model, _label in self.env["crm.whatsapp.template"]._get_models():
            for path in self._get_allowed_paths(model):
                paths.setdefault(path, self._describe(model, path))
        return list(paths.items())

    @api.model
    def _get_allowed_paths(self, model):
        """Return the fields that variables may hold.

        Those who extend this add paths to fields that every recipient of a message may see.

        :param str model: name of a model
        :rtype: list[str]
        """
        expressions = self.env[model].mail_allowed_qweb_expressions()
        paths = [expression.removeprefix("object.") for expression in expressions]
        return [path for path in paths if self._get_fields(model, path)]

    @api.model
    def _get_fields(self, model, path):
        """Return the fields along a path; none when it leads nowhere."""
        found, model = [], self.env[model]
        for name in path.split("."):
            field = model._fields.get(name) if model is not None else None
            if field is None:
                return []
            found.append(field)
            model = self.env[field.comodel_name] if field.relational else None
        return found

    @api.model
    def _describe(self, model, path):
        labels = [
            field.get_description(self.env, ["string"])["string"]
            for field in self._get_fields(model, path)
        ]
        return " › ".join(labels)

    @api.constrains("path")
    def _check_path(self):
        for variable in self.filtered("path"):
            if variable.path not in self._get_allowed_paths(variable.template_id.model):
                raise ValidationError(
                    self.env._(
                        "The variable %(name)s cannot hold this field: %(path)s.",
                        name=variable.name,
                        path=variable.path,
                    )
                )

    def _get_key(self):
        return Variable(self.component, self.name, self.button_index)

    def _read_from(self, record):
        """Return what the field holds, as plain text; nothing for another kind of record."""
        if not self.path or self.path not in self._get_allowed_paths(record._name):
            return ""
        value, field = record, None
        for name in self.path.split("."):
            field = value._fields[name]
            value = value[name]
        if field.type == "html":
            return html2plaintext(value or "")
        if field.relational:
            return value[:1].display_name or ""
        return str(value or "")
