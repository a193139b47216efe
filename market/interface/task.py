"""Tasks: what a seat has to buy, drawn from (seed, seat) and judged by orders."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ..bill import Bill, cheapest
from ..catalog import Product
from ..config import Airport, Code, Config, LocalDate, LocalTime, Minor, Name, Ppm
from ..money import show
from ..orders import Order, OrderState
from ..payments.instalments import split, with_interest
from ..storefront.search import passes
from ..streams import Streams
from ..world import World

__all__ = [
    "Task",
    "TaskConfig",
    "certificate",
    "draw_task",
    "judge",
    "least_bill",
    "qualifies",
]

_TOTALS = 4096
"""Least totals of a world's tasks that are kept."""

Texts = Annotated[tuple[Name, ...], Field(strict=False, max_length=50)]


class Trip(Config):
    """A journey that a task may ask for."""

    origin: Airport = Field(alias="from")
    destination: Airport = Field(alias="to")
    date: LocalDate

    @model_validator(mode="after")
    def _date_exists(self) -> "Trip":
        date.fromisoformat(self.date)
        return self


class TaskConfig(Config):
    """From which tasks are drawn; every list is drawn from evenly.

    Each seat's task is a function of (seed, seat) alone, so that adding an
    agent changes nobody else's.
    """

    trips: Annotated[tuple[Trip, ...], Field(min_length=1, strict=False)]
    budgets_minor: Annotated[tuple[Minor, ...], Field(min_length=1, strict=False)]
    """Most the agent (or, in a team, the whole team) may pay."""
    depart_after: Annotated[tuple[LocalTime, ...], Field(strict=False)] = ()
    depart_before: Annotated[tuple[LocalTime, ...], Field(strict=False)] = ()
    max_stops: Annotated[
        tuple[Annotated[int, Field(ge=0, le=9)], ...], Field(strict=False)
    ] = ()
    airlines: Texts = ()
    flexible_days: Annotated[int, Field(ge=0, le=7)] = 0
    """So many days earlier or later than the trip's date will do as well."""
    constrained_ppm: Ppm = 1_000_000
    """Chance that each kind of constraint listed above is asked for at all."""
    party: Annotated[int, Field(ge=1, le=9)] = 1
    """Seats that an agent must buy on one flight."""
    wallets: Annotated[
        tuple[Annotated[tuple[Code, ...], Field(strict=False)], ...],
        Field(min_length=1, strict=False),
    ] = (("tok_ok",),)
    """Sets of cards; a seat gets one of them."""
    deadline_s: Annotated[int, Field(ge=60, le=31_536_000)] = 3600
    """Seconds after opening at which the task has failed."""
    ends_on: Literal["receipt", "deadline"] = "receipt"
    """An agent is done when it sees a receipt, or (so that it may cancel and
    buy again) only when it aborts or its time is over."""
    team: bool = False
    """All seats are one team: one budget, and together on one itinerary."""

    @model_validator(mode="after")
    def _tokens_once(self) -> "TaskConfig":
        for wallet in self.wallets:
            if len(set(wallet)) != len(wallet):
                msg = f"a wallet lists a card twice: {', '.join(wallet)}"
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _dates_exist(self) -> "TaskConfig":
        for trip in self.trips:
            dates_around(trip.date, self.flexible_days)
        return self


