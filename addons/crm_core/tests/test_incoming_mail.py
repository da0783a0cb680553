# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What comes back by e-mail, as mail programs really write it: answers, answering machines, reports of delivery."""

import doctest
from email.message import EmailMessage

from odoo.tests import tagged

from ..tools.messaging import incoming_mail
from .cadence_common import EMAIL, CadenceCase

ABSENT = {
    "Outlook, French": (
        "Réponse automatique : About the roof",
        {
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "X-MS-Exchange-Inbox-Rules-Loop": "awa@client.example",
            "Return-Path": "<>",
        },
    ),
    "Exchange, English": (
        "Automatic reply: About the roof",
        {"X-Auto-Response-Suppress": "All", "Return-Path": "<>"},
    ),
    "Gmail, French": (
        "Absente du bureau Re: About the roof",
        {
            "Auto-Submitted": "auto-replied",
            "Precedence": "bulk",
            "X-Autoreply": "yes",
            "Return-Path": "<awa@client.example>",
        },
    ),
    "Zimbra": (
        "Re: About the roof",
        {"Auto-Submitted": "auto-replied (zimbra; vacation)", "Precedence": "bulk"},
    ),
    "cPanel": ("Je suis en congé", {"X-Autorespond": "About the roof", "Precedence": "auto_reply"}),
    "A ticket system": ("[Ticket 12] Reçu", {"Auto-Submitted": "auto-replied; owner-token=1"}),
}
WRITTEN = {
    "Plain": {},
    "Said to be by a person": {"Auto-Submitted": "no", "Return-Path": "<awa@client.example>"},
    "Through a list": {"Precedence": "list", "List-Id": "<sales.client.example>"},
}


