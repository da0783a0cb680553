# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""E-mails whose headers hold addresses of pages: written whole, or no mail program can call them (RFC 8058)."""

import email.policy

LINKS = {"list-unsubscribe"}
_WHOLE = email.policy.SMTP.clone(max_line_length=None)


class WholeLinks(type(email.policy.SMTP)):
    """Odoo's own way to write e-mails; a link is not cut into encoded pieces, which Python makes of long words.

    >>> from email.message import EmailMessage
    >>> message = EmailMessage(policy=WholeLinks(linesep="\\r\\n"))
    >>> message["List-Unsubscribe"] = f"<https://a.example/{'x' * 80}>"
    >>> message.as_string() == f"List-Unsubscribe: <https://a.example/{'x' * 80}>\\r\\n\\r\\n"
    True
    """

    def _fold(self, name, value, *args, **options):
        if name.lower() in LINKS:
            return _WHOLE._fold(name, value, *args, **options)
        return super()._fold(name, value, *args, **options)


WHOLE_LINKS = WholeLinks(linesep=email.policy.SMTP.linesep)
