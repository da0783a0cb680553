# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which policy's promise holds for a ticket: the first that matches, for each clock."""

from dataclasses import dataclass
from typing import NamedTuple


class Facts(NamedTuple):
    """What policies look at in a ticket."""

    company_id: int
    team_id: int
    priority: str
    channel: str
    type_id: int | None = None
    #: the category and those above it
    category_ids: tuple = ()
    tag_ids: tuple = ()
    #: the contact and his customer
    partner_ids: tuple = ()
    partner_category_ids: tuple = ()


@dataclass(frozen=True, slots=True)
class Target:
    """A promise of a policy, for one priority or for all."""

    id: int
    kind: str
    seconds: int
    priority: str | bool = False
    stage_id: int | None = None
    risk_seconds: int | None = None
    is_pausing: bool = True

    @property
    def key(self):
        """Return which clock it is about."""
        return self.kind, self.stage_id


@dataclass(frozen=True, slots=True)
class Policy:
    """For which tickets something is promised; an empty set is for all."""

    id: int
    targets: tuple = ()
    company_id: int | bool = False
    #: id of its own hours, 0 for round the clock, None for those of the team
    calendar_id: int | None = None
    channel: str | bool = False
    team_ids: frozenset = frozenset()
    priorities: frozenset = frozenset()
    type_ids: frozenset = frozenset()
    category_ids: frozenset = frozenset()
    tag_ids: frozenset = frozenset()
    partner_ids: frozenset = frozenset()
    partner_category_ids: frozenset = frozenset()

    def suits(self, facts):
        """Tell whether a ticket is one of those it is for.

        >>> facts = Facts(1, 7, "2", "email", category_ids=(4, 3))
        >>> Policy(1, category_ids=frozenset({3})).suits(facts), Policy(1, channel="phone").suits(facts)
        (True, False)
        """
        one = (
            (self.team_ids, facts.team_id),
            (self.priorities, facts.priority),
            (self.type_ids, facts.type_id),
        )
        several = (
            (self.category_ids, facts.category_ids),
            (self.tag_ids, facts.tag_ids),
            (self.partner_ids, facts.partner_ids),
            (self.partner_category_ids, facts.partner_category_ids),
        )
        return (
            (not self.company_id or self.company_id == facts.company_id)
            and (not self.channel or self.channel == facts.channel)
            and all(not wanted or value in wanted for wanted, value in one)
            and all(not wanted or not wanted.isdisjoint(values) for wanted, values in several)
        )

    def get_targets(self, priority):
        """Return its promises at a priority: the one for it, or else the one for all.

        :return: ``{key of the clock: target}``
        """
        return {
            target.key: target
            for target in sorted(self.targets, key=lambda target: bool(target.priority))
            if not target.priority or target.priority == priority
        }


def match(policies, facts):
    """Return what holds for a ticket: for each clock the first policy that says something about it.

    :param policies: in order
    :return: ``{key of the clock: (policy, target)}``

    >>> gold = Policy(1, (Target(11, "first_reply", 60, priority="3"), Target(12, "resolution", 600)), partner_ids=frozenset({5}))
    >>> rest = Policy(2, (Target(21, "first_reply", 240), Target(22, "resolution", 2400)))
    >>> found = match([gold, rest], Facts(1, 7, "1", "email", partner_ids=(5,)))
    >>> [(kind, target.id) for (kind, _stage), (_policy, target) in sorted(found.items())]
    [('first_reply', 21), ('resolution', 12)]
    """
    found = {}
    for policy in policies:
        if policy.suits(facts):
            for key, target in policy.get_targets(facts.priority).items():
                found.setdefault(key, (policy, target))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """A step of escalation: what is done after so much of the promised time."""

    id: int
    trigger: str
    amount: int
    #: kind of clock, False for all
    kind: str | bool = False

    def get_threshold(self, seconds):
        """Return after how much working time it is taken.

        :param int seconds: the promised time

        >>> [Step(1, trigger, amount).get_threshold(3600) for trigger, amount in [("percent", 75), ("before", 600), ("after", 600)]]
        [2700, 3000, 4200]
        """
        if self.trigger == "percent":
            return seconds * self.amount // 100
        return max(seconds - self.amount, 0) if self.trigger == "before" else seconds + self.amount
