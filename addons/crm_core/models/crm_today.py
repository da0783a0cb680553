# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools.today import agenda

SELLER = "sales_team.group_sale_salesman"
#: how many of what is not listed are counted
MORE = 100


class CrmToday(models.AbstractModel):
    """What somebody does now, in order, and why it stands there.

    Sources say what is to be done with which record; all that concerns one record is one item with several reasons. The order is
    one rule: first answers that were promised while their clock runs, then the meeting that begins, customers who wait for an
    answer, calls promised for an hour that has come, approvals; then what is overdue, what is for today, what comes later today,
    and last open deals of which nothing is planned. Nothing is stored: the page is what the reader may see of the other records.
    """

    _name = "crm.today"
    _description = "Today"

    @api.model
    @api.readonly
    def get_page(self, user_id=None):
        """Return all of the page in one go, in a number of queries that does not grow with the data.

        :param int user_id: whose day; one's own when it is left out
        :return: dict with ``items`` in order, ``unlisted`` (how many more activities are due), ``is_unlisted_counted`` (that is all of
            them), ``hidden`` (activities on records out of the reader's reach), ``logs_calls``, ``user``, ``is_own``, ``date``,
            ``done`` (see :meth:`_get_done`), ``tomorrow``, ``days`` (to put things off to), ``colleagues``, ``is_home`` and
            ``is_new`` (there is nothing yet)
        :raises AccessError: for who does not sell, and for days of people who are none of the reader's
        """
        self._check_seller()
        colleagues = self._get_colleagues()
        user = self._get_person(user_id, colleagues)
        day = self._get_day(user)
        leads, won = self._find_leads(user, day)
        entries = self._get_entries(user, day, leads)
        items, hidden = self._get_items(entries, day)
        unlisted = sum(entry["unlisted"] for entry in entries)
        is_own = user == self.env.user
        return {
            "items": items,
            "unlisted": unlisted,
            "is_unlisted_counted": unlisted < MORE,
            "hidden": hidden,
            "user": {"id": user.id, "name": user.name},
            "is_own": is_own,
            "date": self._say_day(day.today),
            "done": self._get_done(user, day, won),
            "tomorrow": self._get_tomorrow(user, day),
            "days": self._get_days(day),
            "colleagues": [{"id": one.id, "name": one.name} for one in colleagues],
            "is_home": is_own and self._is_home(),
            "is_new": is_own and not items and self._is_new(),
            "logs_calls": self.env["crm.feature"]._is_used("calls"),
        }

    # -- Hooks -------------------------------------------------------------------------------------

    @api.model
    def _get_sources(self):
        """Return the names of the methods that say what is to be done; add-ons append theirs.

        A source is called with ``user`` (whose day), ``day`` (:class:`~odoo.addons.crm_core.tools.today.agenda.Day`) and ``leads``
        (open ones of the user, the most valuable first), runs with the reader's rights, asks the database a number of times that
        does not grow, and returns a list of what :meth:`_prepare_entry` makes.

        :rtype: list[str]
        """
        return [
            "_get_promise_entries",
            "_get_meeting_entries",
            "_get_answer_entries",
            "_get_approval_entries",
            "_get_activity_entries",
            "_get_unplanned_entries",
        ]

    @api.model
    def _get_source_features(self):
        """Return to which feature sources belong: a company that hides the feature does not see them.

        :return: ``{name of a source: code of a crm.feature}``
        :rtype: dict[str, str]
        """
        return {"_get_promise_entries": "routing"}

    @api.model
    def _prepare_entry(self, record, *, source, rank, reason, due=None, **kwargs):
        """Return one reason to do something with a record.

        :param record: ``(model, id)``
        :param str source: which source says so
        :param int rank: a rank of :mod:`~odoo.addons.crm_core.tools.today.agenda`, or a number between two of them
        :param str reason: one sentence in the reader's words: why it stands there
        :param datetime due: the moment it hangs on, in UTC
        :param kwargs: ``action`` (what the large button does: ``call``, ``reply``, ``done``, ``plan``, ``approve``, ``meeting``, ``open``),
            ``when`` (a few signs for the list), ``note`` (text to read before), ``activity_id``, ``activity`` (its title), ``covers``
            (ids of activities that this tells already), ``approval_id``, ``meeting_id``, ``reply`` (an action), ``url``, ``title`` (where the
            record has no name), ``unlisted`` (how many more of the kind there are)
        :rtype: dict
        """
        return {
            "model": record[0],
            "id": record[1],
            "source": source,
            "rank": rank,
            "reason": reason,
            "due": due,
            "action": "open",
            "when": "",
            "note": "",
            "activity_id": False,
            "activity": "",
            "covers": (),
            "approval_id": False,
            "reply": False,
            "url": False,
            "meeting_id": False,
            "title": "",
            "unlisted": 0,
            **kwargs,
        }

    # -- Items -------------------------------------------------------------------------------------

    @api.model
    def _get_entries(self, user, day, leads):
        """Return what all sources say, in no order, but those of features that the reader's companies hide."""
        features = self._get_source_features()
        is_used = self.env["crm.feature"]._is_used
        return [
            entry
            for source in self._get_sources()
            if source not in features or is_used(features[source])
            for entry in getattr(self, source)(user=user, day=day, leads=leads)
        ]

    @api.model
    def _get_items(self, entries, day):
        """Return the items of the page in order, each with what one needs to know before the button is pressed.

        Records that the reader may not see are left out.

        :return: the items, and how many activities were left out
        :rtype: tuple[list[dict], int]
        """
        groups = agenda.merge([entry for entry in entries if entry["model"]])
        facts = self._get_facts(groups, day)
        items = [
            self._prepare_item(group, facts[key]) for key, group in groups.items() if key in facts
        ]
        hidden = [entry for key, group in groups.items() if key not in facts for entry in group]
        return (
            [self._finish_item(item) for item in agenda.sort_items(items)],
            sum(bool(entry["activity_id"]) for entry in hidden),
        )

    @api.model
    def _prepare_item(self, entries, facts):
        """Return an item of the page.

        :param list entries: the reasons, the most pressing first
        :param dict facts: see :meth:`_get_facts`
        :rtype: dict
        """
        first = entries[0]
        planned = next((entry for entry in entries if entry["activity_id"]), {})
        return {
            **facts,
            "key": f"{first['model']},{first['id']}",
            "model": first["model"],
            "id": first["id"],
            "title": facts["title"] or first["title"],
            "rank": first["rank"],
            "due": first["due"],
            "when": first["when"],
            "section": agenda.get_section(first["rank"]),
            "reasons": [entry["reason"] for entry in entries],
            "notes": [entry["note"] for entry in entries if entry["note"]],
            "activity_id": planned.get("activity_id", False),
            "activity": planned.get("activity", ""),
            "approval_id": self._get_first(entries, "approval_id"),
            "reply": self._get_first(entries, "reply"),
            "url": self._get_first(entries, "url"),
            "meeting_id": self._get_first(entries, "meeting_id"),
            "call_activity_id": next(
                (
                    one["activity_id"]
                    for one in entries
                    if one["action"] == "call" and one["activity_id"]
                ),
                False,
            ),
            "main": first["action"],
        }

    @api.model
    def _get_first(self, entries, name):
        return next((entry[name] for entry in entries if entry[name]), False)

    @api.model
    def _finish_item(self, item):
        """Name what can be done with an item, the main thing first: a call needs a number."""
        main = item["main"]
        if main == "call" and not item["phone"]:
            main = "done" if item["activity_id"] else "reply" if item["reply"] else "write"
        if main == "write" and not item["compose"]:
            main = "open"
        possible = {
            "call": item["phone"],
            "reply": item["reply"],
            "approve": item["approval_id"],
            "refuse": item["approval_id"],
            "meeting": item["meeting_id"],
            "done": item["activity_id"],
            "plan": main == "plan",
            "write": item["compose"] and not item["reply"],
        }
        others = [name for name, is_possible in possible.items() if is_possible and name != main]
        due = item["due"] and fields.Datetime.to_string(item["due"])
        return {**item, "due": due, "main": main, "others": others}

    # -- Who reads ---------------------------------------------------------------------------------

    @api.model
    def _check_seller(self):
        if not self.env.user.has_group(SELLER):
            raise AccessError(self.env._("This page is for people who sell."))

    @api.model
    def _get_person(self, user_id, colleagues):
        """Return whose day is asked for.

        :raises AccessError: it is none of the reader's business
        """
        if not user_id or user_id == self.env.uid:
            return self.env.user
        person = colleagues.filtered(lambda one: one.id == user_id)
        if not person:
            raise AccessError(
                self.env._("Only who leads a team looks at the days of its people, and no others.")
            )
        return person

    @api.model
    def _get_colleagues(self):
        """Return at whose days the reader may look: those of all teams for who sees all leads, else of the teams led.

        :rtype: res.users
        """
        domain = [("user_id", "=", self.env.uid)]
        if self.env.user.has_group("sales_team.group_sale_salesman_all_leads"):
            domain = []
        teams = self.env["crm.team"].search(domain)
        people = (teams.member_ids | teams.user_id)._filtered_access("read")
        others = people.filtered("active") - self.env.user
        return others.sorted("name")

    @api.model
    def _get_day(self, user):
        """Return today on the wall of somebody."""
        # sudo: res.users - the zone alone
        zone = pytz.timezone(user.sudo().tz or "UTC")
        return agenda.Day(zone, fields.Datetime.now())
