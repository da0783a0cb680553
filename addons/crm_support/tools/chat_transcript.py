# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was said in a chat, as a text to read."""

import dataclasses

#: of one text; what is longer is in the conversation itself
LONGEST = 100_000


@dataclasses.dataclass(frozen=True)
class Line:
    """One message of a chat.

    :param str name: who wrote it
    :param str moment: when, as its reader writes it
    :param str text: plain text
    :param tuple files: names of files
    """

    name: str
    moment: str
    text: str
    files: tuple = ()


def write_transcript(lines):
    r"""Return what was said, under the name of who said it, in the order of the lines.

    >>> print(write_transcript([Line("Awa", "10:42", "Hello"), Line("Awa", "10:43", "It leaks"), Line("Bot", "10:43", "Oh")]))
    Awa, 10:42
    Hello
    It leaks
    <BLANKLINE>
    Bot, 10:43
    Oh
    >>> print(write_transcript([Line("Awa", "10:42", "", ("pump.png",))]))
    Awa, 10:42
    [pump.png]
    """
    blocks, speaker = [], None
    for line in lines:
        if line.name != speaker:
            blocks.append([f"{line.name}, {line.moment}"])
            speaker = line.name
        blocks[-1] += [line.text] if line.text else []
        blocks[-1] += [f"[{name}]" for name in line.files]
    text = "\n\n".join("\n".join(block) for block in blocks)
    return text if len(text) <= LONGEST else text[:LONGEST] + " …"
