"""Regret in money, split by what was missed: market timing, search, execution.

Four prices of one task, each of a clairvoyant who may do less than the one before:

1. *optimal*: the cheapest way that was to be had at any instant between start and
   deadline, with the agent passive (see `clairvoyant`);
2. *at the decision*: the cheapest way at the instant at which the agent had the
   seats held for the order that counted, over all offers that meet the task;
3. *on the page*: the same, over the offers on the page from which the agent put
   its flight into the cart;
4. *paid*.

Timing is 2 − 1, search 3 − 2, execution 4 − 3: they sum to the regret, exactly.
"""

from dataclasses import dataclass

from test_time_gym.market.interface.actions import Action, Input
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.task import qualifies
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import Verb

from .optimum import least_offer

__all__ = ["Decisions", "Levels", "Regret", "regret_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """What the task cost at least when the seats were held, in minor units."""

    at_ms: int
    """When that was: the decision instant."""
    everywhere: int
    """Over all offers that meet the task."""
    on_page: int
    """Over those of them that stood on the agent's page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regret:
    """What an agent paid beyond the optimum, and where it went; minor units.

    A part may be negative where the agent's presence changed the world: the optimum
    is that of a world in which it is passive, so that seats which it held, or a
    price that followed, can make its own world the cheaper one.
    """

    outcome: str
    paid: int | None
    """What it owes for all of its orders; None without any ticket."""
    optimal: int | None
    """None when the task could not be met."""
    total: int | None = None
    """paid − optimal: like its parts None for all but successes."""
    timing: int | None = None
    """It decided at an instant at which the market was dearer."""
    search: int | None = None
    """A cheaper offer was there, but not on its page."""
    execution: int | None = None
    """It paid more than its page asked for at best: a dearer offer of the page, a
    coupon left out, a fee of another card or plan, or what an order cost that it
    cancelled."""
    decided_ms: int | None = None
    """When the seats of the order that counted were held."""
    lost_surplus: int | None = None
    """For failures at a task that could be met: budget − optimal. None for
    successes, for tasks that could not be met, and for members of a team, whose
    budget is not theirs alone."""


class Decisions:
    """Takes actions in a run, and notes what each decision could have chosen.

    An action is taken as `Turns.act` takes it; nothing in the run is changed.
    """

    def __init__(self) -> None:
        """Start before the first action."""
        self._pages: dict[tuple[int, int], list[int]] = {}
        """Seat and product in its cart → products on the page it came from."""
        self._levels: dict[tuple[str, int], Levels] = {}
        """Hold and product → what it could have been."""

    def act(self, turns: Turns, seat: Participant, action: Input) -> bool:
        """Take a ready seat's action; return whether it was legal.

        Raises:
            Misuse: it is not this seat's turn.
        """
        if not isinstance(seat, Buyer):
            return turns.act(seat, action)
        visitor = seat.visitor
        hold, carted = visitor.hold, [item.product for item in visitor.cart]
        page = [offer.product for offer in visitor.shown]
        # Before the hold: afterwards its own seats would be gone.
        found = {}
        if isinstance(action, Action) and action.verb is Verb.PROCEED_TO_PAYMENT:
            found = {product: self._level(turns, seat, product) for product in carted}
        legal = turns.act(seat, action)
        for item in visitor.cart:
            if item.product not in carted:
                self._pages[seat.index, item.product] = page
        if visitor.hold is not None and visitor.hold is not hold:
            for product, levels in found.items():
                if levels is not None:
                    self._levels[visitor.hold.id, product] = levels
        return legal

    def of(self, turns: Turns, seat: Buyer) -> Levels | None:
        """Return the levels of the order that counted; None without one ticket."""
        bought = _bought(turns, seat)
        return self._levels.get(bought[0]) if len(bought) == 1 else None

    def first_offer(self, turns: Turns, seat: Buyer) -> bool | None:
        """Return whether all that was bought stood first on its page.

        None without a ticket.
        """
        pages = [
            (product, self._pages.get((seat.index, product), []))
            for _, product in _bought(turns, seat)
        ]
        return all(page[:1] == [product] for product, page in pages) if pages else None

    def _level(self, turns: Turns, seat: Buyer, product: int) -> Levels | None:
        market, task = turns.market, seat.task
        products, world = market.catalog.products, market.world
        fit = [p.index for p in products if qualifies(p, task, world)]
        page = self._pages.get((seat.index, product), [])
        everywhere = least_offer(market, task, fit)
        on_page = least_offer(market, task, [j for j in fit if j in page])
        if everywhere is None or on_page is None:
            return None
        return Levels(
            at_ms=market.clock.now_ms,
            everywhere=everywhere[0].total_minor,
            on_page=on_page[0].total_minor,
        )


def _bought(turns: Turns, seat: Buyer) -> list[tuple[str, int]]:
    """Return hold and product of everything that a seat has a ticket for."""
    return [
        (order.hold.id, line.product)
        for order in turns.market.orders.ticketed(seat.index)
        for line in order.lines
        if line.seats
    ]


def regret_in(
    turns: Turns, seat: Buyer, decisions: Decisions, optimal: int | None
) -> Regret:
    """Return a seat's regret at the end of a run in memory.

    Args:
        turns: the run, over.
        seat: whose regret.
        decisions: which took all of that seat's actions.
        optimal: price of its clairvoyant optimum; None when there is none.
    """
    outcome, paid = seat.outcome or "running", seat.paid_minor
    if outcome != "success" or paid is None or optimal is None:
        lost = None
        if optimal is not None and outcome != "success" and not seat.task.team:
            lost = seat.task.budget_minor - optimal
        return Regret(
            outcome=outcome,
            paid=paid,
            optimal=optimal,
            lost_surplus=lost,
        )
    levels = decisions.of(turns, seat)
    if levels is None:
        return Regret(
            outcome=outcome,
            paid=paid,
            optimal=optimal,
            total=paid - optimal,
        )
    return Regret(
        outcome=outcome,
        paid=paid,
        optimal=optimal,
        total=paid - optimal,
        timing=levels.everywhere - optimal,
        search=levels.on_page - levels.everywhere,
        execution=paid - levels.on_page,
        decided_ms=levels.at_ms,
    )
