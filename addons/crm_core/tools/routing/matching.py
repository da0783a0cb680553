# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Work meets people: given who is there, what waits and what each has already, who gets what, and why.

>>> aya = Person(1, capacity=2, languages={"fr"}, waited_since=5)
>>> koffi = Person(2, capacity=2, languages={"fr", "en"}, waited_since=3)
>>> moussa = Person(3, capacity=2, absence=Reason("leave", "2026-03-09 08:00:00"))
>>> matcher = Matcher([aya, koffi, moussa])
>>> verdicts = matcher.decide([Demand(n, people=[1, 2, 3]) for n in (11, 12, 13, 14, 15)])
>>> [verdict.chosen for verdict in verdicts]
[2, 1, 2, 1, None]
>>> verdicts[4].considered
((1, Reason(code='full', detail=None)), (2, Reason(code='full', detail=None)), (3, Reason(code='leave', detail='2026-03-09 08:00:00')))
>>> Matcher([aya, koffi]).decide([Demand(16, people=[1, 2], languages={"en"})])[0].considered[0]
(1, Reason(code='language', detail='en'))
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from . import postcodes


class Reason(NamedTuple):
    """Why somebody does not get a piece of work: a code, and what it says more (a moment, a skill, a language)."""

    code: str
    detail: object = None


class Place(NamedTuple):
    """Where work comes from: ids of country and state, and a postcode."""

    country: int = 0
    state: int = 0
    postcode: str = ""

    def is_known(self):
        """Tell whether anything is known of it.

        >>> Place().is_known(), Place(5).is_known(), Place(postcode="75001").is_known()
        (False, True, True)
        """
        return any(self)


NOWHERE = Place()


class Territory(NamedTuple):
    """A part of the world: what is empty in it does not matter."""

    id: int
    countries: frozenset = frozenset()
    states: frozenset = frozenset()
    spans: tuple = ()

    def covers(self, place):
        """Tell whether a place lies in it.

        >>> lyon = Territory(1, frozenset({75}), frozenset(), (postcodes.Span("69"),))
        >>> lyon.covers(Place(75, 0, "69002")), lyon.covers(Place(75)), lyon.covers(Place(40, 0, "69002"))
        (True, False, False)
        """
        return (
            (not self.countries or place.country in self.countries)
            and (not self.states or place.state in self.states)
            and (not self.spans or postcodes.covers(self.spans, place.postcode))
        )


@dataclass
class Person:
    """Somebody who takes work.

    ``waited_since`` is any number that grows with time; ``absence`` why nothing is given now at all; ``off_hours`` and
    ``offline`` why nothing is given that wants people at work, or in front of their screen; ``hours`` are the pairs of
    instants between which they work next.
    """

    id: int
    capacity: float = 0.0
    load: float = 0.0
    waited_since: float = 0.0
    languages: frozenset = frozenset()
    skills: dict = field(default_factory=dict)
    territories: tuple = ()
    absence: Reason | None = None
    off_hours: Reason | None = None
    offline: Reason | None = None
    hours: tuple = ()

    @property
    def fill(self):
        """Return how much of the capacity is used, from 0 to 1 or more."""
        return self.load / self.capacity if self.capacity > 0 else 1.0


@dataclass
class Demand:
    """A piece of work: who may get it, and what it asks for. An empty wish asks for nothing."""

    id: int
    people: tuple = ()
    languages: frozenset = frozenset()
    skills: dict = field(default_factory=dict)
    place: Place = NOWHERE
    weight: float = 1.0
    excluded: frozenset = frozenset()
    wants_at_work: bool = True
    wants_online: bool = False

    def get_signature(self):
        """Return what the suitability of people depends on; equal for most of a batch."""
        return (
            tuple(self.people),
            frozenset(self.languages),
            frozenset(self.skills.items()),
            self.place,
            self.wants_at_work,
            self.wants_online,
        )


