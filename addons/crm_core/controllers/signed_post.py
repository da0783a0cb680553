# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What addresses share to which machines post: nobody is logged in, a signature says who it is."""

import hashlib
import hmac
import re
import time

from odoo.http import request
from odoo.tools import consteq

#: how far the clock of who posts may be from ours, in seconds
WINDOW = 300
#: of a route; each adds its largest body as ``max_content_length``
SIGNED_POST = {
    "type": "http",
    "auth": "public",
    "methods": ["POST"],
    "csrf": False,
    "save_session": False,
}


def read_body(largest):
    """Return the body of the request; None when it says that it is larger than that, before it is read."""
    if (request.httprequest.content_length or 0) > largest:
        return None
    return request.httprequest.get_data()


def is_signature(given, secret, signed):
    """Return whether a text is a signature: ``sha256=`` and the HMAC-SHA256 in hexadecimal digits.

    :param str given: what came in a header, None when nothing did
    :param str secret: without one, nothing is signed
    :param bytes signed: as it came
    """
    if not secret:
        return False
    wanted = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return consteq(f"sha256={wanted}".encode(), (given or "").encode())


def is_signed_now(secret, body):
    """Return whether a body carries the signature of a secret over the time and the body, made just now.

    :param str secret: without one, nothing is signed
    :param bytes body: as it came
    """
    headers = request.httprequest.headers
    stamp = headers.get("X-Timestamp") or ""
    if not re.fullmatch(r"[0-9]{9,12}", stamp):
        return False
    is_right = is_signature(headers.get("X-Signature"), secret, stamp.encode() + b"." + body)
    return is_right and abs(time.time() - int(stamp)) <= WINDOW


def answer(status, text=""):
    """Return an answer that no browser takes for a page."""
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return request.make_response(text, headers, status=status)
