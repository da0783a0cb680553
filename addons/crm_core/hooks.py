# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What installing does besides loading data."""


def pre_init(env):
    """Fill our columns on deals that exist, before the ORM would compute them one by one, and wrongly.

    A deal's amount is what its expected revenue was, in its company's currency. Set-based: a database of a million deals
    takes seconds.
    """
    env.cr.execute("""
        ALTER TABLE crm_lead
            ADD COLUMN IF NOT EXISTS amount numeric, ADD COLUMN IF NOT EXISTS currency_id integer,
            ADD COLUMN IF NOT EXISTS currency_rate_date date, ADD COLUMN IF NOT EXISTS forecast_category varchar,
            ADD COLUMN IF NOT EXISTS pipeline_id integer
    """)
    env.cr.execute(
        """
        UPDATE crm_lead
           SET amount = expected_revenue,
               currency_id = (SELECT currency_id FROM res_company WHERE id = COALESCE(crm_lead.company_id, %s)),
               forecast_category = CASE won_status WHEN 'lost' THEN 'omitted' WHEN 'won' THEN 'closed' ELSE 'pipeline' END
    """,
        [env.company.id],
    )


def post_init(env):
    """Give the database its standard process, or keep the deals that are there in Odoo's stages.

    A database without deals starts with the standard process; Odoo's own stages then stay, shared, but out of its sight.
    A database with deals keeps them where they are: in a pipeline that shows the shared stages.
    """
    # deals from before the installation alone have no pipeline yet: those of our demonstration data do
    leads = (
        env["crm.lead"]
        .with_context(active_test=False)
        .search([("pipeline_id", "=", False)], limit=1)
    )
    if leads:
        _keep_existing_deals(env)
    else:
        _hide_odoo_stages(env)


def _keep_existing_deals(env):
    """Put the deals that exist into a pipeline of shared stages, and make it the first."""
    pipeline = env["crm.pipeline"].create(
        {"name": "Opportunities", "sequence": 1, "use_shared_stages": True}
    )
    for here in _in_each_language(pipeline):
        here.name = here.env._("Opportunities")
    env["crm.team"].with_context(active_test=False).search([]).default_pipeline_id = pipeline
    env.flush_all()
    env.cr.execute("UPDATE crm_lead SET pipeline_id = %s WHERE pipeline_id IS NULL", [pipeline.id])
    env.cr.execute(
        """
        INSERT INTO crm_lead_outcome (lead_id, result, lost_reason_id, stage_id, user_id, closed_at, expected_revenue)
        SELECT id, won_status, CASE WHEN won_status = 'lost' THEN lost_reason_id END, stage_id, user_id,
               COALESCE(date_closed, write_date, create_date), expected_revenue
          FROM crm_lead
         WHERE won_status IN ('won', 'lost') AND pipeline_id = %s
    """,
        [pipeline.id],
    )
    env.invalidate_all()


def _in_each_language(record):
    """Return a record once for each installed language."""
    return [
        record.with_context(lang=code) for code, _name in record.env["res.lang"].get_installed()
    ]


def _hide_odoo_stages(env):
    """Move Odoo's four stages into a pipeline of their own, archived: nobody uses them yet, a consultant may want them."""
    stages = env["crm.stage"].search([("pipeline_id", "=", False)])
    if stages:
        pipeline = env["crm.pipeline"].create(
            {"name": "Odoo's own stages", "sequence": 99, "active": False}
        )
        for here in _in_each_language(pipeline):
            here.name = here.env._("Odoo's own stages")
        stages.pipeline_id = pipeline


def uninstall(env):
    """Leave every deal where it stands: its stage stays, as a plain stage of Odoo; our stages without deals go."""
    stages = env["crm.stage"].search([("pipeline_id", "!=", False)])
    used = {
        stage.id
        for (stage,) in env["crm.lead"]
        .with_context(active_test=False)
        ._read_group([("stage_id", "in", stages.ids)], ["stage_id"])
    }
    data = env["ir.model.data"].search([("module", "=", "crm_core"), ("model", "=", "crm.stage")])
    ours = set(data.mapped("res_id"))
    data.filtered(lambda entry: entry.res_id in used).unlink()
    env.flush_all()
    env.cr.execute("UPDATE crm_lead SET pipeline_id = NULL")
    kept = stages.filtered(lambda stage: stage.id in used or stage.id not in ours)
    env.cr.execute("UPDATE crm_stage SET pipeline_id = NULL WHERE id = ANY(%s)", [kept.ids])
    env.invalidate_all()
