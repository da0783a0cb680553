# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import is_html_empty

# values of which a merged record may have those of all: one after the other
COMBINED_TYPES = ("text", "html", "many2many")
CHOSEN_TYPES = (
    "char", "text", "html", "selection", "many2one", "boolean", "date", "datetime", "integer", "float", "monetary", "many2many",
)  # fmt: skip


class CrmMergeMixin(models.AbstractModel):
    """What a model says about merging its records: who may, what stands against it, what values the result gets."""

    _name = "crm.merge.mixin"
    _description = "Records that can be Merged"

    # fields that are chosen together, by the first of them
    _merge_groups = ()
    # fields that nobody chooses: the server's own, and those of the record that stays
    _merge_ignored = ()

    def _can_merge(self):
        """Return whether the caller may merge such records at all; that the records may be written was asked.

        :rtype: bool
        """
        return True

    def _get_merge_detail(self):
        """Return what a merged record was known by, for the log.

        :rtype: str
        """
        self.ensure_one()
        return ", ".join(filter(None, (self.email_normalized, self.phone_sanitized)))

    def _get_merge_obstacles(self, others):
        """Return what stands against making others part of this record; extend it.

        :return: sentences; none where nothing does
        :rtype: list[str]
        """
        companies = (self | others).company_id
        if len(companies) > 1:
            return [
                self.env._(
                    "Records of different companies are not merged: %s",
                    ", ".join(companies.mapped("name")),
                )
            ]
        return []

    def _get_merge_order(self):
        """Return the records, the one to keep first: extend it to prefer others.

        By default the one that most hangs on, then the oldest.
        """
        used = self._count_merge_uses()
        return self.sorted(lambda record: (-used.get(record.id, 0), record.id))

    def _count_merge_uses(self):
        """Return how much the chatter of each record holds.

        :rtype: dict[int, int]
        """
        # sudo: mail.message - counted only
        messages = self.env["mail.message"].sudo()
        groups = messages._read_group(
            [("model", "=", self._name), ("res_id", "in", self.ids)], ["res_id"], ["__count"]
        )
        return dict(groups)

    def _get_merge_forced(self, others):
        """Return values that the result has whatever anybody chooses.

        :rtype: dict
        """
        return {}

    def _write_merged(self, values):
        """Write the values of the result."""
        if values:
            self.write(values)

    # -- What can be chosen ---

    @api.model
    def _get_merge_fields(self):
        """Return the fields that a person chooses values of, each with those that go with it.

        :rtype: dict[str, list[str]]
        """
        grouped = {name for group in self._merge_groups for name in group}
        found = {
            group[0]: [name for name in group if name in self._fields]
            for group in self._merge_groups
        }
        access = self.fields_get(attributes=["readonly"])
        for name, description in access.items():
            field = self._fields[name]
            if (
                name not in grouped
                and name not in self._merge_ignored
                and field.type in CHOSEN_TYPES
                and field.store
                and name not in models.MAGIC_COLUMNS
                and not field.company_dependent
                and not description.get("readonly")
                and not (field.compute and field.readonly)
                and not field.related
            ):
                found[name] = [name]
        return found

    def _get_merge_defaults(self, master):
        """Return the values of the result as nobody chose: its own, where empty the first other one; texts of all.

        :param master: the record that stays
        :rtype: dict
        """
        ordered = master | self
        values = {}
        for name, group in self._get_merge_fields().items():
            field = self._fields[name]
            if field.type == "many2many":
                continue  # links are moved
            if field.type in ("text", "html"):
                self._combine_texts(ordered, name, values)
                continue
            source = next((record for record in ordered if record._has_merge_value(group)), master)
            if source != master:
                values.update(source._get_merge_values(group))
        return values

    def _has_merge_value(self, group):
        """Return whether a record has anything to give in fields that are chosen together; extend it.

        :param list[str] group: names of fields
        :rtype: bool
        """
        self.ensure_one()
        return any(self[name] for name in group)

    def _get_merge_values(self, names):
        """Return the values of some fields as they are written."""
        self.ensure_one()
        return {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in names
            if self._fields[name].type != "many2many"
        }

    @api.model
    def _combine_texts(self, records, name, values):
        is_html = self._fields[name].type == "html"
        texts = [
            record[name]
            for record in records
            if not (is_html_empty(record[name]) if is_html else not record[name])
        ]
        texts = list(dict.fromkeys(texts))
        combined = ("<br/>" if is_html else "\n").join(str(text) for text in texts)
        if texts and combined != str(records[:1][name] or ""):
            values[name] = combined
