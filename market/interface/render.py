"""The market as a few lines of text."""

from ..errors import Misuse
from ..money import show
from .observation import moment
from .turns import Turns

__all__ = ["MODES", "check_mode", "market_text", "render_text"]

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


def market_text(turns: Turns) -> str:
    """Return the clock, the fullest flights, and where every agent stands."""
    market, world = turns.market, turns.world
    now, exponent = market.clock.now_ms, world.exponent
    lines = [f"{moment(world.catalog.opens_minute, now)}  {world.config.currency}"]
    products = sorted(
        market.catalog.products,
        key=lambda p: (-market.inventory.load_ppm(p.index), p.index),
    )
    for product in products[:8]:
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


def render_text(turns: Turns, mode: str | None) -> str | None:
    """Render in a mode: ``ansi`` returns the text, ``human`` prints it."""
    if mode == "ansi":
        return market_text(turns)
    if mode == "human":
        print(market_text(turns))  # noqa: T201 - that is what "human" means
    return None
