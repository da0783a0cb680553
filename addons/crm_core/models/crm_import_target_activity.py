# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ..tools.import_engine import name_key

DONE_WORDS = {
    "done",
    "completed",
    "complete",
    "closed",
    "held",
    "termine",
    "terminee",
    "fait",
    "faite",
    "clos",
}
# what programs call the activities that every Odoo has
TYPE_WORDS = {
    "mail.mail_activity_data_call": "call|phone|appel|telephone|phone call",
    "mail.mail_activity_data_meeting": "meeting|event|rendez vous|reunion|rdv|lunch|demo",
    "mail.mail_activity_data_email": "email|e mail|mail|courriel",
}


class CrmImportTargetActivity(models.AbstractModel):
    """Activities on people, companies, leads and deals. Those that are done are archived, as if they had been marked done here."""

    _name = "crm.import.target.activity"
    _description = "Import Target: Activities"
    _inherit = "crm.import.target"

    _entity = "activity"
    _res_model = "mail.activity"
    _order_of_import = 70
    _key_is_identity = False
    _word_fields = {"owner": "user"}
    _noted_fields = ("location", "status", "type", "duration")
    # the links that say what an activity is about, the most telling first
    _about = ("deal", "lead", "what", "contact", "who", "company")

    @api.model
    def _get_label(self):
        return self.env._("Activities")

    @api.model
    def _get_field_labels(self):
        _ = self.env._
        return {
            **super()._get_field_labels(),
            "subject": _("Subject"),
            "type": _("Type"),
            "date_due": _("Due on"),
            "date_start": _("Starts at"),
            "date_end": _("Ends at"),
            "duration": _("Duration"),
            "done": _("Done"),
            "date_done": _("Done on"),
            "status": _("Status"),
            "note": _("Notes"),
            "location": _("Place"),
            "who": _("Person"),
            "what": _("Company or deal"),
            "company": _("Company"),
            "contact": _("Contact"),
            "deal": _("Deal"),
            "lead": _("Lead"),
            "owner": _("Assigned to"),
            "create_date": _("Created on"),
            "deleted": _("Deleted"),
        }

    @api.model
    def _complete_row(self, run, file, row):
        super()._complete_row(run, file, row)
        self.env["crm.import.target.partner"]._split_owner(row)
        if row.is_open and not any(row.links.get(name) for name in self._about):
            row.refuse("no_record")
        return row

    @api.model
    def _get_natural_key(self, row):
        given = row.values
        about = next((row.links[name][0].text for name in self._about if row.links.get(name)), "")
        return self._key_of(
            given.get("subject"), about, str(given.get("date_due") or given.get("date_start") or "")
        )

    @api.model
    def _report_missing_link(self, run, file, row, name, links):
        """An activity on nothing cannot be: the last link that leads nowhere refuses it."""
        names = [other for other in self._about if row.links.get(other)]
        if (
            name in names
            and not any(row.values.get(other) for other in names)
            and name == list(row.links)[-1]
        ):
            row.refuse("unknown_link", links[0].header, value=links[0].text[:80])

    @api.model
    def _get_record(self, row):
        """Return ``(model, id)`` of what an activity is about."""
        targets = self._get_targets()
        for name in self._about:
            if res_id := row.values.get(name):
                return targets[row.values[f"{name}_entity"]]._res_model, res_id
        return None, None

    @api.model
    def _prepare_values(self, run, file, row):
        given = row.values
        model, res_id = self._get_record(row)
        due = (
            given.get("date_due")
            or (given["date_start"].date() if given.get("date_start") else None)
            or (given["date_done"].date() if given.get("date_done") else None)
        )
        values = {
            "res_model_id": self.env["ir.model"]._get_id(model),
            "res_id": res_id,
            "summary": given.get("subject"),
            "note": self._get_notes(file, row, "note"),
            "date_deadline": due,
            "user_id": given.get("owner") or self.env.uid,
            "activity_type_id": self._get_type_id(given.get("type")),
        }
        return {name: value for name, value in values.items() if value}

    @api.model
    def _get_type_id(self, text):
        key = name_key(text or "")
        for xml_id, words in TYPE_WORDS.items():
            if key in words.split("|"):
                return self.env["ir.model.data"]._xmlid_to_res_id(xml_id)
        return self.env["ir.model.data"]._xmlid_to_res_id("mail.mail_activity_data_todo")

    @api.model
    def _is_done(self, row):
        return bool(
            row.values.get("done")
            or row.values.get("date_done")
            or name_key(row.values.get("status") or "") in DONE_WORDS
        )

    @api.model
    def _get_writer(self, file):
        return super()._get_writer(file).with_context(mail_activity_quick_update=True)

    @api.model
    def _after_create(self, run, file, rows, records):
        """Archive what is done, on the day it was done."""
        self._stamp_creation(rows, records)
        done = [
            (record.id, row.values.get("date_done") or row.values.get("date_due") or None)
            for row, record in zip(rows, records, strict=True)
            if self._is_done(row)
        ]
        if not done:
            return
        records.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE mail_activity AS act SET active = FALSE, date_done = COALESCE(done.day, act.date_deadline)
                     FROM (VALUES %s) AS done(id, day) WHERE act.id = done.id""",
                SQL(", ").join(SQL("(%s, %s::date)", res_id, day) for res_id, day in done),
            )
        )
        records.invalidate_recordset(["active", "date_done"])
