# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_datetime

BATCH = 100
LISTED = 10
LATE_ANSWERS = timedelta(days=30)


class CrmRoutingItem(models.Model):
    """What happens when nothing happens: work comes back, goes to the team lead, and first responses are watched."""

    _inherit = "crm.routing.item"

    # -- Back to the queue ---------------------------------------------------------------------------

    @api.model
    def _cron_return(self):
        """Take back what nobody touched in time, and bring what nobody could take to those who lead the teams."""
        cron, now = self.env["ir.cron"], fields.Datetime.now()
        overdue = Domain("state", "=", "assigned") & Domain("return_at", "<=", now)
        while items := self.search(
            overdue, limit=BATCH, order="return_at, id"
        ).try_lock_for_update():
            items._take_back()
            if not cron._commit_progress(len(items)):
                break
        stuck = Domain("state", "=", "waiting") & Domain("fallback_at", "<=", now)
        while items := self.search(
            stuck, limit=BATCH, order="fallback_at, id"
        ).try_lock_for_update():
            items._fall_back("fallback")
            if not cron._commit_progress(len(items)):
                break
        self._tell_assignees()

    def _take_back(self):
        """Take work back that nobody touched; what came back too often goes to the team lead."""
        untouched = self._get_untouched()
        (self - untouched).return_at = False
        decisions = self.env["crm.routing.decision"]
        often = self.browse()
        for item in untouched:
            had = item.user_id
            item.returned_user_ids = sorted({*(item.returned_user_ids or []), had.id})
            item.returns += 1
            decisions._note(item, "returned", had)
            if item.returns >= item.queue_id.max_returns and item.queue_id.user_id:
                often += item
        often._fall_back("returns")
        back = untouched - often
        for items in back.grouped("res_model").values():
            items._get_records()._assign_routing(self.env["res.users"])
        for item in back:
            item.write(item._prepare_reopening_values(item.queue_id.id))
        if back:
            self.env.ref("crm_core.ir_cron_crm_routing_route")._trigger()

    def _get_untouched(self):
        """Return what is still open, still with the same person, and as it was given."""
        result = self.browse()
        for model, items in self.grouped("res_model").items():
            work = self.env[model]
            records = work.search(
                Domain(work._get_routing_open_domain())
                & work._get_routing_ids_domain(items.mapped("res_id"))
            )
            owners = {record.id: record[work._routing_owner] for record in records}
            since = {item.res_id: item.assigned_at for item in items if item.res_id in owners}
            touched = work._get_routing_touched_ids(since)
            result += items.filtered(
                lambda item, owners=owners, touched=touched: (
                    item.user_id
                    and owners.get(item.res_id) == item.user_id
                    and item.res_id not in touched
                )
            )
        return result

    def _fall_back(self, trigger):
        """Give work to those who lead the teams, whatever they have already; without one it goes on waiting."""
        for queue, items in self.grouped("queue_id").items():
            items.fallback_at = False
            if not queue.user_id:
                continue
            for item in items:
                self.env["crm.routing.decision"]._note(
                    item, trigger, queue.user_id, item.considered
                )
            items._give_to(queue.user_id)

    # -- First response ----------------------------------------------------------------------------------

    @api.model
    def _cron_watch_responses(self):
        """Note first responses, and tell those who lead the teams once of those that are late."""
        cron, now = self.env["ir.cron"], fields.Datetime.now()
        late = Domain("responded_at", "=", False) & Domain("response_due_at", "<=", now)
        due = late & Domain("escalated_at", "=", False) & Domain("state", "!=", "done")
        while items := self.search(
            due, limit=BATCH, order="response_due_at, id"
        ).try_lock_for_update():
            items._note_responses()
            items.filtered(lambda item: not item.responded_at)._escalate()
            if not cron._commit_progress(len(items)):
                return
        told = late & Domain("escalated_at", ">=", now - LATE_ANSWERS)
        self.search(told, limit=10 * BATCH, order="escalated_at desc")._note_responses()
        cron._commit_progress()

    def _note_responses(self):
        """Note who answered first, and when."""
        for item, (moment, user_id) in self._find_responses().items():
            item.write({"responded_at": moment, "responded_user_id": user_id})

    def _find_responses(self):
        """Return the first responses that are not noted yet.

        :return: ``{item: (moment, user id)}``
        """
        found = {}
        for model, items in self.grouped("res_model").items():
            answers = self.env[model]._get_routing_responses(
                {item.res_id: item.create_date for item in items}
            )
            found.update({item: answers[item.res_id] for item in items if item.res_id in answers})
        return found

    def _get_first_response(self):
        """Return when the first response left, also when it is not noted yet."""
        self.ensure_one()
        if self.responded_at or not self.response_due_at:
            return self.responded_at
        return self._find_responses().get(self, (False, False))[0]

    def _escalate(self):
        """Tell those who lead the teams that first responses are late: an activity on each record and one notice."""
        self.escalated_at = fields.Datetime.now()
        for model, items in self.grouped("res_model").items():
            work = self.env[model]
            open_ids = work.search(
                Domain(work._get_routing_open_domain())
                & work._get_routing_ids_domain(items.mapped("res_id"))
            ).ids
            late = items.filtered(lambda item, ids=open_ids: item.res_id in ids)
            for lead, theirs in late.grouped(lambda item: item.queue_id.user_id).items():
                if lead:
                    theirs._escalate_to(lead)

    def _escalate_to(self, lead):
        here = self.with_context(lang=lead.lang)
        self.env["crm.routing.decision"]._note(self, "escalated", lead)
        if "activity_ids" in self.env[self[:1].res_model]._fields:
            # the one notice below says it, not one for each activity
            self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
                [here._prepare_escalation_values(item, lead) for item in self]
            )
        here._tell(lead, here.env._("First response late: %s", len(self)))

    def _prepare_escalation_values(self, item, lead):
        """Return the values of the activity for a team lead.

        :rtype: dict
        """
        return {
            "res_model_id": self.env["ir.model"]._get_id(item.res_model),
            "res_id": item.res_id,
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "user_id": lead.id,
            "automated": True,
            "summary": self.env._("First response late"),
            "note": self.env._(
                "It was due on %s.", format_datetime(self.env, item.response_due_at, tz=lead.tz)
            ),
        }

    # -- Notices -------------------------------------------------------------------------------------

    @api.model
    def _tell_assignees(self, items=None):
        """Tell people what they got: one notice for each, whatever number of pieces."""
        domain = Domain("state", "=", "assigned") & Domain("is_told", "=", False)
        if items is not None:
            domain &= Domain("id", "in", items.ids)
        # sudo: crm.routing.item - people are told, whoever made the work
        untold = self.sudo().search(domain & Domain("user_id", "!=", False)).try_lock_for_update()
        for user, theirs in untold.grouped("user_id").items():
            here = theirs.with_context(lang=user.lang)
            here._tell(user, here.env._("New work for you: %s", len(theirs)))
        untold.is_told = True

    def _tell(self, user, subject):
        """Send one notice about these pieces of work.

        :param user: ``res.users`` who gets it, in whose language this environment is
        """
        if not user.active or not user.partner_id:
            return
        shown = self[:LISTED]
        sentences = shown._get_sentences()
        lines = Markup().join(item._get_notice_line(sentences[item]) for item in shown)
        more = (
            Markup("<p>%s</p>") % self.env._("… and %s more.", len(self) - LISTED)
            if len(self) > LISTED
            else ""
        )
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            author_id=self.env.ref("base.partner_root").id,
            subject=subject,
            body=Markup("<p>%s</p><ul>%s</ul>%s") % (subject, lines, more),
        )

    def _get_notice_line(self, sentence):
        url = f"{self.get_base_url()}/mail/view?model={self.res_model}&res_id={self.res_id}"
        return Markup('<li><a href="%s">%s</a> %s</li>') % (
            url,
            self.record_name or "",
            sentence or "",
        )
