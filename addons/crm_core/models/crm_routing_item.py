# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

STATES = [
    ("waiting", "Waiting"),
    ("assigned", "Given"),
    ("failed", "Failed"),
    ("done", "Out of the Queue"),
]


class CrmRoutingItem(models.Model):
    """Where a piece of work stands: one row for each record that ever waited in a queue.

    waiting → assigned, by routing or by hand; back to waiting when nobody touched it; done when it left the queue without
    routing (won, lost, archived, moved to a team that is not routed). What the engine cannot handle has failed, with the error;
    it does not hold up the rest.
    """

    _name = "crm.routing.item"
    _description = "Work in a Queue"
    _order = "priority desc, queued_at, id"
    _rec_name = "record_name"

    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True, readonly=True
    )
    record_name = fields.Char("Work", compute="_compute_record_name")
    queue_id = fields.Many2one(
        "crm.routing.queue", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    state = fields.Selection(STATES, required=True, default="waiting", readonly=True)
    priority = fields.Integer(readonly=True)
    queued_at = fields.Datetime("Came In", required=True, readonly=True)
    waiting_text = fields.Char("Waiting Since", compute="_compute_sentence")
    sentence = fields.Char("Why", compute="_compute_sentence")

    # who has it
    user_id = fields.Many2one(
        "res.users", string="Given To", readonly=True, ondelete="set null", index="btree_not_null"
    )
    assigned_at = fields.Datetime("Given On", readonly=True)
    is_told = fields.Boolean(readonly=True, export_string_translation=False)
    considered = fields.Json(readonly=True, export_string_translation=False)
    error = fields.Text(readonly=True)

    # the clocks
    returns = fields.Integer(readonly=True)
    returned_user_ids = fields.Json(readonly=True, export_string_translation=False)
    return_at = fields.Datetime("Back to the Queue On", readonly=True)
    fallback_at = fields.Datetime("To the Team Lead On", readonly=True)
    response_due_at = fields.Datetime("First Response Due", readonly=True)
    responded_at = fields.Datetime("First Response", readonly=True)
    responded_user_id = fields.Many2one(
        "res.users", string="First Response By", readonly=True, ondelete="set null"
    )
    response_hours = fields.Float(
        "Hours to First Response",
        readonly=True,
        aggregator="avg",
        help="Working hours of the queue between the moment it came in and the first response.",
    )
    escalated_at = fields.Datetime("Team Lead Told On", readonly=True)

    _record_uniq = models.UniqueIndex("(res_model, res_id)")
    _waiting_idx = models.Index(
        "(company_id, priority DESC, queued_at, id) WHERE state = 'waiting'"
    )
    _return_idx = models.Index("(return_at) WHERE return_at IS NOT NULL")
    _fallback_idx = models.Index("(fallback_at) WHERE state = 'waiting'")
    _response_idx = models.Index(
        "(response_due_at) WHERE responded_at IS NULL AND response_due_at IS NOT NULL"
    )
    _untold_idx = models.Index("(user_id) WHERE state = 'assigned' AND is_told IS NOT TRUE")

    def _compute_record_name(self):
        for model, items in self.grouped("res_model").items():
            names = {}
            if model in self.env:
                # sudo: any model - the queue shows what waits to those who may see the queue
                records = self.env[model].sudo().browse(items.mapped("res_id")).exists()
                names = {record.id: record.display_name for record in records}
            for item in items:
                item.record_name = names.get(item.res_id, False)

    @api.depends_context("lang", "tz")
    def _compute_sentence(self):
        sentences = self._get_sentences()
        for item in self:
            item.sentence = sentences[item]
            item.waiting_text = item._get_waiting_text()

    # -- Actions -----------------------------------------------------------------------------------

    def action_open_record(self):
        """Open the record that waits."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_route_now(self):
        """Try again to give these pieces of work."""
        self.env["crm.routing.queue"]._check_may_route()
        self.check_access("read")
        # sudo: crm.routing.item - team leads set off what the scheduled action does
        self.sudo().filtered(lambda item: item.state == "failed").state = "waiting"
        return self.queue_id.action_route_now()

    def action_explain(self):
        """Show who would get it, without giving it."""
        self.ensure_one()
        self.check_access("read")
        return self.env[self.res_model].browse(self.res_id).action_explain_routing()

    # -- Into the queue ------------------------------------------------------------------------------

    @api.model
    def _enroll(self, records, queues):
        """Put records into their queues.

        :param records: what waits, all of one model
        :param dict queues: ``{record id: queue id}``
        :rtype: crm.routing.item
        """
        records = records.filtered(lambda record: record.id in queues)
        existing = records._get_routing_items()
        existing.filtered(lambda item: item.state != "waiting")._reopen(queues)
        new = records - records.browse(existing.mapped("res_id"))
        return existing + self.create(self._prepare_new_values(new, queues))

    def _reopen(self, queues):
        """Let work wait again.

        :param dict queues: ``{record id: queue id}``
        """
        for queue_id, items in self.grouped(lambda item: queues[item.res_id]).items():
            queue = self.env["crm.routing.queue"].browse(queue_id)
            items.write(self._prepare_reopening_values(queue))

    @api.model
    def _prepare_reopening_values(self, queue):
        """Return the values of work that waits again; it keeps its place among what came in."""
        return {
            **self._prepare_moving_values(queue),
            "state": "waiting",
            "user_id": False,
            "error": False,
            "considered": False,
            "return_at": False,
        }

    @api.model
    def _prepare_moving_values(self, queue):
        """Return the values of work that begins to wait in a queue."""
        return {
            "queue_id": queue.id,
            "company_id": queue.company_id.id,
            "fallback_at": queue._get_fallback(),
        }

    @api.model
    def _prepare_new_values(self, records, queues):
        """Return the values of records that wait for the first time.

        :rtype: list[dict]
        """
        priorities = records._get_routing_priorities()
        by_id = self.env["crm.routing.queue"].browse(set(queues.values()))
        clocks = {
            queue.id: {
                "queue_id": queue.id,
                "company_id": queue.company_id.id,
                "response_due_at": queue._get_response_deadline(),
                "fallback_at": queue._get_fallback(),
            }
            for queue in by_id
        }
        now = fields.Datetime.now()
        return [
            {
                "res_model": record._name,
                "res_id": record.id,
                "priority": priorities[record.id],
                "queued_at": min(record.create_date or now, now),
                **clocks[queues[record.id]],
            }
            for record in records
        ]

    @api.model
    def _enroll_all(self, queues, limit=None):
        """Put what waits and is in no queue yet into one: old records, copies, imports.

        :param queues: ``crm.routing.queue`` of which records are looked for
        :return: number of records put into a queue
        """
        # sudo: crm.routing.item - whoever sets it off
        items, count = self.sudo(), 0
        for model in self.env["crm.routing.kind"]._get_weights():
            # sudo: any model - all that waits is routed
            work = self.env[model].sudo()
            known = items._search(
                [("res_model", "=", model), ("state", "in", ("waiting", "failed"))]
            )
            found = work.search(
                work._get_routing_queue_domain() & work._get_routing_not_in_domain(known),
                order="create_date, id",
                limit=limit,
            )
            mine = {
                id_: queue_id
                for id_, queue_id in found._get_routing_queues().items()
                if queue_id in queues.ids
            }
            count += len(items._enroll(found.browse(mine), mine))
        return count

    # -- What people change ----------------------------------------------------------------------------

    def _follow(self, queues, priorities):
        """Follow records that moved to another queue, or to none, and their priorities.

        :param dict queues: ``{record id: queue id}`` of the records as they are now
        :param dict priorities: ``{record id: int}``
        """
        for priority, items in self.grouped(lambda item: priorities[item.res_id]).items():
            items.filtered(lambda item, now=priority: item.priority != now).priority = priority
        live = self.filtered(lambda item: item.state != "done")
        moved = live.filtered(lambda item: queues.get(item.res_id) != item.queue_id.id)
        for queue_id, items in moved.grouped(lambda item: queues.get(item.res_id)).items():
            queue = self.env["crm.routing.queue"].browse(queue_id)
            items._move_to(queue) if queue else items._leave()
        if self.filtered(lambda item: item.state == "waiting"):
            # sudo: ir.cron - whoever moved it
            self.env.ref("crm_core.ir_cron_crm_routing_route").sudo()._trigger()

    def _move_to(self, queue):
        """Go on in another queue: what waits waits there by its rules; what somebody has does not come back by those of the old one."""
        values = self._prepare_moving_values(queue)
        self.filtered(lambda item: item.state != "assigned").write({**values, "considered": False})
        self.filtered(lambda item: item.state == "assigned").write({**values, "return_at": False})

    def _leave(self):
        """Leave routing: it waits no longer, and does not come back."""
        self.write({"state": "done", "return_at": False, "fallback_at": False})

    def _exclude_owners(self):
        """Remember who had the work, so that it goes to somebody else."""
        for item in self.filtered("user_id"):
            item.returned_user_ids = sorted({*(item.returned_user_ids or []), item.user_id.id})

    def _note_owner(self, user):
        """Note that a person gave work to somebody by hand: it waits no longer, and does not come back by itself."""
        changed = self.filtered(lambda item: item.user_id != user or item.state != "assigned")
        changed.write(
            {
                "considered": False,
                "state": "assigned",
                "user_id": user.id,
                "assigned_at": fields.Datetime.now(),
                "is_told": True,
                "return_at": False,
                "error": False,
            }
        )
        self.env["crm.routing.decision"]._note(changed, "manual", user)

    def _get_waiting_text(self):
        """Return how long it waits, in the reader's words."""
        if self.state != "waiting":
            return False
        waited = fields.Datetime.now() - self.queued_at
        if waited >= timedelta(days=1):
            return self.env._("%s d", waited.days)
        minutes = int(waited.total_seconds() // 60)
        return self.env._("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60)

    def _get_sentences(self):
        """Return where each piece of work stands and why, in the reader's words.

        :rtype: dict[crm.routing.item, str]
        """
        last = self.env["crm.routing.decision"]._get_last(self)
        return {
            item: item._get_waiting_sentence()
            if item.state in ("waiting", "failed")
            else (last[item].sentence if item in last else False)
            for item in self
        }

    def _get_waiting_sentence(self):
        if self.state == "failed":
            return self.env._("This could not be routed: %s", self.error)
        obstacles = self.env["crm.routing.decision"]._describe_obstacles(self.considered or [])
        if not obstacles:
            return self.env._("Waits in “%s”.", self.queue_id.name)
        return self.env._("Nobody can take it: %s.", obstacles)
