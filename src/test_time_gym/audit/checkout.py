"""The checkout: with which card, and under which key, something is paid."""

from .lines import Line
from .state import AuditedAgent, AuditState

__all__ = ["CheckoutRules"]


class CheckoutRules:
    """Cards and idempotency keys of new payments."""

    def __init__(self, case: AuditState) -> None:
        """Take the journal."""
        self._state = case

    def card(self, record: Line, seat: AuditedAgent) -> None:
        """Check that a card is the one that was entered."""
        case, card = self._state, record.data["card"]
        text = "{} is paid with {}, the card that was entered is {}"
        entered = " or ".join(str(page.card) for page in seat.pages)
        case.check(
            seat.only(lambda page: page.card == card) and card in case.scenario.cards,
            "cards",
            record.n,
            text,
            record.data["payment"],
            card,
            entered,
        )

    def key(self, record: Line, seat: AuditedAgent) -> None:
        """Check a key: the one that was given, or the one that the page makes."""
        case, key = self._state, record.data["key"]
        expected = case.asked.of[0] if case.asked is not None else None
        text = "{} has the key {!r}, it should be {!r}"
        case.check(
            case.asked is None or key == expected,
            "keys",
            record.n,
            text,
            record.data["payment"],
            key,
            expected,
        )
        counts = case.scenario.keys_count
        use = seat.known_key(key, record.t, counts)
        text = "the key {!r} was used at {}, and counts for {} ms"
        case.check(use is None, "keys", record.n, text, key, use and use.used, counts)
