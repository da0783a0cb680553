# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from ..tools.today import agenda

#: promises older than this are history
STALE = timedelta(days=30)
#: how many deals without a next step are shown: one a day gets them done
UNPLANNED = 5
VALUE_ORDER = "expected_revenue desc nulls last, id"
#: among how many of the most valuable deals they are looked for first
FIRST = 200
#: how much of one kind is looked at
LIMIT = 40
#: how many promises are looked through for those that are not kept yet
MOST_PROMISES = 200


class CrmToday(models.AbstractModel):
    """What there is to do besides activities and answers."""

    _inherit = "crm.today"

    @api.model
    def _find_leads(self, user, day):
        """Return somebody's open leads, the most valuable first, and those won today: what is his is read through once.

        :rtype: tuple[crm.lead, crm.lead]
        """
        leads = self.env["crm.lead"]
        domain = Domain("user_id", "=", user.id) & (
            leads._get_routing_open_domain() | self._get_won_domain(day)
        )
        query = leads._search(domain, order=VALUE_ORDER)
        columns = [leads._field_to_sql(query.table, name, query) for name in ("id", "won_status")]
        rows = self.env.execute_query(query.select(*columns))
        return (
            leads.browse(id_ for id_, status in rows if status == "pending"),
            leads.browse(id_ for id_, status in rows if status == "won"),
        )

    @api.model
    def _get_won_domain(self, day):
        return (
            Domain("won_status", "=", "won")
            & Domain("date_closed", ">=", day.start)
            & Domain("date_closed", "<", day.end)
        )

    # -- New leads whose clock runs ----------------------------------------------------------------

    @api.model
    def _get_promise_entries(self, *, user, day, **kwargs):
        """New leads that routing gave to somebody who has not answered yet."""
        items = self.env["crm.routing.item"].search(
            self._get_promise_domain(user, day), order="response_due_at, id", limit=MOST_PROMISES
        )
        answered = items._find_responses()
        waiting = items.filtered(lambda item: item not in answered)[:LIMIT]
        return [
            self._prepare_entry(
                (item.res_model, item.res_id),
                source="promise",
                rank=agenda.PROMISE,
                due=item.response_due_at,
                reason=self._say_promise(item.response_due_at, day),
                when=self._say_distance(item.response_due_at, day),
                action="call",
            )
            for item in waiting
        ]

    @api.model
    def _get_promise_domain(self, user, day):
        """Return of which pieces of work no first answer is noted; it is noted when it is due, not when it is given."""
        return (
            Domain("user_id", "=", user.id)
            & Domain("state", "=", "assigned")
            & Domain("responded_at", "=", False)
            & Domain("response_due_at", ">", day.now - STALE)
        )

    @api.model
    def _say_promise(self, moment, day):
        words = {
            "moment": self._say_moment(moment, day),
            "distance": self._say_distance(moment, day),
        }
        if moment < day.now:
            return self.env._(
                "New lead: a first answer was promised by %(moment)s (%(distance)s).", **words
            )
        return self.env._(
            "New lead: a first answer is promised by %(moment)s (%(distance)s).", **words
        )

    # -- Meetings ----------------------------------------------------------------------------------

    @api.model
    def _get_meeting_entries(self, *, user, day, **kwargs):
        """Meetings of today that are not over."""
        events = self.env["calendar.event"]
        if not events.has_access("read"):
            return []
        meetings = events.search(
            self._get_meeting_domain(user, day.now, day.end), order="start, id", limit=LIMIT
        )
        deals = self.env["crm.lead"].search([("id", "in", meetings.opportunity_id.ids)])
        activities = self.env["mail.activity"]
        planned = activities.search([("calendar_event_id", "in", meetings.ids)])
        planned = planned.grouped("calendar_event_id")
        return [
            self._prepare_meeting_entry(
                meeting, meeting.opportunity_id & deals, planned.get(meeting, activities), user, day
            )
            for meeting in meetings
        ]

    @api.model
    def _get_meeting_domain(self, user, after, before):
        """Return which meetings somebody has between two moments, those declined left out."""
        attends = Domain("partner_id", "=", user.partner_id.id) & Domain("state", "!=", "declined")
        return (
            Domain("start", "<", before)
            & Domain("stop", ">", after)
            # the second says nothing new, but has an index
            & Domain("attendee_ids", "any", attends)
            & Domain("partner_ids", "in", user.partner_id.ids)
        )

    @api.model
    def _prepare_meeting_entry(self, meeting, deal, planned, user, day):
        is_soon = not meeting.allday and meeting.start <= day.now + agenda.SOON
        record = deal or meeting
        own = planned.filtered(lambda activity: activity.user_id == user)[:1]
        return self._prepare_entry(
            (record._name, record.id),
            source="meeting",
            rank=agenda.MEETING if is_soon else agenda.LATER,
            due=day.start if meeting.allday else meeting.start,
            reason=self._say_meeting(meeting, day),
            when="" if meeting.allday else self._say_time(meeting.start, day),
            action="meeting",
            activity_id=own.id,
            activity=own.summary or own.activity_type_id.name or "",
            covers=tuple(planned.ids),
            url=meeting.videocall_location,
            meeting_id=meeting.id,
        )

    @api.model
    def _say_meeting(self, meeting, day):
        name = meeting.display_name
        if meeting.allday:
            return self.env._("“%s” is today, all day.", name)
        words = {"meeting": name, "time": self._say_time(meeting.start, day)}
        if meeting.start <= day.now:
            return self.env._("“%(meeting)s” began at %(time)s.", **words)
        if meeting.start <= day.now + agenda.SOON:
            distance = self._say_distance(meeting.start, day)
            return self.env._(
                "“%(meeting)s” begins at %(time)s (%(distance)s).", **words, distance=distance
            )
        return self.env._("“%(meeting)s” begins at %(time)s.", **words)

    # -- Approvals ---------------------------------------------------------------------------------

    @api.model
    def _get_approval_entries(self, *, user, day, **kwargs):
        """Deals that wait for somebody's word."""
        # sudo: res.users - which roles somebody holds, to find what waits for them
        groups = user.sudo().all_group_ids
        approvals = self.env["crm.stage.approval"].search(
            [
                ("state", "=", "asked"),
                ("requirement_id.group_id", "in", groups.ids),
                ("lead_id.active", "=", True),
            ],
            order="id",
            limit=LIMIT,
        )
        return [
            self._prepare_entry(
                ("crm.lead", approval.lead_id.id),
                source="approval",
                rank=agenda.APPROVAL,
                due=approval.create_date,
                reason=self.env._(
                    "%(person)s asks for approval: “%(requirement)s” (stage “%(stage)s”).",
                    person=approval.asked_by_id.name,
                    requirement=approval.requirement_id.name,
                    stage=approval.stage_id.name,
                ),
                action="approve",
                covers=tuple(approval.activity_id.ids),
                approval_id=approval.id,
            )
            for approval in approvals
        ]

    # -- Deals without a next step -----------------------------------------------------------------

    @api.model
    def _get_unplanned_entries(self, *, day, leads, **kwargs):
        """A few of the open deals of which nothing is planned, the largest first."""
        deals = leads.browse()
        for some in (leads[:FIRST], leads[FIRST:]):
            if some and len(deals) < UNPLANNED:
                deals |= leads.search(
                    self._get_unplanned_domain(some, day),
                    order=VALUE_ORDER,
                    limit=UNPLANNED - len(deals),
                )
        return [
            self._prepare_entry(
                ("crm.lead", deal.id),
                source="unplanned",
                rank=agenda.UNPLANNED,
                reason=self.env._("The deal is open and nothing is planned for it."),
                action="plan",
            )
            for deal in deals
        ]

    @api.model
    def _get_unplanned_domain(self, leads, day):
        """Return which of some leads are deals without a next step."""
        return (
            Domain("id", "in", leads.ids)
            & leads._get_open_deal_domain()
            & leads._get_unplanned_domain()
            & Domain("calendar_event_ids", "not any", [("stop", ">=", day.now)])
        )
