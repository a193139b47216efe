"""The episode: when customers are asked, what they earn, and how it ends for them."""

from typing import Any, Final

from test_time_gym.market.clock import MINUTE_MS

from .customer import Customer
from .facts import Facts, OrderFacts
from .shop import Shop, passes

__all__ = ["ReferenceEpisode"]

_STAGES: Final = ("cart", "payment", "card")

Terms = dict[str, int]


class ReferenceEpisode:
    """What is due to customers besides their pages.

    Args:
        shop: what is declared.
        facts: what has happened.
        max_turns: actions a customer has.
        window_ms: length of decision windows; 0 when there are none.

    Attributes:
        rewards: terms that must be paid in this moment, with whose they are.
        outcomes: how episodes must end in this moment.
    """

    def __init__(
        self, shop: Shop, facts: Facts, max_turns: int, window_ms: int
    ) -> None:
        """Nobody plays yet."""
        self._shop = shop
        self._facts = facts
        self.max_turns = max_turns
        self._window_ms = window_ms
        self.customers: list[Customer] = []
        self.now_ms = 0
        self.rewards: list[tuple[str, Terms]] = []
        self.outcomes: list[tuple[str, dict[str, Any]]] = []

    # -- when ------------------------------------------------------------------------

    def ask_after(self, customer: Customer, pace: str | int) -> None:
        """Ask a customer again after a step.

        Args:
            customer: whom.
            pace: ``click``, ``page``, ``gateway``, or a number of milliseconds.
        """
        turns = self._shop.turns
        if pace == "gateway":
            customer.asked_ms = None
            return
        known: dict[Any, int] = {"click": turns.click_ms, "page": turns.page_ms}
        self.ask_at(customer, self.now_ms + int(known.get(pace, pace)))

    def wait(self, customer: Customer, minutes: int) -> None:
        """Ask a customer again after so many minutes; 0 is a click."""
        self.ask_after(customer, minutes * MINUTE_MS or "click")

    def ask_at(self, customer: Customer, due_ms: int) -> None:
        """Ask a customer again at an instant, or at its deadline if that is earlier."""
        if customer.over:
            return
        if customer.turn >= self.max_turns:
            self.stop(customer, "truncated")
            return
        due_ms = min(due_ms, max(customer.task.deadline_ms, self.now_ms))
        if self._window_ms:
            due_ms = -(-due_ms // self._window_ms) * self._window_ms
        customer.asked_ms = due_ms

    # -- what ------------------------------------------------------------------------

    def cost(self, *, refused: bool) -> Terms:
        """Return what an action costs."""
        reward = self._shop.reward
        terms = {"time": reward.time}
        return terms | {"penalty": reward.penalty} if refused else terms

    def progress(self, customer: Customer) -> None:
        """Pay for stages that a customer reaches for the first time."""
        reached = {
            "cart": bool(customer.cart),
            "payment": customer.hold is not None,
            "card": customer.card is not None,
        }
        for stage in _STAGES:
            if reached[stage] and stage not in customer.stages:
                customer.stages.append(stage)
                worth = getattr(self._shop.reward, f"progress_{stage}")
                self.rewards.append((customer.name, {"progress": worth}))

    def failed_payment(self, customer: Customer) -> None:
        """Make a customer pay for having learned that a payment has failed."""
        if not customer.over:
            terms = {"penalty": self._shop.reward.penalty}
            self.rewards.append((customer.name, terms))

    # -- how it ends -----------------------------------------------------------------

    def stop(self, customer: Customer, reason: str) -> None:
        """End a customer's episode; a team is judged when all have ended."""
        if customer.over:
            return
        customer.over, customer.asked_ms = reason, None
        team = self.customers if customer.task.team else [customer]
        if all(mate.over for mate in team):
            for mate in team:
                self._judge(mate, team)

    def _judge(self, customer: Customer, team: list[Customer]) -> None:
        reward, orders = self._shop.reward, self._facts.orders_of(customer.name)
        tickets = [order for order in orders if order.state == "ticketed"]
        paid = sum(order.owed for order in orders) if tickets else None
        outcome, terms = customer.over, {}
        if outcome == "error":
            pass
        elif tickets:
            kept = self._in_budget(team) and self._meets(customer, tickets)
            outcome = "success" if kept else "violation"
            terms = {outcome: getattr(reward, outcome)}
        elif outcome == "aborted" and customer.task.infeasible is not None:
            outcome = "infeasible_aborted"
            terms = {"correct_abort": reward.correct_abort}
        customer.outcome = outcome
        fact = {"outcome": outcome, "paid": paid, "terms": terms}
        self.outcomes.append((customer.name, fact))

    def _in_budget(self, team: list[Customer]) -> bool:
        """A team has one budget, a ticket for each, and all on one flight."""
        orders = [self._facts.orders_of(mate.name) for mate in team]
        owed = sum(order.owed for mine in orders for order in mine)
        if owed > team[0].task.budget_minor:
            return False
        if not team[0].task.team:
            return True
        tickets = [[o for o in mine if o.state == "ticketed"] for mine in orders]
        flown = {
            self._shop.offers[index].classes
            for mine in tickets
            for order in mine
            for (index, _, _), left in zip(order.lines, order.left, strict=True)
            if left
        }
        return all(tickets) and len(flown) == 1

    def _meets(self, customer: Customer, tickets: list[OrderFacts]) -> bool:
        task = customer.task
        flown = [
            (self._shop.offers[index], left, order.issued_ms)
            for order in tickets
            for (index, _, _), left in zip(order.lines, order.left, strict=True)
            if left
        ]
        if len(flown) != 1:
            return False
        offer, seats, issued_ms = flown[0]
        return (
            seats == task.party
            and issued_ms < task.deadline_ms
            and offer.trip in task.groups
            and passes(offer.row, 0, task.wanted)
        )
