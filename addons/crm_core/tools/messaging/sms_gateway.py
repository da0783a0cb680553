# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A client for the SMS gateways of operators and resellers: they differ in their words, not in what they do.

What a gateway wants is described by :class:`Gateway`; nothing in it is ever evaluated. A text like ``{to}`` stands for a
value and is replaced once, so a value that itself contains ``{text}`` stays as it is.
"""

import base64
import json
import re
import time
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urlencode

from .guarded_http import AnswerLost, ForbiddenAddress, NotSent, request
from .outcome import Outcome
from .sms_numbers import write_number
from .sms_segments import count_segments, propose_gsm

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
#: answers that say that the request was not looked at
BUSY = (408, 425, 429, 503)
LONGEST_DETAIL = 300


class Message(NamedTuple):
    """What is sent to one number."""

    to: str
    text: str
    reference: str = ""
    report_url: str = ""


@dataclass(frozen=True)
class Gateway:
    """What one provider wants, and how it answers.

    ``encoding`` is ``query``, ``form`` or ``json``; ``parameters`` and ``headers`` are pairs of name and value;
    ``template`` is the JSON body; ``authentication`` is ``none``, ``basic``, ``bearer``, ``header`` or ``oauth``.
    """

    url: str
    method: str = "POST"
    encoding: str = "form"
    parameters: tuple = ()
    headers: tuple = ()
    template: str = ""
    authentication: str = "none"
    username: str = ""
    secret: str = ""
    secret_header: str = ""
    token_url: str = ""
    sender: str = ""
    number_format: str = "plus"
    simplify: bool = False
    segment_limit: int = 0
    price: float = 0.0
    timeout: float = 10
    own_network: bool = False
    ref_path: str = ""
    success_text: str = ""
    error_path: str = ""
    error_text: str = ""


class SmsGatewayClient:
    """Hands messages to one gateway, one request each. Knows no database.

    :param Gateway gateway: what the provider wants
    """

    def __init__(self, gateway):
        self.gateway = gateway
        self.last_answer = None
        self._token, self._token_ends = "", 0.0

    def send(self, message):
        """Hand over one message.

        :param Message message: the number as E.164, and what to say
        :rtype: Outcome
        """
        self.last_answer = None
        gateway, text = self.gateway, self._get_text(message)
        segments = count_segments(text).count
        if not segments:
            return Outcome("failed", "content", "The message is empty.")
        if gateway.segment_limit and segments > gateway.segment_limit:
            return Outcome("failed", "content", f"{segments} > {gateway.segment_limit} SMS")
        outcome = self._try_send(message._replace(text=text))
        may_cost = outcome.state in ("sent", "unknown")
        return outcome._replace(cost=segments * gateway.price if may_cost else 0.0)

    def _try_send(self, message):
        try:
            return self._send(message)
        except NotSent as error:
            return Outcome("retry", "busy", _shorten(error))
        except AnswerLost as error:
            return Outcome("unknown", "answer_lost", _shorten(error))
        except ForbiddenAddress as error:
            return Outcome("failed", "no_provider", f"address: {error}")
        except ValueError as error:
            return Outcome("failed", "content", _shorten(error))

    def _get_text(self, message):
        return propose_gsm(message.text) if self.gateway.simplify else message.text

    def _send(self, message):
        answer = self._request(message)
        if answer.status == 401 and self.gateway.authentication == "oauth" and self._token:
            self._token = ""
            answer = self._request(message)
        self.last_answer = answer
        return read_answer(self.gateway, answer)

    def _request(self, message):
        method, url, headers, body = self._build(message, self._get_token())
        return request(
            method,
            url,
            headers=headers,
            body=body,
            timeout=self.gateway.timeout,
            own_network=self.gateway.own_network,
        )

    def _build(self, message, token):
        return build_request(self.gateway, message, token)

    def _get_token(self):
        """Return the token of a gateway that gives one for an hour or so against a name and a secret."""
        gateway = self.gateway
        if gateway.authentication != "oauth":
            return ""
        if not self._token or time.monotonic() > self._token_ends:
            try:
                answer = request(
                    "POST",
                    gateway.token_url,
                    headers={
                        "Content-Type": "application/x-www-form-urlencoded",
                        "Authorization": _basic(gateway),
                        "Accept": "application/json",
                    },
                    body=b"grant_type=client_credentials",
                    timeout=gateway.timeout,
                    own_network=gateway.own_network,
                )
            except AnswerLost as error:
                raise NotSent(str(error)) from error
            self._token, seconds = _read_token(answer)
            self._token_ends = time.monotonic() + seconds
        return self._token


def build_request(gateway, message, token=""):
    """Return the method, the address, the headers and the body of a request.

    >>> gateway = Gateway("https://a.example/send/{to}", "GET", "query", (("m", "{text}"), ("fixed", "{x}")), number_format="digits")
    >>> build_request(gateway, Message("+2250707123456", "1 & 2 {to}"))[:2]
    ('GET', 'https://a.example/send/2250707123456?m=1+%26+2+%7Bto%7D&fixed=%7Bx%7D')
    >>> gateway = Gateway("https://a.example/", encoding="json", template='{"to": ["{to}"], "text": "{text}"}')
    >>> build_request(gateway, Message("+33612345678", 'say "é", {to}'))[3].decode()
    '{"to": ["+33612345678"], "text": "say \\\\"é\\\\", {to}"}'
    """
    values = {
        "to": write_number(message.to, gateway.number_format),
        "text": message.text,
        "sender": gateway.sender,
        "reference": message.reference,
        "report_url": message.report_url,
    }
    return write_request(gateway, values, token)


def write_request(gateway, values, token=""):
    """Return the method, the address, the headers and the body of a request that holds these values.

    :param dict values: texts by the names that stand for them
    """
    url = fill(gateway.url, {name: quote(value, safe="") for name, value in values.items()})
    pairs = [(name, fill(value, values)) for name, value in gateway.parameters]
    headers = {"Accept": "*/*", "User-Agent": "Odoo", **_authorize(gateway, token)}
    headers |= {
        name: fill(value, {key: _one_line(text) for key, text in values.items()})
        for name, value in gateway.headers
    }
    if gateway.encoding == "json":
        body = json.dumps(
            _fill_json(json.loads(gateway.template or "{}"), values), ensure_ascii=False
        ).encode()
        return (
            gateway.method,
            url,
            {"Content-Type": "application/json; charset=utf-8", **headers},
            body,
        )
    if gateway.encoding == "form":
        return (
            gateway.method,
            url,
            {"Content-Type": "application/x-www-form-urlencoded", **headers},
            urlencode(pairs).encode(),
        )
    return (
        gateway.method,
        url + ("&" if "?" in url else "?") * bool(pairs) + urlencode(pairs),
        headers,
        b"",
    )


def fill(text, values):
    """Put the values where their names stand in braces; other braces stay.

    >>> fill("{to}: {text} {other}", {"to": "{text}", "text": "hello"})
    '{text}: hello {other}'
    """
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text or "")


def read_answer(gateway, answer):
    """Say what an answer means.

    >>> from .guarded_http import Answer
    >>> gateway = Gateway("https://a.example/", ref_path="messages.0.id", error_path="error.text")
    >>> read_answer(gateway, Answer(200, '{"messages": [{"id": 77}]}'))
    Outcome(state='sent', reason='', detail='', provider_ref='77', cost=0.0)
    >>> read_answer(gateway, Answer(200, '{"error": {"text": "no credit"}}'))[:3]
    ('failed', 'refused', 'no credit')
    >>> read_answer(Gateway("https://a.example/", ref_path="ID:", success_text="OK"), Answer(200, "OK ID: ab-12, queued")).provider_ref
    'ab-12'
    >>> [read_answer(gateway, Answer(status, "x")).state for status in (302, 400, 401, 429, 500, 502, 503)]
    ['failed', 'failed', 'failed', 'retry', 'unknown', 'unknown', 'retry']
    """
    detail = _shorten(f"{answer.status} {answer.text}")
    if answer.status in BUSY:
        return Outcome("retry", "busy", detail)
    if answer.status >= 500 or answer.status < 200:
        return Outcome("unknown", "answer_lost", detail)
    if answer.status >= 300:
        return Outcome("failed", "refused", detail)
    data = _read_json(answer.text)
    error = read_path(data, gateway.error_path)
    if error not in ("", "0", "false", "null"):
        return Outcome("failed", "refused", _shorten(error))
    if gateway.error_text and gateway.error_text.casefold() in answer.text.casefold():
        return Outcome("failed", "refused", detail)
    if gateway.success_text and gateway.success_text.casefold() not in answer.text.casefold():
        return Outcome("failed", "refused", detail)
    return Outcome("sent", provider_ref=_read_reference(gateway.ref_path, data, answer.text))


def read_path(data, path):
    """Return, as text that a database takes, what stands at a path in decoded JSON or in form fields; nothing: an empty text.

    >>> data = {"results": [{"id": 7, "status": {"name": "DELIVERED"}}], "a.b": "flat", "zero": 0, "no": None}
    >>> [read_path(data, path) for path in ("results.0.id", "results.0.status.name", "a.b", "zero", "no", "results", "x.y", "")]
    ['7', 'DELIVERED', 'flat', '0', '', '', '', '']
    >>> read_path({"text": "half a smile \\ud83d\\0"}, "text")
    'half a smile ?'
    """
    found = look_up(data, path)
    if isinstance(found, bool):
        return str(found).lower()
    if not isinstance(found, str | int | float):
        return ""
    return str(found).replace("\0", "").encode("utf-8", "replace").decode()


def look_up(data, path):
    """Return what stands at a path, as it is."""
    if not path:
        return None
    if isinstance(data, dict) and path in data:
        return data[path]
    for step in path.split("."):
        if isinstance(data, list) and step.isdigit() and len(step) < 6 and int(step) < len(data):
            data = data[int(step)]
        elif isinstance(data, dict):
            data = data.get(step)
        else:
            return None
    return data


def _fill_json(data, values):
    if isinstance(data, dict):
        return {key: _fill_json(value, values) for key, value in data.items()}
    if isinstance(data, list):
        return [_fill_json(value, values) for value in data]
    return fill(data, values) if isinstance(data, str) else data


def _read_reference(path, data, text):
    """Return the provider's number of a message: at a path of JSON, else what stands behind some words of a text."""
    if not path:
        return ""
    if found := read_path(data, path):
        return found[:200]
    if data is not None or path not in text:
        return ""
    words = re.findall(r"[^\s,;|\"'<>]+", text.partition(path)[2])
    return words[0][:200] if words else ""


