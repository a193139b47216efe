"""Randomness: every draw is a function of (seed, purpose, entity, k).

A stream is named, not spawned, so that adding an agent or an extra click moves
nobody else's luck.  A scalar stream is BLAKE2b in counter mode; a bulk stream
hands out raw words of a keyed Philox generator, whose raw output numpy keeps
stable (its distribution methods may change, NEP 19, so none is used).
"""

import struct
from functools import lru_cache
from hashlib import blake2b
from itertools import chain
from operator import itemgetter
from typing import Any, Final

import numpy as np
from numpy.random import Philox
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

from .config import PPM
from .errors import Misuse, shown
from .integers import as_integer
from .native import mypyc_attr

__all__ = [
    "ALGORITHM",
    "MAX_SEED",
    "BulkStream",
    "Stream",
    "Streams",
    "expand",
    "name_key",
    "pair_words",
    "seed_of",
]

ALGORITHM = {"name": "blake2b-ctr+philox4x64", "version": 1}
"""What a journal's header says of the generators; change it with the bytes."""

MAX_SEED = 2**128
"""Seeds are integers with 0 ≤ seed < 2**128."""

_WORDS = struct.Struct("<8Q")
"""A block of a scalar stream: eight words."""
_BLOCK_BITS: Final = 3
_LAST: Final = 7
"""Place of the last word of a block."""
_BLOCK_0 = bytes(8)
_FIRST_BULK = 64
_BULK = 1024

_GOLDEN = 0x9E37_79B9_7F4A_7C15
_MASK = 2**64 - 1

_MIXERS = (np.uint64(0xBF58_476D_1CE4_E5B9), np.uint64(0x94D0_49BB_1331_11EB))
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))

_Name = tuple[str, tuple[str | int, ...]]


def seed_of(value: Any) -> int:
    """Return a seed as an int; the one place that says what a seed is.

    Args:
        value: an integer of Python, or of numpy, as its generators draw them.

    Raises:
        Misuse: it is none (a float and a bool are none), or out of range.

    >>> seed_of(np.uint32(7))
    7
    """
    seed = as_integer(value)
    if seed is None or not 0 <= seed < MAX_SEED:
        msg = f"a seed is an integer from 0 to 2**128 - 1, not {shown(value)}"
        raise Misuse(msg)
    return seed


class Stream:
    """Words drawn one at a time for one purpose and entity.

    >>> Streams(7).get("demo", 1).below(6) == Streams(7).get("demo", 1).below(6)
    True
    """

    __slots__ = ("_key", "_moved", "_root", "_words", "drawn", "number")

    def __init__(
        self,
        key: bytes,
        root: Any = None,
        number: int = 0,
        moved: dict[int, None] | None = None,
        drawn: int = 0,
    ) -> None:
        """Start at a word, by default the first.

        Args:
            key: of 32 bytes; with a root, what the key is made of, when the first
                word is asked for.
            root: the keyed hash that makes it.
            number: its own among those that share ``moved``.
            moved: where it notes that it was drawn from.
            drawn: how many words have been asked for already.
        """
        self._key = key
        self._root = root
        self.number, self._moved = number, moved
        self._words: tuple[int, ...] = ()
        """The present block; empty while none of its words was asked for."""
        self.drawn = drawn

    def __reduce__(self) -> "tuple[type[Stream], tuple[bytes, None, int, None, int]]":
        """Copy and pickle it where it is: agents have streams, and are copied."""
        self._make_key()
        return Stream, (self._key, None, 0, None, self.drawn)

    def word(self) -> int:
        """Return the next 64-bit word."""
        place = self.drawn & _LAST
        if not place or not self._words:
            self._words = self._block(self.drawn >> _BLOCK_BITS)
        self.drawn += 1
        if self._moved is not None:
            self._moved[self.number] = None
        return self._words[place]

    def words(self, count: int) -> list[int]:
        """Return the next words together, as `word` would one by one."""
        first = self.drawn >> _BLOCK_BITS
        last = (self.drawn + count + _LAST) >> _BLOCK_BITS
        blocks = [self._block(number) for number in range(first, last)]
        start = self.drawn & _LAST
        self.skip(count)
        self._words = blocks[-1] if blocks else ()
        return list(chain.from_iterable(blocks))[start : start + count]

    def _block(self, number: int) -> tuple[int, ...]:
        self._make_key()
        block = blake2b(number.to_bytes(8, "little"), key=self._key)
        return _WORDS.unpack(block.digest())

    def _make_key(self) -> None:
        if self._root is not None:
            self._key, self._root = _hashed(self._root, self._key), None

    def below(self, bound: int) -> int:
        """Return an unbiased integer in ``[0, bound)`` (by rejection)."""
        if bound == 1:
            self.skip(1)
            return 0
        limit = 2**64 - 2**64 % bound
        while (word := self.word()) >= limit:
            pass
        return word % bound

    def skip(self, count: int) -> None:
        """Pass by so many words that decide nothing."""
        place = self.drawn & _LAST
        if not place or place + count > _LAST:
            self._words = ()
        self.drawn += count
        if self._moved is not None:
            self._moved[self.number] = None

    def chance(self, ppm: int) -> bool:
        """Return True with probability ``ppm`` / 1,000,000; always draws."""
        return self.below(PPM) < ppm


