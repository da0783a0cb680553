"""Collected e-mails of the world through the gateway of support: none is lost, none is answered that must not be."""

from collections import Counter

import pytest

from support.odoo_shell import call_inside

HERE = "mail_corpora_in_odoo"
SLOWEST = 10


@pytest.fixture(scope="module")
def database(workspace, live_template):
    """Return a database of its own with a team that has an address."""
    name = workspace.copy(live_template, "corpora")
    call_inside(workspace, name, f"{HERE}.prepare", folder="load/crm_support")
    return name


@pytest.fixture(scope="module")
def take_in(workspace, database):
    """Return a function that has the gateway take something in."""

    def call(function="take_in", **arguments):
        return call_inside(workspace, database, f"{HERE}.{function}", folder="load/crm_support", **arguments)

    return call


def _judge(name, rows):
    """Check what holds for every e-mail, and say the counts."""
    counts = Counter(outcome if not reason else f"{outcome}: {reason}" for _name, outcome, reason, *_rest in rows)
    print(f"{name}: {len(rows)} e-mails, {dict(counts)}, the slowest {max(row[-1] for row in rows)} s")
    assert rows
    assert not [row for row in rows if row[1] in ("lost", "work")]
    assert not [row for row in rows if row[1] == "quarantine" and not row[2]]
    assert not [row for row in rows if row[2] == "error" and not row[3]]
    assert not [row for row in rows if row[-1] > SLOWEST]


def test_every_odd_mail_is_a_ticket_a_message_or_kept_with_its_reason(take_in, shared_data):
    rows = []
    for folder in sorted((shared_data / "email_rfc822").iterdir()):
        own = take_in(path=str(folder))
        _judge(folder.name, own)
        rows += own
    assert len(rows) >= 109
    assert not [row for row in rows if row[2] == "error"]


def test_what_came_back_makes_no_ticket_and_is_not_answered(take_in, shared_data):
    rows = []
    for name in ("flufl_bounce", "sisimai"):
        own = take_in(path=str(shared_data / "email_bounces" / name))
        _judge(name, own)
        rows += own
    tickets = [row for row in rows if row[1] == "ticket"]
    print(f"{len(rows)} that came back, {len(tickets)} tickets: {[row[0] for row in tickets]}")
    assert len(tickets) <= 0.05 * len(rows)
    assert not [row for row in rows if row[4]]
    assert not [row for row in rows if row[2] == "error"]


def test_what_only_looks_like_it_is_a_ticket(take_in, shared_data):
    rows = take_in(path=str(shared_data / "email_bounces" / "sisimai_not_a_bounce"))
    _judge("sisimai_not_a_bounce", rows)
    # the other one says of itself that a machine returns it: Return-Path: <>, Auto-Submitted: auto-replied
    assert {row[0]: row[1:3] for row in rows} == {"is-not-bounce-01.eml": ["ticket", ""], "rb-issue-368-bug.eml": ["quarantine", "machine"]}


def test_large_deep_and_many_come_in_within_seconds(take_in):
    rows = take_in("take_odd_ones_in")
    _judge("odd ones", rows)
    assert {row[1] for row in rows} <= {"ticket", "quarantine"}


def test_what_a_reply_quotes_is_folded_away(take_in, shared_data):
    rows = take_in("take_replies_in", path=str(shared_data / "email_replies" / "email_reply_trimmer"))
    wrong = [row for row in rows if row[1] != row[2]]
    print(f"{len(rows)} replies, {len(wrong)} folded otherwise: {wrong}")
    assert len(rows) >= 32
    # what a customer forwards is what he wants to show; lines of devices in other languages stay
    assert {row[0] for row in wrong} <= {"forwarded_gmail.txt", "signatures.txt"}
    # never is anything folded away that the customer wrote
    assert not [row for row in rows if row[1] and not row[2]]