def _read_json(text):
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict | list) else None


def _read_token(answer):
    """Return the token and how long it holds; a gateway that gives none takes no messages."""
    if answer.status in BUSY or answer.status >= 500:
        raise NotSent(f"{answer.status} {answer.text}")
    data = _read_json(answer.text)
    token = read_path(data, "access_token")
    if answer.status != 200 or not token:
        raise NotSent(f"no token: {answer.status}")
    seconds = read_path(data, "expires_in")
    return token, max(int(seconds) - 60, 0) if seconds.isdigit() else 300


def _authorize(gateway, token):
    if gateway.authentication == "basic":
        return {"Authorization": _basic(gateway)}
    if gateway.authentication == "bearer":
        return {"Authorization": f"Bearer {_one_line(gateway.secret)}"}
    if gateway.authentication == "oauth":
        return {"Authorization": f"Bearer {_one_line(token)}"}
    if gateway.authentication == "header":
        return {gateway.secret_header: _one_line(gateway.secret)}
    return {}


def _basic(gateway):
    return "Basic " + base64.b64encode(f"{gateway.username}:{gateway.secret}".encode()).decode()


def _one_line(text):
    return re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip()


def _shorten(text):
    return re.sub(r"\s+", " ", str(text)).strip()[:LONGEST_DETAIL]
