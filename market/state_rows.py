"""The long tables of a market's state as JSON; rows that have changed are made again.

They are the tables that grow with the agents and with the episode, while between two
digests few of their rows change.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Raw

from .holds import HoldLine
from .journal import canonical
from .market_state import OpenOrder
from .marketplace import Marketplace
from .orders import Order, OrderState

__all__ = ["StateRows", "open_order"]

_TICKETED = OrderState.TICKETED

_OrderMoves = tuple[OrderState, int, tuple[HoldLine, ...], int, int, int]
"""All of an order that may change while it goes on."""


class _Counts:
    """A table of keys, sorted, and a whole number of each."""

    __slots__ = ("_keys", "_rows", "_values")

    def __init__(self) -> None:
        self._keys: list[str | int] = []
        self._values: list[int] = []
        self._rows: list[bytes] = []

    def rows(self, keys: Sequence[str | int], values: list[int]) -> list[bytes]:
        """Return the rows as JSON.

        Args:
            keys: sorted; none of the last time's is missing.
            values: of each.

        Returns:
            Not to be changed.
        """
        if len(keys) != len(self._keys):
            self._take(keys, values)
        if values != self._values:
            rows = self._rows
            for place, (old, new) in enumerate(zip(self._values, values, strict=True)):
                if old != new:
                    rows[place] = canonical([self._keys[place], new])
            self._values = values
        return self._rows

    def _take(self, keys: Sequence[str | int], values: list[int]) -> None:
        """Give new keys a place and a row."""
        before = zip(self._values, self._rows, strict=True)
        known = dict(zip(self._keys, before, strict=True))
        self._keys, self._values, self._rows = list(keys), [], []
        for key, value in zip(keys, values, strict=True):
            found = known.get(key)
            kept, row = found or (value, canonical([key, value]))
            self._values.append(kept)
            self._rows.append(row)


class StateRows:
    """What the tables of one run's state are as JSON, until they change.

    Nobody else empties `Streams.moved` of that run.
    """

    __slots__ = ("_ledger", "_orders", "_placed", "_places", "_streams")

    def __init__(self) -> None:
        """Start with nothing written."""
        self._streams: list[bytes] = []
        self._places: dict[int, int] = {}
        """Of streams, by their numbers."""
        self._ledger, self._placed = _Counts(), _Counts()
        self._orders: dict[str, tuple[_OrderMoves, Raw]] = {}

    def streams(self, market: Marketplace) -> Raw:
        """Return `Streams.counters`."""
        names, streams = market.streams.by_name()
        moved, rows, places = market.streams.moved, self._streams, self._places
        if len(rows) != len(names):
            places.clear()
            places.update([(one.number, k) for k, one in enumerate(streams)])
            rows[:] = [b""] * len(names)
            moved.update(dict.fromkeys(places))
        for number in moved:
            place = places[number]
            rows[place] = canonical([names[place], streams[place].drawn])
        moved.clear()
        return _table(rows)

    def ledger(self, market: Marketplace) -> Raw:
        """Return every account and its balance, sorted."""
        balances = market.ledger.balances
        accounts = sorted(balances)
        return _table(self._ledger.rows(accounts, [balances[one] for one in accounts]))

    def quotas(self, market: Marketplace) -> Raw:
        """Return the mark of all keys, and the holds that each visitor has placed."""
        placed = market.placed
        seats = sorted(placed)
        rows = self._placed.rows(seats, [placed[seat] for seat in seats])
        return _table([canonical(market.processor.keys.mark), *rows])

    def orders(self, orders: Iterable[Order]) -> list[Any]:
        """Return `open_order` of orders, each as JSON."""
        known, rows = self._orders, []
        for order in orders:
            payment = order.payment
            moves = (
                order.state,
                order.owed_minor,
                order.lines,
                payment.captured_minor,
                payment.refunded_minor,
                payment.returning_minor,
            )
            found = known.get(order.id)
            if found is None or found[0] != moves:
                found = known[order.id] = moves, Raw(canonical(open_order(order)))
            rows.append(found[1])
        return rows


def open_order(order: Order) -> OpenOrder:
    """Return what a digest says of an order that goes on."""
    return OpenOrder(
        id=order.id,
        hold=order.hold.id,
        payment=order.payment.id,
        state=order.state.value,
        owed=order.owed_minor,
        seats=[line.seats for line in order.lines],
        plan=list(order.plan),
        captured=order.payment.captured_minor,
        refunded=order.payment.refunded_minor,
        returning=order.payment.returning_minor,
    )


def _table(rows: list[bytes]) -> Raw:
    return Raw(b"[" + b",".join(rows) + b"]")
