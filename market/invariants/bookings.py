"""Laws of background bookings: given up, not shown up for, denied, paid back."""

from collections.abc import Iterator

from ..ledger import POPULATION
from ..snapshot import MarketSnapshot
from .law import law

__all__ = [
    "agents_have_a_seat",
    "background_buyers_have_paid_what_they_keep",
    "bookings_are_missed_at_their_closing",
    "go_shows_take_what_is_left",
    "nobody_is_denied_where_there_is_room",
    "who_waits_will_come_back",
]


@law("S1")
def agents_have_a_seat(s: MarketSnapshot) -> Iterator[str]:
    """Of no pool do agents hold and have more than there is, however oversold."""
    if s.authorised == s.capacity:
        return
    booked = [0] * len(s.capacity)
    for units, pools in zip(s.background_sold, s.pools_of, strict=True):
        for pool in pools:
            booked[pool] += units
    for pool, capacity in enumerate(s.capacity):
        agents = s.sold[pool] + s.held[pool] - booked[pool]
        if agents > capacity:
            yield f"agents have {agents} of the {capacity} of pool {pool}"


@law("S1")
def nobody_is_denied_where_there_is_room(s: MarketSnapshot) -> Iterator[str]:
    """Who shows up is boarded up to the capacity, and the others are denied, once."""
    for pool, shown, denied in s.boardings:
        capacity = s.capacity[pool]
        if denied != max(0, shown - capacity):
            yield f"pool {pool} of {capacity}: {shown} showed up, {denied} were denied"
    told, counted = sum(denied for _, _, denied in s.boardings), sum(s.denied)
    if told != counted:
        yield f"{told} were denied as pools boarded, and {counted} of all products"


@law("S5")
def bookings_are_missed_at_their_closing(s: MarketSnapshot) -> Iterator[str]:
    """Nobody misses or is denied what has not closed, or was not booked."""
    for product, (missed, denied) in enumerate(zip(s.no_shows, s.denied, strict=True)):
        booked = s.background_sold[product] if s.now_ms >= s.closing_ms[product] else 0
        if missed + denied > booked or missed < 0 or denied < 0:
            yield f"product {product}: {missed} missed, {denied} denied, {booked} due"


@law("S1")
def go_shows_take_what_is_left(s: MarketSnapshot) -> Iterator[str]:
    """Who comes without a booking takes a unit that there is, after the closing."""
    if not any(s.go_shows):
        return
    came, empty = [0] * len(s.capacity), [0] * len(s.capacity)
    for product, pools in enumerate(s.pools_of):
        for pool in pools:
            came[pool] += s.go_shows[product]
            empty[pool] += s.no_shows[product] + s.denied[product]
        if s.go_shows[product] and s.now_ms < s.closing_ms[product]:
            yield f"product {product} has go-shows before it closes"
    for pool, number in enumerate(came):
        used = s.sold[pool] + s.held[pool] - empty[pool] + number
        if number and used > s.capacity[pool]:
            yield f"pool {pool} of {s.capacity[pool]}: with go-shows {used} use it"


@law("L2")
def background_buyers_have_paid_what_they_keep(s: MarketSnapshot) -> Iterator[str]:
    """Their purse lacks the prices of their units, less what has gone back."""
    if not s.background_minor:
        return
    paid, lacks = sum(s.background_minor), -s.balances.get(POPULATION, 0)
    if paid != lacks:
        yield f"they have paid {paid} for units, their purse lacks {lacks}"


@law()
def who_waits_will_come_back(s: MarketSnapshot) -> Iterator[str]:
    """A timer stands at the return of every background buyer who waits."""
    if not s.waiting:
        return
    wakings = {(due, id_) for due, _, kind, id_ in s.timers if kind == "return"}
    for returns_ms, name in s.waiting:
        if (returns_ms, name) not in wakings:
            yield f"nothing brings {name} back at {returns_ms}"
