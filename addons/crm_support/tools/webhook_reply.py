# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An answer that is posted to another program: signed like what it posts to us, with a secret of its own."""

import hashlib
import hmac
import re
import time
from typing import NamedTuple

from odoo.addons.crm_core.tools.messaging.guarded_http import (
    AnswerLost,
    ForbiddenAddress,
    NotSent,
    request,
)
from odoo.addons.crm_core.tools.messaging.outcome import Outcome

#: seconds for the whole of one request
PATIENCE = 10
#: statuses that say that the answer was not looked at
BUSY = (408, 425, 429, 503)
LONGEST_DETAIL = 300


class Reply(NamedTuple):
    """What is posted, where, and the secret that signs it; the webhook tells other programs apart."""

    webhook_id: int
    url: str
    secret: str
    body: bytes


def sign(secret, stamp, body):
    """Return the signature of a body at a time.

    >>> sign("secret", 1700000000, b"{}")
    'sha256=b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163'
    """
    signed = f"{stamp}.".encode() + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def send_reply(reply):
    """Post an answer.

    :param Reply reply: what goes where
    :rtype: Outcome
    """
    stamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "X-Timestamp": str(stamp),
        "X-Signature": sign(reply.secret, stamp, reply.body),
    }
    try:
        answer = request("POST", reply.url, headers=headers, body=reply.body, timeout=PATIENCE)
    except NotSent as error:
        return Outcome("retry", "busy", _shorten(error))
    except AnswerLost as error:
        return Outcome("unknown", "answer_lost", _shorten(error))
    except ForbiddenAddress as error:
        return Outcome("failed", "no_provider", f"address: {error}")
    return read_status(answer.status, answer.text)


def read_status(status, text=""):
    """Say what the status of an answer means. Only what was certainly not taken is tried again.

    >>> [read_status(status).state for status in (200, 202, 302, 400, 403, 429, 500, 502, 503)]
    ['sent', 'sent', 'failed', 'failed', 'failed', 'retry', 'unknown', 'unknown', 'retry']
    >>> read_status(410, "  gone\\n away ").detail
    '410 gone away'
    """
    detail = _shorten(f"{status} {text}")
    if status in BUSY:
        return Outcome("retry", "busy", detail)
    if 200 <= status < 300:
        return Outcome("sent")
    if status >= 500 or status < 200:
        return Outcome("unknown", "answer_lost", detail)
    return Outcome("failed", "refused", detail)


def _shorten(text):
    """Return one short line of what another program said, without signs that no database takes."""
    return re.sub(r"[\s\x00]+", " ", str(text)).strip()[:LONGEST_DETAIL]
