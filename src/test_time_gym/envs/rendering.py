"""The market, or one agent's page, as a few lines of text."""

from typing import Any, Final

from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.observation import moment, observe
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.money import show

__all__ = ["MODES", "check_mode", "market_text", "page_text", "render_text"]

MODES = ("human", "ansi")
"""Ways to show a market: printed, or returned as text."""


def check_mode(mode: str | None) -> str | None:
    """Return a render mode.

    Raises:
        Misuse: there is no such mode.
    """
    if mode is not None and mode not in MODES:
        msg = f"render_mode is None, {' or '.join(map(repr, MODES))}, not {mode!r}"
        raise Misuse(msg)
    return mode


_ROWS: Final = 8
"""Flights that a text shows."""
_MESSAGES: Final = 3
"""Messages that it shows, the newest ones."""


def market_text(turns: Turns) -> str:
    """Return the clock, the fullest flights, and where every agent stands.

    It is for people who watch all agents, and tells what none of them may see.
    """
    market, world = turns.market, turns.world
    now, exponent = market.clock.now_ms, world.exponent
    lines = [f"{moment(world.catalog.opens_minute, now)}  {world.config.currency}"]
    products = sorted(
        market.catalog.products,
        key=lambda p: (-market.inventory.load_ppm(p.index), p.index),
    )
    for product in products[:_ROWS]:
        load = market.inventory.load_ppm(product.index) // 10_000
        lines.append(
            f"  {product.id:<12} {product.depart}-{product.arrive:<8} "
            f"{show(market.prices[product.index], exponent):>10}  {load:3d} % sold"
        )
    for seat in turns.seats:
        state = seat.outcome or seat.visitor.view
        paid = seat.paid_minor
        cost = "" if paid is None else f"  paid {show(paid, exponent)}"
        lines.append(f"  {seat.name:<10} turn {seat.turn:<4} {state}{cost}")
    return "\n".join(lines)


def page_text(turns: Turns, seat: Participant) -> str:
    """Return the page that one agent sees, and nothing that it does not.

    Args:
        turns: the run.
        seat: the agent's.
    """
    seen = turns.config.page.usual(observe(turns, seat))
    flights, orders = seen["flights"], seen["orders"]
    lines = [
        f"{seen['now']}  {turns.world.config.currency}",
        f"  {seen['goal']}",
        f"  {seen['view']}, {seen['turns_left']} turns left",
    ]
    lines += [_flight(flight) for flight in flights[:_ROWS]]
    if len(flights) > _ROWS:
        lines.append(f"  and {len(flights) - _ROWS} more")
    lines += [_cart(seen["cart"]), _payment(seen["payment_state"])]
    lines += [
        f"  order {order['order_id']}: {order['status']}, paid {order['paid']}"
        for order in orders
    ]
    for message in seen["messages"][-_MESSAGES:]:
        marked = " (unverified)" if message["untrusted"] else ""
        # What others write must not look like a line of the page.
        lines.append(f"  {message['from']}{marked}: {message['text']!r}")
    error = seen["last_action_error"]
    if error is not None:
        lines.append(f"  {error['code']}: {error['text']!r}")
    return "\n".join(lines)


def _flight(flight: dict[str, Any]) -> str:
    text = f"  {flight['id']:<12} {flight['depart']}-{flight['arrive']:<8} "
    text += f"{flight['price']:>10}"
    left = flight.get("seats_left")
    return text if left is None else f"{text}  {left} left"


def _cart(cart: dict[str, Any]) -> str:
    if not cart["items"]:
        return "  the cart is empty"
    items = ", ".join(f"{item['flight_id']} {item['price']}" for item in cart["items"])
    return f"  cart: {items}; {cart['seats']} seats each; total {cart['total']}"


def _payment(state: dict[str, Any]) -> str:
    card, held = state["card"], state["hold_expires_in_s"]
    text = f"  payment: {state['status']}"
    text += "" if card is None else f", card {card}"
    return text if held is None else f"{text}, seats held for {held} s"


def render_text(
    turns: Turns | None, mode: str | None, agent: int | None = None
) -> str | None:
    """Render in a mode: ``ansi`` returns the text, ``human`` prints it.

    Args:
        turns: the run; None before there is one.
        mode: one of `MODES`, or None.
        agent: whose page it is; None: the whole market.

    Raises:
        Misuse: there is no run yet.
    """
    if turns is None:
        msg = "render before reset: call reset first"
        raise Misuse(msg)
    if mode not in MODES:
        return None
    seat = None if agent is None else turns.seats[agent]
    text = market_text(turns) if seat is None else page_text(turns, seat)
    if mode == "ansi":
        return text
    print(text)  # noqa: T201 - that is what "human" means
    return None
