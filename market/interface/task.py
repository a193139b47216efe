"""Tasks: what a seat has to buy, drawn from (seed, seat) and judged by orders."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..bill import Bill, cheapest
from ..catalog import Group, Product
from ..money import show
from ..orders import Order, OrderState
from ..payments.instalments import split, with_interest
from ..streams import Stream, Streams
from ..world import World
from .task_config import TaskConfig

__all__ = [
    "Task",
    "TaskConfig",
    "TaskDraws",
    "certificate",
    "draw_task",
    "judge",
    "least_bill",
    "qualifies",
    "task_draws",
]

_TOTALS = 4096
"""Least totals of a world's tasks that are kept."""
_TASKS = 4096
"""Tasks of a scenario that are kept."""
_CHOICES = 3
"""Words that choose a form, a budget and a wallet."""
_Drawn = tuple[int, int, int, int, int, tuple[int, ...]]
"""Seat, members of its team, and which form, budget, wallet and options were drawn."""
_CONFIGS = 16
"""Scenarios of a world whose tasks are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one seat has to do."""

    seat: int
    form: dict[str, str]
    """What the search form is filled with, in the order of the trade's form."""
    groups: tuple[Group, ...]
    """Every group of offers that will do, in order."""
    told: dict[str, Any] = field(default_factory=dict)
    """What the agent is told of them."""
    request: str = ""
    """What to buy, in words."""
    budget_minor: int
    wanted: dict[str, Any] = field(default_factory=dict)
    """Hard constraints besides the budget, by the names of the trade's filters."""
    party: int
    wallet: tuple[str, ...]
    deadline_ms: int
    ends_on: str
    team: bool
    infeasible: str | None = None
    """The certificate, when no way to meet the task can exist."""

    def constraints(self, exponent: int) -> dict[str, Any]:
        """Return the constraints as agents see them, money in major units."""
        budget = show(self.budget_minor, exponent)
        # Lists are fresh: what an agent does to its page is its own affair.
        told = {name: list(value) for name, value in self.told.items()}
        return {"budget": budget, **self.wanted, **told}

    def goal(self, world: World) -> str:
        """Return the task in words."""
        budget = show(self.budget_minor, world.exponent)
        text = f"Buy {self.request} for at most {budget} {world.config.currency} "
        text += "in total"
        for name, value in self.wanted.items():
            text += ", " + world.trade.by_name[name].goal.format(value)
        if self.team:
            together = world.trade.words.together
            text += f"; the budget is the whole team's, and all {together}"
        return text + "."


class TaskDraws:
    """What the tasks of a scenario are drawn from, and those that have been drawn.

    Args:
        config: from which they are drawn.
        world: the market, for the certificates of infeasible tasks.
    """

    def __init__(self, config: TaskConfig, world: World) -> None:
        """Draw none."""
        self.config = config
        self._world = world
        self._forms: list[dict[str, str]] = config.forms()
        self._options: list[tuple[str, Sequence[Any]]] = [
            (one.argument.name, options)
            for one in world.trade.filters
            if (options := getattr(config, one.options))
        ]
        choices = (self._forms, config.budgets_minor, config.wallets)
        self._all_alike: bool = not (
            config.team or self._options or any(len(each) > 1 for each in choices)
        )
        self._known: dict[_Drawn, tuple[Task, str]] = {}

    def draw(self, streams: Streams, seat: int, members: int) -> tuple[Task, str]:
        """Return the task of a seat, and its goal in words; not to be changed."""
        drawn: _Drawn = (seat, members, 0, 0, 0, ())
        dice = streams.get("task", seat)
        if self._all_alike:
            dice.skip(_CHOICES)
        else:
            drawn = self._draw(dice, streams, seat, members)
        found = self._known.get(drawn)
        if found is None:
            if len(self._known) >= _TASKS:
                self._known.clear()
            task = self._task(drawn)
            found = self._known[drawn] = task, task.goal(self._world)
        return found

    def _draw(self, dice: Stream, streams: Streams, seat: int, members: int) -> _Drawn:
        config = self.config
        luck = streams.at(0, "task-team") if config.team else dice
        form = luck.below(len(self._forms))
        budget = luck.below(len(config.budgets_minor))
        wanted = tuple(
            [
                luck.below(len(options)) if luck.chance(config.constrained_ppm) else -1
                for _, options in self._options
            ]
        )
        wallet = dice.below(len(config.wallets))
        return seat, members, form, budget, wallet, wanted

    def _task(self, drawn: _Drawn) -> Task:
        seat, members, form_drawn, budget, wallet, wanted = drawn
        config, form = self.config, self._forms[form_drawn]
        task = Task(
            seat=seat,
            form=form,
            groups=config.groups(form),
            told=config.told(form),
            request=config.request(form),
            budget_minor=config.budgets_minor[budget],
            wanted={
                name: options[k]
                for (name, options), k in zip(self._options, wanted, strict=True)
                if k >= 0
            },
            party=config.party,
            wallet=config.wallets[wallet],
            deadline_ms=config.deadline_s * 1000,
            ends_on=config.ends_on,
            team=config.team,
        )
        reason = certificate(task, self._world, members)
        return task if reason is None else replace(task, infeasible=reason)


