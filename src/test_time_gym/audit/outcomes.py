"""Outcomes: success or violation, from tickets and the task of every seat."""

from collections.abc import Iterable

from .lines import Line
from .page import Page
from .records import RecordedOrder
from .scenario import DeclaredProduct
from .sellers import AuditedSeller
from .state import AuditedAgent, AuditState
from .task import infeasible, suits
from .turns import CRASHES

__all__ = ["OutcomeRules"]

_GAVE_UP = ("failed", "aborted", "truncated")
_NAMES = {"infeasible_aborted": "correct_abort"}
"""Outcome → its term of the reward, where that is called otherwise."""


class OutcomeRules:
    """How episodes end."""

    def __init__(self, case: AuditState) -> None:
        """Read the task."""
        self._state = case
        self._team: bool = case.scenario.task["team"]

    def reached(self, record: Line) -> None:
        """Check an outcome, its reward terms, and what was paid."""
        case, data, n = self._state, record.data, record.n
        seat = case.owner(record)
        if seat is None:
            return
        mate, cause = (None, 0) if case.asked is None else case.asked.of
        text = "the outcome of {} comes, and {}"
        why = "nothing ends its turns" if mate is None else f"{mate.name}'s should"
        case.check(seat is mate, "outcome", n, text, seat.name, why)
        if mate is not None:
            case.caused(record, cause)
        expected = self._outcome(seat)
        text = "the outcome of {} is {}, it should be {}"
        case.check(
            data["outcome"] == expected,
            "outcome",
            n,
            text,
            seat.name,
            data["outcome"],
            expected,
        )
        possible = [self._terms(seat, data["outcome"], page) for page in seat.pages]
        text = "the outcome {} brings {}, it should bring {}"
        case.check(
            data["terms"] in possible,
            "outcome_reward",
            n,
            text,
            data["outcome"],
            data["terms"],
            possible[0],
        )
        held = any(order.state == "ticketed" for order in seat.orders)
        paid = sum(order.owed for order in seat.orders) if held else None
        text = "{} paid {}, its orders come to {}"
        case.check(data["paid"] == paid, "paid", n, text, seat.name, data["paid"], paid)
        seat.outcome = data["outcome"]

    def _terms(self, seat: AuditedAgent, outcome: str, page: Page) -> dict[str, int]:
        """Return what an outcome brings, if the agent saw this page."""
        case, rewards = self._state, self._state.scenario.reward
        team = case.seats if self._team else [seat]
        budget = team[0].task.budget
        name, terms = _NAMES.get(outcome, outcome), {}
        if name in {"success", "violation", "correct_abort"}:
            terms[name] = rewards[name]
        if outcome == "success" and rewards.get("saving"):
            left = budget - sum(order.owed for mate in team for order in mate.orders)
            terms["saving"] = rewards["saving"] * left // max(budget, 1)
        if any(order.state == "ticketed" for order in seat.orders):
            return terms
        progress = sum(rewards[f"progress_{stage}"] for stage in page.reached)
        if rewards.get("progress_returned") and progress:
            terms["progress"] = -progress
        gave_up = rewards.get("gave_up") and outcome in _GAVE_UP
        if gave_up and not infeasible(case.scenario, seat.task):
            terms["gave_up"] = rewards["gave_up"]
        return terms

    def _outcome(self, seat: AuditedAgent) -> str:
        """Return how an episode ended; a crash is one, whatever was bought before."""
        if seat.stopped in CRASHES:
            return seat.stopped
        if any(order.state == "ticketed" for order in seat.orders):
            return "success" if self._succeeds(seat) else "violation"
        if seat.stopped == "aborted" and infeasible(self._state.scenario, seat.task):
            return "infeasible_aborted"
        return seat.stopped or "running"

    def _succeeds(self, seat: AuditedAgent) -> bool:
        """Return whether the tickets of a seat, and of its team, are what was asked."""
        scenario, team = (
            self._state.scenario,
            self._state.seats if self._team else [seat],
        )
        tickets = [
            [order for order in mate.orders if order.state == "ticketed"]
            for mate in team
        ]
        owed = sum(order.owed for mate in team for order in mate.orders)
        flown = {
            product.listing
            for mate in tickets
            for order in mate
            for product, _ in self._left(order)
        }
        together = not self._team or (len(flown) == 1 and all(tickets))
        mine = [order for order in seat.orders if order.state == "ticketed"]
        lines = [line for order in mine for line in self._left(order)]
        if not together or len(lines) != 1 or owed > team[0].task.budget:
            return False
        (product, seats), task = lines[0], seat.task
        return (
            mine[0].ticketed < scenario.deadline
            and seats == scenario.party
            and product.group in task.groups
            and suits(scenario.trade, product, task.wanted)
        )

    def _left(self, order: RecordedOrder) -> list[tuple[DeclaredProduct, int]]:
        products = self._state.scenario.products
        lines = zip(order.payment.hold.lines, order.left, strict=True)
        return [(products[index], left) for (index, _, _), left in lines if left]

    def end(self, record: Line, sellers: Iterable[AuditedSeller]) -> None:
        """Check what the end says of everyone.

        Args:
            record: of the kind ``end``.
            sellers: that agents play.
        """
        case, data, n = self._state, record.data, record.n
        outcomes = {
            name: outcome or "running"
            for name, outcome in [
                *((seat.name, seat.outcome) for seat in case.seats),
                *((seller.name, seller.outcome) for seller in sellers),
            ]
        }
        text = "the end tells the outcomes {}, they are {}"
        case.check(
            data["outcomes"] == outcomes, "end", n, text, data["outcomes"], outcomes
        )
        text = "the run is {}, with the outcomes {}"
        complete = "running" not in outcomes.values()
        case.check(
            data["status"] == "aborted" or (data["status"] == "complete" and complete),
            "end",
            n,
            text,
            data["status"],
            outcomes,
        )
