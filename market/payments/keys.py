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
    given: bool = True
    """Whether the visitor named it; otherwise the shop made it up."""


class IdempotencyKeys:
    """Keys of all visitors; each visitor has names of its own.

    Args:
        expires_ms: so long after its first use a key is forgotten.
    """

    __slots__ = ("_expires_ms", "_given", "_newest", "mark", "uses")

    def __init__(self, expires_ms: int) -> None:
        """Start without keys."""
        self._expires_ms = expires_ms
        self._newest: dict[tuple[int, str], KeyUse] = {}
        self._given: dict[int, KeyUse] = {}
        """The last use of a key that each visitor has named."""
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

    def last_given(self, seat: int, now_ms: int) -> KeyUse | None:
        """Return a key that the visitor has named and that still counts, if any."""
        use = self._given.get(seat)
        return None if use is None else self.known(seat, use.key, now_ms)

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
        self,
        seat: int,
        key: str,
        asked: Asked,
        payment: str,
        now_ms: int,
        *,
        given: bool = True,
    ) -> None:
        """Let a key stand for a payment from now on."""
        old = self._newest.get((seat, key))
        # Asking again without a key, once it has expired, is about the same name.
        given = given or (old is not None and old.given)
        use = KeyUse(seat, key, asked, payment, now_ms, given)
        self._newest[seat, key] = use
        if given:
            self._given[seat] = use
        self.uses.append(use)
        what = canonical([seat, key, asked, payment, now_ms, given])
        self.mark = chain(self.mark, what)
