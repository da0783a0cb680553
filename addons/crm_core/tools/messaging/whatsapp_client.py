# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Meta's Cloud API of WhatsApp, without a database: sends, lists templates, fetches files."""

import hashlib
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from .guarded_http import ForbiddenAddress, check_peer, check_resolved_url
from .outcome import Outcome

#: to connect, and again to answer
ANSWER_SECONDS = 15
PAGE_SIZE = 100
MOST_PAGES = 100
CHUNK = 64 * 1024
LONGEST_DETAIL = 500
#: where Meta serves files from, besides the API itself
MEDIA_HOSTS = {"lookaside.fbsbx.com"}

#: the token or the account is at fault: nothing leaves until an administrator mends it
ACCOUNT_CODES = {0, 3, 10, 190, 368, 131005, 131031, 131042, 131045, 133010, *range(200, 300)}
#: too much at once, or out of order for a moment: certainly not taken
BUSY_CODES = {2, 4, 80007, 130429, 131016, 131048, 131056, 131057, 133004}
REFUSED = {
    131026: "address_invalid",
    131021: "address_invalid",
    131030: "address_invalid",
    131047: "window_closed",
    132000: "template_rejected",
    132001: "template_rejected",
    132005: "template_rejected",
    132007: "template_rejected",
    132012: "template_rejected",
    132015: "template_rejected",
    132016: "template_rejected",
}


class WhatsappError(Exception):
    """What the API or the way to it said, in words for an administrator.

    :param str text: the words
    :param int code: Meta's number of the error, None without one
    :param bool is_lasting: asking again will not help
    """

    def __init__(self, text, *, code=None, is_lasting=False):
        super().__init__(text)
        self.code, self.is_lasting = code, is_lasting

    @property
    def is_of_account(self):
        """Return whether the account or its token is at fault."""
        return self.code in ACCOUNT_CODES


