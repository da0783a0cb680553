# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Doing the steps of cadences that are due."""

from suite.bench import scenario

BATCH = 100


@scenario("core.cadence", sizes=[2000, 20_000], against="creating the activities", rows="leads")
def do_steps(bench):
    """Asking whether each lead may go on, planning its call, and when the next step is due, against Odoo's creation of as many activities."""

    def ours(env, leads):
        env["crm.cadence.enrollment"].with_user(1)._cron_run()
        runs = env["crm.cadence.run"].search_count([("lead_id", "in", leads.ids)])
        bench.check("every step was done", runs == bench.size)

    def plain(env, leads):
        values = {
            "res_model_id": env["ir.model"]._get_id("crm.lead"),
            "activity_type_id": env.ref("mail.mail_activity_data_call").id,
            "summary": "Call",
            "user_id": env.uid,
        }
        activities = env["mail.activity"].with_context(mail_activity_quick_update=True)
        for start in range(0, len(leads), BATCH):
            activities.create(
                [{**values, "res_id": lead.id} for lead in leads[start : start + BATCH]]
            )
            env.cr.commit()  # commit: as the scheduled action does

    bench.compare(
        ours=ours,
        reference=plain,
        on="ours",
        prepare=lambda env: _enroll(env, bench.size),
        repeat=1,
        commit=True,
    )


def _enroll(env, size):
    """Return leads in a cadence whose first step is due: on any day, at any hour."""
    env["crm.cadence.enrollment"].with_user(1).search([]).unlink()
    env.company.resource_calendar_id = False
    leads = env["crm.lead"].with_context(tracking_disable=True, mail_create_nolog=True)
    leads = leads.create(
        [{"name": f"Deal {n}", "phone": "+2250102030405", "user_id": env.uid} for n in range(size)]
    )
    cadence = env["crm.cadence"].create({"name": "Bench", "calendar_source": "company"})
    step = {"cadence_id": cadence.id, "hour_from": 0, "hour_to": 24, "kind": "call"}
    env["crm.cadence.step"].create(
        [{**step, "name": "Call", "delay_days": 0}, {**step, "name": "Again", "delay_days": 2}]
    )
    leads._enroll_in_cadence(cadence)
    return leads
