"""What a document may fetch: style sheets, images and fonts of the server it was made by, and nothing else.

A document holds what customers wrote (the text of a ticket, a name). Whatever it asks for – a file of the machine,
another service on loopback, a page of the company's network – is refused, also after a redirection.
"""

import re
from urllib.parse import urlsplit

KINDS = ("Stylesheet", "Image", "Font")
BASE = re.compile(rb"""<head[^>]*>\s*<base\s[^>]*?href=["']([^"']+)["']""", re.I)
PORTS = {"http": 80, "https": 443}


def origin(address):
    """Return scheme, host and port of a web address, or None.

    >>> origin("https://crm.example.com/web?x=1")
    ('https', 'crm.example.com', 443)
    >>> origin("file:///etc/passwd")
    """
    try:
        parts = urlsplit(address)
        if parts.scheme not in PORTS or not parts.hostname:
            return None
        return parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme]
    except ValueError:
        return None


def origin_of(bodies):
    """Return the origin of the server that made the documents.

    Odoo names it in the first element of the head. Documents that name several servers, or name one further down,
    get none.

    :param list[bytes] bodies: the documents
    :return: scheme, host and port, or None
    """
    found = {BASE.search(body[:4096]) for body in bodies}
    origins = {match and origin(match.group(1).decode("utf-8", "replace")) for match in found}
    return origins.pop() if len(origins) == 1 else None


class Guard:
    """Decides on each request, and remembers what was refused and what failed.

    :param tuple allowed: scheme, host and port of the server, or None for no fetching at all
    """

    def __init__(self, allowed):
        self.allowed = allowed
        self.refused = []
        self.failed = []

    @property
    def base(self):
        """Return the address under which the documents are shown to Chromium."""
        scheme, host, port = self.allowed or ("http", "nothing.invalid", 80)
        named = "" if port == PORTS[scheme] else f":{port}"
        return f"{scheme}://{_bracketed(host)}{named}"

    def host_rules(self):
        """Return Chromium's rules for host names: only the server's resolves, to itself.

        This also stops connections that are opened ahead of a request (``<link rel="preconnect">``).
        """
        if not self.allowed:
            return "MAP * ~NOTFOUND"
        place = f"{_bracketed(self.allowed[1])}:{self.allowed[2]}"
        return f"MAP {place} {place},MAP * ~NOTFOUND"

    def permits(self, address, method, kind):
        """Return whether a document may fetch something, and remember it when not.

        :param str kind: Chromium's name of the resource's type
        :rtype: bool
        """
        if self.allowed and kind in KINDS and method == "GET" and origin(address) == self.allowed:
            return True
        if address != f"{self.base}/favicon.ico":  # Chromium's own wish, no document's
            self.refused.append(address)
        return False

    def fail(self, address, reason):
        """Remember that something of the server's own could not be fetched."""
        self.failed.append(f"{address[:200]} could not be fetched: {reason}")


def _bracketed(host):
    return f"[{host}]" if ":" in host else host
