"""Somebody who is logged in on a live server, without a browser."""

import re

import requests

SECONDS = 120


class WebSession:
    """A visitor of the web client; nobody in particular when no person is given.

    :param LiveServer server: the server
    :param dict person: one of the cast
    """

    def __init__(self, server, person=None):
        self.server = server
        self._session = requests.Session()
        self._token = self._read_token()
        if person:
            answer = self.post("/web/login", {"login": person["login"], "password": person["password"]}, follow=False)
            assert answer.status_code == 303, answer.text[-2000:]
            self._token = self._read_token()

    def _read_token(self):
        page = self._session.get(f"{self.server.url}/web/login", timeout=SECONDS, allow_redirects=True)
        found = re.search(r'csrf_token[":\s]+"([^"]+)"', page.text) or re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        return found[1] if found else ""

    def get(self, path, **options):
        """Ask for a page."""
        return self._session.get(self.server.url + path, timeout=SECONDS, **options)

    def post(self, path, data=None, *, files=None, follow=True):
        """Send a form as the web client does, with the token that proves it came from one of its pages."""
        return self._session.post(
            self.server.url + path, {"csrf_token": self._token, **(data or {})}, files=files, timeout=SECONDS, allow_redirects=follow
        )

    def send(self, method, path, *, data=None, headers=None):
        """Send any request with this session, bytes as they are."""
        return self._session.request(method, self.server.url + path, data=data, headers=headers, timeout=SECONDS, allow_redirects=False)

    def call(self, model, method, *arguments, **named):
        """Call a method through the web client's own route.

        :return: the decoded answer, with ``result`` or ``error``
        :rtype: dict
        """
        params = {"model": model, "method": method, "args": list(arguments), "kwargs": named}
        answer = self._session.post(
            f"{self.server.url}/web/dataset/call_kw/{model}/{method}",
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=SECONDS,
        )
        return answer.json()
