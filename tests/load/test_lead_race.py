"""One lead that many reach for at the same moment, over HTTP, from two servers."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from threading import Barrier

import pytest

from support.cast import add_cast
from support.live_server import LiveServer
from support.odoo_shell import call_inside
from support.web_session import WebSession

CROWD = 16
DELIVERIES = 6
#: what a clean refusal says
CONFLICT = "odoo.exceptions.ConcurrencyError"


@pytest.fixture(scope="module")
def database(workspace, live_template):
    """Return a database of its own."""
    return workspace.copy(live_template, "leads")


@pytest.fixture(scope="module")
def nodes(workspace, database):
    """Return two servers on the database, each of which answers all that come at once."""
    people = add_cast(workspace, database)
    servers = [LiveServer(workspace, database, people, label=label) for label in ("first", "second")]
    for server in servers:
        server.start()
    yield servers
    for server in servers:
        server.stop()
    for server in servers:
        server.expect(r"^ERROR odoo\.sql_db: bad query: (?s:.*)could not serialize access")
        server.check_log()


def _at_once(number, act):
    """Return what each of so many gets that act at the same moment."""
    barrier = Barrier(number)

    def wait_and_act(place):
        barrier.wait(60)
        return act(place)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(wait_and_act, range(number)))


def _mail(message_id, sender="awa@new-customer.example"):
    mail = EmailMessage()
    mail["From"] = f"Awa Diop <{sender}>"
    mail["To"] = "race@leads.example"
    mail["Subject"] = "A roof for our warehouse"
    mail["Message-ID"] = message_id
    mail.set_content("Please send us an offer.")
    return mail.as_string()


def _count(workspace, database, query):
    return int(workspace.cluster.query(query, database)[0][0])


def test_a_mail_that_is_delivered_six_times_at_once_makes_one_lead(workspace, database, nodes):
    """C-01."""
    call_inside(workspace, database, "lead_race_in_odoo.prepare", folder="load")
    gateways = [WebSession(nodes[place % 2], nodes[0].people["admin_en"]) for place in range(DELIVERIES)]
    for round_number in range(3):
        mail = _mail(f"<race-{round_number}@new-customer.example>")
        answers = _at_once(DELIVERIES, lambda place, mail=mail: gateways[place].call("mail.thread", "message_process", "crm.lead", mail))
        assert not [answer["error"]["data"]["message"] for answer in answers if "error" in answer]
        assert len([answer for answer in answers if answer["result"]]) == 1, answers
    assert _count(workspace, database, "SELECT count(*) FROM crm_lead WHERE name = 'A roof for our warehouse'") == 3
    assert _count(workspace, database, "SELECT count(*) FROM mail_message WHERE message_id LIKE '<race-%'") == 3


def test_sixteen_writes_on_one_lead_are_done_or_refused_in_a_sentence(workspace, database, nodes):
    """C-02."""
    lead, stages, tags, owners = call_inside(workspace, database, "lead_race_in_odoo.make_lead", folder="load", people=nodes[0].people)
    sessions = [WebSession(nodes[place % 2], nodes[0].people["manager_en"]) for place in range(CROWD)]
    changes = [
        {"stage_id": stages[place % len(stages)], "tag_ids": [[4, tags[place % len(tags)]]], "user_id": owners[place % len(owners)]}
        for place in range(CROWD)
    ]
    answers = _at_once(CROWD, lambda place: sessions[place].call("crm.lead", "write", [lead], changes[place]))
    refused = [answer["error"]["data"] for answer in answers if "error" in answer]
    assert {refusal["name"] for refusal in refused} <= {CONFLICT}, refused
    done = [change for change, answer in zip(changes, answers, strict=True) if "error" not in answer]
    assert done
    [[stage, owner]] = workspace.cluster.query(f"SELECT stage_id, user_id FROM crm_lead WHERE id = {lead}", database)
    assert (int(stage), int(owner)) in {(change["stage_id"], change["user_id"]) for change in done}
    kept = {int(tag) for [tag] in workspace.cluster.query(f"SELECT tag_id FROM crm_tag_rel WHERE lead_id = {lead}", database)}
    assert kept == {tag for change in done for [_command, tag] in change["tag_ids"]}
    _check_tracking(workspace, database, lead, int(stage))


def _check_tracking(workspace, database, lead, stage):
    """Each change of stage was told once: what is told leads from the first stage to the last, with nothing left over."""
    steps = workspace.cluster.query(
        f"""SELECT value.old_value_integer, value.new_value_integer
              FROM mail_tracking_value value
              JOIN mail_message message ON message.id = value.mail_message_id
              JOIN ir_model_fields field ON field.id = value.field_id
             WHERE message.model = 'crm.lead' AND message.res_id = {lead} AND field.name = 'stage_id'""",
        database,
    )
    left, entered = (Counter(int(stage) for stage in side) for side in zip(*steps, strict=True))
    assert entered - left == Counter([stage]), steps
    assert sum((left - entered).values()) == 1, steps
