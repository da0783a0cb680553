"""Prepares what many reach for at once; runs inside the Odoo server."""


def prepare(env):
    """Have mails to an alias make leads."""
    domain = env["mail.alias.domain"].search([("name", "=", "leads.example")]) or env["mail.alias.domain"].create({"name": "leads.example"})
    team = env["crm.team"].create({"name": "Race", "alias_name": "race"})
    team.alias_id.write({"alias_domain_id": domain.id, "alias_contact": "everyone"})
    env.cr.commit()


def make_lead(env, people):
    """Return a lead, with stages, tags and owners that it may get.

    :rtype: tuple[int, list[int], list[int], list[int]]
    """
    lead = env["crm.lead"].create({"name": "In demand", "type": "opportunity"})
    stages = env["crm.stage"].create([{"name": f"Race {number}", "pipeline_id": lead.pipeline_id.id} for number in range(4)])
    tags = env["crm.tag"].create([{"name": f"Race {number}"} for number in range(4)])
    owners = [people[name]["id"] for name in ("manager_en", "seller_of_all_en")]
    env.cr.commit()
    return lead.id, stages.ids, tags.ids, owners
