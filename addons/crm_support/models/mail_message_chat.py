# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..tools.uploads import clean_name, find_refusal

MOST_FILES = 20


class MailMessage(models.Model):
    """Files that were sent in a live chat."""

    _inherit = "mail.message"

    def _read_said_files(self):
        """Return the files of messages that a ticket may have; the others are named in what was said.

        :return: pairs of name and content
        :rtype: list[tuple[str, bytes]]
        """
        named = [(clean_name(file.name), file) for file in self.attachment_ids.sorted("id")]
        taken = [pair for pair in named if not find_refusal([(pair[0], pair[1].file_size)])[0]]
        return [(name, file.raw) for name, file in taken[:MOST_FILES] if file.type == "binary"]
