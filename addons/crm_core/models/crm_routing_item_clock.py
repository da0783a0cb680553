# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_datetime

from ..tools.import_engine.isolation import isolate
from ..tools.routing import working_time

_logger = logging.getLogger(__name__)

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
        now = fields.Datetime.now()
        overdue = Domain("state", "=", "assigned") & Domain("return_at", "<=", now)
        stuck = Domain("state", "=", "waiting") & Domain("fallback_at", "<=", now)
        self._work_off(overdue, "return_at, id", lambda items: items._take_back())
        self._work_off(stuck, "fallback_at, id", lambda items: items._fall_back("fallback"))
        self._tell_assignees()

    @api.model
    def _work_off(self, domain, order, work, fail=None):
        """Do something with what is due, batch by batch; what resists does not hold up the rest.

        :param work: function of a few items; what it was done with is due no longer
        :param fail: function of an item and the error, after which it is due no longer; None: its routing has failed
        """
        cron = self.env["ir.cron"]
        while items := self.search(domain, limit=BATCH, order=order).try_lock_for_update():
            _made, faulty = isolate(self.env, work, items)
            for item, error in faulty.items():
                fail(item, error) if fail else item._fail(error)
            if not cron._commit_progress(len(items)):
                return

    def _take_back(self):
        """Take work back that nobody touched; what came back too often goes to the team lead."""
        untouched = self._get_untouched()
        (self - untouched).return_at = False
        untouched._exclude_owners()
        for had, items in untouched.grouped("user_id").items():
            self.env["crm.routing.decision"]._note(items, "returned", had)
        for item in untouched:
            item.returns += 1
        often = untouched.filtered(
            lambda item: (
                item.returns >= item.queue_id.max_returns and item.queue_id._get_team_lead()
            )
        )
        often._fall_back("returns")
        back = untouched - often
        for items in back.grouped("res_model").values():
            items._get_records()._assign_routing(self.env["res.users"])
            items._reopen({item.res_id: item.queue_id.id for item in items})
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
            if lead := queue._get_team_lead():
                self.env["crm.routing.decision"]._note(items, trigger, lead)
                items._give_to(lead)

    # -- First response ----------------------------------------------------------------------------------

    @api.model
    def _cron_watch_responses(self):
        """Note first responses, and tell those who lead the teams once of those that are late."""
        now = fields.Datetime.now()
        late = Domain("responded_at", "=", False) & Domain("response_due_at", "<=", now)
        due = late & Domain("escalated_at", "=", False) & Domain("state", "!=", "done")
        self._work_off(
            due,
            "response_due_at, id",
            lambda items: items._watch_responses(),
            fail=lambda item, error: item._note_untold(error),
        )
        told = late & Domain("escalated_at", ">=", now - LATE_ANSWERS)
        self.search(told, limit=10 * BATCH, order="escalated_at desc")._note_responses()
        self.env["ir.cron"]._commit_progress()

    def _watch_responses(self):
        """Note the first responses to what is due, and tell of those that did not come."""
        self._note_responses()
        self.filtered(lambda item: not item.responded_at)._escalate()

    def _note_untold(self, error):
        """Keep why nobody could be told that the first response is late; it is not tried again."""
        _logger.warning("%s %s could not be escalated: %s", self.res_model, self.res_id, error)
        self.write({"escalated_at": fields.Datetime.now(), "error": str(error)[:1000]})

    def _note_responses(self):
        """Note who answered first, and when."""
        found = self._find_responses()
        for queue, items in self.browse([item.id for item in found]).grouped("queue_id").items():
            start = min(items.mapped("create_date"))
            hours = queue._get_hours(start, max(found[item][0] for item in items))
            for item in items:
                moment, user_id = found[item]
                worked = working_time.measure(hours, item.create_date, moment)
                item.write(
                    {
                        "responded_at": moment,
                        "responded_user_id": user_id,
                        "response_hours": worked / timedelta(hours=1),
                    }
                )

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

    def _get_first_responses(self):
        """Return when the first responses left, also those that are not noted yet.

        :return: ``{item: moment or False}``
        """
        asked = self.filtered(lambda item: item.response_due_at and not item.responded_at)
        found = asked._find_responses()
        return {item: found.get(item, (item.responded_at, False))[0] for item in self}

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
            for lead, theirs in late.grouped(lambda item: item.queue_id._get_team_lead()).items():
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