@lru_cache(maxsize=1024)
def dates_around(day: str, flexible_days: int) -> tuple[str, ...]:
    """Return the dates within so many days of a date, in order.

    Raises:
        ValueError: the calendar has no such dates.

    >>> dates_around("2026-07-01", 1)
    ('2026-06-30', '2026-07-01', '2026-07-02')
    """
    if not flexible_days:
        return (day,)
    try:
        middle = date.fromisoformat(day)
        span = range(-flexible_days, flexible_days + 1)
        return tuple([(middle + timedelta(days=k)).isoformat() for k in span])
    except OverflowError as error:
        msg = f"the calendar ends within {flexible_days} days of {day}"
        raise ValueError(msg) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one seat has to do."""

    seat: int
    form: dict[str, str]
    """``from``, ``to``, ``date``."""
    flexible_days: int = 0
    """So many days earlier or later than the form's date will do as well."""
    budget_minor: int
    wanted: dict[str, Any] = field(default_factory=dict)
    """Hard constraints besides the budget: ``depart_after``, ``depart_before``,
    ``max_stops``, ``airline``."""
    party: int
    wallet: tuple[str, ...]
    deadline_ms: int
    ends_on: str
    team: bool
    infeasible: str | None = None
    """The certificate, when no way to meet the task can exist."""

    @property
    def dates(self) -> tuple[str, ...]:
        """Every date of departure that will do, in order."""
        return dates_around(self.form["date"], self.flexible_days)

    def constraints(self, exponent: int) -> dict[str, Any]:
        """Return the constraints as agents see them, money in major units."""
        shown = {"budget": show(self.budget_minor, exponent), **self.wanted}
        return {**shown, "dates": list(self.dates)} if self.flexible_days else shown

    def goal(self, exponent: int, currency: str) -> str:
        """Return the task in words."""
        seats = "a seat" if self.party == 1 else f"{self.party} seats"
        day = self.form["date"]
        if self.flexible_days:
            plural = "day" if self.flexible_days == 1 else "days"
            day += f" or up to {self.flexible_days} {plural} earlier or later"
        text = (
            f"Buy {seats} from {self.form['from']} to {self.form['to']} on {day} "
            f"for at most {show(self.budget_minor, exponent)} {currency} in total"
        )
        words = {
            "depart_after": "departing at or after {}",
            "depart_before": "departing at or before {}",
            "max_stops": "with at most {} stops",
            "airline": "with {}",
        }
        for name, value in self.wanted.items():
            text += ", " + words[name].format(value)
        if self.team:
            text += "; the budget is the whole team's, and all fly together"
        return text + "."


def draw_task(
    config: TaskConfig, world: World, streams: Streams, seat: int, members: int = 1
) -> Task:
    """Return the task of a seat; a function of the seed and the seat.

    Args:
        config: from which it is drawn.
        world: the market, for the certificate of an infeasible task.
        streams: chance.
        seat: whose task it is.
        members: seats of the team that shares the budget (1: no team).
    """
    dice = streams.get("task", seat)
    luck = streams.at(0, "task-team") if config.team else dice
    trip = config.trips[luck.below(len(config.trips))]
    budget = config.budgets_minor[luck.below(len(config.budgets_minor))]
    wanted: dict[str, Any] = {}
    for name, options in (
        ("depart_after", config.depart_after),
        ("depart_before", config.depart_before),
        ("max_stops", config.max_stops),
        ("airline", config.airlines),
    ):
        if options and luck.chance(config.constrained_ppm):
            wanted[name] = options[luck.below(len(options))]
    wallet = config.wallets[dice.below(len(config.wallets))]
    task = Task(
        seat=seat,
        form={"from": trip.origin, "to": trip.destination, "date": trip.date},
        flexible_days=config.flexible_days,
        budget_minor=budget,
        wanted=wanted,
        party=config.party,
        wallet=wallet,
        deadline_ms=config.deadline_s * 1000,
        ends_on=config.ends_on,
        team=config.team,
    )
    reason = certificate(task, world, members)
    return task if reason is None else replace(task, infeasible=reason)


def qualifies(product: Product, task: Task) -> bool:
    """Return whether a product meets the task's constraints, price aside."""
    form, (origin, destination, day) = task.form, product.city_pair
    return (
        (origin, destination) == (form["from"], form["to"])
        and day in task.dates
        and passes(product, 0, task.wanted)
    )


def certificate(task: Task, world: World, members: int = 1) -> str | None:
    """Return a proof, from the catalog alone, that the task cannot be met.

    It holds whatever happens in the market: no offer meets the constraints, or
    the least price that the pricing policy can ever ask, less the best coupon,
    is above the budget, or no card in the wallet ever pays.  ``members`` share
    the budget, each buying for its own party.  None means that no
    such proof exists, not that the task is easy.
    """
    form, wanted = tuple(task.form.values()), tuple(task.wanted.items())
    of = (form, wanted, task.flexible_days, task.party, task.wallet)
    known = world.least_totals
    if of not in known:
        if len(known) >= _TOTALS:
            known.clear()
        known[of] = _least_total(task, world)
    least = known[of]
    if isinstance(least, str):
        return least
    total = members * least
    if total > task.budget_minor:
        return f"the least possible total is {total} minor units"
    return None


