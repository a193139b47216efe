"""A frame: what there is to see of a run between two actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from test_time_gym.cli.line import told
from test_time_gym.journal import Record
from test_time_gym.market.body import Body
from test_time_gym.market.interface.observation import moment
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.money import show

__all__ = ["Event", "Frame", "event_of", "frame_of"]

_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A record, and what caused it; texts may come from strangers."""

    n: int
    at: str
    actor: str
    kind: str
    text: str
    because: str
    """The record that caused it, in words; empty when it is nobody's doing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What there is to see; texts may come from strangers."""

    title: str
    step: int
    """Actions so far."""
    now: str
    minutes_left: int
    """To the last deadline."""
    currency: str
    units: str
    """What is counted of stock: seats, rooms."""
    offers: Sequence[dict[str, Any]]
    """The fullest first: id, facts, price, sold, held, free."""
    agents: Sequence[dict[str, Any]]
    """In the order of seats."""
    events: Sequence[Event]
    """The newest last."""
    next: str
    """Who is asked now; empty when the run is over."""


def event_of(body: Body, before: dict[int, Body], turns: Turns) -> Event:
    """Return a record as people read it.

    Args:
        body: the record.
        before: earlier ones, by number, as far as they are remembered.
        turns: the run.
    """
    opens = turns.world.catalog.opens_minute
    cause = before.get(body.c) if body.c else None
    because = "" if cause is None else f"#{cause.n} {_said(cause)}".rstrip()
    return Event(
        n=body.n,
        at=moment(opens, body.t),
        actor=body.a or "-",
        kind=body.k,
        text=told(_record(body)),
        because=because,
    )


def frame_of(
    turns: Turns, *, title: str, step: int, did: dict[str, str], events: Sequence[Event]
) -> Frame:
    """Return what there is to see of a run now.

    Args:
        turns: the run.
        title: what is played.
        step: actions so far.
        did: what each agent did last, in words.
        events: the latest ones.
    """
    market, world = turns.market, turns.world
    now = market.clock.now_ms
    deadlines = [seat.deadline_ms for seat in turns.seats]
    return Frame(
        title=title,
        step=step,
        now=moment(world.catalog.opens_minute, now),
        minutes_left=max(0, max(deadlines, default=now) - now) // _MINUTE_MS,
        currency=world.config.currency,
        units=world.trade.words.units,
        offers=_offers(turns),
        agents=_agents(turns, did),
        events=events,
        next=turns.ready[0].name if turns.ready else "",
    )


def _offers(turns: Turns) -> list[dict[str, Any]]:
    market, world = turns.market, turns.world
    inventory = market.inventory
    products = sorted(
        market.catalog.products,
        key=lambda p: (
            -inventory.product_held[p.index],
            -inventory.load_ppm(p.index),
            p.index,
        ),
    )
    return [
        {
            "id": product.id,
            "facts": "-".join(
                str(product.facts[name]) for name in world.trade.facts[:2]
            ),
            "price": show(market.prices[product.index], world.exponent),
            "sold": inventory.product_sold[product.index],
            "held": inventory.product_held[product.index],
            "free": inventory.available(product.index),
        }
        for product in products
    ]


def _agents(turns: Turns, did: dict[str, str]) -> list[dict[str, Any]]:
    exponent, products = turns.world.exponent, turns.market.catalog.products
    rows = []
    for seat in turns.seats:
        paid, visitor = seat.paid_minor, seat.visitor
        cart = ", ".join(products[item.product].id for item in visitor.cart)
        rows.append(
            {
                "agent": seat.name,
                "turn": seat.turn,
                "page": visitor.view,
                "cart": cart,
                "did": did.get(seat.name, ""),
                "outcome": seat.outcome or "",
                "money": None if paid is None else f"paid {show(paid, exponent)}",
            }
        )
    for seller in turns.sellers:
        took = show(turns.seller.revenue_minor(seller), exponent)
        rows.append(
            {
                "agent": seller.name,
                "turn": seller.turn,
                "page": seller.seller.name,
                "cart": "",
                "did": did.get(seller.name, ""),
                "outcome": seller.outcome or "",
                "money": f"took {took}",
            }
        )
    return rows


def _said(body: Body) -> str:
    """Return a record in a few words: who did what."""
    if body.k == "act":
        return f"{body.a} {told(_record(body))}"
    return f"{body.a} {body.k}".strip()


def _record(body: Body) -> Record:
    data = msgspec.json.decode(msgspec.json.encode(body.d))
    return Record(body.a, body.c, data, body.k, body.n, body.t)
