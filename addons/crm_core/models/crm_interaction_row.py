# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..tools.interaction.excerpt import get_excerpt, shorten, split_first_paragraph

#: what was done is told by the first paragraph that Odoo writes of it
DONE = ("call", "meeting", "activity")
LONGEST_TITLE = 200


class CrmInteraction(models.Model):
    """How interactions are shown: names, excerpts and amounts in the reader's language."""

    _inherit = "crm.interaction"

    @api.model
    def _prepare_rows(self, rows):
        """Return interactions as screens show them. All of it is plain text, to be escaped by whoever shows it.

        :param rows: as :meth:`_fetch_rows` returns them
        :return: list of dicts with the keys ``id``, ``date`` (UTC, as text), ``channel``, ``direction``, ``title``,
            ``excerpt``, ``author`` (``{"id", "name"}``, its id False when it is an address alone; or None), ``model``,
            ``res_id``, ``record_name``, ``message_id``, ``state``, ``state_label``, ``amount`` (formatted),
            ``attachment_count``
        """
        authors = self._get_author_names([row["author_id"] for row in rows])
        records = self._get_record_names(rows)
        labels = self._get_state_labels({row["source"] for row in rows if row["state"]})
        currencies = self.env["res.currency"].browse({row["currency_id"] for row in rows} - {None})
        formats = {currency.id: currency.format for currency in currencies}
        return [
            {
                "id": row["id"],
                "date": fields.Datetime.to_string(row["date"]),
                "channel": row["channel"],
                "direction": row["direction"],
                **self._prepare_text(row),
                "author": self._prepare_author(row, authors),
                "model": row["res_model"],
                "res_id": row["res_id"],
                "record_name": records.get((row["res_model"], row["res_id"]), ""),
                "message_id": row["message_id"],
                "state": row["state"] or "",
                "state_label": labels.get((row["source"], row["state"]), ""),
                "amount": formats[row["currency_id"]](row["amount"]) if row["currency_id"] else "",
                "attachment_count": row["attachment_count"],
            }
            for row in rows
        ]

    @api.model
    def _is_deleted(self, row):
        """Tell whether nothing is left of a message: Odoo empties those that somebody deletes, and hides them too."""
        return (
            row["source"] == "mail.message:0"
            and not row["title"]
            and not row["attachment_count"]
            and "<img" not in (row["body"] or "")
            and not get_excerpt(row["body"])
        )

    @api.model
    def _prepare_text(self, row):
        title, body = row["title"] or "", row["body"]
        if row["message_id"] and row["channel"] in DONE:
            title, body = split_first_paragraph(body)
        return {"title": shorten(title, LONGEST_TITLE), "excerpt": get_excerpt(body)}

    @api.model
    def _prepare_author(self, row, names):
        if row["author_id"] in names:
            return {"id": row["author_id"], "name": names[row["author_id"]]}
        return {"id": False, "name": row["email_from"]} if row["email_from"] else None

    @api.model
    def _get_author_names(self, ids):
        """Return the names of contacts: ``{id: name}``."""
        # sudo: res.partner - who reads a message sees who wrote it, as in the chatter
        authors = self.env["res.partner"].sudo().browse(dict.fromkeys(filter(None, ids)))
        return {author.id: author.display_name for author in authors}

    @api.model
    def _get_record_names(self, rows):
        """Return the names of the records of rows: ``{(model, id): name}``, one query a model."""
        ids = {}
        for row in rows:
            ids.setdefault(row["res_model"], {})[row["res_id"]] = True
        return {
            (model, record.id): record.display_name
            for model, found in ids.items()
            for record in self.env[model].browse(found)
        }

    @api.model
    def _get_state_labels(self, keys):
        """Return the words of the states of sources: ``{(source, state): label}``."""
        labels = {}
        for source in self._get_sources():
            key = f"{source.model}:{source.variant}"
            if key not in keys:
                continue
            if source.state_label:
                labels[key, source.state] = source.state_label
            else:
                field = self.env[source.model]._fields[source.state]
                labels |= {(key, k): v for k, v in field._description_selection(self.env)}
        for key in keys & {"mail.message:0", "crm.dispatch:0"}:
            labels |= {(key, k): v for k, v in self._get_message_states().items()}
        return labels

    @api.model
    def _get_message_states(self):
        whatsapp = self.env["crm.whatsapp.message"]._fields["state"]
        ledger = self.env["crm.dispatch"]._fields["state"]
        return dict(whatsapp._description_selection(self.env)) | dict(
            ledger._description_selection(self.env)
        )
