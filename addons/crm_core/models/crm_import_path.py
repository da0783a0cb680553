# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import shutil
from pathlib import Path

from odoo import models
from odoo.exceptions import UserError

CHUNK = 1 << 20


class CrmImport(models.Model):
    """Files that are on the server's disk, as the command line has them."""

    _inherit = "crm.import"

    def _add_path(self, path):
        """Add a file of the server's disk; it is copied piece by piece, so that its size does not matter.

        :rtype: crm.import.file
        """
        self.ensure_one()
        path = Path(path)
        if not path.is_file():
            file = self.env["crm.import.file"].create({"import_id": self.id, "name": path.name})
            file._refuse("unreadable", name=path.name, reason=self.env._("there is no such file"))
            return file
        attachments = self.env["ir.attachment"]
        if attachments._storage() != "file" or path.stat().st_size < CHUNK:
            return self.env["crm.import.file"]._add(self, path.name, path.read_bytes())
        return self._add_large(path)

    def _add_large(self, path):
        digest, size = hashlib.sha1(usedforsecurity=False), path.stat().st_size
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
        checksum = digest.hexdigest()
        file = self.env["crm.import.file"].create(
            {"import_id": self.id, "name": path.name, "checksum": checksum}
        )
        attachment = self.env["ir.attachment"].create(
            {"name": path.name, "raw": b"", "res_model": file._name, "res_id": file.id}
        )
        store_fname = f"{checksum[:2]}/{checksum}"
        target = Path(attachment._full_path(store_fname))
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            shutil.copyfile(path, target)
        # the store's own form of a file, without passing its bytes through memory
        attachment.flush_recordset()
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = %s, checksum = %s, file_size = %s, mimetype = 'text/csv' WHERE id = %s",
            (store_fname, checksum, size, attachment.id),
        )
        attachment.invalidate_recordset()
        file.attachment_id = attachment
        file._analyse()
        return file

    def _use_mapping(self, name):
        """Use a saved mapping on the files that have its columns.

        :raises UserError: when no mapping has that name
        """
        mappings = self.env["crm.import.mapping"].search(
            [("name", "=", name), ("company_id", "=", self.company_id.id)]
        )
        if not mappings:
            raise UserError(self.env._("There is no saved mapping called %s.", name))
        by_key = mappings.grouped("header_key")
        for file in self.file_ids:
            if mapping := by_key.get(file._get_header_key()):
                file._apply_mapping(mapping[:1])
