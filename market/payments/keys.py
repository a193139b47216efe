"""Idempotency keys: what each was first used for, and how long that counts."""

from dataclasses import dataclass

from ..errors import Refused
from ..journal import canonical, chain

__all__ = ["Asked", "IdempotencyKeys", "KeyUse"]

Asked = tuple[str, str, int, int]
"""Hold, card, amount and number of parts that a confirmation asks for."""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """The payment that a visitor's key stands for."""

    seat: int
    key: str
    asked: Asked
    payment: str
    used_at_ms: int


class IdempotencyKeys:
    """Keys of all visitors; each visitor has names of its own.

    Args:
        expires_ms: so long after its first use a key is forgotten.
    """

    __slots__ = ("_expires_ms", "_given", "_last_given", "_newest", "mark", "uses")

    def __init__(self, expires_ms: int) -> None:
        """Start without keys."""
        self._expires_ms = expires_ms
        self._newest: dict[tuple[int, str], KeyUse] = {}
        self._given: dict[tuple[int, str], bool] = {}
        """Keys that visitors named themselves; the shop made up the others."""
        self._last_given: dict[int, str] = {}
        self.uses: list[KeyUse] = []
        """Every first use, in order."""
        self.mark = ""
        """Rolling digest of `uses`, so that the state's digest need not list them."""

    def known(self, seat: int, key: str, now_ms: int) -> KeyUse | None:
        """Return the first use of a key that still counts."""
        use = self._newest.get((seat, key))
        if use is None or now_ms >= use.used_at_ms + self._expires_ms:
            return None
        return use

    def give(self, seat: int, key: str) -> None:
        """Take note that a visitor has named a key itself, and may ask by it."""
        self._given[seat, key] = True
        self._last_given[seat] = key

    def given(self, seat: int, key: str, now_ms: int) -> KeyUse | None:
        """Return the first use that counts of a key that the visitor has named."""
        return self.known(seat, key, now_ms) if (seat, key) in self._given else None

    def last_given(self, seat: int, now_ms: int) -> KeyUse | None:
        """Return the use of the last key that a visitor has named, if it counts."""
        key = self._last_given.get(seat)
        return None if key is None else self.known(seat, key, now_ms)

    def verify(self, seat: int, key: str, asked: Asked, now_ms: int) -> None:
        """Raise why a key cannot stand for this.

        Raises:
            Refused: ``idempotency_conflict``.
        """
        use = self.known(seat, key, now_ms)
        if use is not None and use.asked != asked:
            raise Refused("idempotency_conflict", "this key paid for something else")

    def can_use(self, seat: int, key: str, asked: Asked, now_ms: int) -> bool:
        """Return whether a key is new, forgotten, or stands for just this."""
        use = self.known(seat, key, now_ms)
        return use is None or use.asked == asked

    def bind(
        self, seat: int, key: str, asked: Asked, payment: str, now_ms: int
    ) -> None:
        """Let a key stand for a payment from now on."""
        use = KeyUse(seat, key, asked, payment, now_ms)
        self._newest[seat, key] = use
        self.uses.append(use)
        self.mark = chain(self.mark, canonical([seat, key, asked, payment, now_ms]))
