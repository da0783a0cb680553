"""The e-mail of a customer: what he writes comes in by the mail gateway, what he is sent is found in the sink."""

import email
import email.message
import email.policy
import email.utils

from support.import_process import wait_until


class CustomerMailbox:
    """The mailbox of one customer.

    :param LiveServer server: the server that he writes to
    :param SmtpSink sink: the mail server that it sends by
    :param str name: of the customer
    :param str address: of the customer
    """

    def __init__(self, server, sink, name, address):
        self.server, self.sink, self.name, self.address = server, sink, name, address

    def write(self, to, subject, text, *, answered=None):
        """Write, as a mail server hands it on to Odoo.

        :param email.message.EmailMessage answered: the e-mail that is answered
        """
        message = email.message.EmailMessage()
        message["From"] = email.utils.formataddr((self.name, self.address))
        message["To"], message["Subject"] = to, subject
        message["Date"], message["Message-ID"] = email.utils.localtime(), email.utils.make_msgid(domain="customer.example")
        if answered:
            message["In-Reply-To"] = message["References"] = answered["Message-ID"]
        message.set_content(text)
        body = {"model": False, "message": message.as_string()}
        headers = {"Authorization": f"bearer {self.server.people['admin_en']['key']}"}
        answer = self.server.post("/json/2/mail.thread/message_process", body, headers)
        assert answer[0] == 200, answer

    def read(self, subject=""):
        """Return the e-mails that came so far whose subject holds some words."""
        with self.sink._lock:
            mails = [mail for address, mail in self.sink.received if address == self.address]
        read = [email.message_from_bytes(mail, policy=email.policy.default) for mail in mails]
        return [message for message in read if subject in message["Subject"]]

    def wait_for(self, subject):
        """Wait for an e-mail and return it."""
        return wait_until(lambda: self.read(subject), f"an e-mail about {subject}")[0]
