"""Browsing: what people do on a page besides buying, and what they try there."""

from typing import Any, Final

from test_time_gym.market.streams import Stream

from .parts import CARDS, COUPONS, TRIPS
from .purchase_driver import Action, Observation, do

__all__ = ["browse"]

_AIRLINES: Final = ("Aurora", "borealis", "BOREALIS", "Nobody's Air")


def browse(seen: Observation, dice: Stream) -> Action:
    """Return a step that uses what the page shows, and brings no purchase forward."""

    def pick(values: Any) -> Any:
        return values[dice.below(len(values))]

    flights, items = seen["flights"], seen["cart"]["items"]
    steps = [do("restart"), do("search_flights"), do("search_flights", **pick(TRIPS))]
    # Who has filtered does it again.
    again = seen["last_action"] == "filter_results"
    steps += [_filter(seen, dice)] * (20 if again else 6)
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
    steps += [_try(seen, dice)] * 6
    return pick(steps)  # type: ignore[no-any-return]


def _try(seen: Observation, dice: Stream) -> Action:
    """Ask for something that exists, whether or not this page has it."""
    verb, name, values = _WORLD[dice.below(len(_WORLD))]
    payload = {name: values[dice.below(len(values))]}
    if verb == "cancel_order":
        some = [order["order_id"] for order in seen["orders"]] * 3
        orders = [*some, payload[name]]
        payload = {name: orders[dice.below(len(orders))]}
        if dice.below(2):
            payload["flight_id"] = _FLIGHTS[dice.below(len(_FLIGHTS))]
        if dice.below(2):
            payload["seats"] = dice.below(3)
    if verb == "send_message":
        payload["text"] = _TEXTS[dice.below(len(_TEXTS))]
    return do(verb, **payload)


_FLIGHTS: Final = tuple(
    f"{flight}{fare}"
    for flight in ("DIRECT", "VIA", "SHORT", "ONWARD", "EARLY")
    for fare in ("", "-Y", "-M", "-Q")
)
_TOKENS: Final = (
    "tok_ok",
    "tok_3ds",
    "tok_decline_hard",
    "tok_timeout",
    *(card["token"] for card in CARDS),
)
_WORLD: Final[tuple[tuple[str, str, tuple[Any, ...]], ...]] = (
    ("select_flight", "flight_id", _FLIGHTS),
    ("add_to_cart", "flight_id", _FLIGHTS),
    ("remove_from_cart", "flight_id", _FLIGHTS),
    ("enter_card", "card_token", _TOKENS),
    ("apply_coupon", "code", tuple(coupon["code"] for coupon in COUPONS)),
    ("apply_coupon", "code", tuple(coupon["code"] for coupon in COUPONS)),
    ("choose_instalments", "count", (0, 1, 2, 3, 4, 12)),
    ("confirm_payment", "idempotency_key", ("key-1", "key-2", "hour-09", "auto-1")),
    ("answer_challenge", "code", ("000000",)),
    ("cancel_order", "order_id", ("order-0-1", "order-1-1", "order-2-1")),
    ("cancel_order", "order_id", ("order-0-1", "order-1-1", "order-2-1")),
    ("send_message", "to", ("buyer_0", "buyer_1", "nobody")),
)
"""Verbs, and things of the drawn worlds that they may be about."""


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
