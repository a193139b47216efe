"""The market, or one agent's page, as a few lines of text, or as an image of them."""

from collections.abc import Mapping
from typing import Any, Final
from warnings import warn

import numpy as np
from numpy.typing import NDArray

from test_time_gym.market.domain import Words, counted
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.observation import moment, observe
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.money import show

__all__ = ["FPS", "MODES", "check_mode", "market_text", "page_text", "render"]

MODES = ("human", "ansi", "rgb_array")
"""Ways to show a market: printed, returned as text, or as an image of the text."""
FPS: Final = 2
"""Images a second at which a person can follow: there is one for each decision."""


def check_mode(mode: str | None) -> str | None:
    """Return a render mode.

    Raises:
        Misuse: there is no such mode.
    """
    if mode is not None and mode not in MODES:
        *first, last = map(repr, MODES)
        msg = f"render_mode is None, {', '.join(first)} or {last}, not {mode!r}"
        raise Misuse(msg)
    return mode


_ROWS: Final = 8
"""Offers that a text shows."""
_MESSAGES: Final = 3
"""Messages that it shows, the newest ones."""


def market_text(turns: Turns) -> str:
    """Return the clock, the fullest offers, and where every agent stands.

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
            f"  {product.id:<12} {_facts(turns, product.facts):<14} "
            f"{show(market.prices[product.index], exponent):>10}  {load:3d} % sold"
        )
    for seat in turns.seats:
        state = seat.outcome or seat.visitor.view
        paid = seat.paid_minor
        cost = "" if paid is None else f"  paid {show(paid, exponent)}"
        lines.append(f"  {seat.name:<10} turn {seat.turn:<4} {state}{cost}")
    for seller in turns.sellers:
        state = seller.outcome or seller.seller.name
        took = show(turns.seller.revenue_minor(seller), exponent)
        lines.append(f"  {seller.name:<10} turn {seller.turn:<4} {state}  took {took}")
    return "\n".join(lines)


def page_text(turns: Turns, seat: Buyer) -> str:
    """Return the page that one agent sees, and nothing that it does not.

    Args:
        turns: the run.
        seat: the agent's.
    """
    words = turns.world.trade.words
    seen = turns.config.page.usual(observe(turns, seat), words.offers)
    offers, orders = seen[words.offers], seen["orders"]
    lines = [
        f"{seen['now']}  {turns.world.config.currency}",
        f"  {seen['goal']}",
        f"  {seen['view']}, {seen['turns_left']} turns left",
    ]
    lines += [_offer(turns, offer) for offer in offers[:_ROWS]]
    if len(offers) > _ROWS:
        lines.append(f"  and {len(offers) - _ROWS} more")
    lines += [_cart(seen["cart"], words), _payment(seen["payment_state"], words)]
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


def _facts(turns: Turns, facts: Mapping[str, Any]) -> str:
    """Return the two facts by which people tell offers apart."""
    return "-".join(str(facts[name]) for name in turns.world.trade.facts[:2])


def _offer(turns: Turns, offer: dict[str, Any]) -> str:
    text = f"  {offer['id']:<12} {_facts(turns, offer):<14} {offer['price']:>10}"
    left = offer.get(turns.world.trade.words.left)
    return text if left is None else f"{text}  {left} left"


def _cart(cart: dict[str, Any], words: Words) -> str:
    if not cart["items"]:
        return "  the cart is empty"
    items = ", ".join(f"{one[words.offer_id]} {one['price']}" for one in cart["items"])
    units = f"{counted(cart[words.units], words.units)} each"
    return f"  cart: {items}; {units}; total {cart['total']}"


def _payment(state: dict[str, Any], words: Words) -> str:
    card, held = state["card"], state["hold_expires_in_s"]
    text = f"  payment: {state['status']}"
    text += "" if card is None else f", card {card}"
    return text if held is None else f"{text}, {words.units} held for {held} s"


def render(
    turns: Turns, mode: str | None, agent: int | None = None
) -> str | NDArray[np.uint8] | None:
    """Render a run in a mode.

    Args:
        turns: the run.
        mode: one of `MODES`, or None.
        agent: whose page it is; None: the whole market.

    Returns:
        With ``ansi`` the text, with ``rgb_array`` an image of it (480 × 640 × 3),
        otherwise None; ``human`` prints the text.  Without a mode it warns, as
        environments of Gymnasium do.
    """
    if mode is None:
        warn(
            "render was called, and no render mode was given: make the environment "
            'with one, as in render_mode="ansi"',
            UserWarning,
            stacklevel=3,
        )
        return None
    seat = None if agent is None else turns.seats[agent]
    text = market_text(turns) if seat is None else page_text(turns, seat)
    if mode == "ansi":
        return text
    if mode == "rgb_array":
        from .image import image_of  # noqa: PLC0415 - Pillow, which few need

        return image_of(text)
    print(text)  # noqa: T201 - that is what "human" means
    return None
