# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2.errors import SerializationFailure

from odoo import api, models
from odoo.tools import SQL

from ..tools.privacy import ERASED

_logger = logging.getLogger(__name__)


class CrmPrivacy(models.AbstractModel):
    """Erasing: rows are emptied or deleted by sets; one that resists is left, with the reason.

    Texts are emptied by SQL, past tracking, mails and automation, which would write down again what is erased.
    """

    _inherit = "crm.privacy"

    @api.model
    def _erase(self, declaration, ids):
        """Erase what rows of a model hold.

        :param PersonalData declaration: the model
        :param list[int] ids: the rows
        :return: errors, ``{id: sentence}``; nothing was done about those
        :rtype: dict
        """
        try:
            with self.env.cr.savepoint():
                self._erase_batch(declaration, ids)
            return {}
        except SerializationFailure:
            raise
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others go on
            self.env.invalidate_all()
            if len(ids) == 1:
                _logger.info("%s %s was not erased: %s", declaration.model, ids, error)
                return {ids[0]: str(error)}
        errors = {}
        for one in ids:
            errors |= self._erase(declaration, [one])
        return errors

    @api.model
    def _erase_batch(self, declaration, ids):
        # sudo: any model - whoever may erase a person erases it everywhere
        records = self.env[declaration.model].sudo().with_context(active_test=False).browse(ids)
        if declaration.erasure == "delete":
            records.with_context(tracking_disable=True).unlink()
            return
        handler = f"_erase_{declaration.model.replace('.', '_')}"
        names = [name for name in declaration.personal if name in records._fields]
        parts = [(records, names)]
        if hasattr(self, handler):
            parts = getattr(self, handler)(records, names)
        for part, left in parts:
            self._blank(declaration, part, left)

    @api.model
    def _blank(self, declaration, records, names):
        """Empty fields of rows by one statement, and delete the files that they hold."""
        if not records:
            return
        files = [name for name in names if records._fields[name].type == "binary"]
        if files:
            records.write(dict.fromkeys(files, False))
        values = {name: None for name in names if name not in files}
        values |= {
            name: value
            for name, value in declaration.values.items()
            if name in names or name not in declaration.personal
        }
        if not values:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id = ANY(%s)",
                SQL.identifier(records._table),
                SQL(", ").join(
                    SQL(
                        "%s = %s",
                        SQL.identifier(name),
                        self._get_erased_sql(records._fields[name], value),
                    )
                    for name, value in values.items()
                ),
                records.ids,
            )
        )
        self.env.invalidate_all()
        if declaration.model in ("res.users", "res.partner"):
            self.env.registry.clear_cache()

    @api.model
    def _get_erased_sql(self, field, value):
        """Return what a column holds afterwards: a word where the column may not be empty."""
        if value == ERASED or (value is None and field in self.env.registry.not_null_fields):
            return SQL("%s || ' ' || id", self.env._("Erased"))
        return SQL("%s", value) if value is not None else SQL("NULL")

    # -- Models that need more than emptying -----------------------------------------------------
    # ``_erase_<model>(records, names)`` returns pairs of records and the fields of them that are left to be emptied

    @api.model
    def _erase_crm_dispatch(self, dispatches, names):
        """What waits does not leave any more."""
        waiting = dispatches.filtered(lambda dispatch: dispatch.state in ("queued", "paused"))
        waiting.write({"state": "cancelled"})
        return [(dispatches, names)]

    @api.model
    def _erase_crm_consent(self, consents, names):
        """Keep what the person decided under a fingerprint of the address: nobody writes to him again."""
        consents._replace_addresses_by_fingerprints()
        return [(consents, [name for name in names if name != "address"])]

    @api.model
    def _erase_crm_import_file(self, files, names):
        """Empty the file, and the rows of it that were kept: undoing it brings nothing back any more."""
        files.attachment_id.write({"raw": b""})
        self.env.flush_all()
        for table, columns in (
            ("crm_import_issue", ("arguments", "cells")),
            ("crm_import_entry", ("previous",)),
            ("crm_import_column", ("samples",)),
        ):
            emptied = SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in columns)
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s WHERE file_id = ANY(%s)",
                    SQL.identifier(table),
                    emptied,
                    files.ids,
                )
            )
        self.env.invalidate_all()
        return [(files, names)]

    @api.model
    def _erase_mail_message(self, messages, names):
        messages.attachment_ids.unlink()
        return [(messages, names)]

    @api.model
    def _erase_crm_lead(self, leads, names):
        """Keep the title of a deal with a company, and the company's name: it is the company's deal, not the person's."""
        of_companies = leads.filtered(
            lambda lead: (
                lead.partner_name or lead.partner_id.commercial_partner_id != lead.partner_id
            )
        )
        kept = {"name", "partner_name"}
        return [
            (leads - of_companies, names),
            (of_companies, [name for name in names if name not in kept]),
        ]

    @api.model
    def _erase_res_partner(self, partners, names):
        """Keep name and postal address where the law wants documents kept."""
        images = partners.filtered("image_1920")
        images.with_context(tracking_disable=True).write({"image_1920": False})
        held = partners.browse(self._get_legal_holds(partners.ids))
        kept = {"name", "complete_name", *self._get_legally_kept_fields()}
        return [
            (partners - held, names),
            (held, [name for name in names if name not in kept]),
        ]

    @api.model
    def _get_legally_kept_fields(self):
        """Return the fields of a contact that invoices and orders print, beside its name."""
        return [
            "commercial_company_name",
            "company_name",
            "vat",
            "company_registry",
            "street",
            "street2",
            "zip",
            "city",
        ]
