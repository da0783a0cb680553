# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import tempfile

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.privacy import Archive, abbreviate

BATCH = 200
#: bytes of documents that one file takes; what is beyond is named alone
MOST_BYTES = 200 * 1024 * 1024
#: fields of a contact's files that Odoo makes out of others
MADE = ("image_128", "image_256", "image_512", "image_1024", "avatar_128")


class CrmPrivacyRequest(models.Model):
    """The work: a scheduled action that commits after each step."""

    _inherit = "crm.privacy.request"

    @api.model
    def _cron_work(self):
        cron = self.env["ir.cron"]
        domain = [("state", "=", "running")]
        cron._commit_progress(remaining=self.search_count(domain))
        while request := self.search(domain, limit=1, order="id").try_lock_for_update():
            is_finished = request.with_context(lang=request.user_id.lang)._work()
            if not cron._commit_progress(int(is_finished)):
                break

    def _work(self):
        """Do one step.

        :return: whether the request is through
        :rtype: bool
        """
        if self.kind == "export":
            self._export()
        elif line := self.line_ids.filtered(lambda line: not line.is_done)[:1]:
            self._erase_step(line)
            return False
        self._finish()
        return True

    def _finish(self):
        log = self._create_log()
        has_errors = any(self.line_ids.mapped("error"))
        self.write(
            {
                "state": "partial" if has_errors else "done",
                "date_done": fields.Datetime.now(),
                "log_id": log.id,
            }
        )
        if self.kind == "erase":
            (self | self._find_others_about_person())._forget_person()

    def _find_others_about_person(self):
        """Return the other requests about this person that are not at work, whoever made them."""
        own = {(kind, one) for kind in self.keys for one in self.keys[kind] if kind != "names"}
        others = self.search([("id", "!=", self.id), ("state", "!=", "running")])
        return others.filtered(
            lambda other: any(
                (kind, one) in own for kind in other.keys or () for one in other.keys[kind]
            )
        )

    def _create_log(self):
        """Note in Odoo's privacy log what was done, the person abbreviated."""
        log = self.env["privacy.log"].create(
            {
                "user_id": self.user_id.id,
                "anonymized_name": self.name,
                "anonymized_email": self.keys["emails"][0] if self.keys["emails"] else "none@none",
                "execution_details": self.env._("Erased")
                if self.kind == "erase"
                else self.env._("Exported"),
                "records_description": "\n".join(
                    f"{line.model_name}: {line.found_count}"
                    for line in self.line_ids
                    if line.found_count
                ),
            }
        )
        log.anonymized_name = abbreviate(self.name)
        return log

    # -- Erasing ---------------------------------------------------------------------------------

    def _erase_step(self, line):
        """Erase the next rows of a line."""
        # sudo: any model - the maker's right was asked when he started it
        privacy = self.env["crm.privacy"].sudo()
        declaration = self._get_declaration(line)
        if line.kind == "mentions" and declaration:
            changed, cursor = privacy._strike_out(declaration, self.keys, line.cursor)
            line.write(
                {
                    "cursor": cursor,
                    "done_count": line.done_count + changed,
                    "is_done": cursor is None,
                }
            )
            return
        ids = self._get_next_ids(declaration, line.cursor) if declaration else []
        if line.kind == "keep" or not ids:
            line.is_done = True
            return
        errors = privacy._erase(declaration, ids)
        texts = [line.error, *(f"#{one}: {text}" for one, text in errors.items())]
        line.write(
            {
                "cursor": ids[-1],
                "done_count": line.done_count + len(ids) - len(errors),
                "error": "\n".join(filter(None, texts)) or False,
            }
        )

    def _get_declaration(self, line):
        declarations = self.env["crm.privacy"]._get_installed_declarations()
        wanted = line.kind == "mentions"
        for one in declarations:
            if one.model == line.model and (bool(one.mentions) if wanted else bool(one.found_by)):
                return one
        return None

    def _get_next_ids(self, declaration, cursor):
        """Return the numbers of the next rows of the person in a model, in order."""
        privacy = self.env["crm.privacy"].sudo()  # sudo: as above
        domain = privacy._get_found_domain(declaration, self.keys) & Domain("id", ">", cursor)
        model = privacy.env[declaration.model].with_context(active_test=False)
        return list(model._search(domain, order="id", limit=BATCH))

    # -- Exporting -------------------------------------------------------------------------------

    def _export(self):
        """Write the file of all that is held; memory stays flat, a second run starts it anew."""
        with tempfile.TemporaryFile() as file:
            archive = Archive(file, self.name)
            for line in self.line_ids:
                declaration = self._get_declaration(line)
                if line.kind != "mentions" and declaration:
                    line.done_count = self._export_table(archive, declaration, line)
            self._export_files(archive)
            archive.close()
            file.seek(0)
            self.attachment_id = self.env["ir.attachment"].create(
                {
                    "name": f"{self.env._('Personal data')} {self.id}.zip",
                    "raw": file.read(),
                    "mimetype": "application/zip",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )

    def _export_table(self, archive, declaration, line):
        model = self.env[declaration.model].sudo()  # sudo: as above
        names = [
            name
            for name in (*declaration.shown, *declaration.personal)
            if name in model._fields and model._fields[name].type != "binary"
        ]
        columns = {name: model._fields[name]._description_string(self.env) for name in names}
        rows = self._read_rows(declaration, model, names)
        return archive.add_table(
            declaration.model.replace(".", "_"), line.model_name, {"id": "ID", **columns}, rows
        )

    def _read_rows(self, declaration, model, names):
        """Yield the rows of a person in a model, a batch at a time."""
        cursor = 0
        while ids := self._get_next_ids(declaration, cursor):
            cursor = ids[-1]
            records = model.browse(ids)
            yield from records.read(names)
            records.invalidate_recordset()

    def _export_files(self, archive):
        """Add the documents that hang on the person's records."""
        declarations = self.env["crm.privacy"]._get_installed_declarations()
        declaration = next(one for one in declarations if one.model == "ir.attachment")
        left, cursor = MOST_BYTES, 0
        while ids := self._get_next_ids(declaration, cursor):
            cursor = ids[-1]
            for one in ids:
                document = self.env["ir.attachment"].sudo().browse(one)  # sudo: as above
                if document.res_field not in MADE and document.file_size <= left:
                    left -= document.file_size
                    archive.add_file(f"{one}-{document.name}", document.raw or b"")
                document.invalidate_recordset()
