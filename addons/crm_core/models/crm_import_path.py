# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import os
import tempfile
from pathlib import Path

from odoo import models
from odoo.exceptions import UserError

CHUNK = 1 << 20


class CrmImport(models.Model):
    """Files on their way in, from a form or from the server's disk: copied piece by piece, so that their size does not matter."""

    _inherit = "crm.import"

    def _add_path(self, path):
        """Add a file of the server's disk; one that cannot be read is kept with the reason.

        :rtype: crm.import.file
        """
        self.ensure_one()
        path = Path(path)
        try:
            with path.open("rb") as stream:
                return self._add_stream(path.name, stream)
        except OSError as error:
            file = self.env["crm.import.file"].create({"import_id": self.id, "name": path.name})
            file._refuse("unreadable", name=path.name, reason=error.strerror or str(error))
            return file

    def _add_stream(self, name, stream):
        """Add a file.

        :param stream: its bytes, as a binary stream that can be read from its beginning
        :rtype: crm.import.file
        """
        self.ensure_one()
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        if size < CHUNK or self.env["ir.attachment"]._storage() != "file":
            return self.env["crm.import.file"]._add(self, name, stream.read())
        file = self.env["crm.import.file"].create({"import_id": self.id, "name": name})
        attachment = self.env["ir.attachment"].create(file._prepare_attachment_values(b""))
        checksum, store_fname = self._store(attachment, stream)
        # the store's own form of a file, without passing its bytes through memory
        attachment.flush_recordset()
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = %s, checksum = %s, file_size = %s WHERE id = %s",
            (store_fname, checksum, size, attachment.id),
        )
        attachment.invalidate_recordset()
        file._take_content(attachment)
        return file

    def _store(self, attachment, stream):
        """Copy a stream to the place where Odoo keeps files: whole, or not at all.

        :return: ``(checksum, name in the store)``
        """
        digest = hashlib.sha1(usedforsecurity=False)
        folder = Path(attachment._full_path("checklist")).parent
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix="import-") as copy:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                copy.write(chunk)
            copy.flush()
            checksum = digest.hexdigest()
            store_fname = f"{checksum[:2]}/{checksum}"
            target = Path(attachment._full_path(store_fname))
            target.parent.mkdir(exist_ok=True)
            if not target.exists():
                os.link(copy.name, target)
        # goes again should the transaction be given up
        attachment._mark_for_gc(store_fname)
        return checksum, store_fname

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
