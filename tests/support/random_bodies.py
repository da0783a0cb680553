"""Bodies of requests that nobody would send on purpose: types confused, sizes wrong, nearly right. The same for the same seed."""

import json
import random
from urllib.parse import urlencode

NAMES = [
    *("id", "ids", "from", "to", "text", "body", "type", "status", "reference", "timestamp", "messages", "statuses"),
    *("object", "entry", "changes", "field", "value", "metadata", "phone_number_id", "contacts", "profile", "wa_id", "errors", "code"),
    *("params", "context", "model", "domain", "limit", "name", "email", "phone", "List-Unsubscribe", "confirm", "csrf_token", "__proto__"),
]
WORDS = [
    *("", "0", "-1", "1e400", "NaN", "null", "true", "STOP", "ARRÊT", "delivered", "failed", "whatsapp_business_account", "messages"),
    *("+2250707123457", "a@b.example", "=cmd|'/c calc'!A0", "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "%s%n", "\x00", "\ud800"),
    *("é" * 200, "😀" * 50, "x" * 20_000, "../../etc/passwd", "2026-02-30", "9" * 400),
]
KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/xml", "")


def random_bodies(seed, count):
    """Yield content types and bodies.

    :param str seed: what makes the row the same each time
    :rtype: Iterator[tuple[str, bytes]]
    """
    source = random.Random(seed)
    for _number in range(count):
        yield source.choice(KINDS), source.choice((_json, _json, _json, _form, _bytes, _torn))(source)


def _json(source):
    return json.dumps(_tree(source, 6)).encode()


def _form(source):
    return urlencode(
        [(source.choice(NAMES), source.choice(WORDS).encode(errors="replace")) for _field in range(source.randrange(8))]
    ).encode()


def _bytes(source):
    return source.randbytes(source.choice((0, 1, 17, 1000, 60_000)))


def _torn(source):
    whole = _json(source)
    return whole[: source.randrange(len(whole) + 1)]


def _tree(source, depth):
    kind = source.randrange(8 if depth else 5)
    if kind >= 6:
        return {source.choice(NAMES): _tree(source, depth - 1) for _entry in range(source.randrange(6))}
    if kind == 5:
        return [_tree(source, depth - 1) for _entry in range(source.randrange(4))]
    return source.choice((source.choice(WORDS), source.choice(WORDS), source.randint(-(2**70), 2**70), source.random() * 1e300, None, True))
