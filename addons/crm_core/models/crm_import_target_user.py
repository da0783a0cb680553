# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class CrmImportTargetUser(models.AbstractModel):
    """Salespeople: found among the users, or created as archived users without access when the import is set to.

    Their office or team becomes the sales team that their deals belong to.
    """

    _name = "crm.import.target.user"
    _description = "Import Target: Salespeople"
    _inherit = "crm.import.target"

    _entity = "user"
    _res_model = "res.users"
    _order_of_import = 10
    _word_fields = {"team": "team"}

    @api.model
    def _get_label(self):
        return self.env._("Salespeople")

    @api.model
    def _get_field_labels(self):
        _ = self.env._
        return {
            **super()._get_field_labels(),
            "name": _("Name"),
            "first_name": _("First name"),
            "last_name": _("Last name"),
            "email": _("E-mail"),
            "login": _("Login"),
            "team": _("Sales team"),
            "office": _("Office"),
            "deleted": _("Deleted"),
        }

    @api.model
    def _complete_row(self, run, file, row):
        super()._complete_row(run, file, row)
        given = row.values
        given.setdefault(
            "name",
            " ".join(filter(None, (given.get("first_name"), given.get("last_name"))))
            or given.get("email")
            or given.get("login"),
        )
        if row.is_open and not given["name"]:
            row.refuse("missing", label=self.env._("Name"))
        if office := given.pop("office", None):
            given.setdefault("team", office)
        return row

    @api.model
    def _get_natural_key(self, row):
        return self._key_of(
            row.values.get("email") or row.values.get("login") or row.values["name"]
        )

    @api.model
    def _match_existing(self, run, file, rows):
        words = self.env["crm.import.vocabulary"]._get_words(run, file, "user")
        found = {}
        for row in rows:
            for name in ("login", "email", "name"):
                if (text := row.values.get(name)) and text in words:
                    found[row] = (words.find(text).res_id, text)
                    break
        for row in rows:
            if row not in found and not file.import_id.create_users:
                row.refuse("unknown_user_row", value=row.values["name"][:80])
        return found

    @api.model
    def _create_records(self, run, file, rows):
        vocabulary = self.env["crm.import.vocabulary"]
        texts = {
            row: row.values.get("email") or row.values.get("login") or row.values["name"]
            for row in rows
        }
        users = vocabulary._create_users(
            file, [(row.values["name"], texts[row]) for row in rows], is_row=True
        )
        for row, user in zip(rows, users, strict=True):
            for word in (row.values["name"], texts[row]):
                vocabulary._get_words(run, file, "user").add(user.id, word)
        return users

    @api.model
    def _after_create(self, run, file, rows, records):
        """Make the new salespeople members of their teams."""
        members = [
            {"crm_team_id": row.values["team"], "user_id": user.id, "active": True}
            for row, user in zip(rows, records, strict=True)
            if row.values.get("team")
        ]
        if members:
            file._log_created(
                self.env["crm.team.member"].with_context(tracking_disable=True).create(members)
            )

    @api.model
    def _after_planning(self, run, file, rows):
        words = self.env["crm.import.vocabulary"]._get_words(run, file, "user")
        for row in rows:
            words.add(-1, row.values["name"])

    @api.model
    def _prepare_values(self, run, file, row):
        return {"name": row.values["name"]}

    @api.model
    def _update_batch(self, run, file, rows):
        """Leave users as they are: they belong to the administrator."""
        for row in rows:
            row.action = "matched"

    @api.model
    def _find_by_name(self, file, texts):
        return {}

    @api.model
    def _get_used_since(self, job, model, ids):
        """A user goes with the partner: one whose partner is used, or was changed, stays as well."""
        used = super()._get_used_since(job, model, ids)
        # sudo: res.users of this import's log - archived users that never had access
        users = self.env["res.users"].sudo().with_context(active_test=False).browse(ids)
        owners = {user.partner_id.id: user.id for user in users.exists()}
        partners = super()._get_used_since(job, "res.partner", set(owners))
        changed = job._get_changed_since("res.partner", set(owners))
        partners.update(dict.fromkeys(changed, "res.partner"))
        return used | {owners[res_id]: user for res_id, user in partners.items()}

    @api.model
    def _unlink_records(self, records):
        partners = records.sudo().partner_id  # sudo: of users whom this import created
        super()._unlink_records(records)
        return super()._unlink_records(partners.exists())
