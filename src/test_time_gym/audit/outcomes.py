"""Outcomes: success or violation, from tickets and task as far as it is known.

The task of a seat is drawn, and in no record: where a scenario lists several
trips, budgets or constraints, an outcome is checked for whether any task that may
have been drawn gives it.
"""

from datetime import date
from typing import Any

from .case import Case, Order, Seat
from .frame import Record
from .setting import PPM, Product

__all__ = ["Outcomes"]


class Outcomes:
    """How episodes end."""

    def __init__(self, case: Case) -> None:
        """Read the task."""
        self._case = case
        self._task: dict[str, Any] = case.setting.task
        self._ending: int | None = None
        """The cause that the team's first outcome names."""
        days: int = self._task["flexible_days"]
        self._trips = [
            (trip["from"], trip["to"], _dates(trip["date"], days))
            for trip in self._task["trips"]
        ]

    def reached(self, record: Record) -> None:
        """Check an outcome, its reward terms, and what was paid."""
        case, data, n = self._case, record.data, record.n
        seat = case.owner(record)
        if seat is None:
            return
        text = "{} has the outcome {} already"
        case.check(seat.outcome is None, "outcome", n, text, seat.name, seat.outcome)
        self._ended(record, seat)
        possible = self._possible(seat)
        text = "the outcome of {} is {}, it can be {}"
        case.check(
            data["outcome"] in possible,
            "outcome",
            n,
            text,
            seat.name,
            data["outcome"],
            " or ".join(possible),
        )
        name = {"infeasible_aborted": "correct_abort"}.get(
            data["outcome"], data["outcome"]
        )
        scored = name in {"success", "violation", "correct_abort"}
        terms = {name: case.setting.reward[name]} if scored else {}
        text = "the outcome {} brings {}, it should bring {}"
        case.check(
            data["terms"] == terms,
            "outcome_reward",
            n,
            text,
            data["outcome"],
            data["terms"],
            terms,
        )
        held = any(order.state == "ticketed" for order in seat.orders)
        paid = sum(order.owed for order in seat.orders) if held else None
        text = "{} paid {}, its orders come to {}"
        case.check(data["paid"] == paid, "paid", n, text, seat.name, data["paid"], paid)
        seat.outcome = data["outcome"]

    def _ended(self, record: Record, seat: Seat) -> None:
        """Check that the last action of the seat, or of one of its team, is the cause.

        Whose episode ended last in a team need not be in the journal, but all its
        outcomes tell the same.
        """
        case = self._case
        if not self._task["team"]:
            case.caused(record, seat.act.n if seat.act else 0)
        elif self._ending is None:
            case.follows(record, [mate.act.n if mate.act else 0 for mate in case.seats])
            self._ending = record.cause
        else:
            case.caused(record, self._ending)

    def _possible(self, seat: Seat) -> list[str]:
        if seat.crashed:
            return ["error"]
        if any(order.state == "ticketed" for order in seat.orders):
            return self._judged(seat)
        if seat.gave_up:
            return ["aborted", "infeasible_aborted"]
        if seat.turn >= self._case.setting.max_turns:
            return ["truncated", "failed"]
        return ["failed"]

    def _judged(self, seat: Seat) -> list[str]:
        team = self._case.seats if self._task["team"] else [seat]
        tickets = [
            [order for order in mate.orders if order.state == "ticketed"]
            for mate in team
        ]
        owed = sum(order.owed for mate in team for order in mate.orders)
        mine = [order for order in seat.orders if order.state == "ticketed"]
        lines = [line for order in mine for line in self._left(order)]
        flown = {
            product.itinerary
            for mate in tickets
            for order in mate
            for product, _ in self._left(order)
        }
        if (
            (self._task["team"] and (len(flown) != 1 or not all(tickets)))
            or len(lines) != 1
            or mine[0].ticketed >= self._case.setting.deadline
            or lines[0][1] != self._task["party"]
        ):
            return ["violation"]
        return self._by_task(lines[0][0], owed)

    def _left(self, order: Order) -> list[tuple[Product, int]]:
        products = self._case.setting.products
        lines = zip(order.payment.hold.lines, order.left, strict=True)
        return [(products[index], left) for (index, _, _), left in lines if left]

    def _by_task(self, product: Product, owed: int) -> list[str]:
        """Return which verdicts some task that may have been drawn gives."""
        task = self._task
        asked = [
            [product.depart_minute >= _minute(at) for at in task["depart_after"]],
            [product.depart_minute <= _minute(at) for at in task["depart_before"]],
            [product.stops <= most for most in task["max_stops"]],
            [
                product.airline.casefold() == airline.casefold()
                for airline in task["airlines"]
            ],
        ]
        if task["constrained_ppm"] < PPM:
            asked = [[*met, True] for met in asked]
        if not task["constrained_ppm"]:
            asked = []
        origin, to, day = product.pair
        asked.append(
            [trip[:2] == (origin, to) and day in trip[2] for trip in self._trips]
        )
        asked.append([owed <= budget for budget in task["budgets_minor"]])
        asked = [met for met in asked if met]
        verdicts = []
        if all(map(any, asked)):
            verdicts.append("success")
        if not all(map(all, asked)):
            verdicts.append("violation")
        return verdicts

    def end(self, record: Record) -> None:
        """Check what the end says of everyone."""
        case, data, n = self._case, record.data, record.n
        outcomes = {seat.name: seat.outcome or "running" for seat in case.seats}
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


def _dates(day: str, flexible_days: int) -> list[str]:
    """Return the dates that will do.

    >>> _dates("2026-07-01", 1)
    ['2026-06-30', '2026-07-01', '2026-07-02']
    """
    if not flexible_days:
        return [day]
    middle = date.fromisoformat(day).toordinal()
    span = range(middle - min(flexible_days, 7), middle + min(flexible_days, 7) + 1)
    return [date.fromordinal(number).isoformat() for number in span]


def _minute(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:5])