class _Key(ISeedSequence):
    """What a Philox generator takes its key from.

    ``Philox(key=…)`` asks the operating system for entropy, to no purpose.
    """

    def __init__(self, key: bytes) -> None:
        self._words: Any = np.frombuffer(key, "<u8", count=2)

    def generate_state(
        self, n_words: int, dtype: Any = np.uint32
    ) -> NDArray[np.unsignedinteger[Any]]:
        """Return the key: two words are all that Philox asks for."""
        del n_words, dtype
        words: NDArray[np.unsignedinteger[Any]] = self._words
        return words


@mypyc_attr(allow_interpreted_subclasses=True)
class BulkStream:
    """Raw 64-bit words in blocks, for demand that draws by the thousand."""

    __slots__ = ("_generator", "_moved", "_size", "drawn", "number")

    def __init__(
        self, key: bytes, number: int = 0, moved: dict[int, None] | None = None
    ) -> None:
        """Key a Philox generator with the first 16 bytes of ``key``.

        Args:
            key: what it is drawn from.
            number: as for `Stream`.
            moved: as for `Stream`.
        """
        self.number, self._moved = number, moved
        seed: Any = _Key(key)
        self._generator = Philox(seed)
        self._size = _FIRST_BULK
        self.drawn = 0

    def block(self) -> NDArray[np.uint64]:
        """Return the next block: 64 words first (a cheap reset), then 1,024."""
        size, self._size = self._size, _BULK
        self.drawn += size
        if self._moved is not None:
            self._moved[self.number] = None
        return self._generator.random_raw(size)


@lru_cache(maxsize=4096, typed=True)
def _part(part: str | int) -> bytes:
    kind, text = (b"i", str(part)) if isinstance(part, int) else (b"s", part)
    raw = text.encode()
    # Length first: without it ("a", "bc") and ("ab", "c") would be one key.
    return len(raw).to_bytes(4, "little") + kind + raw


@lru_cache(maxsize=4096, typed=True)
def _names(purpose: str, *entity: str | int) -> tuple[bytes, str]:
    """Return what the key of a stream is made of, and its name in a digest."""
    return (
        b"".join(map(_part, (purpose, *entity))),
        "/".join((purpose, *map(str, entity))),
    )


def _hashed(root: Any, name: bytes) -> bytes:
    """Return the key of a stream, by the root and what its name is written as."""
    hasher = root.copy()
    hasher.update(name)
    digest: bytes = hasher.digest()
    return digest


