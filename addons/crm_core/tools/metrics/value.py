# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import dataclasses


@dataclasses.dataclass
class MetricValue:
    """What a metric says, for one reader, of one period.

    :param value: the figure; a percentage is 42.5, not 0.425; ``None`` where there is nothing to tell
    :param str formatted: the same in the reader's language, with its unit
    :param int n: of how many records it is made
    :param previous: the figure of the period it is compared with
    :param float delta: how much it has changed, as a share of before: 0.1 for ten percent more; percentages: in points
    :param str delta_formatted: the same in the reader's language
    :param str tone: ``good``, ``danger`` or ``neutral``: whether the change is welcome
    :param str warning: what the reader ought to know of it, ``""`` mostly
    :param int left_out: how many records are not counted for want of an exchange rate
    :param str label: of the group it stands for
    :param dict groups: key of the group -> its value; the parts of a sum add up to the whole
    """

    value: float | None = None
    formatted: str = ""
    n: int = 0
    previous: float | None = None
    previous_formatted: str = ""
    delta: float | None = None
    delta_formatted: str = ""
    tone: str = "neutral"
    warning: str = ""
    left_out: int = 0
    label: str = ""
    groups: dict = dataclasses.field(default_factory=dict)

    def as_dict(self):
        """Return it for the web client, without its groups."""
        return {key: value for key, value in self.__dict__.items() if key != "groups"}