def task_draws(config: TaskConfig, world: World) -> TaskDraws:
    """Return what tasks are drawn from, made once for a scenario in a world.

    Scenarios are told apart by identity: to compare them would take as long.
    """
    known: list[TaskDraws] = world.task_draws
    for one in known:
        if one.config is config:
            return one
    if len(known) >= _CONFIGS:
        known.clear()
    made = TaskDraws(config, world)
    known.append(made)
    return made


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
    task, _ = task_draws(config, world).draw(streams, seat, members)
    return task


def qualifies(product: Product, task: Task, world: World) -> bool:
    """Return whether a product meets the task's constraints, price aside."""
    passes = world.trade.passes
    return product.group in task.groups and passes(product, 0, task.wanted)


def certificate(task: Task, world: World, members: int = 1) -> str | None:
    """Return a proof, from the catalog alone, that the task cannot be met.

    It holds whatever happens in the market: no offer meets the constraints, or
    the least price that the pricing policy can ever ask, less the best coupon,
    is above the budget, or no card in the wallet ever pays.  ``members`` share
    the budget, each buying for its own party.  None means that no
    such proof exists, not that the task is easy.
    """
    of = (task.groups, tuple(task.wanted.items()), task.party, task.wallet)
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
    products, passes = world.catalog.products, world.trade.passes
    floors = [
        world.floors[j]
        for group in task.groups
        for j in world.catalog.by_group.get(group, ())
        if passes(products[j], 0, task.wanted)
    ]
    if not floors:
        return f"no {world.trade.words.offer} meets the constraints"
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
    tasks: list[Task], orders: list[list[Order]], world: World
) -> list[str | None]:
    """Return ``success``, ``violation`` or None (no ticket) for a finished team.

    The truth is what the market has ticketed, not what an agent believes: each
    member must hold exactly one ticket that meets its constraints and was issued
    before its deadline; a team must
    hold them all on one listing and within one budget.  What is owed for
    cancelled orders counts as paid.

    Args:
        tasks: of the members (one member for an agent on its own).
        orders: all orders of each member.
        world: the market, for its catalog and what its trade lets pass.
    """
    products = world.catalog.products
    tickets = [[o for o in mine if o.state is OrderState.TICKETED] for mine in orders]
    owed = sum(order.owed_minor for mine in orders for order in mine)
    listings = {
        products[line.product].listing
        for mine in tickets
        for order in mine
        for line in order.lines
        if line.seats
    }
    team_ok = owed <= tasks[0].budget_minor and (
        not tasks[0].team or (len(listings) == 1 and all(tickets))
    )
    return [
        None
        if not mine
        else "success"
        if team_ok and _meets(task, mine, world)
        else "violation"
        for task, mine in zip(tasks, tickets, strict=True)
    ]


def _meets(task: Task, orders: list[Order], world: World) -> bool:
    lines = [line for order in orders for line in order.lines if line.seats]
    return (
        len(lines) == 1
        and orders[0].ticketed_at_ms < task.deadline_ms
        and lines[0].seats == task.party
        and qualifies(world.catalog.products[lines[0].product], task, world)
    )
