"""Randomness: every draw is a function of (seed, purpose, entity, k).

A stream is named, not spawned, so that adding an agent or an extra click moves
nobody else's luck.  A scalar stream is BLAKE2b in counter mode; a bulk stream
hands out raw words of a keyed Philox generator, whose raw output numpy keeps
stable (its distribution methods may change, NEP 19, so none is used).
"""

import struct
from functools import lru_cache
from hashlib import blake2b
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

_WORDS_PER_BLOCK: Final = 8
_WORDS = struct.Struct(f"<{_WORDS_PER_BLOCK}Q")
_BLOCK_0 = bytes(8)
_FIRST_BULK = 64
_BULK = 1024

_GOLDEN = 0x9E37_79B9_7F4A_7C15
_MASK = 2**64 - 1

_MIXERS = (np.uint64(0xBF58_476D_1CE4_E5B9), np.uint64(0x94D0_49BB_1331_11EB))
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))

_ZERO = np.zeros(4, np.uint64)

_Key = tuple[str, tuple[str | int, ...]]


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

    __slots__ = ("_block", "_key", "_words", "drawn")

    def __init__(self, key: bytes, drawn: int = 0) -> None:
        """Start at a word of the stream with this 32-byte key, by default its first."""
        self._key = key
        self._block = 0
        self._words: list[int] = []
        self.drawn = 0
        if drawn:
            within = drawn % _WORDS_PER_BLOCK
            self._block = drawn // _WORDS_PER_BLOCK
            self.drawn = drawn - within
            for _ in range(within):
                self.word()

    def __reduce__(self) -> tuple[type["Stream"], tuple[bytes, int]]:
        """Copy and pickle it where it is: agents have streams, and are copied."""
        return Stream, (self._key, self.drawn)

    def word(self) -> int:
        """Return the next 64-bit word."""
        if not self._words:
            block = blake2b(self._block.to_bytes(8, "little"), key=self._key)
            self._words = list(_WORDS.unpack(block.digest()))
            self._words.reverse()
            self._block += 1
        self.drawn += 1
        return self._words.pop()

    def below(self, bound: int) -> int:
        """Return an unbiased integer in ``[0, bound)`` (by rejection)."""
        limit = 2**64 - 2**64 % bound
        while (word := self.word()) >= limit:
            pass
        return word % bound

    def chance(self, ppm: int) -> bool:
        """Return True with probability ``ppm`` / 1,000,000; always draws."""
        return self.below(PPM) < ppm


class _NoSeed(ISeedSequence):
    """Seeds nothing: ``Philox(key=…)`` asks the operating system, to no purpose."""

    def generate_state(
        self, n_words: int, dtype: Any = np.uint32
    ) -> NDArray[np.unsignedinteger[Any]]:
        """Return zeros."""
        return np.zeros(n_words, dtype)


_NO_SEED: Any = _NoSeed()


@mypyc_attr(allow_interpreted_subclasses=True)
class BulkStream:
    """Raw 64-bit words in blocks, for demand that draws by the thousand."""

    __slots__ = ("_generator", "_size", "drawn")

    def __init__(self, key: bytes) -> None:
        """Key a Philox generator with the first 16 bytes of ``key``."""
        self._generator = Philox(_NO_SEED)
        self._generator.state = {
            "bit_generator": "Philox",
            "state": {"counter": _ZERO, "key": np.frombuffer(key, "<u8", count=2)},
            "buffer": _ZERO,
            "buffer_pos": 4,
            "has_uint32": 0,
            "uinteger": 0,
        }
        self._size = _FIRST_BULK
        self.drawn = 0

    def block(self) -> NDArray[np.uint64]:
        """Return the next block: 64 words first (a cheap reset), then 1,024."""
        size, self._size = self._size, _BULK
        self.drawn += size
        return self._generator.random_raw(size)


@lru_cache(maxsize=4096, typed=True)
def _part(part: str | int) -> bytes:
    kind, text = (b"i", str(part)) if isinstance(part, int) else (b"s", part)
    raw = text.encode()
    # Length first: without it ("a", "bc") and ("ab", "c") would be one key.
    return len(raw).to_bytes(4, "little") + kind + raw


class Streams:
    """All streams of one run, made when first asked for.

    Args:
        seed: the run's only source of chance, an integer ``0 <= seed < 2**128``.

    Raises:
        Misuse: the seed is no integer or out of range.
    """

    __slots__ = ("_bulk", "_named", "_root", "_scalar", "seed")

    def __init__(self, seed: Any) -> None:
        """Derive the root key from the seed."""
        self.seed = seed_of(seed)
        self._root = blake2b(
            str(self.seed).encode(), digest_size=32, person=b"ttg.root.v1"
        ).digest()
        self._scalar: dict[_Key, Stream] = {}
        self._bulk: dict[_Key, BulkStream] = {}
        self._named: list[tuple[str, Stream | BulkStream]] = []
        """All of them, sorted by name, as of the last time that they were counted."""

    def key(self, purpose: str, *entity: str | int) -> bytes:
        """Return the 32-byte key of a stream."""
        name = b"".join(map(_part, (purpose, *entity)))
        return blake2b(
            name, digest_size=32, key=self._root, person=b"ttg.stream.v1"
        ).digest()

    def get(self, purpose: str, *entity: str | int) -> Stream:
        """Return the scalar stream of this name; the same object each time."""
        name = (purpose, entity)
        stream = self._scalar.get(name)
        if stream is None:
            stream = self._scalar[name] = Stream(self.key(purpose, *entity))
        return stream

    def bulk(self, purpose: str, *entity: str | int) -> BulkStream:
        """Return the bulk stream of this name; the same object each time."""
        name = (purpose, entity)
        stream = self._bulk.get(name)
        if stream is None:
            stream = self._bulk[name] = BulkStream(self.key(purpose, *entity))
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
        if len(self._named) != len(self._scalar) + len(self._bulk):
            self._named = sorted(
                [
                    ("/".join((purpose, *map(str, entity))), stream)
                    for table in (self._scalar, self._bulk)
                    for (purpose, entity), stream in table.items()
                ],
                key=itemgetter(0),
            )
        return [(name, stream.drawn) for name, stream in self._named]


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
