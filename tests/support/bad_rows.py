"""Files of deals for tests of the import: as large as asked for, always the same, with bad rows of every kind among good ones."""

import dataclasses
import random

TITLES = b"ID,Deal Name,Email,Phone,Stage,Amount,Close Date,Description\n"
ROCKET = "\U0001f680"


@dataclasses.dataclass
class DealFile:
    """What is in such a file.

    :param pathlib.Path path: where it is
    :param dict good: name by line number
    :param dict bad: what the reason has to say, by line number
    """

    path: object
    good: dict = dataclasses.field(default_factory=dict, repr=False)
    bad: dict = dataclasses.field(default_factory=dict, repr=False)


def write_deals(path, count, *, first=0, is_backwards=False, bad_share=0.0, seed=20260101, filling=0):
    """Write a file of deals.

    :param pathlib.Path path: where to
    :param int count: how many rows
    :param int first: number of the first deal: files with the same numbers hold the same deals
    :param bool is_backwards: whether the last deal stands first
    :param float bad_share: share of rows that cannot be imported
    :param int filling: length of each description
    :rtype: DealFile
    """
    chance = random.Random(seed)
    bad_numbers = set(chance.sample(range(count), round(count * bad_share)))
    made, line = DealFile(path), 2
    with open(path, "wb") as stream:
        stream.write(TITLES)
        for position in range(count):
            number = first + (count - 1 - position if is_backwards else position)
            if position in bad_numbers:
                row, made.bad[line] = _bad_row(number, chance)
            else:
                row, made.good[line] = _good_row(number, filling)
            stream.write(row)
            line += row.count(b"\n")
    return made


def _row(number, *, name=None, phone="", amount="1", date="2030-01-02", description=""):
    name = f"Deal {number}" if name is None else name
    return f"D{number},{name},deal{number}@x.example,{phone},New,{amount},{date},{description}\n".encode()


def _good_row(number, filling):
    """Return a row that has to come in, now and then an odd one, and the name it has to come in under."""
    names = {3: f"=cmd|' /C calc'!A{number}", 5: f"{ROCKET} {number}", 7: f"@SUM({number})"}
    name = names.get(number % 50, f"Société {number}")
    description = {11: "nul\x00here", 13: '"two\nlines"', 17: "x" * 20_000 if number % 1000 == 17 else "x"}.get(number % 50, "x" * filling)
    phone = "no number" if number % 50 == 19 else f"+336{number:08}"
    return _row(number, name=name, phone=phone, amount=str(number), description=description), name


def _bad_row(number, chance):
    """Return a row that has to be refused, and what the reason has to say."""
    return chance.choice(
        (
            (_row(number, amount="much"), "Amount: much is not a number."),
            (_row(number, date="31/31/2030"), "Close Date: 31/31/2030 is not a date."),
            (_row(number, name="n" * 10_000), "The text has 10000 characters"),
            (_row(number, name='"Big" one'), "A quotation mark stands in the middle of a cell."),
            (_row(number, description="a,b,c"), "This line has more cells than there are column titles."),
            (_row(number).replace(b"Deal", b"D\xe9al"), "This line holds characters of another encoding."),
            (_row(number, name='"Never closed'), "A quotation mark is opened and never closed."),
            (f",,,,New,{number},,\n".encode(), "is missing."),
        )
    )