class WhatsappClient:
    """One account's way to the API; a context manager that keeps the connection for several messages.

    :param str base_url: for example ``https://graph.facebook.com/v23.0``
    :param str token: access token
    :param str number_id: Meta's number of the phone number
    :param str business_id: Meta's number of the business account
    :param bool is_own_network: the API is a server on the own network: plain HTTP and private addresses are fine
    """

    def __init__(self, base_url, token, *, number_id, business_id="", is_own_network=False):
        self.base_url, self.number_id, self.business_id = (
            base_url.rstrip("/"),
            number_id,
            business_id,
        )
        self.is_own_network = is_own_network
        self.account_error = None
        self._token = token
        self._session = requests.Session()
        self._session.trust_env = False
        if not is_own_network:
            self._session.mount("https://", _OutsideAdapter())

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()

    def close(self):
        """Let go of the connection."""
        self._session.close()

    # -- Sending ---

    def send_text(self, number, text, *, reply_to=""):
        """Send free text, which is possible in an open conversation only.

        :rtype: Outcome
        """
        message = {"type": "text", "text": {"body": text, "preview_url": False}}
        if reply_to:
            message["context"] = {"message_id": reply_to}
        return self.send(number, message)

    def send_template(self, number, name, language, components):
        """Send an approved template with what its variables hold.

        :rtype: Outcome
        """
        template = {"name": name, "language": {"code": language}}
        if components:
            template["components"] = components
        return self.send(number, {"type": "template", "template": template})

    def send_media(self, number, kind, media_id, *, caption="", filename=""):
        """Send a file that was uploaded before.

        :param str kind: ``image``, ``audio``, ``video`` or ``document``
        :rtype: Outcome
        """
        media = {"id": media_id}
        if caption and kind != "audio":
            media["caption"] = caption
        if filename and kind == "document":
            media["filename"] = filename
        return self.send(number, {"type": kind, kind: media})

    def send(self, number, message):
        """Hand one message over; never raises.

        :param str number: E.164
        :param dict message: its type and content, in the API's form
        :rtype: Outcome
        """
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": number.lstrip("+"),
            **message,
        }
        url = f"{self.base_url}/{self.number_id}/messages"
        try:
            self._check_host(url)
            answer = self._session.post(url, json=body, **self._options())
        except WhatsappError as error:
            return Outcome("retry", "busy", str(error))
        except requests.RequestException as error:
            return _read_failure(error)
        return self._read_sent(answer)

    def _read_sent(self, answer):
        """Tell what became of a message from the answer to it: it is sent when it has a number, and only then."""
        content = _decode(answer)
        if answer.ok:
            wamid = _get_wamid(content)
            if wamid:
                return Outcome("sent", provider_ref=wamid)
            return Outcome(
                "unknown", "answer_lost", "The answer does not hold the message's number."
            )
        code, text = _read_error(content, answer)
        if code in ACCOUNT_CODES or answer.status_code == 401:
            self.account_error = text
            return Outcome("retry", "busy", text)
        if code in BUSY_CODES or answer.status_code == 429:
            return Outcome("retry", "busy", text)
        if answer.status_code >= 500 or 300 <= answer.status_code < 400:
            return Outcome("unknown", "answer_lost", text)
        return Outcome("failed", REFUSED.get(code, "refused"), text)

    # -- Account, templates, files ---

    def check(self):
        """Ask who the phone number is, which needs a token that works.

        :return: ``display_phone_number``, ``verified_name`` and ``quality_rating``, where given
        :rtype: dict
        :raises WhatsappError: when it does not work
        """
        fields = "id,display_phone_number,verified_name,quality_rating"
        return self._get(f"{self.base_url}/{self.number_id}", {"fields": fields})

    def list_templates(self):
        """Return all templates of the business account.

        :rtype: list[dict]
        :raises WhatsappError: when a page could not be read: then nothing is returned rather than a part
        """
        fields = "id,name,language,category,status,rejected_reason,parameter_format,components"
        url = f"{self.base_url}/{self.business_id}/message_templates"
        templates, after = [], None
        for _page in range(MOST_PAGES):
            params = {"fields": fields, "limit": PAGE_SIZE}
            content = self._get(url, {**params, "after": after} if after else params)
            found = content.get("data")
            if not isinstance(found, list):
                raise WhatsappError("The list of templates has no form that is known.")
            templates += [template for template in found if isinstance(template, dict)]
            paging = content.get("paging") or {}
            after = (paging.get("cursors") or {}).get("after") if paging.get("next") else None
            if not after:
                return templates
        raise WhatsappError("The list of templates does not end.")

    def upload_media(self, name, mimetype, raw):
        """Upload a file.

        :return: Meta's number of it
        :rtype: str
        :raises WhatsappError: when it was not taken
        """
        url = f"{self.base_url}/{self.number_id}/media"
        content = self._ask(
            "POST",
            url,
            data={"messaging_product": "whatsapp", "type": mimetype},
            files={"file": (name, raw, mimetype)},
        )
        if not content.get("id"):
            raise WhatsappError("The answer does not hold the file's number.")
        return str(content["id"])

    def fetch_media(self, media_id, *, limit):
        """Fetch a file that somebody sent.

        :param int limit: bytes that it may have
        :return: its bytes and the type that Meta says it is of
        :rtype: tuple[bytes, str]
        :raises WhatsappError: when it cannot be had, is too large or comes from somewhere else
        """
        if not str(media_id).isalnum():
            raise WhatsappError("The file's number is none.", is_lasting=True)
        known = self._get(f"{self.base_url}/{media_id}", {"phone_number_id": self.number_id})
        if _get_size(known.get("file_size")) > limit:
            raise _get_too_large(limit)
        url = str(known.get("url") or "")
        self._check_media_url(url)
        raw = self._download(url, limit)
        wanted = known.get("sha256")
        if wanted and hashlib.sha256(raw).hexdigest() != str(wanted).lower():
            raise WhatsappError("The file was damaged on its way.")
        return raw, str(known.get("mime_type") or "")

    def _download(self, url, limit):
        self._check_host(url)
        try:
            with self._session.get(url, stream=True, **self._options()) as answer:
                if not answer.ok or answer.is_redirect:
                    gone = answer.status_code in (404, 410)
                    text = f"The file could not be fetched ({answer.status_code})."
                    raise WhatsappError(text, is_lasting=gone)
                raw = bytearray()
                for chunk in answer.iter_content(CHUNK):
                    raw += chunk
                    if len(raw) > limit:
                        raise _get_too_large(limit)
                return bytes(raw)
        except requests.RequestException as error:
            raise WhatsappError(_get_words(error)) from error

    # -- The way ---

    def _get(self, url, params=None):
        return self._ask("GET", url, params=params)

    def _ask(self, method, url, **request):
        """Ask the API something that may be asked again.

        :rtype: dict
        :raises WhatsappError: for anything but a good answer
        """
        self._check_host(url)
        try:
            answer = self._session.request(method, url, **request, **self._options())
        except requests.RequestException as error:
            raise WhatsappError(_get_words(error)) from error
        content = _decode(answer)
        if answer.ok and isinstance(content, dict) and "error" not in content:
            return content
        code, text = _read_error(content, answer)
        code = 190 if code is None and answer.status_code == 401 else code
        raise WhatsappError(text, code=code, is_lasting=answer.status_code in (404, 410))

    def _options(self):
        return {
            "headers": {"Authorization": f"Bearer {self._token}"},
            "timeout": ANSWER_SECONDS,
            "allow_redirects": False,
        }

    def _check_media_url(self, url):
        """Keep the token, and ourselves, from any other host than the API's and Meta's own for files."""
        try:
            parts, base = urlsplit(url), urlsplit(self.base_url)
            is_api = (parts.scheme, parts.hostname, parts.port) == (
                base.scheme,
                base.hostname,
                base.port,
            )
            is_meta = (
                parts.scheme == "https"
                and parts.hostname in MEDIA_HOSTS
                and parts.port in (None, 443)
            )
        except ValueError:
            is_api = is_meta = False
        if not (is_api or is_meta):
            raise WhatsappError(
                "The file lies on a server that is not WhatsApp's.", is_lasting=True
            )

    def _check_host(self, url):
        """Refuse addresses inside the own network unless an administrator said that the API is there."""
        if not self.is_own_network and urlsplit(url).scheme != "https":
            raise WhatsappError("The address of the API must begin with https://.")
        try:
            check_resolved_url(url, own_network=self.is_own_network)
        except ForbiddenAddress as error:
            raise WhatsappError(
                f"The server {urlsplit(url).hostname} is none that may be asked."
            ) from error