@tagged("post_install", "-at_install")
class TestIncomingMail(CadenceCase):
    """An answer is what a person wrote."""

    def setUp(self):
        super().setUp()
        self.enrollment = self._enroll()
        self._run()
        self._send()
        self.dispatch = self._get_dispatches()

    def _mail(self, subject="Re: About the roof", headers=(), **values):
        mail = EmailMessage()
        mail["Message-Id"] = f"<{next(self.numbers)}.in@client.example>"
        mail["From"] = "Awa Diop <awa@client.example>"
        mail["To"] = "sales@house.example"
        mail["Subject"] = subject
        mail["In-Reply-To"] = self.dispatch.mail_message_id.message_id
        for name, value in dict(headers).items():
            mail[name] = value
        mail.set_content(values.get("text", "Bonjour"))
        return mail

    def _come_in(self, mail):
        self.env["mail.thread"].message_process(False, mail.as_bytes())
        self.env.invalidate_all()

    def _report(self, kind, fields, text="See below"):
        """Return a report about our message, of which the head comes back with it."""
        boundary = "=-report"
        return (
            f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: sales@house.example\r\n"
            f"Message-Id: <{next(self.numbers)}.report@mx.example>\r\nSubject: Report\r\n"
            f"MIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\n"
            f'Content-Type: multipart/report; report-type={kind}; boundary="{boundary}"\r\n\r\n'
            f"--{boundary}\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"
            f"--{boundary}\r\nContent-Type: message/{kind}\r\n\r\n"
            f"Reporting-MTA: dns; mx.example\r\n\r\n{fields}\r\n\r\n"
            f"--{boundary}\r\nContent-Type: text/rfc822-headers\r\n\r\n"
            f"Message-Id: {self.dispatch.mail_message_id.message_id}\r\n\r\n--{boundary}--\r\n"
        ).encode()

    def _come_back(self, kind, fields):
        self.env["mail.thread"].message_process(False, self._report(kind, fields))
        self.env.invalidate_all()

    def _get_points(self):
        rows = self.env.execute_query(self.env["crm.score"]._select_received())
        return [lead_id for lead_id, _date in rows if lead_id == self.lead.id]

    def test_the_rules_hold(self):
        self.assertFalse(doctest.testmod(incoming_mail).failed)

    def test_an_answering_machine_is_no_answer(self):
        self.lead.message_subscribe(self.salesperson.partner_id.ids)
        for name, (subject, headers) in ABSENT.items():
            with self.subTest(program=name):
                self._come_in(self._mail(subject, headers))
                message = self.lead.message_ids[0]
                self.assertEqual(message.subject, subject)
                self.assertEqual(message.message_type, "out_of_office")
                self.assertIn(self.salesperson.partner_id, message.notified_partner_ids)
                self.assertEqual(self.enrollment.state, "running")
                self.assertEqual(self.dispatch.state, "sent")
        self.assertFalse(self._get_points())
        self.assertFalse(self.cadence.replied_count)
        self._pass(1)
        self.assertTrue(self._get_activities(), "the cadence goes on")
        today = self.env["crm.today"].with_user(self.salesperson)
        self.assertFalse(
            today._get_answer_entries(
                day=today._get_day(self.salesperson), leads=self.lead.with_user(self.salesperson)
            )
        )

    def test_what_a_person_writes_is_an_answer(self):
        for name, headers in WRITTEN.items():
            with self.subTest(written=name):
                self.enrollment.write({"state": "running", "reason": False})
                self._come_in(self._mail(headers=headers))
                self.assertEqual(self.lead.message_ids[0].message_type, "email")
                self.assertEqual(
                    (self.enrollment.state, self.enrollment.reason), ("stopped", "reply")
                )
                self.assertEqual(self.dispatch.state, "replied")
        self.assertTrue(self._get_points())

    def test_a_form_of_a_web_site_brings_a_lead_as_ever(self):
        mail = self._mail("I want a roof", {"Auto-Submitted": "auto-generated"})
        del mail["In-Reply-To"]
        lead_id = self.env["mail.thread"].message_process("crm.lead", mail.as_bytes())
        message = self.env["crm.lead"].browse(lead_id).message_ids[0]
        self.assertEqual(message.message_type, "email")

    # -- Reports of delivery ---------------------------------------------------------------------

    def test_a_message_that_came_back_pauses_with_the_reason_and_somebody_is_told(self):
        self._come_back(
            "delivery-status",
            "Final-Recipient: rfc822; awa@client.example\r\nAction: failed\r\nStatus: 5.1.1",
        )
        self.assertEqual((self.dispatch.state, self.dispatch.reason), ("failed", "bounced"))
        self.assertEqual((self.enrollment.state, self.enrollment.reason), ("paused", "bounced"))
        self.assertIn("the address does not work", self.enrollment._describe_next())
        activity = self._get_activities()
        self.assertEqual((activity.user_id, activity.summary), (self.salesperson, "Test is paused"))
        self.assertIn("the address does not work", activity.note)
        self._pass(3)
        self.assertEqual(len(self.enrollment.run_ids), 1, "nothing is done while it is paused")
        self.enrollment.action_resume()
        self._run()
        self.assertEqual(self.enrollment.run_ids[1:].step_id.kind, "call")

    def test_a_report_that_a_message_is_late_or_was_read_is_no_return(self):
        for kind, fields in (
            ("delivery-status", "Final-Recipient: rfc822; awa@client.example\r\nAction: delayed"),
            ("delivery-status", "Final-Recipient: rfc822; awa@client.example\r\nAction: delivered"),
            ("disposition-notification", "Disposition: manual-action; displayed"),
        ):
            with self.subTest(kind=kind, fields=fields):
                self._come_back(kind, fields)
                self.assertEqual(self.dispatch.state, "sent")
                self.assertEqual(self.enrollment.state, "running")

    def test_a_report_about_an_answered_message_changes_nothing(self):
        self._come_in(self._mail())
        self._come_back(
            "delivery-status",
            "Final-Recipient: rfc822; awa@client.example\r\nAction: failed\r\nStatus: 5.1.1",
        )
        self.assertEqual(self.dispatch.state, "replied")
        self.assertEqual((self.enrollment.state, self.enrollment.reason), ("stopped", "reply"))
        self.assertEqual(self.cadence.step_ids[0].subject, EMAIL["subject"])
