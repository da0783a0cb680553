# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who sent an e-mail, how sure that is, and whether anybody reads what is answered."""

import re
from itertools import islice

from odoo.tools.mail import decode_message_header

from odoo.addons.crm_core.tools.messaging.incoming_mail import is_automatic

#: an answer of a calendar is one of the first parts
MOST_PARTS = 10
#: mailboxes that no person reads
DEAF = re.compile(
    r"^(?:mailer-daemon|mail-daemon|post[-_]?master|mdaemon|no-?_?\.?reply|do-?_?\.?not-?_?\.?reply|ne-?_?pas-?_?repondre|noreponse|bounces?|"
    r"bounce[-+=].*|.*-bounces?|owner-.*|.*-request|daemon|abuse|listserv|majordomo)$",
    re.IGNORECASE,
)
RETURNED = re.compile(r"^(?:mailer-daemon|mail-daemon|post[-_]?master|mdaemon)$", re.IGNORECASE)
#: how automatic replies without any header call themselves
ABSENT = re.compile(
    r"^\s*(?:auto(?:matic)?[ -]?repl(?:y|ies)|auto[ -]?response|automatic response|out of (?:the )?office|away from (?:the )?office|vacation reply|"
    r"on vacation|réponse automatique|reponse automatique|message d['’]absence|absence du bureau|absent du bureau|automatische antwort|"
    r"abwesenheits|abwesend|respuesta automática|respuesta automatica|fuera de (?:la )?oficina|resposta automática|risposta automatica|fuori sede|"
    r"automatisch antwoord|autosvar|automatiskt svar|odpowiedź automatyczna|自动回复|自動回覆|自動応答)",
    re.IGNORECASE,
)
#: how mail servers without any header call what comes back
FAILED = re.compile(
    r"^\s*(?:returned mail|mail delivery (?:failed|failure|warning|system|status)|undeliver(?:able|ed)|delivery status notification|"
    r"delivery (?:failure|has failed)|failure notice|mail could not be delivered|mail system error|non-?delivery|"
    r"message d['’]?erreur de remise|échec de (?:la )?remise|non remis|unzustellbar|メールエラー通知)",
    re.IGNORECASE,
)
RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*(\w+)", re.IGNORECASE)
COMMENT = re.compile(r"\([^()]*\)")


def get_box(address):
    """Return the mailbox behind an address: what follows a plus sign is the owner's own mark.

    >>> get_box("Awa+shop@Example.COM"), get_box("nobody"), get_box(None)
    ('awa@example.com', 'nobody', '')
    """
    local, at, domain = (address or "").strip().lower().rpartition("@")
    return f"{local.split('+')[0] or local}{at}{domain}" if at else domain


def get_domain(address):
    """Return the domain of an address.

    >>> get_domain("awa@example.com"), get_domain("nobody")
    ('example.com', '')
    """
    _local, at, domain = (address or "").rpartition("@")
    return domain.lower() if at else ""


def is_deaf(address):
    """Return whether nobody reads what is sent to an address.

    >>> [is_deaf(f"{box}@example.com") for box in ("MAILER-DAEMON", "no-reply", "noreply", "bounce-12", "awa", "reply")]
    [True, True, True, True, False, False]
    """
    return bool(DEAF.match((address or "").rpartition("@")[0].split("+")[0]))


