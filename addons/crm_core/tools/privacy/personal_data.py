# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a model says of the persons it holds data on."""

import dataclasses

#: after erasing, a field holds a word that says so, with the number of its record
ERASED = "__erased__"


@dataclasses.dataclass(frozen=True)
class PersonalData:
    """One model's declaration; ``crm.privacy._get_declarations`` collects them.

    :param str model: the model; one that is not installed is left out
    :param tuple personal: stored fields about a person: exported, and emptied when the person is erased
    :param tuple impersonal: the model's other stored texts, said to hold nothing about anybody
    :param tuple found_by: pairs of a way and a field, for example ``("partner", "partner_id")``: a row is the person's when one of
        them finds it. Ways are the methods ``crm.privacy._find_by_<way>``
    :param list only: condition on the rows that count
    :param str erasure: ``blank``, ``delete``, or ``keep``
    :param dict values: what fields hold after erasing, where that is not nothing
    :param tuple mentions: texts that may name the person in passing, in anybody's rows: the mention alone is struck out
    :param tuple shown: further fields of the export
    :param left: condition on rows that still hold something, where the fields cannot tell
    :param str reason: why it is kept, a key of ``crm.privacy._get_reasons``
    """

    model: str
    personal: tuple = ()
    impersonal: tuple = ()
    found_by: tuple = ()
    only: tuple = ()
    erasure: str = "blank"
    values: dict = dataclasses.field(default_factory=dict)
    mentions: tuple = ()
    shown: tuple = ()
    left: tuple = ()
    reason: str = ""

    @property
    def declared(self):
        """The fields that the declaration says something of."""
        return {*self.personal, *self.impersonal, *self.mentions, *self.values}
