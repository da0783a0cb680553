# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .fake_sms_gateway import FakeSmsGateway
from .telephony_common import NUMBER, TelephonyCase


@tagged("post_install", "-at_install")
class TestTelephonyDial(TelephonyCase):
    """A tap on a number rings the telephone on the desk; the telephone system is a server on loopback."""

    def setUp(self):
        super().setUp()
        self.pbx = self.enterContext(FakeSmsGateway(seconds=2))
        self.account.write(
            {
                "is_dialling": True,
                "url": self.pbx.url,
                "is_on_own_network": True,
                "number_format": "digits",
                "ref_path": "messages.0.id",
                "authentication": "bearer",
                "secret": "a key",
                "timeout": 1,
                "parameter_ids": [
                    (0, 0, {"name": name, "value": f"{{{name}}}"})
                    for name in ("number", "extension", "user")
                ],
            }
        )

    def _dial(self, number="07 08 09 10 11", user=None, record=None):
        record = record or self.lead
        extensions = self.env["crm.telephony.extension"].with_user(user or self.salesperson)
        return extensions.dial(record._name, record.id, number)

    def test_the_telephone_system_is_told_whom_to_call_from_where(self):
        answer = self._dial()
        [request] = self.pbx.requests
        self.assertEqual(
            request["fields"],
            {"number": NUMBER[1:], "extension": "101", "user": self.salesperson.login},
        )
        self.assertEqual(request["headers"]["Authorization"], "Bearer a key")
        call = self.Call.browse(answer["call"])
        self.assertEqual(
            (call.telephony_ref, call.state, call.direction), ("op-1", "ringing", "out")
        )
        self.assertEqual((call.user_id, call.lead_id), (self.salesperson, self.lead))

    def test_its_events_are_those_of_the_same_call(self):
        call = self.Call.browse(self._dial()["call"])
        values = {"direction": "out", "from": "101", "to": NUMBER, "call": "op-1"}
        self._tell("answered", **values)
        self.assertEqual(call.state, "connected")
        self._tell("ended", duration=60, **values)
        self.assertEqual((call.state, call.duration), ("done", 1.0))
        self.assertEqual(self.Call.search_count([("lead_id", "=", self.lead.id)]), 1)

    def test_events_that_come_before_the_answer_or_without_its_number_find_the_call(self):
        self.account.ref_path = False
        call = self.Call.browse(self._dial()["call"])
        self._tell("ringing", call="theirs", direction="out", **{"from": "101", "to": NUMBER})
        self.assertEqual(call.telephony_ref, "theirs")
        self.assertEqual(self.Call.search_count([("lead_id", "=", self.lead.id)]), 1)

    def test_a_refusal_leaves_no_call_and_is_said(self):
        for behaviour in ("refuse", "down", "busy"):
            self.pbx.behaviour = behaviour
            self.assertIn("did not take", self._dial()["error"])
        self.assertFalse(self.Call.search([("lead_id", "=", self.lead.id)]))

    def test_an_answer_that_is_lost_leaves_the_call(self):
        self.pbx.behaviour = "delay"
        self.assertTrue(self._dial()["call"])

    def test_without_an_extension_or_where_nothing_dials_it_says_so(self):
        with self.assertRaises(UserError):
            self._dial(user=self.team_lead)
        self.account.is_dialling = False
        with self.assertRaises(UserError):
            self._dial()
        self.assertFalse(self.pbx.requests)

    def test_bad_input_is_refused(self):
        extensions = self.env["crm.telephony.extension"].with_user(self.salesperson)
        for model, res_id, number in (
            ("res.users", 1, NUMBER),
            ("crm.lead", "1", NUMBER),
            ("crm.lead", -1, NUMBER),
            ("crm.lead", 2**31 - 1, NUMBER),
            ("crm.lead", self.lead.id, "nobody"),
            ("crm.lead", self.lead.id, None),
            ("crm.lead", self.lead.id, "101\r\nX-Evil: 1"),
            (None, None, None),
        ):
            with (
                self.subTest(model=model, res_id=res_id, number=number),
                self.assertRaises(UserError),
            ):
                extensions.dial(model, res_id, number)
        self.lead.user_id = self.salesperson_all
        with self.assertRaises(AccessError):
            self._dial()
        self.assertFalse(self.pbx.requests)

    def test_addresses_inside_are_refused_unless_meant(self):
        for url in (
            "http://127.0.0.1/",
            "http://169.254.169.254/",
            "ftp://a.example/",
            "http://u:p@a.example/",
            False,
        ):
            with self.subTest(url=url), self.assertRaises(ValidationError):
                self.account.write({"url": url, "is_on_own_network": False})
                self.env.flush_all()

    def test_the_test_window_shows_what_it_answered(self):
        test = self.env["crm.telephony.test"].create(
            {"account_id": self.account.id, "number": NUMBER}
        )
        with self.assertRaises(UserError):
            test.action_dial()
        self._give("100", self.env.user)
        test.action_dial()
        self.assertEqual((test.state, test.status, test.provider_ref), ("sent", 200, "op-1"))
        before = self.Call.search_count([])
        test.action_pop_up()
        self.assertEqual(self.Call.search_count([]), before)

    def test_a_neutralised_copy_calls_nobody(self):
        with self.env.cr.savepoint():
            self.env.flush_all()
            from odoo.modules.neutralize import get_installed_modules, get_neutralization_queries

            for query in get_neutralization_queries(get_installed_modules(self.env.cr)):
                self.env.cr.execute(query)
            self.env.invalidate_all()
            self.assertFalse(
                self.account.active or self.account.secret or self.account.signing_secret
            )
            with self.assertRaises(UserError):
                self._dial()
        self.assertFalse(self.pbx.requests)
