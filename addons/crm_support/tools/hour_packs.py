# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How time is rounded, and drawn from prepaid packs: plain arithmetic, in whole minutes."""


def round_up(minutes, step):
    """Return how many minutes count: up to the next whole step.

    >>> round_up(1, 15), round_up(15, 15), round_up(16, 15), round_up(0, 15), round_up(7, 1), round_up(7, 0)
    (15, 15, 30, 0, 7, 7)
    """
    step = max(step, 1)
    return -(-max(minutes, 0) // step) * step


def allocate(wanted, drawn, packs):
    """Return what has to change so that an entry is drawn from packs as far as they reach.

    What is drawn already stays where it is, as far as it still is wanted there.

    :param int wanted: minutes that the entry is to take in all
    :param dict drawn: minutes that it takes now, by pack
    :param list packs: those that it may take from, in order: ``(pack, minutes left, whether it may go below zero)``
    :return: minutes to take more, or to give back when below zero, by pack
    :rtype: dict

    >>> allocate(90, {}, [("a", 60, False), ("b", 60, False)])
    {'a': 60, 'b': 30}
    >>> allocate(90, {}, [("a", 60, False)])
    {'a': 60}
    >>> allocate(90, {}, [("a", 60, True), ("b", 20, False)])
    {'a': 70, 'b': 20}
    >>> allocate(30, {"a": 60, "b": 30}, [("a", 0, False), ("b", 0, False)])
    {'a': -30, 'b': -30}
    >>> allocate(90, {"a": 60, "gone": 30}, [("a", 0, False), ("b", 10, False)])
    {'gone': -30, 'b': 10}
    >>> allocate(60, {"a": 60}, [("a", -60, True)])
    {}
    """
    usable = {pack for pack, _left, _below in packs}
    change = {pack: -minutes for pack, minutes in drawn.items() if pack not in usable}
    for pack, _left, _below in packs:
        kept = min(drawn.get(pack, 0), wanted)
        change[pack] = kept - drawn.get(pack, 0)
        wanted -= kept
    for pack, left, _below in packs:
        taken = min(max(left, 0), wanted)
        change[pack] += taken
        wanted -= taken
    for pack, _left, below in packs:
        if wanted and below:
            change[pack] += wanted
            wanted = 0
    return {pack: minutes for pack, minutes in change.items() if minutes}


def format_minutes(minutes):
    """Return a duration as people write it.

    >>> format_minutes(185), format_minutes(5), format_minutes(-65), format_minutes(0)
    ('3:05', '0:05', '-1:05', '0:00')
    """
    sign = "-" if minutes < 0 else ""
    return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02}"