def find_machine(mail, sender, subject):
    """Return why nobody wrote an e-mail in person, or None.

    :param email.message.Message mail: its head
    :param str sender: its address
    :param str subject: its subject
    :return: ``bounce``, ``reply`` (a machine answered), ``machine`` (a machine wrote), or None

    >>> from email import message_from_string, policy
    >>> def find(*headers, sender="a@example.com", subject=""):
    ...     return find_machine(message_from_string("\\n".join(headers) + "\\n\\n", policy=policy.SMTP), sender, subject)
    >>> find("Auto-Submitted: auto-replied"), find("Auto-Submitted: auto-generated"), find("Auto-Submitted: no")
    ('reply', 'machine', None)
    >>> find("X-Autoreply: yes"), find("Precedence: bulk"), find("Precedence: list"), find("Return-Path: <>")
    ('reply', 'machine', None, 'bounce')
    >>> find(sender="MAILER-DAEMON@example.com"), find(subject="Réponse automatique : absent"), find("Precedence: auto_reply")
    ('bounce', 'reply', 'reply')
    >>> find('Content-Type: text/calendar; method="REPLY"'), find("Content-Type: text/calendar; method=REQUEST")
    ('reply', None)
    >>> find(subject="Mail delivery failed: returning message to sender"), find("X-Failed-Recipients: b@example.com")
    ('bounce', 'bounce')
    """
    submitted = decode_message_header(mail, "Auto-Submitted").strip().lower()
    precedence = decode_message_header(mail, "Precedence").strip().lower()
    if (
        RETURNED.match((sender or "").rpartition("@")[0])
        or FAILED.match(subject or "")
        or "X-Failed-Recipients" in mail
    ):
        return "bounce"
    if submitted.startswith("auto-replied") or precedence.startswith(("auto_reply", "auto-reply")):
        return "reply"
    if any(header in mail for header in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply")):
        return "reply"
    if ABSENT.match(subject or "") or _is_calendar_reply(mail):
        return "reply"
    if decode_message_header(mail, "Return-Path").strip() == "<>":
        return "bounce"
    return "machine" if is_automatic(mail) else None


def _is_calendar_reply(mail):
    """Return whether a calendar answered an invitation: nobody asks for help in it (RFC 5546)."""
    return any(
        part.get_content_type() == "text/calendar"
        and str(part.get_param("method") or "").upper() == "REPLY"
        for part in islice(mail.walk(), MOST_PARTS)
    )


def is_silent(mail, sender):
    """Return whether an e-mail that somebody may have written is not to be acknowledged: lists, and who asks for it.

    >>> from email import message_from_string, policy
    >>> def ask(*headers, sender="a@example.com"):
    ...     return is_silent(message_from_string("\\n".join(headers) + "\\n\\n", policy=policy.SMTP), sender)
    >>> ask("List-Id: <a.b>"), ask("X-Auto-Response-Suppress: OOF, AutoReply"), ask("Precedence: list")
    (True, True, True)
    >>> ask("X-Auto-Response-Suppress: DR"), ask(sender="noreply@example.com"), ask()
    (False, True, False)
    """
    if is_deaf(sender) or any(header.lower().startswith("list-") for header in mail):
        return True
    if decode_message_header(mail, "Precedence").strip().lower() in ("list", "bulk", "junk"):
        return True
    suppressed = decode_message_header(mail, "X-Auto-Response-Suppress").lower()
    return any(word.strip() in ("all", "autoreply") for word in suppressed.split(","))


def is_proven(results, authority):
    """Return whether a mail server of ours found that a sender is who he says.

    :param list results: values of ``Authentication-Results``, the latest first
    :param str authority: the name of the server whose word counts; without one, that of the latest
    :return: True, False, or None when no server said anything and none is set

    >>> is_proven(["mx.example; dkim=pass header.d=a.example; spf=fail; dmarc=pass"], "")
    True
    >>> is_proven(["mx.example; dkim=none; spf=fail; dmarc=fail"], ""), is_proven(["mx.example; dmarc=fail; spf=pass"], "")
    (False, False)
    >>> is_proven([], ""), is_proven([], "mx.example"), is_proven(["evil.example; dmarc=pass"], "mx.example")
    (None, False, False)
    >>> is_proven(["mx.example; spf=fail (dkim=pass)"], "")
    False
    """
    if authority:
        results = [result for result in results if result.split(";")[0].split()[:1] == [authority]]
    if not results:
        return False if authority else None
    said = {
        name.lower(): word.lower()
        for name, word in reversed(RESULT.findall(COMMENT.sub(" ", results[0])))
    }
    if "dmarc" in said and said["dmarc"] not in ("none", "bestguesspass"):
        return said["dmarc"] == "pass"
    return "pass" in (said.get("dkim"), said.get("spf"))
