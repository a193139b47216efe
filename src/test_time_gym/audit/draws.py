"""Draws: what the seed in the header decides, drawn again.

A draw is a function of the seed, a purpose, an entity and a count, as
docs/journal.md spells it out.  Only keyed hashes are drawn again: when background
buyers come and what they choose is drawn otherwise, and left alone.
"""

import re
from hashlib import blake2b
from math import exp, log
from statistics import NormalDist
from typing import Any, Final, NamedTuple

__all__ = [
    "STREAMS",
    "DrawnDecision",
    "Luck",
    "WordStream",
    "exponential_of",
    "party_size",
    "patience_gaps",
]

STREAMS: Final = {"name": "blake2b-ctr+philox4x64", "version": 1}
"""What the header says of the streams that are known here."""

_PPM: Final = 1_000_000
_SEED: Final = re.compile("0|[1-9][0-9]{0,38}")
_WORDS: Final = 2**64
_SEEDS: Final = 2**128
_CELLS: Final = 2048
"""Equally likely cells of a lognormal law."""
_OUTER: Final = 16
"""Cells at either end that are not interpolated."""
_LAW: Final = NormalDist()
_STEPS_MAX: Final = 50
_HOUR_MS: Final = 3_600_000
_GOLDEN: Final = 0x9E37_79B9_7F4A_7C15
_MASK: Final = 2**64 - 1


class WordStream:
    """WordStream of 64 bits from one stream, one after the other."""

    __slots__ = ("_block", "_key", "_words", "drawn")

    def __init__(self, key: bytes) -> None:
        """Begin with the first word."""
        self._key = key
        self._block = 0
        self._words: list[int] = []
        self.drawn = 0

    def word(self) -> int:
        """Return the next word."""
        if not self._words:
            counter = self._block.to_bytes(8, "little")
            block = blake2b(counter, key=self._key).digest()
            self._words = [
                int.from_bytes(block[at : at + 8], "little") for at in range(56, -1, -8)
            ]
            self._block += 1
        self.drawn += 1
        return self._words.pop()

    def below(self, bound: int) -> int:
        """Return an integer from 0 up to, but not including, a bound."""
        if not 0 < bound <= _WORDS:
            msg = f"nothing is drawn from {bound} values"
            raise ValueError(msg)
        limit = _WORDS - _WORDS % bound
        while (word := self.word()) >= limit:
            pass
        return word % bound

    def chance(self, ppm: int) -> bool:
        """Return what happens with a probability."""
        return self.below(_PPM) < ppm


class DrawnDecision(NamedTuple):
    """What a bank's dice say of one try of a card, whatever the amount."""

    soft: bool
    challenge: bool
    reply_lost: bool
    code_lost: bool
    code: str
    silent: bool
    """Whether the bank would recognise the cardholder without a challenge."""


def party_size(shares: list[int], word: int) -> int:
    """Return how many come in a party.

    Args:
        shares: of parties of one, two, …, in millionths.
        word: 64 random bits of it.

    >>> party_size([250_000, 750_000], 2**62)
    2
    """
    place = word * _PPM // _WORDS
    sizes = range(1, len(shares))
    return next((n for n in sizes if place < sum(shares[:n])), len(shares))


