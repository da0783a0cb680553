# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files that strangers send: how many, how large, which, and by what name they are kept."""

import re

MOST_FILES = 5
LARGEST = 10 * 1024 * 1024
LONGEST_NAME = 100
#: what a click runs on somebody's machine
REFUSED = frozenset(
    "apk app bat cmd com cpl dll exe gadget hta inf iso jar js jse lnk msi msp pif ps1 reg scr sh vb vbe vbs wsf wsh".split()
)


def clean_name(name):
    """Return the name that a file is kept by: its last part, without what is no letter of a name.

    >>> clean_name("../../etc/passwd")
    'passwd'
    >>> clean_name('C:\\\\photos\\\\"><img onerror=x>.png')
    "'_img onerror=x_.png"
    >>> clean_name("\\x00..")
    'file'
    """
    name = re.split(r"[/\\]", name or "")[-1]
    name = re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]", "", name).replace('"', "'")
    name = re.sub(r"[<>|:*?]+", "_", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if len(name) > LONGEST_NAME and dot:
        name = f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension[:20]}"
    return name[:LONGEST_NAME] or "file"


def find_refusal(names_and_sizes):
    """Return why files are not taken.

    :param names_and_sizes: pairs of cleaned name and number of bytes
    :return: a pair of reason and name, (False, False) when they are taken

    >>> find_refusal([("photo.png", 10)])
    (False, False)
    >>> find_refusal([("Invoice.pdf.exe", 10)])
    ('kind', 'Invoice.pdf.exe')
    >>> find_refusal([("film.mov", LARGEST + 1)])
    ('size', 'film.mov')
    >>> find_refusal([("a.png", 1)] * (MOST_FILES + 1))[0]
    'number'
    """
    if len(names_and_sizes) > MOST_FILES:
        return "number", False
    for name, size in names_and_sizes:
        if name.rpartition(".")[2].lower() in REFUSED:
            return "kind", name
        if size > LARGEST:
            return "size", name
    return False, False
