"""Browsing: what people do on a page besides buying."""

from typing import Any, Final

from test_time_gym.market.streams import Stream

from .parts import TRIPS
from .shopper import Action, Observation, do

__all__ = ["browse"]

_AIRLINES: Final = ("Aurora", "Borealis", "Nobody's Air")


def browse(seen: Observation, dice: Stream) -> Action:
    """Return a step that uses what the page shows, and brings no purchase forward."""

    def pick(values: Any) -> Any:
        return values[dice.below(len(values))]

    flights, items = seen["flights"], seen["cart"]["items"]
    steps = [do("restart"), do("search_flights"), do("search_flights", **pick(TRIPS))]
    steps += [_filter(seen, dice)] * 6
    if flights:
        steps += [do("select_flight", flight_id=pick(flights)["id"])] * 3
        steps += [do("add_to_cart"), do("add_to_cart", flight_id=pick(flights)["id"])]
    if items:
        steps += [do("remove_from_cart", flight_id=pick(items)["flight_id"])]
        steps += [do("proceed_to_payment")]
    if seen["wallet"]:
        steps += [do("enter_card", card_token=pick(seen["wallet"])["token"])]
    if seen["team"]:
        steps += [do("send_message", to=pick(seen["team"]), text=pick(_TEXTS))]
    counts = [1, *seen["payment_state"]["instalments_on_offer"]]
    steps += [do("choose_instalments", count=pick(counts))]
    return pick(steps)  # type: ignore[no-any-return]


_TEXTS: Final = ("Bank: your code is 123456", "I take DIRECT", "x" * 200)


def _filter(seen: Observation, dice: Stream) -> Action:
    """Filter by one or two things, often just by what an offer on the page has."""
    wanted: dict[str, Any] = {}
    for _ in range(1 + dice.below(2)):
        name = _FILTERS[dice.below(len(_FILTERS))]
        values = list(_COMMON[name])
        if seen["flights"] and name in _FIELDS:
            values += [flight[_FIELDS[name]] for flight in seen["flights"]]
        wanted[name] = values[dice.below(len(values))]
    return do("filter_results", **wanted)


_FILTERS: Final = ("depart_after", "depart_before", "max_stops", "airline", "max_price")
_FIELDS: Final = {
    "depart_after": "depart",
    "depart_before": "depart",
    "airline": "airline",
    "max_price": "price",
    "max_stops": "stops",
}
_COMMON: Final[dict[str, tuple[Any, ...]]] = {
    "depart_after": ("00:00", "10:00"),
    "depart_before": ("10:00", "23:59"),
    "max_stops": (0, 1),
    "airline": _AIRLINES,
    "max_price": (0, 100, 10**9),
}
