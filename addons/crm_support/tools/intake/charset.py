# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Character sets that e-mails name and nobody knows."""

import codecs

#: what is read as if it were another one, when its name is not known
USUAL = "utf-8"


def mend(mail):
    r"""Have each part of an e-mail name a character set that can be read; what then is no character shows as one that is missing.

    :param email.message.EmailMessage mail: the e-mail; is changed

    >>> from email import message_from_bytes, policy
    >>> def read(charset, text):
    ...     head = f"Content-Type: text/plain; charset={charset}\n\n".encode()
    ...     mail = message_from_bytes(head + text, policy=policy.SMTP)
    ...     mend(mail)
    ...     return mail.get_content()
    >>> read("X-GBK", "\u4f60\u597d".encode("gbk")) == "\u4f60\u597d"
    True
    >>> read("x-unknown", b"Hello"), read("latin-1", b"\xe9") == "\xe9"
    ('Hello', True)
    """
    for part in mail.walk():
        named = None if part.is_multipart() else part.get_param("charset")
        if named is not None and not _is_known(named):
            text = str(named).strip().lower()
            known = text.removeprefix("x-")
            part.set_param("charset", known if _is_known(known) else USUAL)


def _is_known(name):
    try:
        codecs.lookup(name)
    except (LookupError, TypeError, ValueError):
        return False
    return True
