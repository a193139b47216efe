"""Laws of seats, holds and prices.

Those of all pools and products are looked at as whole lists first, and one by one only
where something is wrong: they are asked at the end of every run, however short.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import compress
from operator import add, le

from ..holds import HoldLine, HoldState
from ..snapshot import MarketSnapshot
from .law import law

__all__ = [
    "held_units_belong_to_running_holds",
    "legs_count_what_their_products_count",
    "limits_are_nested_within_the_promised",
    "no_hold_expires_early",
    "no_hold_outlives_its_deadline",
    "prices_keep_within_their_bounds",
    "rates_stay_within_their_booking_limits",
    "running_holds_will_be_woken",
    "sold_and_held_units_fit_the_capacity",
    "sold_units_have_a_buyer",
    "visitors_keep_to_their_hold_quota",
]


@law("S1", "S6")
def sold_and_held_units_fit_the_capacity(s: MarketSnapshot) -> Iterator[str]:
    """No more is sold and held than is authorised, and neither is negative."""
    taken, least = map(add, s.sold, s.held), min(*s.sold, *s.held, 0, 0)
    if least == 0 and all(map(le, taken, s.authorised)):
        return
    for pool, (authorised, sold, held) in enumerate(
        zip(s.authorised, s.sold, s.held, strict=True)
    ):
        if sold < 0 or held < 0 or sold + held > authorised:
            yield f"pool {pool} of {authorised}: {sold} sold, {held} held"


@law("S1", "S8")
def legs_count_what_their_products_count(s: MarketSnapshot) -> Iterator[str]:
    """A pool's sold and held units are those of all products that use it."""
    for name, pools, products in (
        ("sold", s.sold, s.product_sold),
        ("held", s.held, s.product_held),
    ):
        counted = [0] * len(pools)
        for units, used in compress(zip(products, s.pools_of, strict=True), products):
            for pool in used:
                counted[pool] += units
        if tuple(counted) != pools:
            yield f"{name}: legs have {pools}, their products {tuple(counted)}"


@law("S1")
def rates_stay_within_their_booking_limits(s: MarketSnapshot) -> Iterator[str]:
    """A class and all cheaper ones never take more than its booking limit."""
    if s.limits.count(None) == len(s.limits):
        return
    for nest in s.nests:
        used = 0
        for product in reversed(nest):
            used += s.product_sold[product] + s.product_held[product]
            limit = s.limits[product]
            if limit is not None and used > limit:
                yield f"product {product} and below use {used} of {limit}"


@law("S1", "S8")
def held_units_belong_to_running_holds(s: MarketSnapshot) -> Iterator[str]:
    """Held units are those of the running holds, every line of each."""
    lines = (ln for h in s.holds if h.state is HoldState.HELD for ln in h.lines)
    counted = _units(lines, len(s.product_held))
    if counted != s.product_held:
        yield f"holds claim {counted}, {s.product_held} are held"


@law("S5", "S6")
def sold_units_have_a_buyer(s: MarketSnapshot) -> Iterator[str]:
    """Sold units are the opening's, the background buyers' and the orders'."""
    lines = (line for order in s.orders for line in order.lines)
    ordered = _units(lines, len(s.product_sold))
    bought = map(add, map(add, s.opening_sold, s.background_sold), ordered)
    if tuple(bought) == s.product_sold:
        return
    for product, sold in enumerate(s.product_sold):
        opening, background = s.opening_sold[product], s.background_sold[product]
        if sold != opening + background + ordered[product]:
            yield (
                f"product {product}: {sold} sold, but {opening} at opening, "
                f"{background} to background buyers, {ordered[product]} in orders"
            )


@law("S2", visits=True)
def no_hold_outlives_its_deadline(s: MarketSnapshot) -> Iterator[str]:
    """A hold runs on [placed, expires); afterwards it is not HELD."""
    for hold in s.holds:
        late = s.now_ms > hold.expires_at_ms or (
            s.now_ms == hold.expires_at_ms and not s.expiry_due
        )
        if hold.state is HoldState.HELD and late:
            yield f"{hold.id} is held until {hold.expires_at_ms}, it is {s.now_ms}"


@law("S4", visits=True)
def no_hold_expires_early(s: MarketSnapshot) -> Iterator[str]:
    """An expired hold has reached its deadline, which lies after its placing."""
    for hold in s.holds:
        if not hold.placed_at_ms < hold.expires_at_ms:
            yield f"{hold.id} runs from {hold.placed_at_ms} to {hold.expires_at_ms}"
        if hold.state is HoldState.EXPIRED and s.now_ms < hold.expires_at_ms:
            yield f"{hold.id} has expired before {hold.expires_at_ms}"


@law("S2", visits=True)
def running_holds_will_be_woken(s: MarketSnapshot) -> Iterator[str]:
    """A timer stands at the deadline of every running hold."""
    wakings = {(due, id_) for due, _, kind, id_ in s.timers if kind == "hold"}
    for hold in s.holds:
        if (
            hold.state is HoldState.HELD
            and (hold.expires_at_ms, hold.id) not in wakings
        ):
            yield f"nothing ends {hold.id} at {hold.expires_at_ms}"


@law("S7", visits=True)
def visitors_keep_to_their_hold_quota(s: MarketSnapshot) -> Iterator[str]:
    """No visitor has placed more holds than the scenario allows."""
    for seat, placed in Counter(hold.seat for hold in s.holds).items():
        if placed > s.holds_per_visitor_max:
            yield f"visitor {seat} placed {placed} of {s.holds_per_visitor_max} holds"


@law()
def prices_keep_within_their_bounds(s: MarketSnapshot) -> Iterator[str]:
    """No price leaves the bounds that the scenario promises."""
    if all(map(le, s.floors, s.prices)) and all(map(le, s.prices, s.ceilings)):
        return
    bounds = zip(s.prices, s.floors, s.ceilings, strict=True)
    for product, (price, floor, ceiling) in enumerate(bounds):
        if not floor <= price <= ceiling:
            yield f"product {product} costs {price}, its bounds: {floor} to {ceiling}"


@law("S1")
def limits_are_nested_within_the_promised(s: MarketSnapshot) -> Iterator[str]:
    """A limit that has moved is no higher than declared, nor than a dearer class's."""
    if s.limits == s.limits_promised:
        return
    for nest in s.nests:
        above = None
        for product in nest:
            limit, promised = s.limits[product], s.limits_promised[product]
            if limit != promised:
                most = [m for m in (promised, above) if m is not None]
                if limit is None or limit < 0 or any(limit > m for m in most):
                    yield f"product {product} has the limit {limit}, at most {most}"
            if limit is not None:
                above = limit if above is None else min(above, limit)


def _units(lines: Iterable[HoldLine], products: int) -> tuple[int, ...]:
    counted = [0] * products
    for line in lines:
        counted[line.product] += line.seats
    return tuple(counted)