class Luck:
    """Everything that is drawn by keyed hashes.

    Args:
        seed: the header's, a decimal number.

    Raises:
        ValueError, TypeError: it is none.
    """

    def __init__(self, seed: str) -> None:
        """Derive the root of all keys."""
        if not _SEED.fullmatch(seed) or int(seed) >= _SEEDS:
            msg = f"the seed is {seed!r:.60}"
            raise ValueError(msg)
        root = blake2b(seed.encode(), digest_size=32, person=b"ttg.root.v1")
        self._root = root.digest()

    def stream(self, *name: str | int) -> WordStream:
        """Return the stream of a purpose, an entity and a count."""
        parts = []
        for part in name:
            raw = str(part).encode()
            kind = b"i" if type(part) is int else b"s"
            parts.append(len(raw).to_bytes(4, "little") + kind + raw)
        key = blake2b(
            b"".join(parts), digest_size=32, key=self._root, person=b"ttg.stream.v1"
        )
        return WordStream(key.digest())

    def decision(
        self, seat: int, card: str, attempt: int, law: dict[str, Any]
    ) -> DrawnDecision:
        """Return what the bank draws for one try of a card."""
        dice = self.stream("issuer", seat, card, attempt)
        soft = dice.chance(law["soft_decline_ppm"])
        challenge = dice.chance(law["challenge_ppm"])
        reply_lost = dice.chance(law["reply_lost_ppm"])
        code_lost = dice.chance(law["code_lost_ppm"])
        code = f"{dice.below(1_000_000):06d}"
        silent = challenge and dice.chance(law["frictionless_ppm"])
        return DrawnDecision(soft, challenge, reply_lost, code_lost, code, silent)

    def refused(self, seat: int, card: str, law: dict[str, Any]) -> bool:
        """Return whether a card is refused for good."""
        dice = self.stream("issuer-hard", seat, card, 0)
        return dice.chance(law["hard_decline_ppm"])

    def part_declined(
        self, order: str, part: int, tries: int, law: dict[str, Any]
    ) -> bool:
        """Return whether a later part is declined, to be tried again."""
        dice = self.stream("issuer-part", order, part, tries)
        return dice.chance(law["soft_decline_ppm"])

    def void_lost(self, payment: str, ppm: int) -> bool:
        """Return whether the bank never hears of a void."""
        return self.stream("void", payment, 0).chance(ppm)

    def reply(
        self, payment: str, version: int, gateway: dict[str, Any], *, lost: bool
    ) -> tuple[bool, list[int]]:
        """Return whether a reply is lost, and the delays of the notices about it."""
        dice = self.stream("reply", payment, version)
        lost = dice.chance(gateway["reply_lost_ppm"]) or lost
        if dice.chance(gateway["notify_heard_ppm"]) or lost:
            return lost, _delays(dice, gateway)
        return lost, []

    def notice(self, payment: str, version: int, gateway: dict[str, Any]) -> list[int]:
        """Return the delays of the notices about a change no page waits for."""
        return _delays(self.stream("notice", payment, version), gateway)

    def latency(self, payment: str, submission: int, law: dict[str, Any]) -> int:
        """Return how long the gateway works on a payment, in milliseconds."""
        word = self.stream("latency", payment, submission).word()
        typical: int = law["typical_ms"]
        if law["kind"] == "deterministic":
            return typical
        if law["kind"] == "exponential":
            return max(1, round(_unit(word) * typical))
        if law["kind"] == "erlang":
            shape: int = law["shape"]
            steps = sum(map(_unit, _expanded(word, shape)))
            return max(1, round(steps * typical / shape))
        sigma = law["sigma_ppm"] / _PPM
        return max(1, _lognormal(word, typical, sigma))


def _delays(dice: WordStream, gateway: dict[str, Any]) -> list[int]:
    copies = 2 if dice.chance(gateway["notify_duplicate_ppm"]) else 1
    after, spread = gateway["notify_after_s"] * 1000, gateway["notify_spread_s"] * 1000
    return [after + dice.below(spread + 1) for _ in range(copies)]


def exponential_of(word: int, mean: int) -> int:
    """Return an exponential draw, rounded to a whole number.

    >>> exponential_of(2**63, 1_000_000)
    693147
    """
    return round(_unit(word) * mean)


def patience_gaps(patience: dict[str, Any], word: int) -> list[int]:
    """Return the times from each look of a buyer to its next one, in milliseconds.

    Args:
        patience: as declared.
        word: 64 random bits of the buyer.

    >>> patience_gaps({"share_ppm": 500_000, "times": 3, "mean_hours": 1}, 2**63)
    []
    """
    if word * _PPM // _WORDS >= patience["share_ppm"]:
        return []
    mean = patience["mean_hours"] * _HOUR_MS
    words = _expanded(word, patience["times"] + 1)[1:]
    return [max(1, exponential_of(one, mean)) for one in words]


def _unit(word: int) -> float:
    """Return an exponential draw of mean 1."""
    return -log(((word >> 12) + 0.5) * 2.0**-52)


def _expanded(word: int, count: int) -> list[int]:
    """Return words that follow from one: itself, then SplitMix64 from it."""
    if not 1 <= count <= _STEPS_MAX:
        msg = f"a law has {count} steps"
        raise ValueError(msg)
    words, state = [word], word
    for _ in range(count - 1):
        state = (state + _GOLDEN) & _MASK
        mixed = (state ^ state >> 30) * 0xBF58_476D_1CE4_E5B9 & _MASK
        mixed = (mixed ^ mixed >> 27) * 0x94D0_49BB_1331_11EB & _MASK
        words.append(mixed ^ mixed >> 31)
    return words


def _lognormal(word: int, median: int, sigma: float) -> int:
    """Return the quantile of a word; between the nodes of inner cells on a line."""
    cell, inside = divmod(word, _WORDS // _CELLS)
    if not _OUTER <= cell < _CELLS - _OUTER:
        share = ((word >> 12) + 0.5) / 2**52
        return round(median * exp(sigma * _LAW.inv_cdf(share)))
    low, high = [
        round(median * exp(sigma * _LAW.inv_cdf(node / _CELLS)))
        for node in (cell, cell + 1)
    ]
    return int(low + (high - low) * (inside * _CELLS / _WORDS))
