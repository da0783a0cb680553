"""What somebody set up before the day of a sales team begins, in each language; runs inside the Odoo server."""

from dispatch_in_odoo import prepare

CRONS = ("ir_cron_crm_score", "ir_cron_crm_routing_route", "ir_cron_crm_cadence", "ir_cron_crm_dispatch_email")
QUOTA = 1000
WORDS = {
    "en": {
        "customer": "Awa Diop",
        "team": "Cold rooms",
        "rule": "Asks for a cold room",
        "asked": "cold room",
        "script": "First talk",
        "opening": ("Opening", "Good morning {{ object.contact_name }}, you wrote to us about a cold room.", "Is it urgent?"),
        "answers": ("Yes, very", "No"),
        "closing": ("Next", "I send you an offer, and a link to choose a time for the visit."),
        "cadence": "After the first talk",
        "steps": ("Our cold rooms", "Ask whether he read it", "Second letter"),
        "body": "<p>Good morning <t t-out='object.contact_name'/>, here is how our cold rooms work.</p>",
        "link": "Visit on site",
        "stages": ("New", "Offer", "Agreed"),
        "reason": "Wants a used one",
        "competitor": "Polar Service",
    },
    "fr": {
        "customer": "Aya Koné",
        "team": "Chambres froides",
        "rule": "Demande une chambre froide",
        "asked": "chambre froide",
        "script": "Premier échange",
        "opening": ("Ouverture", "Bonjour {{ object.contact_name }}, vous nous avez écrit pour une chambre froide.", "Est-ce urgent ?"),
        "answers": ("Oui, très", "Non"),
        "closing": ("Suite", "Je vous envoie une offre, et un lien pour choisir l'heure de la visite."),
        "cadence": "Après le premier échange",
        "steps": ("Nos chambres froides", "Demander s'il l'a lu", "Deuxième lettre"),
        "body": "<p>Bonjour <t t-out='object.contact_name'/>, voici comment marchent nos chambres froides.</p>",
        "link": "Visite sur place",
        "stages": ("Nouveau", "Offre", "Conclu"),
        "reason": "Préfère une occasion",
        "competitor": "Froid Service",
    },
}


def set_up(env, port, people):
    """Prepare a team of one salesperson in each language, and everything the team works with.

    :param int port: of the mail server that e-mails leave by
    :param dict people: the cast
    :return: by language the e-mail addresses of the team and of a customer, and the words of what was made
    :rtype: dict[str, dict]
    """
    prepare(env, port)
    for name in CRONS:
        env.ref(f"crm_core.{name}").active = True
    env.company.resource_calendar_id = False  # so that every day is a working day
    env.company.alias_domain_id = env["mail.alias.domain"].create({"name": "cold-rooms.example"})
    made = {}
    for language, words in WORDS.items():
        seller = env["res.users"].browse(people[f"salesperson_{language}"]["id"])
        made[language] = {**words, "alias": _add_team(env, language, words, seller)}
        _add_tools(env, words, seller)
        customer = {"name": words["customer"], "email": f"customer.{language}@clinic.example", "lang": seller.lang}
        made[language]["address"] = env["res.partner"].create(customer).email
    env.cr.commit()
    return made


def _add_team(env, language, words, seller):
    pipeline = env["crm.pipeline"].create({"name": words["team"], "company_id": env.company.id})
    pipeline.stage_ids.unlink()
    new, offer, agreed = words["stages"]
    stages = [{"name": new}, {"name": offer, "create_quotation": True}, {"name": agreed, "is_won": True}]
    env["crm.stage"].create([{**stage, "pipeline_id": pipeline.id, "sequence": number} for number, stage in enumerate(stages)])
    team = env["crm.team"].create(
        {
            "name": words["team"],
            "company_id": env.company.id,
            "member_ids": [(6, 0, seller.ids)],
            "default_pipeline_id": pipeline.id,
            "assignment_mode": "routing",
            "alias_name": f"cold-rooms-{language}",
        }
    )
    team.routing_queue_id.write({"only_at_work": False, "response_minutes": 30})
    env["crm.quota"].create({"user_id": seller.id, "amount": QUOTA})
    return team.alias_id.alias_full_name


def _add_tools(env, words, seller):
    env["crm.score.rule"].create({"name": words["rule"], "points": 30, "domain": f"[('name', 'ilike', '{words['asked']}')]"})
    _add_script(env, words)
    _add_cadence(env, words)
    hours = [(0, 0, {"weekday": str(day), "hour_from": 8, "hour_to": 18}) for day in range(7)]
    link = {"name": words["link"], "user_id": seller.id, "user_ids": [(6, 0, seller.ids)], "hours_mode": "own", "hour_ids": hours}
    env["crm.booking.type"].create(link)
    env["crm.lost.reason"].create({"name": words["reason"]})
    env["crm.competitor"].create({"name": words["competitor"]})


def _add_script(env, words):
    script = env["crm.call.script"].create({"name": words["script"]})
    opening, closing = (
        env["crm.call.script.step"].create({"script_id": script.id, "sequence": number, "name": name, "text": text, "question": question})
        for number, (name, text, question) in enumerate([words["opening"], (*words["closing"], False)])
    )
    priority = env["ir.model.fields"]._get("crm.lead", "priority")
    yes, no = words["answers"]
    answers = [{"name": yes, "field_id": priority.id, "value": "3", "next_step_id": closing.id}, {"name": no, "is_end": True}]
    env["crm.call.script.answer"].create([{**answer, "step_id": opening.id} for answer in answers])


def _add_cadence(env, words):
    cadence = env["crm.cadence"].create({"name": words["cadence"], "calendar_source": "company"})
    first, call, last = words["steps"]
    steps = [
        {"kind": "email", "name": first, "subject": first, "body": words["body"]},
        {"kind": "call", "name": call, "patience_days": 0},
        {"kind": "email", "name": last, "subject": last, "body": words["body"]},
    ]
    common = {"cadence_id": cadence.id, "delay_days": 0, "hour_from": 0, "hour_to": 24}
    env["crm.cadence.step"].create([{**common, **step, "sequence": number} for number, step in enumerate(steps)])
