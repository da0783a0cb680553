"""Leads in a cadence, made inside the server."""

STEPS = [
    {"kind": "email", "name": "One", "subject": "One for {{ object.name }}", "body": "<p>Good morning</p>"},
    {"kind": "call", "name": "Two"},
    {"kind": "email", "name": "Three", "subject": "Three", "body": "<p>Again</p>"},
    {"kind": "task", "name": "Four"},
    {"kind": "email", "name": "Five", "is_reply": True, "body": "<p>Last</p>"},
]


def enroll(env, count):
    """Enrol new leads in a cadence of five steps, on all days and at any hour.

    :return: how many were enrolled, and the number of the cadence
    """
    env.company.resource_calendar_id = False
    context = {"tracking_disable": True, "mail_create_nolog": True}
    leads = env["crm.lead"].with_context(**context)
    leads = leads.create(
        [{"name": f"C {n}", "email_from": f"cadence{n}@client.example", "phone": "+2250102030405", "user_id": 2} for n in range(count)]
    )
    cadence = env["crm.cadence"].create({"name": "Load", "calendar_source": "company"})
    common = {"cadence_id": cadence.id, "delay_days": 0, "hour_from": 0, "hour_to": 24, "patience_days": 0}
    env["crm.cadence.step"].create([{**common, **step, "sequence": number} for number, step in enumerate(STEPS)])
    made = leads._enroll_in_cadence(cadence)
    env.cr.commit()
    return [len(made), cadence.id]


def do_activities(env, cadence):
    """Do every activity that the cadence planned, as their salespeople would."""
    runs = env["crm.cadence.run"].search([("step_id.cadence_id", "=", cadence), ("state", "=", "open")])
    runs.activity_id.action_archive()
    env.cr.commit()
    return len(runs)
