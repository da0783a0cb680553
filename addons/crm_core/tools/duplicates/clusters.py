# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Groups of what belongs together, from pairs."""


def find_clusters(pairs):
    """Return the groups that pairs form: who is linked to the same one is in one group.

    :param pairs: iterable of pairs of numbers
    :return: ``{number: smallest number of its group}``

    >>> find_clusters([(1, 2), (5, 6), (3, 2)])
    {1: 1, 2: 1, 5: 5, 6: 5, 3: 1}
    >>> find_clusters([])
    {}
    """
    parents = {}

    def find(number):
        parents.setdefault(number, number)
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    for one, other in pairs:
        one, other = find(one), find(other)
        parents[max(one, other)] = min(one, other)
    return {number: find(number) for number in parents}
