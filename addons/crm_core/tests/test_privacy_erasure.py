# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..tools.privacy import PersonalData, abbreviate
from .privacy_common import EMAIL, NAME, PHONE, PrivacyCase

#: where Odoo itself may still name an erased person, and why that is so
ODOO_KEEPS = {
    ("mail_blacklist", "email"): "he refused messages: Odoo's mailings know no fingerprints",
    ("bus_bus", "message"): "Odoo deletes its notifications after a day",
}


@tagged("post_install", "-at_install")
class TestPrivacyErasure(PrivacyCase):
    """After erasing, the person is nowhere; the figures stay."""

    def _make_history(self):
        """Write to the person on several channels, receive answers, import a row about him."""
        for number in range(3):
            self._ask(record=self.lead_won, key=f"privacy:{number}:{EMAIL}")
        self._send()
        self.env["crm.consent"]._record(
            [
                {
                    "address": EMAIL,
                    "channel": "email",
                    "decision": "withdrawn",
                    "source": "agent",
                    "evidence": f"Call with {NAME}",
                    "partner_id": self.person.id,
                }
            ]
        )
        record = self.env["crm.import"].create({"name": f"List of {NAME}"})
        content = f"Name,E-mail\n{NAME},{EMAIL}\n"
        file = self.env["crm.import.file"].create(
            {
                "import_id": record.id,
                "name": "list.csv",
                "attachment_id": self.env["ir.attachment"]
                .create({"name": "list.csv", "raw": content.encode()})
                .id,
            }
        )
        self.env["crm.import.issue"]._insert(
            [
                {
                    "import_id": record.id,
                    "file_id": file.id,
                    "row": 2,
                    "severity": "refused",
                    "code": "email",
                    "arguments": {"value": EMAIL},
                    "cells": [NAME, EMAIL, PHONE],
                }
            ]
        )
        self.env["crm.import.entry"]._insert(
            [
                {
                    "import_id": record.id,
                    "file_id": file.id,
                    "row": 3,
                    "model": "crm.lead",
                    "res_id": self.lead_open.id,
                    "action": "updated",
                    "previous": {"contact_name": NAME},
                }
            ]
        )

        self._make_doubles()

    def _make_doubles(self):
        """Merge a second contact of the person into the first, and find a third one that may be the same."""
        twins = self.env["res.partner"].create(
            [{"name": NAME, "email": EMAIL, "phone": PHONE, "comment": f"Met {NAME}"}] * 2
        )
        self.env["crm.merge"]._merge(self.person, twins[0], reason=f"{NAME} twice")
        self.env["crm.duplicate"]._search_all("res.partner")

    def test_what_was_thought_of_the_person_in_a_deal_goes(self):
        contact = self.env["crm.deal.contact"].create(
            {
                "lead_id": self.lead_mention.id,
                "partner_id": self.person.id,
                "sentiment": "against",
            }
        )
        self._request("erase")
        self.assertFalse(contact.exists())
        self.assertTrue(self.lead_mention.exists())

    def test_an_erased_person_is_in_no_table(self):
        self._make_history()
        texts = [NAME, "Zérbo-N", EMAIL, "2250701020304", PHONE, "born in Daloa", "Zerbo-N"]
        held = self._find_everywhere(texts)
        places = {("crm_dispatch", "address"), ("crm_merge_change", "old_value")}
        self.assertGreaterEqual(held, places | {("crm_duplicate", "reasons")})
        request = self._request("erase")
        self.assertEqual(request.state, "done", request.line_ids.mapped("error"))
        left = self._find_everywhere(texts)
        self.assertFalse(left - ODOO_KEEPS.keys())

    def test_earlier_requests_about_an_erased_person_forget_him_too(self):
        """What was exported of him before lay there for a week, his name and addresses for ever."""
        exported = self._request("export", reason=f"{NAME} called")
        looked_up = self._request(None)
        other = self.env["crm.privacy.request"].create(
            {"name": "Somebody else", "email": "else@other.example"}
        )
        other.action_find()
        file = exported.attachment_id
        self._request("erase")
        self.assertFalse(file.exists())
        for request in (exported, looked_up):
            self.assertFalse(request.keys or request.reason or request.partner_ids)
        self.assertFalse(self._find_everywhere([NAME, EMAIL]) - ODOO_KEEPS.keys())
        self.assertEqual(other.name, "Somebody else")

    def test_a_file_with_rows_about_others_is_kept_and_the_preview_says_why(self):
        self._make_history()
        request = self._request(None)
        line = request.line_ids.filtered(
            lambda one: (one.model, one.kind) == ("crm.import.file", "keep")
        )
        self.assertEqual(line.found_count, 1)
        self.assertIn("others", line.explanation)

    def test_figures_stay(self):
        self._make_history()
        dispatches = self.env["crm.dispatch"].search([("res_id", "=", self.lead_won.id)])
        before = (len(dispatches), set(dispatches.mapped("state")))
        outcomes = self.env["crm.lead.outcome"].search_count([("result", "=", "won")])
        self._request("erase")
        self.assertEqual(self.lead_won.won_status, "won")
        self.assertEqual(self.lead_won.expected_revenue, 1000)
        self.assertEqual((len(dispatches.exists()), set(dispatches.mapped("state"))), before)
        self.assertEqual(
            self.env["crm.lead.outcome"].search_count([("result", "=", "won")]), outcomes
        )

    def test_what_was_refused_stays_refused_for_whoever_comes_back(self):
        self._make_history()
        self._request("erase")
        back = self._create_lead(email_from=EMAIL, name="Back again")
        self.assertTrue(
            self.env["crm.consent"]._is_withdrawn(EMAIL, "email", "marketing", self.company)
        )
        message = self._ask(record=back, key="privacy:back", purpose="marketing")
        self._send()
        self.assertEqual(message.state, "suppressed")

    def test_whoever_comes_back_may_agree_anew(self):
        self._make_history()
        self._request("erase")
        self.env["crm.consent"]._grant([EMAIL], channel="email", source="form")
        self.assertFalse(
            self.env["crm.consent"]._is_withdrawn(EMAIL, "email", "marketing", self.company)
        )

    def test_a_fingerprint_of_one_person_says_nothing_of_another(self):
        self._make_history()
        self._request("erase")
        self.assertFalse(
            self.env["crm.consent"]._is_withdrawn("b" + EMAIL, "email", "marketing", self.company)
        )

    def test_what_waits_for_an_erased_person_does_not_leave(self):
        message = self._ask(record=self.lead_won, key="privacy:waiting")
        self._request("erase")
        self.assertEqual(message.state, "cancelled")

    def test_what_is_leaving_when_its_addressee_is_erased_does_not_leave(self):
        """Cleared before the erasure and handed over after it: the last question of all knows no fingerprints."""
        message = self._ask(record=self.lead_won, key="privacy:leaving", purpose="service")
        channels = self.env.registry["crm.channel.email"]
        declaration = next(
            one
            for one in self.env["crm.privacy"]._get_installed_declarations()
            if one.model == "crm.dispatch"
        )
        prepare = channels._prepare

        def prepare_and_erase(channel, dispatches):
            prepared = prepare(channel, dispatches)
            self.env["crm.privacy"]._blank(declaration, dispatches, ["address", "person"])
            return prepared

        self.sent.clear()
        with patch.object(channels, "_prepare", prepare_and_erase):
            self._send()
        self.assertFalse(self.sent)
        self.assertNotIn(message.state, ("sent", "queued", "sending"))

    def test_of_others_the_mention_alone_is_struck_out(self):
        self._request("erase")
        self.assertEqual(self.lead_mention.name, "Neighbour of ***")
        self.assertEqual(self.lead_mention.email_from, "other@other.example")
        self.assertIn("told us about him", self.lead_mention.message_ids[0].body)

    def test_a_longer_address_that_contains_his_is_somebody_elses(self):
        other = self._create_lead(name=f"See x{EMAIL} and {EMAIL}.fr", email_from="x" + EMAIL)
        self._request("erase")
        self.assertEqual(other.email_from, "x" + EMAIL)
        self.assertIn("x" + EMAIL, other.name)

    def test_a_deal_with_a_company_keeps_its_title_and_its_company(self):
        deal = self._create_lead(
            name=f"Silo, says {NAME}", partner_name="Sow & Fils", email_from=EMAIL
        )
        self._request("erase")
        self.assertEqual((deal.name, deal.partner_name), ("Silo, says ***", "Sow & Fils"))
        self.assertFalse(deal.email_from or deal.contact_name)

    def test_a_contact_taken_out_of_the_request_stays(self):
        namesake = self.env["res.partner"].create({"name": "Shared mailbox", "email": EMAIL})
        request = self._request(None)
        self.assertEqual(request.partner_ids, self.person | namesake)
        request.partner_ids = [Command.unlink(namesake.id)]
        request.action_erase()
        self._work()
        self.assertEqual(namesake.name, "Shared mailbox")
        self.assertNotEqual(self.person.name, NAME)

    def test_a_record_that_resists_is_left_with_its_reason_and_the_others_go_on(self):
        resisting = self.lead_won.id
        self.env.cr.execute(
            SQL(
                "ALTER TABLE crm_lead ADD CONSTRAINT privacy_test CHECK (id != %s OR contact_name IS NOT NULL)",
                resisting,
            )
        )
        with mute_logger("odoo.sql_db"):
            request = self._request("erase")
        self.assertEqual(request.state, "partial")
        self.assertIn(f"#{resisting}", "".join(request.line_ids.filtered("error").mapped("error")))
        self.assertEqual(self.lead_won.contact_name, NAME)
        self.assertFalse(self.lead_open.contact_name)
        self.assertFalse(self.person.email)

    def test_a_killed_run_goes_on_where_it_stood(self):
        request = self._request(None)
        request.action_erase()
        steps = request._work(), request._work()
        self.assertEqual(steps, (False, False))
        self.assertEqual(request.state, "running")
        self._work()
        self.assertEqual(request.state, "done")
        self.assertFalse(self._find_everywhere([EMAIL]) - ODOO_KEEPS.keys())

    def test_ten_thousand_messages_are_erased_in_steps_of_few_queries(self):
        self.env.cr.execute(
            """INSERT INTO mail_message (model, res_id, body, message_type, date)
               SELECT 'crm.lead', %s, 'Letter ' || n, 'comment', now() FROM generate_series(1, 10000) n""",
            [self.lead_open.id],
        )
        request = self._request(None)
        request.action_erase()
        line = request.line_ids.filtered(
            lambda one: (one.model, one.kind) == ("mail.message", "blank")
        )
        self.assertGreaterEqual(line.found_count, 10000)
        self.env.flush_all()
        with self.assertQueryCount(14):
            request._erase_step(line)
            self.env.flush_all()
        self._work()
        self.env.cr.execute("SELECT count(*) FROM mail_message WHERE body LIKE 'Letter %'")
        self.assertEqual(self.env.cr.fetchone()[0], 0)

    def test_erasing_twice_changes_nothing(self):
        self._request("erase")
        name = self.lead_won.name
        request = self._request("erase")
        self.assertEqual(request.state, "done")
        self.assertEqual(self.lead_won.name, name)

    def test_an_own_user_is_not_erased(self):
        partner = self.salesperson.partner_id
        request = self.env["crm.privacy.request"].create(
            {"name": partner.name, "partner_ids": [Command.link(partner.id)]}
        )
        request.action_count()
        with self.assertRaises(UserError):
            request.action_erase()

    def test_a_portal_account_is_closed(self):
        user = new_test_user(
            self.env, "aya.portal", groups="base.group_portal", partner_id=self.person.id
        )
        self._request("erase")
        self.assertFalse(user.active)
        self.assertNotEqual(user.login, "aya.portal")

    def test_a_request_without_any_address_is_refused(self):
        request = self.env["crm.privacy.request"].create({"name": "Nobody at all"})
        with self.assertRaises(UserError):
            request.action_erase()

    def test_the_log_and_the_request_keep_abbreviations(self):
        request = self._request("erase")
        self.assertEqual(request.name, abbreviate(NAME))
        self.assertEqual(request.log_id.anonymized_name, abbreviate(NAME))
        self.assertFalse(request.partner_ids or request.keys)

    def test_an_add_on_takes_part_by_declaring(self):
        tag = self.env["crm.tag"].create({"name": NAME})
        privacy = self.env.registry["crm.privacy"]
        declarations = self.env["crm.privacy"]._get_declarations()
        more = [*declarations, PersonalData("crm.tag", mentions=("name",))]
        with patch.object(privacy, "_get_declarations", lambda _self: more):
            self._request("erase")
        self.assertEqual(tag.name, "***")
