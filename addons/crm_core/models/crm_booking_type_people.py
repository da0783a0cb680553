# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.booking import free_slots

#: share of the past that counts when meetings are shared fairly
MEMORY = timedelta(days=30)
#: of somebody whom routing does not know
CAPACITY = 20.0


class CrmBookingType(models.Model):
    """Who of a link gets the next meeting."""

    _inherit = "crm.booking.type"

    share_by = fields.Selection(
        [("count", "The same number for each"), ("capacity", "By each person's capacity")],
        "Shared",
        required=True,
        default="count",
        help="The capacity is that of the person in routing: who can have twice as much work gets twice as many meetings.",
    )
    is_owner_first = fields.Boolean(
        "Their Own Salesperson First",
        help="Who is a customer already, or has an open deal, meets his salesperson, when that is one of these people and free.",
    )

    def _get_hosts(self):
        """Return who can be met by this link now.

        :rtype: res.users
        """
        # sudo: res.users - whether they still work in the company
        return self.sudo().user_ids.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids
        )

    @api.model
    def _get_own_links(self, users):
        """Return the first link of each person that is for a meeting with him alone, in the company at work if there is one.

        :rtype: dict  of links, by person
        """
        links = self.search([("mode", "=", "person"), ("user_ids", "in", users.ids)])
        links = links.sorted(lambda link: link.company_id != self.env.company)
        found = {}
        for link in links:
            found.setdefault(link.user_ids, link)
        return found

    def _sort_people(self, people, owner):
        """Return people in the order in which they are asked for a meeting.

        :param people: who is free
        :param owner: who comes first if he is one of them
        """
        return (owner & people) | self._sort_fairly(people)

    def _sort_fairly(self, people):
        """Return people in the order in which they get the next meeting: who has fewest of this link first."""
        # sudo: crm.booking - how many somebody has
        bookings = self.env["crm.booking"].sudo()
        groups = bookings._read_group(
            self._get_counted_domain(people), ["user_id"], ["__count", "create_date:max"]
        )
        counts = {user.id: (count, last) for user, count, last in groups}
        capacities = self._get_capacities(people)
        ranks = []
        for user in people:
            count, last = counts.get(user.id, (0, None))
            capacity = capacities[user.id]
            ranks.append((user.id, count / capacity if capacity else float("inf"), last))
        return people.browse(free_slots.choose(ranks))

    def _get_counted_domain(self, people):
        """Return the condition on the bookings that count when the next meeting is given."""
        return (
            Domain("type_id", "=", self.id)
            & Domain("user_id", "in", people.ids)
            & Domain("state", "=", "booked")
            & Domain("create_date", ">", fields.Datetime.now() - MEMORY)
        )

    def _get_capacities(self, people):
        """Return how many meetings each person gets, against the others.

        :rtype: dict[int, float]
        """
        if self.share_by == "count":
            return dict.fromkeys(people.ids, 1.0)
        # sudo: crm.routing.profile - how much somebody takes
        profiles = self.env["crm.routing.profile"].sudo()
        profiles = profiles.search_fetch(
            [("company_id", "=", self.company_id.id), ("user_id", "in", people.ids)],
            ["user_id", "capacity"],
        )
        known = {profile.user_id.id: profile.capacity for profile in profiles}
        return {user_id: known.get(user_id, CAPACITY) for user_id in people.ids}
