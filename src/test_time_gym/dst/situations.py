"""Situations of seats, holds and agents: conditions over a moment and its data.

They read the market as it stands right after the event, and as it was before it.
"""

from test_time_gym.market.pricing.policy import PricingConfig

from .context import Data, product_of
from .watch import CoverageContext

# -- seats and holds ---------------------------------------------------------------


def some_leg_has_no_seat(m: CoverageContext, _data: Data) -> bool:
    """A leg of the catalog has a capacity of nothing."""
    return 0 in m.after.capacity


def some_seats_are_gone(m: CoverageContext, _data: Data) -> bool:
    """Seats were drawn as sold before the market opened."""
    return any(m.after.opening_sold)


def sold_the_last_seat(m: CoverageContext, data: Data) -> bool:
    """A background buyer took what was left."""
    inventory = m.turns.market.inventory
    return inventory.available(product_of(m, data["product"])) == 0


def rival_wants_the_last_seat(m: CoverageContext, data: Data) -> bool:
    """A hold leaves nothing of what another visitor has in the cart."""
    inventory = m.turns.market.inventory
    for name, _, _ in data["lines"]:
        index = product_of(m, name)
        if inventory.available(index) == 0:
            for seat in m.turns.seats:
                wants = any(item.product == index for item in seat.visitor.cart)
                if wants and seat is not m.acted:
                    return True
    return False


def limit_closes_a_class(m: CoverageContext, data: Data) -> bool:
    """A class is closed by a booking limit while its legs have free seats."""
    market = m.turns.market
    for name, _, _ in data["lines"]:
        for index in market.catalog.by_id[name].nest:
            pools = market.catalog.products[index].pools
            free = min(map(market.inventory.free, pools))
            if free > 0 and market.inventory.available(index) == 0:
                return True
    return False


def seller_learns(m: CoverageContext, data: Data) -> bool:
    """What moved is of a seller who looks at past departures."""
    return _policy(m, data).past_departures > 0


def seller_was_told_nothing(m: CoverageContext, data: Data) -> bool:
    """What moved is of a seller who learns a forecast, for want of a declared one."""
    policy = _policy(m, data)
    return policy.past_departures > 0 and not getattr(policy, "forecasts", (1,))


def _policy(m: CoverageContext, data: Data) -> PricingConfig:
    market = m.turns.config.market
    return market.pricing_of.get(data.get("seller", ""), market.pricing)


def more_than_there_are(m: CoverageContext, data: Data) -> bool:
    """A policy lets more of a pool be sold than there is."""
    capacity = m.after.capacity
    return any(units > capacity[pool] for pool, units in data.get("authorised", ()))


def some_items_are_left(m: CoverageContext) -> bool:
    """Of several items that were refused together some could have been held."""
    seat = m.acted
    items = [] if seat is None else seat.visitor.cart
    return len(items) > 1 and any(m.turns.market.on_sale(i.product) for i in items)


def held_below_the_page(m: CoverageContext, data: Data) -> bool:
    """A price has fallen since the page was loaded."""
    seat = m.acted
    shown = {} if seat is None else {o.product: o for o in seat.visitor.shown}
    return any(
        shown[index].price_minor > price
        for name, _, price in data["lines"]
        if (index := product_of(m, name)) in shown
    )


def hold_is_being_paid(m: CoverageContext, data: Data) -> bool:
    """A hold ends while a payment for it is open."""
    return m.turns.market.processor.book.live_payment(data["hold"]) is not None


def reply_is_due_now(m: CoverageContext, _data: Data) -> bool:
    """The gateway answers at the very instant at which a hold ends."""
    now = m.after.now_ms
    return any(t[0] == now and t[2] == "gateway" for t in m.after.timers)


def seat_came_back(m: CoverageContext, _data: Data) -> bool:
    """A leg that was full has a free seat again."""
    if m.before.held == m.after.held and m.before.sold == m.after.sold:
        return False
    return any(
        seats > 0 and seats == old_sold + old_held and sold + held < seats
        for seats, old_sold, old_held, sold, held in zip(
            m.after.capacity,
            m.before.sold,
            m.before.held,
            m.after.sold,
            m.after.held,
            strict=True,
        )
    )


def somebody_holds(m: CoverageContext, _data: Data) -> bool:
    """Some hold runs."""
    return any(m.after.held)


# -- agents ------------------------------------------------------------------------


def _tickets(m: CoverageContext) -> list[int]:
    orders = m.turns.market.orders
    return [len(orders.ticketed(seat.index)) for seat in m.turns.seats]


def a_mate_wrote(_m: CoverageContext, data: Data) -> bool:
    """A message comes from another agent."""
    return bool(data["untrusted"])


def team_success(m: CoverageContext, data: Data) -> bool:
    """A team of several flies together."""
    team = len(m.turns.seats) > 1 and m.turns.seats[0].task.team
    return bool(team and data["outcome"] == "success")


def team_partial_success(m: CoverageContext, _data: Data) -> bool:
    """Some of a team have a ticket, others none."""
    tickets = _tickets(m)
    return bool(m.turns.seats[0].task.team and 0 in tickets and any(tickets))
