# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How many agents answer in time what comes in at random: A. K. Erlang's formulas for queues (1917).

Work is measured in erlangs: what one agent does who is never idle. Requests are supposed to come independently of each
other, at an even rate within the hour, and to wait until they are answered.

The values of the examples are those of published tables and of the worked example of mitan.co.uk/erlang/elgcmath.htm.
"""

from math import exp, floor


def get_load(per_hour, minutes):
    """Return the work that comes in, in erlangs.

    :param float per_hour: requests in an hour
    :param float minutes: that one takes
    :rtype: float

    >>> get_load(720, 4)
    48.0
    """
    return per_hour * minutes / 60


def erlang_b(load, agents):
    """Return the share of requests that find everybody busy, if none of them waits.

    By the recursion over the number of agents, whose values stay between 0 and 1: no factorial, no overflow.

    :param float load: in erlangs
    :param int agents: how many
    :rtype: float

    >>> [round(erlang_b(load, lines), 4) for load, lines in ((4.461, 10), (8.108, 15), (12.03, 20), (84.06, 100))]
    [0.01, 0.01, 0.01, 0.01]
    >>> round(erlang_b(10_000, 10_000), 4)
    0.0079
    """
    share = 1.0
    for agent in range(1, agents + 1):
        share = load * share / (agent + load * share)
    return share


def _wait_from_loss(load, agents, share):
    """Return Erlang C from Erlang B."""
    return share / (1 - load / agents * (1 - share))


def erlang_c(load, agents):
    """Return the share of requests that have to wait; all of them when there is more work than people.

    :param float load: in erlangs
    :param int agents: how many
    :rtype: float

    >>> round(erlang_c(48, 55), 3)
    0.239
    >>> erlang_c(0, 3), erlang_c(5, 5), erlang_c(5, 0)
    (0.0, 1.0, 1.0)
    """
    if load <= 0:
        return 0.0
    if agents <= load:
        return 1.0
    return _wait_from_loss(load, agents, erlang_b(load, agents))


def get_service_level(load, agents, minutes, within):
    """Return the share of requests that are answered in time.

    :param float load: in erlangs
    :param int agents: how many
    :param float minutes: that one request takes
    :param float within: minutes that a customer may wait
    :rtype: float

    >>> round(get_service_level(48, 55, 4, 0.25), 2)
    0.85
    >>> round(get_service_level(10, 14, 3, 20 / 60), 3)
    0.888
    >>> get_service_level(5, 4, 4, 10), get_service_level(0, 0, 4, 10)
    (0.0, 1.0)
    """
    if load <= 0:
        return 1.0
    if agents <= load:
        return 0.0
    return _answered(load, agents, erlang_c(load, agents), minutes, within)


def _answered(load, agents, waits, minutes, within):
    return 1 - waits * exp(-(agents - load) * within / minutes)


def count_agents(load, minutes, within, share):
    """Return the fewest agents who answer a share of the requests in time.

    :param float load: in erlangs
    :param float minutes: that one request takes
    :param float within: minutes that a customer may wait
    :param float share: between 0 and 1, both left out
    :rtype: int
    :raises ValueError: when something is asked for that no number of agents gives

    >>> count_agents(48, 4, 0.25, 0.84), count_agents(48, 4, 0.25, 0.85)
    (55, 56)
    >>> count_agents(10, 3, 20 / 60, 0.8)
    14
    >>> count_agents(0, 4, 10, 0.8), count_agents(0.01, 4, 10, 0.8), count_agents(3, 4, 600, 0.8)
    (0, 1, 4)
    >>> count_agents(1, 4, 10, 1)
    Traceback (most recent call last):
    ...
    ValueError: a share lies between 0 and 1
    """
    if not 0 < share < 1:
        raise ValueError("a share lies between 0 and 1")
    if minutes <= 0 or within < 0 or load < 0:
        raise ValueError("times and work are not negative, and a request takes some time")
    if not load:
        return 0
    agents = floor(load) + 1
    lost = erlang_b(load, agents)
    while _answered(load, agents, _wait_from_loss(load, agents, lost), minutes, within) < share:
        agents += 1
        lost = load * lost / (agents + load * lost)
    return agents
