# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The connections to mail servers that a batch of e-mails shares, and what an error on them means."""

import contextlib
import smtplib

from .outcome import Outcome

ANSWERED = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)


class SmtpSession:
    """One connection for each mail server and sender, opened when it is needed, and again when the server closed it."""

    def __init__(self, connect):
        """
        :param connect: ``connect(server_id, sender)`` opens a connection
        """
        self._connect = connect
        self._connections = {}
        self._unreachable = {}
        self._content_left = False

    def get(self, server_id, sender):
        """Return a connection on which the next message may be sent."""
        key = (server_id, sender)
        if key in self._unreachable:
            raise self._unreachable[key]
        if key not in self._connections:
            self._connections[key] = self._watch(self._try_connect(key))
        self._content_left = False
        return self._connections[key]

    def _try_connect(self, key):
        """Open a connection; a server that did not answer is not waited for again by each message of the batch."""
        try:
            return self._connect(*key)
        except Exception as error:
            self._unreachable[key] = error
            raise

    def _watch(self, connection):
        """Note when the content of a message leaves: an error before that means that it certainly did not."""
        send_content = getattr(connection, "data", None)
        if send_content:

            def data(message):
                self._content_left = True
                return send_content(message)

            connection.data = data
        return connection

    def judge(self, error, server_id, sender):
        """Return the outcome of a message that ended in an error.

        A refusal of the server, before or after the content, is an answer: 4xx may be tried again, 5xx not. A connection
        that broke before the content left is worth another try; one that broke after it leaves the message unknown.
        """
        cause = _find_smtp_error(error)
        text = str(cause or error)[:1000]
        if isinstance(cause, ANSWERED):
            self._reset(server_id, sender)
            return Outcome("retry" if _is_temporary(cause) else "failed", "refused", text)
        self.drop(server_id, sender)
        if self._content_left:
            return Outcome("unknown", "answer_lost", text)
        if isinstance(cause, smtplib.SMTPException | OSError):
            return Outcome("retry", "busy", text)
        return Outcome("failed", "refused", text)

    def _reset(self, server_id, sender):
        """Leave the connection ready for the next message; a server that closes it after an error is called again."""
        connection = self._connections.get((server_id, sender))
        try:
            connection.rset()
        except (smtplib.SMTPException, OSError, AttributeError):
            self.drop(server_id, sender)

    def drop(self, server_id, sender):
        """Close a connection that may be broken."""
        connection = self._connections.pop((server_id, sender), None)
        if connection:
            with contextlib.suppress(Exception):
                connection.close()

    def close(self):
        """Say goodbye on all connections."""
        for connection in self._connections.values():
            if connection:
                with contextlib.suppress(smtplib.SMTPException, OSError):
                    connection.quit()
        self._connections.clear()


def _find_smtp_error(error):
    """Return the error of the connection behind one that tells of it."""
    while error is not None:
        if isinstance(error, smtplib.SMTPException | OSError):
            return error
        error = error.__cause__ or error.__context__
    return None


def _is_temporary(error):
    """Tell whether a server's refusal may be over later: codes from 400 to 499."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
    else:
        codes = [error.smtp_code]
    return all(400 <= code < 500 for code in codes)
