"""What somebody set up before the day of a support team begins, in each language; runs inside the Odoo server."""

from cast_in_odoo import create_cast
from dispatch_in_odoo import prepare

CRONS = ("crm_core.ir_cron_crm_dispatch_email", "crm_support.ir_cron_crm_satisfaction", "crm_support.ir_cron_crm_sla_watch")
LANGUAGES = {"en": "en_US", "fr": "fr_FR"}
#: past tickets on which policies are tried
PAST = 4
WORDS = {
    "en": {
        "team": "Cold room support",
        "customer": "Awa Diop",
        "company": "Plateau Clinic",
        "colleague": "Moses Bell",
        "stranger": "Grace Mensah",
        "policy": "Promised to everybody",
        "promise": "Resolution",
        "canned": (
            "on-its-way",
            "Good morning {{contact}}, the technician is on his way. Is the door closed?",
            "the technician is on his way",
        ),
        "stages": ("In Progress", "Waiting for the Customer", "Solved"),
        "macro": ("Visit planned", "A visit is planned for your request {{number}}.", "Visit on site"),
        "article": ("The cold room does not cool any more", "Close the door and clean the condenser.", "cold room", "clean the condenser"),
        "supplier": "Abel Parts",
        "visit": ("Repair of a cold room", "How warm is it?", "What was broken?", ("Compressor", "Door")),
        "robot": ("Cold room robot", "What is it?", "At which e-mail address do we reach you?", "Thank you."),
    },
    "fr": {
        "team": "Dépannage des chambres froides",
        "customer": "Aya Koné",
        "company": "Clinique du Plateau",
        "colleague": "Paul Yao",
        "stranger": "Rose Kouadio",
        "policy": "Promis à tous",
        "promise": "Résolution",
        "canned": ("en-route", "Bonjour {{contact}}, le technicien est en route. La porte est-elle fermée ?", "le technicien est en route"),
        "stages": ("En cours", "En attente du client", "Résolu"),
        "macro": ("Visite prévue", "Une visite est prévue pour votre demande {{number}}.", "Visite sur place"),
        "article": (
            "La chambre froide ne refroidit plus",
            "Fermez la porte et nettoyez le condenseur.",
            "chambre froide",
            "nettoyez le condenseur",
        ),
        "supplier": "Abel Pièces",
        "visit": ("Dépannage d’une chambre froide", "Combien de degrés ?", "Qu’est-ce qui était cassé ?", ("Compresseur", "Porte")),
        "robot": ("Robot des chambres froides", "De quoi s’agit-il ?", "À quelle adresse e-mail vous répondre ?", "Merci."),
    },
}


def set_up(env, port, cast):
    """Prepare a team of an agent and a lead in each language, its customers, and everything that it works with.

    :param int port: of the mail server that e-mails leave by
    :param dict cast: groups by role
    :return: by language the words and addresses of what was made; under ``logins`` who may log in
    :rtype: dict[str, dict]
    """
    prepare(env, port)
    people = create_cast(env, cast, LANGUAGES)
    for name in CRONS:
        env.ref(name).active = True
    env.company.resource_calendar_id = False  # so that every day is a working day
    env.company.alias_domain_id = env["mail.alias.domain"].create({"name": "support.example"})
    env["crm.sla.policy"].search([]).action_draft()
    made = {"logins": people}
    _add_visit_type(env)
    for language, words in WORDS.items():
        team = _add_team(env, language, words, people)
        made[language] = {**words, "team_id": team.id, "alias": team.alias_id.alias_full_name, "form": f"/support/{team.form_slug}"}
        _add_tools(env, language, words, team)
        made[language]["chat"] = _add_live_chat(env, words, team)
        _add_customers(env, language, words, team, made)
    env.cr.commit()
    return made


def _add_team(env, language, words, people):
    agent, lead = (env["res.users"].browse(people[f"{role}_{language}"]["id"]) for role in ("agent", "support_lead"))
    return env["crm.ticket.team"].create(
        {
            "name": words["team"],
            "company_id": env.company.id,
            "user_id": lead.id,
            "member_ids": [(6, 0, (agent + lead).ids)],
            "alias_name": f"cold-rooms-{language}",
            "acknowledgement_template_id": env.ref("crm_support.mail_template_crm_ticket_acknowledgement").id,
            "visibility": "portal",
            "customer_scope": "contact",
            "is_form_public": True,
            "form_slug": f"cold-rooms-{language}",
            "satisfaction_rule_ids": [(0, 0, {"kind": "csat", "delay_hours": 0, "low_action": "activity"})],
        }
    )