class _OutsideConnection(HTTPSConnection):
    """A connection that says nothing to a server inside the own network, whatever its name means by now."""

    def _new_conn(self):
        sock = super()._new_conn()
        try:
            check_peer(sock)
        except ForbiddenAddress as error:
            sock.close()
            raise NewConnectionError(self, "inside the own network") from error
        return sock


class _OutsidePool(HTTPSConnectionPool):
    ConnectionCls = _OutsideConnection


class _OutsideAdapter(HTTPAdapter):
    def init_poolmanager(self, *args, **options):
        made = super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"https": _OutsidePool}
        return made


def _read_failure(error):
    """Tell what became of a message whose answer did not come: a connection that never stood has taken nothing."""
    words = _get_words(error)
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.SSLError)):
        return Outcome("retry", "busy", words)
    if isinstance(
        getattr(error.args[0] if error.args else None, "reason", None), NewConnectionError
    ):
        return Outcome("retry", "busy", words)
    return Outcome("unknown", "answer_lost", words)


def _get_words(error):
    """Say what was in the way of a request, without its address, which may hold what is secret."""
    if isinstance(error, requests.Timeout):
        return "The API did not answer in time."
    if isinstance(error, requests.exceptions.SSLError):
        return "The API's certificate is not valid."
    return f"The API could not be reached ({type(error).__name__})."


def _decode(answer):
    try:
        return answer.json()
    except ValueError:
        return None


def _read_error(content, answer):
    """Return Meta's number of an error, None without one, and its words."""
    error = content.get("error") if isinstance(content, dict) else None
    if not isinstance(error, dict):
        return None, f"The API answered with status {answer.status_code}."
    code = error.get("code") if isinstance(error.get("code"), int) else None
    data = error.get("error_data") if isinstance(error.get("error_data"), dict) else {}
    text = str(data.get("details") or error.get("message") or "")[:LONGEST_DETAIL]
    return code, f"{code}: {text}" if code is not None else text


def _get_wamid(content):
    messages = content.get("messages") if isinstance(content, dict) else None
    first = messages[0] if isinstance(messages, list) and messages else None
    wamid = first.get("id") if isinstance(first, dict) else None
    return wamid if isinstance(wamid, str) else ""


def _get_size(value):
    return int(value) if str(value or "").isdigit() else 0


def _get_too_large(limit):
    return WhatsappError(f"The file is larger than {limit >> 20} MB.", is_lasting=True)
