# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Finds the character encoding of a text file, with care for French ones."""

import codecs
import re

from .errors import TabularFileError

# the long marks first: the UTF-16 one is the beginning of the UTF-32 one
BYTE_ORDER_MARKS = [
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
# in order of preference when the scores are equal
ONE_BYTE_ENCODINGS = ["cp1252", "iso-8859-15", "mac-roman", "cp850", "latin-1"]
SCORES = {"é": 10, "è": 5, "à": 5, "ê": 3, "ç": 3, "É": 3, "’": 2, "\xa0": 1, "°": 1, "€": 1}
SCORES.update(dict.fromkeys("ôîùûâœëïöüäñßÀÈÇÊŒáíóú«»–…“”", 2))
ENOUGH_WORDS = 5000
# in another encoding hardly a word is valid UTF-8 by chance
MOSTLY_UTF8 = 0.5


def detect_encoding(source):
    """The name of the encoding of a ByteSource, as Python spells it.

    A byte order mark decides, or the zeros of UTF-16 and UTF-32; then strict UTF-8 over the whole
    file; then the one-byte encoding that gives the best French. A UTF-8 file with a few foreign
    bytes stays UTF-8: its bad lines are reported by the reader instead of all being damaged.
    """
    head = source.head()
    if encoding := wide_encoding(head)[0] or encoding_of_mark(head):
        return encoding
    if _is_utf8(source.chunks()):
        return "utf-8"
    words = _words_beyond_ascii(source.chunks())
    if sum(map(_is_utf8_word, words)) >= MOSTLY_UTF8 * len(words):
        return "utf-8"
    return best_one_byte_encoding(words)


def encoding_of_mark(head):
    """The encoding a byte order mark announces, or None.

    >>> encoding_of_mark(codecs.BOM_UTF8 + b"name"), encoding_of_mark(b"name")
    ('utf-8', None)
    """
    return next((encoding for mark, encoding in BYTE_ORDER_MARKS if head.startswith(mark)), None)


def wide_encoding(head):
    """``(encoding, bytes to leave out)`` of a text in UTF-16 or UTF-32, else ``(None, 0)``.

    In a mostly Latin text all bytes of a character but one are zero. This counts more than the
    mark, which some writers get wrong: half a mark in front of UTF-32 is left out.

    >>> wide_encoding("name;city".encode("utf-16-be")), wide_encoding(b"name;city")
    (('utf-16-be', 0), (None, 0))
    >>> wide_encoding(codecs.BOM_UTF16_BE + "name;city".encode("utf-32-le"))
    ('utf-32-le', 2)
    """
    mark = encoding_of_mark(head)
    for skipped in (0, 2) if mark else (0,):
        for encoding, zeros in (("utf-32-le", "-000"), ("utf-32-be", "000-")):
            if _has_zeros(head[skipped:], zeros):
                return encoding, skipped
    if mark and mark != "utf-8":
        return mark, 0
    for encoding, zeros in (("utf-16-le", "-0"), ("utf-16-be", "0-")):
        if _has_zeros(head, zeros):
            return encoding, 0
    return None, 0


def _has_zeros(head, pattern):
    """Whether zero bytes stand where the repeated pattern has a zero, and nowhere else."""
    size = len(pattern)
    if len(head) < 2 * size:
        return False
    shares = [head[start::size].count(0) / len(head[start::size]) for start in range(size)]
    return all(
        share > 0.8 if mark == "0" else share < 0.05
        for share, mark in zip(shares, pattern, strict=True)
    )


def _is_utf8(chunks):
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    try:
        for chunk in chunks:
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8_word(word):
    try:
        word.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _words_beyond_ascii(chunks):
    """Up to ``ENOUGH_WORDS`` words (bytes) that hold something else than ASCII."""
    words = []
    for chunk in chunks:
        # from the beginning of a word only: a long word would be gone through once for each of its letters
        words += re.findall(rb"(?<![A-Za-z])[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*", chunk)
        if len(words) >= ENOUGH_WORDS:
            break
    return words[:ENOUGH_WORDS]


def best_one_byte_encoding(words):
    """The encoding under which the words (bytes) look most like French.

    >>> names = ["cp1252", "mac-roman", "cp850"]
    >>> [best_one_byte_encoding(["Société".encode(name)]) for name in names] == names
    True
    """
    score, encoding = max(
        (
            (sum(_score(word.decode(name, "replace")) for word in words), name)
            for name in ONE_BYTE_ENCODINGS
        ),
        key=lambda pair: pair[0],
    )
    return encoding if score > 0 else _statistical_guess(words) or encoding


def _score(word):
    """How much a decoded word looks like French: positive for usual letters, negative for signs."""
    score, before = 0, ""
    for char in word:
        if char.isupper() and before.islower():
            score -= 3
        elif char in SCORES:
            score += SCORES[char]
        elif not char.isascii():
            score += 0.5 if char.isalpha() else -4 if char.isprintable() else -3
        before = char
    return score


def _statistical_guess(words):
    import chardet

    guess = chardet.detect(b" ".join(words))
    return guess["encoding"].lower() if guess["encoding"] and guess["confidence"] > 0.7 else None


def check_encoding(name):
    """The Python name of an encoding somebody chose; raises TabularFileError if there is none.

    >>> check_encoding("Windows-1252")
    'cp1252'
    """
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError) as error:
        raise TabularFileError("bad_encoding", encoding=name) from error
    if not getattr(info, "_is_text_encoding", True):
        raise TabularFileError("bad_encoding", encoding=name)
    return info.name