class Streams:
    """All streams of one run, made when first asked for.

    Args:
        seed: the run's only source of chance, an integer ``0 <= seed < 2**128``.

    Raises:
        Misuse: the seed is no integer or out of range.
    """

    __slots__ = (
        "_bulk",
        "_named",
        "_names",
        "_root",
        "_scalar",
        "_sorted",
        "moved",
        "seed",
    )

    def __init__(self, seed: Any) -> None:
        """Derive the root key from the seed."""
        self.seed: int = seed_of(seed)
        root = blake2b(
            str(self.seed).encode(), digest_size=32, person=b"ttg.root.v1"
        ).digest()
        self._root = blake2b(digest_size=32, key=root, person=b"ttg.stream.v1")
        """To be copied: that is quicker than making a new one with its key."""
        self._scalar: dict[_Name, Stream] = {}
        self._bulk: dict[_Name, BulkStream] = {}
        self.moved: dict[int, None] = {}
        """Numbers of streams that were drawn from since someone emptied this."""
        self._named: list[tuple[str, Stream | BulkStream]] = []
        """All of them, sorted by name but for those that are new."""
        self._names: list[str] = []
        self._sorted: list[Stream | BulkStream] = []
        """Names and streams, sorted, as of the last time that all were asked for."""

    def key(self, purpose: str, *entity: str | int) -> bytes:
        """Return the 32-byte key of a stream."""
        return _hashed(self._root, b"".join(map(_part, (purpose, *entity))))

    def get(self, purpose: str, *entity: str | int) -> Stream:
        """Return the scalar stream of this name; the same object each time."""
        name = (purpose, entity)
        stream = self._scalar.get(name)
        if stream is None:
            written, shown = _names(purpose, *entity)
            stream = Stream(written, self._root, len(self._named), self.moved)
            self._scalar[name] = stream
            self._named.append((shown, stream))
        return stream

    def bulk(self, purpose: str, *entity: str | int) -> BulkStream:
        """Return the bulk stream of this name; the same object each time."""
        name = (purpose, entity)
        stream = self._bulk.get(name)
        if stream is None:
            written, shown = _names(purpose, *entity)
            key = _hashed(self._root, written)
            stream = BulkStream(key, len(self._named), self.moved)
            self._bulk[name] = stream
            self._named.append((shown, stream))
        return stream

    def at(self, k: int, purpose: str, *entity: str | int) -> Stream:
        """Return a fresh stream for the ``k``-th occurrence of something.

        Used where an event may be skipped, so that no counter can drift: the
        decision on a card's third attempt never depends on the first two.
        """
        return Stream(self.key(purpose, *entity, k))

    def word_at(self, k: int, purpose: str, *entity: str | int) -> int:
        """Return the first word of `at`'s stream, for what needs no other.

        >>> Streams(7).word_at(3, "x") == Streams(7).at(3, "x").word()
        True
        """
        block = blake2b(_BLOCK_0, key=self.key(purpose, *entity, k)).digest()
        return int.from_bytes(block[:8], "little")

    def counters(self) -> list[tuple[str, int]]:
        """Return name and words drawn of every stream, sorted by name."""
        names, streams = self.by_name()
        return [
            (name, stream.drawn) for name, stream in zip(names, streams, strict=True)
        ]

    def by_name(self) -> tuple[list[str], list[Stream | BulkStream]]:
        """Return all names, sorted, and the streams of these; not to be changed."""
        if len(self._names) != len(self._named):
            self._named.sort(key=itemgetter(0))
            self._names = [name for name, _ in self._named]
            self._sorted = [stream for _, stream in self._named]
        return self._names, self._sorted


def expand(word: int, count: int) -> list[int]:
    """Return ``count`` words that follow from one: itself, then SplitMix64 from it.

    For a draw that needs several uniform words where its caller has one.
    SplitMix64 is by Steele, Lea and Flood, "Fast splittable pseudorandom number
    generators" (OOPSLA 2014).

    >>> expand(0, 2) == [0, 0xE220_A839_7B1D_CDAF]
    True
    """
    words, state = [word], word
    for _ in range(count - 1):
        state = (state + _GOLDEN) & _MASK
        mixed = (state ^ state >> 30) * 0xBF58_476D_1CE4_E5B9 & _MASK
        mixed = (mixed ^ mixed >> 27) * 0x94D0_49BB_1331_11EB & _MASK
        words.append(mixed ^ mixed >> 31)
    return words


def name_key(name: str) -> int:
    """Return the 64-bit key of a name, for `pair_words`; no seed is in it."""
    digest = blake2b(name.encode(), digest_size=8, person=b"ttg.name.v1")
    return int.from_bytes(digest.digest(), "little")


def pair_words(
    words: NDArray[np.uint64], keys: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """Return a word for each pair of a random word and the key of a name.

    SplitMix64's finalizer of their sum: what one name is given says nothing of what
    another is given, and is the same whichever other names there are.

    Args:
        words: random words, of shape (n,).
        keys: of names (`name_key`), of shape (m,).

    Returns:
        Of shape (n, m).

    >>> word, key = np.array([0], np.uint64), np.array([_GOLDEN], np.uint64)
    >>> int(pair_words(word, key)[0, 0]) == expand(0, 2)[1]
    True
    """
    mixed = words[:, np.newaxis] + keys
    mixed ^= mixed >> _SHIFTS[0]
    mixed *= _MIXERS[0]
    mixed ^= mixed >> _SHIFTS[1]
    mixed *= _MIXERS[1]
    mixed ^= mixed >> _SHIFTS[2]
    return mixed