class Verdict(NamedTuple):
    """What was decided of one piece of work.

    ``chosen`` is a person's id or None; ``territory`` the id of the one that covers the place; ``load`` the points of the
    chosen one afterwards; ``considered`` pairs of a person's id and the :class:`Reason` against them, None for a suitable one.
    """

    id: int
    chosen: int | None
    territory: int | None
    load: float
    considered: tuple


class Matcher:
    """Gives work to people, in the order in which it comes. Loads grow with each decision.

    The least loaded for their capacity come first; among equals who waited longest.
    """

    def __init__(self, people):
        self.people = {person.id: person for person in people}
        self._clock = max((person.waited_since for person in people), default=0.0)
        self._suitable = {}

    def decide(self, demands):
        """Return a :class:`Verdict` for each :class:`Demand`, in their order."""
        return [self._decide(demand) for demand in demands]

    def _decide(self, demand):
        suitability = self._get_suitability(demand)
        considered = tuple(
            (person.id, reason or self._find_obstacle(person, demand))
            for person, reason, _territory in suitability
        )
        free = [
            (person.fill, person.waited_since, person.id, territory)
            for (person, _reason, territory), (_id, obstacle) in zip(
                suitability, considered, strict=True
            )
            if obstacle is None
        ]
        if not free:
            return Verdict(demand.id, None, None, 0.0, considered)
        *_rank, chosen, territory = min(free, key=lambda row: row[:3])
        person = self.people[chosen]
        person.load += demand.weight
        self._clock += 1
        person.waited_since = self._clock
        return Verdict(demand.id, chosen, territory, person.load, considered)

    def _find_obstacle(self, person, demand):
        if person.id in demand.excluded:
            return Reason("returned")
        if person.load + demand.weight > person.capacity:
            return Reason("full")
        return None

    def _get_suitability(self, demand):
        signature = demand.get_signature()
        if signature not in self._suitable:
            self._suitable[signature] = [
                (self.people[id_], *judge(self.people[id_], demand))
                for id_ in demand.people
                if id_ in self.people
            ]
        return self._suitable[signature]


def judge(person, demand):
    """Say what speaks against a person for a piece of work, leaving the load aside.

    :return: a :class:`Reason` or None, and the id of the territory that covers the place or None

    >>> demand = Demand(1, skills={7: 2}, languages={"fr"}, place=Place(5))
    >>> judge(Person(1, absence=Reason("paused")), demand)
    (Reason(code='paused', detail=None), None)
    >>> judge(Person(1, off_hours=Reason("off_hours")), Demand(2)), judge(Person(1, offline=Reason("offline")), Demand(2))
    ((Reason(code='off_hours', detail=None), None), (None, None))
    >>> judge(Person(1, languages={"en"}, skills={7: 2}), demand)
    (Reason(code='language', detail='fr'), None)
    >>> judge(Person(1, languages={"fr"}, skills={7: 1}), demand)
    (Reason(code='skill', detail=7), None)
    >>> judge(Person(1, languages={"fr"}, skills={7: 3}, territories=(Territory(9, frozenset({6})),)), demand)
    (Reason(code='territory', detail=None), None)
    >>> judge(Person(1, languages={"fr"}, skills={7: 3}, territories=(Territory(9, frozenset({5})),)), demand)
    (None, 9)
    """
    absence = (
        person.absence
        or (demand.wants_at_work and person.off_hours)
        or (demand.wants_online and person.offline)
    )
    if absence:
        return absence, None
    territory = None
    if person.territories and demand.place.is_known():
        territory = next((t.id for t in person.territories if t.covers(demand.place)), None)
        if territory is None:
            return Reason("territory"), None
    if demand.languages and not set(demand.languages) & set(person.languages):
        return Reason("language", min(demand.languages)), None
    for skill, level in demand.skills.items():
        if person.skills.get(skill, 0) < level:
            return Reason("skill", skill), None
    return None, territory
