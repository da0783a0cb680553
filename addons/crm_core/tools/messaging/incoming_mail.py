# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an e-mail that came in is: what somebody wrote, what a machine answered, or a report that one of ours came back."""

from odoo.tools.mail import decode_message_header

AUTOMATIC_PRECEDENCES = {"auto_reply", "auto-reply", "bulk", "junk"}
#: what a report of delivery says of a message that has not come back: it is on its way, or there
STILL_GOING = {"delayed", "delivered", "relayed", "expanded"}


def is_automatic(mail):
    """Return whether a machine wrote an e-mail: RFC 3834, and what was usual before it.

    :param email.message.EmailMessage mail: the e-mail as it came in

    >>> from email import message_from_string, policy
    >>> def read(*headers):
    ...     return message_from_string("\\n".join(headers) + "\\n\\nText", policy=policy.SMTP)
    >>> is_automatic(read("From: a@example.com"))
    False
    >>> is_automatic(read("Auto-Submitted: auto-replied (zimbra; vacation)"))
    True
    >>> is_automatic(read("Auto-Submitted: No", "Precedence: list"))
    False
    >>> [is_automatic(read(line)) for line in ("X-Autoreply: yes", "X-Autorespond:", "Precedence: Bulk")]
    [True, True, True]
    >>> is_automatic(read("Return-Path: <>"))
    True
    """
    submitted = _get_word(mail, "Auto-Submitted")
    return (
        bool(submitted and submitted != "no")
        or any(
            header in mail and _get_word(mail, header) != "no"
            for header in ("X-Autoreply", "X-Autorespond")
        )
        or _get_word(mail, "Precedence") in AUTOMATIC_PRECEDENCES
        or decode_message_header(mail, "Return-Path").strip() == "<>"
    )


def is_returned(mail):
    """Return whether a report of delivery says that a message came back, rather than that it is late or was read.

    :param email.message.EmailMessage mail: an e-mail that is known to be a report

    >>> from email import message_from_string, policy
    >>> def read(kind, status):
    ...     return message_from_string(
    ...         f"Content-Type: multipart/report; report-type={kind}; boundary=x\\n\\n--x\\n"
    ...         f"Content-Type: message/{kind}\\n\\nReporting-MTA: dns; a\\n\\n{status}\\n\\n--x--",
    ...         policy=policy.SMTP,
    ...     )
    >>> is_returned(read("delivery-status", "Action: failed"))
    True
    >>> is_returned(read("delivery-status", "Action: delayed"))
    False
    >>> is_returned(read("disposition-notification", "Disposition: manual-action; displayed"))
    False
    """
    parts = {part.get_content_type(): part for part in mail.walk()}
    if "message/disposition-notification" in parts:
        return False
    report = parts.get("message/delivery-status")
    blocks = report.get_payload() if report is not None and report.is_multipart() else []
    actions = {_get_word(block, "Action") for block in blocks} - {""}
    return not actions or bool(actions - STILL_GOING)


def _get_word(mail, header):
    """Return the value of a header in small letters, without comments and parameters."""
    return decode_message_header(mail, header).split(";")[0].split("(")[0].strip().lower()
