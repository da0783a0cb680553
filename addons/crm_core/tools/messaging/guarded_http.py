# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One HTTP request to an address that an administrator typed in: never into the own network by accident, never redirected.

The three exceptions tell what the caller has to know: that nothing left, that nobody knows, that the address is not allowed.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import time
from typing import NamedTuple
from urllib.parse import urlsplit

LONGEST_ANSWER = 64 * 1024
NAMES_INSIDE = ("localhost", "local", "internal", "localdomain", "lan", "intranet", "home.arpa")
#: IPv6 addresses that carry an IPv4 address in them
TRANSLATED = [
    ipaddress.ip_network(network) for network in ("64:ff9b::/96", "::/96", "2002::/16", "2001::/32")
]


class ForbiddenAddress(ValueError):
    """The address is not one that a gateway may have."""


class NotSent(Exception):
    """Nobody received the request."""


class AnswerLost(Exception):
    """The request left, its answer did not come: it may have been carried out."""


class Answer(NamedTuple):
    """What came back: the status and the first part of the text."""

    status: int
    text: str


def check_url(url, *, own_network=False):
    """Refuse an address that can be told without asking the network.

    :param str url: the address
    :param bool own_network: whether addresses of the own network are allowed
    :raises ForbiddenAddress: with one word for the reason: ``scheme``, ``host``, ``user`` or ``private``

    >>> check_url("https://sms.example.com:8443/send?x=1")
    >>> check_url("http://10.0.0.8/send", own_network=True)
    >>> for url in ("ftp://a.example/", "https:///x", "http://u:p@a.example/", "http://127.0.0.1/", "http://0x7f.1/", "http://[::1]/"):
    ...     try:
    ...         check_url(url)
    ...     except ForbiddenAddress as error:
    ...         print(error)
    scheme
    host
    user
    private
    private
    private
    """
    parts = _split(url)
    if not own_network and (
        parts.hostname.rstrip(".").endswith(tuple(f".{name}" for name in NAMES_INSIDE))
        or parts.hostname.rstrip(".") in NAMES_INSIDE
    ):
        raise ForbiddenAddress("private")
    with contextlib.suppress(OSError, UnicodeError):
        for address in _resolve(parts, socket.AI_NUMERICHOST):
            _check_address(address[4][0], own_network)


def check_resolved_url(url, *, own_network=False):
    """Refuse an address that leads into the own network today; one that cannot be found today is checked when it is used."""
    check_url(url, own_network=own_network)
    with contextlib.suppress(OSError, UnicodeError):
        for address in _resolve(_split(url)):
            _check_address(address[4][0], own_network)


def check_peer(sock, *, own_network=False):
    """Refuse a connection that leads into the own network: a name may mean another address than when it was checked.

    :raises ForbiddenAddress: before anything was said
    """
    _check_address(sock.getpeername()[0], own_network)


def request(method, url, *, headers, body=b"", timeout=10, own_network=False):
    """Send one request on a connection of its own.

    :param str method: GET or POST
    :param dict headers: besides Host and Content-Length
    :param float timeout: seconds for the whole of it
    :rtype: Answer
    :raises ForbiddenAddress: when the address, or the one that its name stands for now, is not allowed
    :raises NotSent: when no connection could be made
    :raises AnswerLost: when the request was written and no whole answer came
    """
    check_url(url, own_network=own_network)
    parts = _split(url)
    deadline = time.monotonic() + timeout
    connection = _Connection(parts, deadline, own_network)
    try:
        connection.connect()
    except ForbiddenAddress:
        raise
    except (OSError, UnicodeError) as error:
        connection.close()
        raise NotSent(str(error)) from error
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body=body or None, headers=headers)
        connection.hurry()
        response = connection.getresponse()
        return Answer(response.status, _read(response, connection))
    except (OSError, http.client.HTTPException) as error:
        raise AnswerLost(str(error) or type(error).__name__) from error
    finally:
        connection.close()


def is_plain_url(url):
    """Tell whether an address is written with the signs that addresses are made of.

    >>> [is_plain_url(url) for url in ("https://a.example/?t=%7Bto%7D", "https://a.example/ x", "http://é.example", "a\\nb")]
    [True, False, False, False]
    """
    return all(32 < ord(sign) < 127 for sign in url)


def _split(url):
    try:
        parts = urlsplit(url or "")
        port = parts.port
    except ValueError as error:
        raise ForbiddenAddress("host") from error
    if parts.scheme not in ("http", "https"):
        raise ForbiddenAddress("scheme")
    if parts.username is not None or parts.password is not None:
        raise ForbiddenAddress("user")
    if (
        not parts.hostname
        or port == 0
        or not is_plain_url(url)
        or any(sign in parts.netloc for sign in "{}\\")
    ):
        raise ForbiddenAddress("host")
    return parts


def _resolve(parts, flags=0):
    port = parts.port or (443 if parts.scheme == "https" else 80)
    # a dot at the end makes a name of what is a number to others
    host = parts.hostname.rstrip(".") if flags & socket.AI_NUMERICHOST else parts.hostname
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=flags)


def _check_address(text, own_network):
    """Refuse an address that is not on the internet; what no gateway can have is refused even on the own network."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if address.version == 6 and address.ipv4_mapped:
        address = address.ipv4_mapped
    if (
        address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address.is_reserved
    ):
        if not (own_network and address.is_loopback):
            raise ForbiddenAddress("private")
    if own_network:
        return
    translated = address.version == 6 and any(address in network for network in TRANSLATED)
    if not address.is_global or translated:
        raise ForbiddenAddress("private")


class _Connection(http.client.HTTPConnection):
    """A connection to the very address that was checked, so that a name cannot mean another one a moment later."""

    def __init__(self, parts, deadline, own_network):
        super().__init__(parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))
        self.parts, self.deadline, self.own_network = parts, deadline, own_network
        self.default_port = 443 if parts.scheme == "https" else 80
        self._open = None

    def connect(self):
        """Connect to the first allowed address that answers; an address that is not allowed refuses the name as a whole."""
        found = _resolve(self.parts)
        for address in found:
            _check_address(address[4][0], self.own_network)
        error = OSError("no address")
        for family, kind, protocol, _name, address in found:
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(self._seconds_left())
                sock.connect(address)
                self.sock = self._open = self._secured(sock)
                return
            except OSError as failure:
                sock.close()
                error = failure
        raise error

    def hurry(self):
        """Let the next wait end at the deadline of the whole."""
        self._open.settimeout(self._seconds_left())

    def _secured(self, sock):
        if self.parts.scheme == "http":
            return sock
        return ssl.create_default_context().wrap_socket(sock, server_hostname=self.parts.hostname)

    def _seconds_left(self):
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return left


def _read(response, connection):
    """Read an answer up to a limit, in time also when it drips."""
    pieces, size = [], 0
    while size < LONGEST_ANSWER:
        connection.hurry()
        piece = response.read1(LONGEST_ANSWER - size)
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
    if response.length and size < LONGEST_ANSWER:
        raise http.client.IncompleteRead(b"".join(pieces), response.length)
    try:
        return b"".join(pieces).decode(response.headers.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return b"".join(pieces).decode("utf-8", "replace")