def _add_tools(env, language, words, team):
    env["crm.sla.policy"].create(
        {
            "name": words["policy"],
            "company_id": env.company.id,
            "team_ids": [(6, 0, team.ids)],
            "state": "active",
            "hours": "always",
            "target_ids": [(0, 0, {"kind": "first_reply", "hours": 4}), (0, 0, {"kind": "resolution", "hours": 1 / 3600})],
        }
    )
    source, text, _said = words["canned"]
    env["mail.canned.response"].create(
        {
            "source": source,
            "substitution": text,
            "ticket_team_ids": [(6, 0, team.ids)],
            "group_ids": [(4, env.ref("crm_support.group_crm_support_agent").id)],
        }
    )
    name, reply, tag = words["macro"]
    macro = {
        "name": name,
        "user_id": False,
        "team_ids": [(6, 0, team.ids)],
        "stage_id": env.ref("crm_support.crm_ticket_stage_in_progress").id,
        "added_tag_ids": [(6, 0, env["crm.ticket.tag"].create({"name": tag}).ids)],
        "reply": f"<p>{reply}</p>",
    }
    env["crm.ticket.macro"].create(macro)
    title, answer, _asked, _step = words["article"]
    article = {"name": title, "body": f"<p>{answer}</p>", "lang": LANGUAGES[language], "audience": "public", "company_id": False}
    env["crm.article"].create(article).action_publish()


def _add_live_chat(env, words, team):
    """Make a live chat whose robot takes requests down.

    :return: the address of a page with the chat
    """
    title, *messages = words["robot"]
    script = env["chatbot.script"].create({"title": title})
    kinds = ("free_input_single", "question_email", "create_ticket")
    env["chatbot.script.step"].create(
        [
            {"chatbot_script_id": script.id, "step_type": kind, "message": message, "sequence": number}
            for number, (kind, message) in enumerate(zip(kinds, messages, strict=True))
        ]
    )
    rule = {"chatbot_script_id": script.id}
    team.livechat_channel_id = env["im_livechat.channel"].create({"name": title, "rule_ids": [(0, 0, rule)]})
    return f"/im_livechat/support/{team.livechat_channel_id.id}"


def _add_visit_type(env):
    """Make a type of visit with a worksheet, in both languages."""
    name, how_warm, what, choices = WORDS["en"]["visit"]
    questions = [
        {"name": how_warm, "kind": "number", "is_required": True, "sequence": 1},
        {"name": what, "kind": "choice", "sequence": 2, "choice_ids": [(0, 0, {"name": choice}) for choice in choices]},
    ]
    kind = env["crm.visit.type"].create({"name": name, "sequence": 0, "question_ids": [(0, 0, question) for question in questions]})
    name, how_warm, what, choices = WORDS["fr"]["visit"]
    kind = kind.with_context(lang=LANGUAGES["fr"])
    named = [kind, *kind.question_ids, *kind.question_ids.choice_ids]
    for record, text in zip(named, (name, how_warm, what, *choices), strict=True):
        record.name = text


def _add_customers(env, language, words, team, made):
    """Make a customer with two people, one of whom may log in, and a stranger who may."""
    company = env["res.partner"].create({"name": words["company"], "is_company": True})
    common = {"lang": LANGUAGES[language]}
    contact, colleague, stranger = env["res.partner"].create(
        [
            {**common, "name": words["customer"], "email": f"customer.{language}@clinic.example", "parent_id": company.id},
            {**common, "name": words["colleague"], "email": f"colleague.{language}@clinic.example", "parent_id": company.id},
            {**common, "name": words["stranger"], "email": f"stranger.{language}@elsewhere.example"},
        ]
    )
    supplier = env["res.partner"].create({"name": words["supplier"], "email": f"abel.{language}@supplier.example", **common})
    made[language] |= {"address": contact.email, "colleague_address": colleague.email, "supplier_address": supplier.email}
    made[language]["colleague_id"] = colleague.id
    for role, partner in (("customer", colleague), ("stranger", stranger)):
        login = f"{role}_{language}"
        user = env["res.users"].with_context(no_reset_password=True)
        values = {"partner_id": partner.id, "login": login, "password": f"{login}-password", "lang": LANGUAGES[language]}
        made["logins"][login] = {
            "login": login,
            "password": f"{login}-password",
            "id": user.create({**values, "group_ids": [(6, 0, env.ref("base.group_portal").ids)]}).id,
            "key": "",
        }
    _add_past(env, words, team, contact)


def _add_past(env, words, team, contact):
    """Make closed tickets of last month, on which a policy can be tried."""
    tickets = (
        env["crm.ticket"]
        .with_context(tracking_disable=True)
        .create([{"name": f"{words['company']} {number}", "team_id": team.id, "partner_id": contact.id} for number in range(PAST)])
    )
    tickets.action_close()
    env.flush_all()
    env.cr.execute(
        """UPDATE crm_ticket SET sla_start = sla_start - interval '1 month', date_opened = date_opened - interval '1 month',
               create_date = create_date - interval '1 month', date_closed = date_closed - interval '1 month' + interval '2 days'
           WHERE id = ANY(%s)""",
        (tickets.ids,),
    )
    env["crm.satisfaction"].search([("ticket_id", "in", tickets.ids)]).unlink()
    env.invalidate_all()
