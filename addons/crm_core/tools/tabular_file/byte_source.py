# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where the bytes come from: a path or a bytes object, packed with gzip or not."""

import gzip
import io
import os
import zlib
from dataclasses import dataclass

from .errors import TabularFileError

GZIP_MAGIC = b"\x1f\x8b"
CHUNK = 1 << 20
MEGABYTE = 1 << 20
# no table shrinks more than that when it is packed; below the size nobody is harmed
MAX_RATIO = 200
SMALL_BYTES = 20 * MEGABYTE


@dataclass(frozen=True)
class Limits:
    """Sizes beyond which a file is refused; ``max_bytes`` counts unpacked bytes."""

    max_bytes: int = 512 * MEGABYTE
    max_columns: int = 1000
    # a spreadsheet is taken to end where that many empty rows follow each other
    max_empty_rows: int = 10_000


class _UnpackedStream(io.RawIOBase):
    """Reads a gzip stream, stops at the size limit and speaks only TabularFileError."""

    def __init__(self, packed, name, max_bytes):
        self._packed = packed
        self._stream = gzip.GzipFile(fileobj=packed)
        self._name = name
        size = packed.seek(0, os.SEEK_END)
        packed.seek(0)
        self._left = self._limit = min(max_bytes, max(SMALL_BYTES, size * MAX_RATIO))

    def readable(self):
        return True

    def readinto(self, buffer):
        try:
            data = self._stream.read(len(buffer))
        except (OSError, EOFError, zlib.error) as error:
            raise TabularFileError("corrupted", name=self._name, reason=error) from error
        self._left -= len(data)
        if self._left < 0:
            raise too_large(self._name, self._limit)
        buffer[: len(data)] = data
        return len(data)

    def close(self):
        if not self.closed:
            self._packed.close()
        return super().close()


def too_large(name, max_bytes):
    """The error of a file over the limit, ``max_bytes`` in bytes."""
    return TabularFileError("too_large", name=name, limit=max_bytes // MEGABYTE)


class ByteSource:
    """A file that can be opened again and again from its beginning.

    >>> source = ByteSource(gzip.compress(b"name;city"), "cities.csv.gz", Limits())
    >>> source.name, source.read_all()
    ('cities.csv', b'name;city')
    """

    def __init__(self, source, name, limits):
        self.name = name or (
            os.path.basename(source) if isinstance(source, (str, os.PathLike)) else ""
        )
        self.limits = limits
        self._source = bytes(source) if isinstance(source, (bytearray, memoryview)) else source
        with self._open_packed() as stream:
            self._packed = stream.read(2) == GZIP_MAGIC
            size = stream.seek(0, os.SEEK_END)
        if size > limits.max_bytes:
            raise too_large(self.name, limits.max_bytes)
        if self._packed and self.name.lower().endswith(".gz"):
            self.name = self.name[:-3]

    def _open_packed(self):
        if isinstance(self._source, bytes):
            return io.BytesIO(self._source)
        if not isinstance(self._source, (str, os.PathLike)):
            # a number would be taken for an open file of the process, and closed with it
            raise TabularFileError("unreadable", name=self.name, reason=type(self._source).__name__)
        try:
            return open(self._source, "rb")
        except (OSError, ValueError, TypeError) as error:
            raise TabularFileError("unreadable", name=self.name, reason=error) from error

    def open(self):
        """A new binary stream of the unpacked bytes, at the beginning."""
        stream = self._open_packed()
        if not self._packed:
            return stream
        unpacked = _UnpackedStream(stream, self.name, self.limits.max_bytes)
        return io.BufferedReader(unpacked, CHUNK)

    def head(self, size=1 << 16):
        """The first ``size`` bytes."""
        with self.open() as stream:
            return stream.read(size)

    def read_all(self):
        """All bytes; a bytes source that is not packed is handed back without a copy."""
        if isinstance(self._source, bytes) and not self._packed:
            return self._source
        with self.open() as stream:
            return stream.read()

    def chunks(self):
        """The bytes in pieces of one megabyte."""
        with self.open() as stream:
            while chunk := stream.read(CHUNK):
                yield chunk
