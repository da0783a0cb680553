# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an e-mail holds, as people read it: its text, and the e-mails that are attached to it."""

import re
from email.message import EmailMessage

from markupsafe import Markup

from odoo.tools.mail import decode_message_header

from .plain_text import to_html

LONGEST_NAME = 80


def set_paragraphs(mail, body):
    """Return the body of an e-mail with its plain text as paragraphs: Odoo shows it in a fixed width, cut where the line is long.

    :param EmailMessage mail: the e-mail
    :param str body: what Odoo made of it
    :rtype: str
    """
    if "<pre>" not in body:
        return body
    for part in mail.walk():
        if part.get_content_type() == "text/plain" and not part.get_filename():
            text = part.get_content()
            is_flowed = str(part.get_param("format") or "").lower() == "flowed"
            block = Markup("<pre>%s</pre>") % text
            if block in body:
                body = body.replace(block, to_html(text, is_flowed=is_flowed), 1)
    return body


def name_mail(name, content, *info):
    """Return a file of an e-mail; another e-mail that was attached is called by its subject."""
    if isinstance(content, EmailMessage) and name == "attachment":
        subject = decode_message_header(content, "Subject")
        words = re.sub(r"[^\w.,()&+-]+", " ", subject).strip(" .")[:LONGEST_NAME]
        name = f"{words or name}.eml"
    return (name, content, *info)
