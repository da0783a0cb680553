"""Collected e-mails that go through the gateway, each kept before the next; runs inside the Odoo server."""

import time
from email.message import EmailMessage
from pathlib import Path

from odoo import SUPERUSER_ID

ADDRESS = "help@corpora.example"
NO_LIMIT = 1_000_000
#: what in the folders is no e-mail
OTHER = ("LICENSE", ".csv", ".md")


def prepare(env):
    """Have e-mails make tickets of a team that acknowledges them."""
    domain = env["mail.alias.domain"].create({"name": "corpora.example"})
    template = env.ref("crm_support.mail_template_crm_ticket_acknowledgement")
    team = env["crm.ticket.team"].create({"name": "Corpora", "alias_name": "help", "acknowledgement_template_id": template.id})
    team.alias_id.alias_domain_id = domain
    for name in ("mails_per_sender", "mails_per_domain"):
        env["ir.config_parameter"].set_param(f"crm_support.{name}", NO_LIMIT)
    env.cr.commit()


def take_in(env, path):
    """Take the e-mails of a folder in.

    :param str path: the folder
    :return: for each file its name, what became of it, the reason and detail of its quarantine, whether it was acknowledged, and the seconds it took
    """
    files = sorted(file for file in Path(path).rglob("*") if file.is_file() and not file.name.endswith(OTHER))
    return [[file.name, *_take(env, file.read_bytes())] for file in files]


def take_odd_ones_in(env):
    """Take in what is large, deep or in many parts.

    :return: as of :func:`take_in`
    """
    many = EmailMessage()
    many["From"], many["To"], many["Subject"] = "many@odd.example", ADDRESS, "Two thousand parts"
    many.set_content("See these")
    for number in range(2000):
        many.add_attachment(b"x%d" % number, maintype="application", subtype="octet-stream", filename=f"{number}.bin")
    large = EmailMessage()
    large["From"], large["To"], large["Subject"] = "large@odd.example", ADDRESS, "Large"
    large.set_content("See this")
    large.add_attachment(b"x" * 17_000_000, maintype="application", subtype="octet-stream", filename="large.bin")
    head = f"From: deep@odd.example\r\nTo: {ADDRESS}\r\nSubject: Deep\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n".encode()
    deep = head + b"<div>" * 20_000 + b"x" + b"</div>" * 20_000
    return [[name, *_take(env, raw)] for name, raw in (("many", many.as_bytes()), ("large", large.as_bytes()), ("deep", deep))]


def take_replies_in(env, path):
    """Take in the texts of replies.

    :param str path: the folder
    :return: for each its name, whether something is folded away as quoted, and whether something should be
    """
    answers = []
    for file in sorted(Path(path, "emails").iterdir()):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"{len(answers)}@replies.example", ADDRESS, file.name
        mail.set_content(file.read_text(errors="replace"))
        _take(env, mail.as_bytes())
        ticket = env["crm.ticket"].search([], order="id DESC", limit=1)
        elided = Path(path, "elided", file.name)
        wanted = elided.exists() and bool(elided.read_text().strip())
        answers.append([file.name, "data-o-mail-quote" in (ticket.message_ids[-1:].body or ""), wanted])
    return answers


def _take(env, raw):
    """Have the gateway take an e-mail in, as the mailbox of the team delivers it."""
    end = b"\r\n" if b"\r\n" in raw[:200] else b"\n"
    raw = b"Delivered-To: " + ADDRESS.encode() + end + raw
    rows, kept = env["crm.mail.intake"], env["crm.mail.quarantine"]
    last, last_kept = _get_last(rows), _get_last(kept)
    began = time.monotonic()
    env["mail.thread"].with_user(SUPERUSER_ID).message_process(False, raw)
    env.cr.commit()
    seconds = time.monotonic() - began
    row = rows.search([("id", ">", last)], limit=1)
    held = kept.search([("id", ">", last_kept)], limit=1)
    acknowledged = bool(row.ticket_id and env["crm.dispatch"].search_count([("key", "=", f"ticket:{row.ticket_id.id}:acknowledgement")]))
    outcome = row.outcome or ("known" if _is_known(env, raw) else "lost")
    return [outcome, held.reason or "", held.detail or "", outcome == "ticket" and acknowledged, round(seconds, 2)]


def _get_last(records):
    return records.search([], order="id DESC", limit=1).id or 0


def _is_known(env, raw):
    """Return whether the same sender's same text came in before."""
    from odoo.addons.crm_support.tools.intake import envelope

    content = envelope.read(raw).content
    return bool(env["crm.mail.intake"].search_count([("content_hash", "=like", f"{content}%")], limit=1))
