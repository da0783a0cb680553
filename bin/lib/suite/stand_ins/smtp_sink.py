"""A mail server on loopback that keeps who got what, and answers as a test asks."""

import contextlib
import re
import socketserver
import subprocess
import sys
import threading
import time
from collections import Counter


class SmtpSink:
    """Takes mails from any number of connections until it is closed.

    :param float delay: seconds that the content of each mail takes
    """

    def __init__(self, *, delay=0.0):
        self.delay = delay
        self.received = []
        self._answers = {}
        self._lock = threading.Lock()
        sink = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                sink._talk(self.rfile, self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.close()

    def close(self):
        """Take no more mails."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, address, *lines):
        """Give an address these answers in turn, then take its mails; ``drop`` takes a mail and closes without an answer."""
        self._answers[address] = list(lines)

    def count(self):
        """Return how many mails each address got."""
        with self._lock:
            return Counter(address for address, _mail in self.received)

    def _talk(self, reader, writer):
        def say(line):
            writer.write(line.encode() + b"\r\n")

        try:
            say("220 sink")
            recipients = []
            while line := reader.readline():
                verb = line[:4].upper()
                if verb in (b"EHLO", b"HELO"):
                    say("250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8")
                elif verb == b"RCPT":
                    recipients.append(re.search(rb"<(.*?)>", line)[1].decode())
                    say("250 ok")
                elif verb == b"DATA":
                    say("354 go on")
                    answer = self._take(reader, recipients)
                    if answer == "drop":
                        return
                    say(answer)
                    recipients = []
                elif verb == b"QUIT":
                    say("221 bye")
                    return
                else:
                    if verb == b"RSET":
                        recipients = []
                    say("250 ok")
        except (ConnectionError, OSError):
            return

    def _take(self, reader, recipients):
        lines = []
        while (line := reader.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        if not line:
            return "drop"
        time.sleep(self.delay)
        with self._lock:
            for address in recipients:
                if answers := self._answers.get(address):
                    answer = answers.pop(0)
                    if answer == "drop":
                        self.received.append((address, b"".join(lines)))
                    return answer
            self.received += [(address, b"".join(lines)) for address in recipients]
        return "250 taken"


@contextlib.contextmanager
def open_in_a_process():
    """Run a sink in a process of its own, for measures that it should not disturb; yield its port."""
    command = [sys.executable, __file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


if __name__ == "__main__":
    with SmtpSink() as running:
        print(running.port, flush=True)
        sys.stdin.read()