def _least_total(task: Task, world: World) -> int | str:
    """Return the least that a task can ever cost, or why it cannot be had."""
    if not any(_may_pay(world, token) for token in task.wallet):
        return "no card in the wallet is ever approved"
    form, products = task.form, world.catalog.products
    floors = [
        world.floors[j]
        for day in task.dates
        for j in world.catalog.by_city_pair.get((form["from"], form["to"], day), ())
        if passes(products[j], 0, task.wanted)
    ]
    if not floors:
        return "no flight meets the constraints"
    least = min(floors) * task.party
    # A dearer cart may be the cheaper one, if it is what a coupon asks for.
    minima = [coupon.minimum_minor for coupon in world.coupons.values()]
    found = (
        least_bill(task, world, items)
        for items in (least, *(most for most in minima if most > least))
    )
    totals = [bill.total_minor for bill, _, _ in filter(None, found)]
    if not totals:
        return "no card in the wallet can pay the least possible total"
    return min(totals)


def least_bill(
    task: Task, world: World, items_minor: int, now_ms: int | None = None
) -> tuple[Bill, str, int] | None:
    """Return the lowest bill at which a task's wallet can buy items of this price.

    Args:
        task: whose wallet.
        world: whose coupons, fees and plans of instalments.
        items_minor: what the items cost, for the whole party.
        now_ms: when; coupons that have ended are left out. None: at any time.

    Returns:
        The bill, the card that pays it and in how many parts: of equals the card that
        is declined less, and fewer parts.  None when no card can.
    """
    coupons = [
        coupon
        for coupon in world.coupons.values()
        if coupon.refusal(items_minor, 0 if now_ms is None else now_ms) is None
    ]
    bills = []
    for token in task.wallet:
        if _may_pay(world, token):
            brand = world.cards[token].brand
            fees = [f for f in world.config.fees if f.applies(held=True, brand=brand)]
            bill = cheapest(items_minor, coupons, fees)
            bills += [(*paid, token) for paid in _payable(world, token, bill)]
    if not bills:
        return None

    def worth(found: tuple[Bill, int, str]) -> tuple[int, int, int]:
        return found[0].total_minor, world.cards[found[2]].soft_decline_ppm, found[1]

    bill, parts, token = min(bills, key=worth)
    return bill, token, parts


def _payable(world: World, token: str, bill: Bill) -> list[tuple[Bill, int]]:
    """Return a bill at once and in parts, as far as the card's limit allows."""
    limit, rules = world.cards[token].limit_minor, world.config.instalments
    found = []
    for parts in (1, *rules.counts):
        whole = with_interest(bill, parts, rules.apr_ppm)
        total = whole.total_minor
        if parts <= total and (limit is None or split(total, parts)[0] <= limit):
            found.append((whole, parts))
    return found


def _may_pay(world: World, token: str) -> bool:
    law = world.cards.get(token)
    return law is not None and law.limit_minor != 0 and law.hard_decline_ppm < 10**6


def judge(
    tasks: list[Task], orders: list[list[Order]], products: list[Product]
) -> list[str | None]:
    """Return ``success``, ``violation`` or None (no ticket) for a finished team.

    The truth is what the market has ticketed, not what an agent believes: each
    member must hold exactly one ticket that meets its constraints and was issued
    before its deadline; a team must
    hold them all on one itinerary and within one budget.  What is owed for
    cancelled orders counts as paid.

    Args:
        tasks: of the members (one member for an agent on its own).
        orders: all orders of each member.
        products: the catalog's.
    """
    tickets = [[o for o in mine if o.state is OrderState.TICKETED] for mine in orders]
    owed = sum(order.owed_minor for mine in orders for order in mine)
    flown = {
        products[line.product].itinerary
        for mine in tickets
        for order in mine
        for line in order.lines
        if line.seats
    }
    team_ok = owed <= tasks[0].budget_minor and (
        not tasks[0].team or (len(flown) == 1 and all(tickets))
    )
    return [
        None
        if not mine
        else "success"
        if team_ok and _meets(task, mine, products)
        else "violation"
        for task, mine in zip(tasks, tickets, strict=True)
    ]


def _meets(task: Task, orders: list[Order], products: list[Product]) -> bool:
    lines = [line for order in orders for line in order.lines if line.seats]
    return (
        len(lines) == 1
        and orders[0].ticketed_at_ms < task.deadline_ms
        and lines[0].seats == task.party
        and qualifies(products[lines[0].product], task)
    )
