"""Compression: journals in one zstandard frame, written and read piece by piece.

The format is RFC 8878.  A frame is read block by block, since no block has more
than 128 KiB of content: what a stranger's file can make us hold is bounded before
it is decompressed.
"""

from collections.abc import Callable
from hashlib import sha256
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from test_time_gym.extras import MissingExtra
from test_time_gym.market.errors import Misuse

from . import limits
from .disguise import disguised
from .disk import open_to_read, unreadable
from .runs import RunStreams, named_run

__all__ = [
    "SUFFIX",
    "Compression",
    "Damaged",
    "Decompression",
    "content_sha256",
    "is_compressed",
    "open_journal",
    "open_run",
]

SUFFIX: Final = ".zst"

_LEVEL: Final = 3
_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_BLOCK_MAX: Final = 128 * 1024
"""Bytes of content that a block may have (RFC 8878, 3.1.1.2.4)."""
_CHUNK: Final = 1 << 20
_LOOK: Final = 64
"""Bytes that tell what else a file may be."""

_RLE, _RESERVED = 1, 3
"""Types of blocks: one byte that is repeated, and one that means nothing."""
_UNKNOWN_FLAGS: Final = 0b11011
"""Bits of a frame's descriptor that name a dictionary, or mean nothing."""
_CUT: Final = "the compressed journal breaks off"


class Compression:
    """One frame that is written block by block.

    Anyone who has the bytes up to the end of a block can read all that went into it.
    One version of the library gives the same bytes for the same pieces.

    Args:
        path: of the journal, for the error.

    Raises:
        MissingExtra: zstandard is not installed.
    """

    def __init__(self, path: Path) -> None:
        """Begin a frame."""
        self._zstd = _zstandard(f"writing {path}")
        compressor = self._zstd.ZstdCompressor(level=_LEVEL, write_checksum=True)
        self._frame = compressor.compressobj()

    def block(self, data: bytes) -> bytes:
        """Return the bytes that end a block with this content."""
        return self._packed(data, self._zstd.COMPRESSOBJ_FLUSH_BLOCK)

    def end(self, data: bytes) -> bytes:
        """Return the bytes that end the frame with this content."""
        return self._packed(data, self._zstd.COMPRESSOBJ_FLUSH_FINISH)

    def _packed(self, data: bytes, how: int) -> bytes:
        return b"".join((self._frame.compress(data), self._frame.flush(how)))


class Damaged(ValueError):
    """A compressed journal cannot be read on; the text says why."""


