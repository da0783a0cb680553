# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ..tools.interaction.excerpt import shorten
from ..tools.today import agenda
from .crm_today import MORE

#: of what is overdue and of what is for today: the rest follows as the list gets shorter
LIMIT = 40
#: how much of a note is shown before somebody opens the record
NOTE = 600


class CrmToday(models.AbstractModel):
    """Activities that are due: calls, tasks, what a cadence asks for; calls promised for an hour come with their hour."""

    _inherit = "crm.today"

    @api.model
    def _get_activity_entries(self, *, user, day, **kwargs):
        """Activities of somebody, of any kind, on any record, that are overdue or due today."""
        activities, unlisted = self._find_due_activities(user, day)
        calls = self._get_promised_calls(activities)
        sentences = self._get_activity_sentences(activities, day=day)
        return [
            self._prepare_activity_entry(activity, calls.get(activity), sentences, day)
            for activity in activities
        ] + [
            self._prepare_entry(
                ("", 0), source="unlisted", rank=0, reason="", unlisted=min(unlisted, MORE)
            )
        ]

    @api.model
    def _find_due_activities(self, user, day):
        """Return what is due; of a very long arrears the newest, so that today always shows.

        :return: the activities, and how many more there are; they are not counted to the end
        :rtype: tuple[mail.activity, int]
        """
        activities = self.env["mail.activity"]
        own = self._get_activity_domain(user, day)
        due = activities.search(
            own & Domain("date_deadline", "=", day.today), order="id", limit=LIMIT + MORE
        )
        overdue = activities.search(
            own & Domain("date_deadline", "<", day.today),
            order="date_deadline desc, id desc",
            limit=LIMIT + MORE,
        )
        return due[:LIMIT] | overdue[:LIMIT], len(due[LIMIT:]) + len(overdue[LIMIT:])

    @api.model
    def _get_activity_domain(self, user, day):
        """Return which activities are somebody's: those given to him, and those given to nobody on his leads."""
        own = Domain("user_id", "=", user.id)
        leads = self.env["crm.lead"]
        open_leads = leads._search(own & leads._get_routing_open_domain())
        # asked for beforehand: what is nobody's is little, and has an index
        unassigned = self.env["mail.activity"].search(
            Domain("user_id", "=", False)
            & Domain("res_model", "=", "crm.lead")
            & Domain("res_id", "in", open_leads)
            & Domain("date_deadline", "<=", day.today),
            order="date_deadline desc, id desc",
            limit=LIMIT + MORE,
        )
        return own | Domain("id", "in", unassigned.ids) if unassigned else own

    @api.model
    def _get_activity_record(self, activity):
        """Return what an activity is about: a record, or nothing but itself."""
        if activity.res_model and activity.res_id:
            return activity.res_model, activity.res_id
        return "mail.activity", activity.id

    @api.model
    def _get_readable_records(self, activities):
        """Return what of the records of activities there is, is not archived, and may be read: one query a model.

        :rtype: set[tuple[str, int]]
        """
        wanted = {}
        for activity in activities:
            model, id_ = self._get_activity_record(activity)
            wanted.setdefault(model, []).append(id_)
        return {
            (name, record.id)
            for name, ids in wanted.items()
            if name in self.env and self.env[name].has_access("read")
            for record in self.env[name].search([("id", "in", ids)])
        }

    @api.model
    def _get_promised_calls(self, activities):
        """Return the calls that planned activities, for the hour that was agreed on.

        :rtype: dict[mail.activity, crm.call]
        """
        calls = self.env["crm.call"].search([("callback_activity_id", "in", activities.ids)])
        return {call.callback_activity_id: call for call in calls}

    @api.model
    def _prepare_activity_entry(self, activity, call, sentences, day):
        title = activity.summary or activity.activity_type_id.name or self.env._("To-Do")
        entry = {
            "source": "activity",
            "rank": agenda.OVERDUE if activity.date_deadline < day.today else agenda.TODAY,
            "due": day.to_utc(activity.date_deadline),
            "reason": sentences[activity.id],
            "when": self._say_delay(activity.date_deadline, day),
            "action": "call" if activity.activity_category == "phonecall" else "done",
            "activity_id": activity.id,
            "activity": title,
            "title": title,
            "note": shorten(self._get_text(activity.note), NOTE),
        }
        if call and call.callback_at:
            entry |= self._place_callback(call, day)
        return self._prepare_entry(self._get_activity_record(activity), **entry)

    @api.model
    def _place_callback(self, call, day):
        """Put a call where the hour belongs that was agreed on; one that we chose ourselves is work like any other."""
        moment, values = call.callback_at, {"due": call.callback_at}
        is_promised = call.state == "missed" or call.outcome_id.asks_callback
        if not is_promised:
            return values
        said = self._say_moment(moment, day)
        if moment <= day.now:
            reason = self.env._("A call was promised for %s.", said)
            if call.state == "missed":
                reason = self.env._("There is a missed call to return (%s).", said)
            when = self._say_distance(moment, day)
            return {**values, "rank": agenda.CALLBACK, "reason": reason, "when": when}
        return {
            **values,
            "rank": agenda.LATER,
            "reason": self.env._("Call back at %s, as promised.", said),
            "when": self._say_time(moment, day),
        }

    # -- Hooks -------------------------------------------------------------------------------------

    @api.model
    def _get_activity_sentences(self, activities, *, day, **kwargs):
        """Return why activities stand there, in one sentence each; what plans activities by itself adds its own words.

        :param activities: ``mail.activity``
        :rtype: dict[int, str]
        """
        return {activity.id: self._say_activity(activity, day) for activity in activities}

    @api.model
    def _say_activity(self, activity, day):
        title = activity.summary or activity.activity_type_id.name or self.env._("To-Do")
        late = (day.today - activity.date_deadline).days
        if not late:
            return self.env._("“%s” is due today.", title)
        if late == 1:
            return self.env._("“%s” was due yesterday.", title)
        return self.env._("“%(activity)s” was due %(days)s days ago.", activity=title, days=late)
