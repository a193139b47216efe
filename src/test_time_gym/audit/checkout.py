"""The checkout: with which card, and under which key, something is paid."""

from .case import Case, Seat
from .frame import Record

__all__ = ["Checkout"]


class Checkout:
    """Cards and idempotency keys of new payments."""

    def __init__(self, case: Case) -> None:
        """Take the journal."""
        self._case = case

    def card(self, record: Record, seat: Seat) -> None:
        """Check that a card was entered, and is of a wallet with all before it."""
        case, card = self._case, record.data["card"]
        text = "{} is paid with {}, the card that was entered is {}"
        case.check(
            card == seat.card and card in case.setting.cards,
            "cards",
            record.n,
            text,
            record.data["payment"],
            card,
            seat.card,
        )
        used = [*seat.tries, card]
        wallets = case.setting.task["wallets"]
        text = "{} uses the cards {}, no wallet holds them all"
        case.check(
            any(all(token in wallet for token in used) for wallet in wallets),
            "cards",
            record.n,
            text,
            seat.name,
            used,
        )

    def key(self, record: Record, seat: Seat) -> None:
        """Check a key, and note that it stands for a payment now."""
        case, key = self._case, record.data["key"]
        given = seat.act.data["args"].get("idempotency_key") if seat.act else None
        made = key.startswith("auto-") or key in seat.keys
        text = "{} has the key {!r}, {!r} was given"
        case.check(
            key == given if given else made,
            "keys",
            record.n,
            text,
            record.data["payment"],
            key,
            given,
        )
        used = seat.keys.get(key)
        counts = case.setting.gateway["keys_expire_s"] * 1000
        text = "the key {!r} was used at {}, and counts for {} ms"
        case.check(
            used is None or record.t >= used + counts,
            "keys",
            record.n,
            text,
            key,
            used,
            counts,
        )
        seat.keys[key] = record.t