class Decompression(RawIOBase):
    """The content of a compressed journal, as a stream.

    Nothing but one frame is read: a second one, or anything else behind the
    first, is damage.

    Args:
        stream: the compressed bytes; it is closed together with this one.
        path: of the journal, for the error.

    Raises:
        MissingExtra: zstandard is not installed.
    """

    def __init__(self, stream: BinaryIO, path: Path) -> None:
        """Read nothing yet."""
        super().__init__()
        self._stream = stream
        self._zstd = _zstandard(f"reading {path}")
        decompressor = self._zstd.ZstdDecompressor(max_window_size=limits.WINDOW_MAX)
        self._frame = decompressor.decompressobj()
        self._next: Callable[[], bytes] | None = self._header
        self._checked = False
        self._content = memoryview(b"")
        self._taken, self._given = 0, 0

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Put the next bytes into a buffer, and return how many they are.

        Raises:
            EOFError: the file ends before the frame does.
            Damaged: it is no frame, a damaged one, more than one, or it exceeds a
                limit.
        """
        # What has failed once fails again: `_next` then is what it was before.
        while not self._content and self._next is not None:
            self._content = memoryview(self._next())
        size = min(len(buffer), len(self._content))
        buffer[:size] = self._content[:size]
        self._content = self._content[size:]
        return size

    def close(self) -> None:
        """Close the compressed stream, too."""
        self._stream.close()
        super().close()

    # -- the parts of a frame, each of which returns its content ----------------------

    def _header(self) -> bytes:
        start = self._stream.read(len(_MAGIC) + 1)
        if start[: len(_MAGIC)] != _MAGIC[: len(start)]:
            told = disguised(start + self._stream.read(_LOOK))
            if start.startswith(b"{"):
                told = ": take .zst off its name, it is not compressed at all"
            raise Damaged(f"it is not compressed by zstandard{told}")
        if len(start) <= len(_MAGIC):
            raise EOFError(_CUT)
        flags = start[-1]
        if flags & _UNKNOWN_FLAGS:
            raise Damaged("its compression needs what is not known here")
        single, size_flag = flags >> 5 & 1, flags >> 6
        self._checked = bool(flags & 4)
        self._taken += len(start)
        rest = self._take(1 - single + (single, 2, 4, 8)[size_flag])
        self._next = self._block
        return self._decompressed(start + rest)

    def _block(self) -> bytes:
        head = self._take(3)
        number = int.from_bytes(head, "little")
        kind, size = number >> 1 & 3, number >> 3
        if kind == _RESERVED or size > _BLOCK_MAX:
            raise Damaged("it cannot be decompressed: this is no block")
        content = self._decompressed(head + self._take(1 if kind == _RLE else size))
        if number & 1:
            self._next = self._checksum if self._checked else self._end
        return content

    def _checksum(self) -> bytes:
        content = self._decompressed(self._take(4))
        self._next = self._end
        return content

    def _end(self) -> bytes:
        if self._stream.read(1):
            raise Damaged("something follows the compressed journal")
        self._next = None
        return b""

    def _take(self, size: int) -> bytes:
        data = self._stream.read(size)
        if len(data) < size:
            raise EOFError(_CUT)
        self._taken += size
        return data

    def _decompressed(self, data: bytes) -> bytes:
        try:
            content = cast("bytes", self._frame.decompress(data))
        except self._zstd.ZstdError as error:
            msg = f"it cannot be decompressed: {error!s:.120}"
            raise Damaged(msg) from error
        self._given += len(content)
        if self._given > max(limits.GROWTH_FREE, limits.GROWTH_MAX * self._taken):
            msg = f"it grows more than {limits.GROWTH_MAX}-fold when decompressed"
            raise Damaged(msg)
        return content


def is_compressed(path: Path) -> bool:
    """Return whether a journal of this name is compressed.

    >>> is_compressed(Path("j.jsonl.zst")), is_compressed(Path("j.jsonl"))
    (True, False)
    """
    return path.suffix == SUFFIX


def open_journal(path: Path) -> BinaryIO:
    """Open a journal to read its lines, compressed or not.

    What is read may raise `EOFError` or `Damaged` where the file is compressed.

    Args:
        path: of the file; ``FILE#2`` is the second run of one that holds several.

    Raises:
        Misuse: it is no regular file, too large, or cannot be opened; or there is no
            such run in it.
        MissingExtra: it is compressed, and zstandard is not installed.
    """
    file, number = named_run(path)
    return (
        _content(open_to_read(file), file) if number is None else open_run(file, number)
    )


def open_run(path: Path, number: int) -> BinaryIO:
    """Open one run of a file that holds several, as `open_journal` does.

    Args:
        path: of the file; one that names a run leads to that one.
        number: of the run, from 1.

    Raises:
        Misuse: the file cannot be opened, or there is no such run in it.
        MissingExtra: it is compressed, and zstandard is not installed.
    """
    path, named = named_run(path)
    number = named or number
    stream = _content(open_to_read(path), path)
    runs = RunStreams(stream)
    try:
        found = runs.only(number)
    except (OSError, EOFError, Damaged) as error:
        stream.close()
        raise unreadable(Path(f"{path}#{number}"), error) from error
    if found is None:
        stream.close()
        count = f"{runs.number} runs" if runs.number > 1 else "one run"
        raise Misuse(f"{path}#{number} cannot be read: the file holds {count}")
    return found


def content_sha256(path: Path) -> str:
    """Return the SHA-256 of the lines of a journal of one's own.

    It is the same compressed or not.  The file is taken for what it should be: one
    from a stranger is for `structure_of`.

    Raises:
        Misuse: it cannot be read to its end.
    """
    found = sha256()
    try:
        with _content(path.open("rb"), path) as stream:
            while chunk := stream.read(_CHUNK):
                found.update(chunk)
    except (OSError, EOFError, Damaged) as error:
        raise unreadable(path, error) from error
    return found.hexdigest()


def _content(stream: BinaryIO, path: Path) -> BinaryIO:
    if not is_compressed(path):
        return stream
    try:
        return BufferedReader(Decompression(stream, path), _BLOCK_MAX)
    except MissingExtra:
        stream.close()
        raise


def _zstandard(what: str) -> Any:
    try:
        import zstandard  # noqa: PLC0415 - an extra: needed only here
    except ImportError as error:
        raise MissingExtra(what, "zstd") from error
    return zstandard
