"""Sellers: when those that agents play act, what they set, and what they earn."""

from dataclasses import dataclass
from typing import Any, Final

from .deadlines import ACTIONS
from .draws import WordStream
from .lines import Line
from .prices import RepricingRules
from .pricing import Pricing
from .schedule import ScheduleRules
from .state import AuditState
from .turns import CRASHES, unmeant

__all__ = ["AuditedSeller", "SellerRules"]

_MILLI: Final = 1000
_MINUTE_MS: Final = 60_000
_WAIT_MAX: Final = 525_600


@dataclass(slots=True, eq=False)
class AuditedSeller:
    """One seller that an agent plays."""

    index: int
    name: str
    pricing: Pricing
    lottery: WordStream
    full: int
    """What it takes if all is sold at the base prices of its dearest classes."""
    ticket: int = 0
    lots: int = 0
    turn: int = 0
    acted: int = 0
    wake: int | None = None
    stopped: str = ""
    outcome: str | None = None
    earned: int = 0


class SellerRules:
    """Turns, prices and rewards of the sellers that agents play.

    Args:
        case: the journal.
        prices: of all products.
        schedule: of all agents.
    """

    def __init__(
        self, case: AuditState, prices: RepricingRules, schedule: ScheduleRules
    ) -> None:
        """Let every seller act at the opening."""
        self._state, self._prices, self._schedule = case, prices, schedule
        scenario = case.scenario
        played = [one for one in prices.pricings if one.played]
        self.sellers = [
            AuditedSeller(
                len(case.seats) + k,
                name,
                pricing,
                scenario.luck.stream("lottery", len(case.seats) + k),
                self._full(pricing),
            )
            for k, (name, pricing) in enumerate(
                zip(scenario.sellers, played, strict=True)
            )
        ]
        self.by_name = {seller.name: seller for seller in self.sellers}
        self._background = [0] * len(scenario.products)
        self._owed: tuple[AuditedSeller, list[list[int]], int] | None = None
        """Whose prices a record has to tell of next, which, and at what time."""
        self._looked = -1
        """When rewards were last looked at."""
        start = max(0, scenario.start)
        for seller in self.sellers:
            self._next(seller, start, start)

    def _full(self, pricing: Pricing) -> int:
        capacity = self._state.scenario.capacity
        whole = sum(
            one.base * min(capacity[pool] for pool in one.pools)
            for one in pricing.products
            if one.rank == 0
        )
        return max(1, whole)

    # -- turns ---------------------------------------------------------------------

    def _next(self, seller: AuditedSeller, due: int, now: int) -> None:
        scenario = self._state.scenario
        if seller.turn >= scenario.max_turns:
            seller.stopped, seller.wake = "truncated", now
            return
        if due > scenario.deadline:
            due = max(scenario.deadline, now)
        if scenario.window:
            due += -due % scenario.window
        seller.wake, turn = due, seller.turn
        seller.ticket = seller.lottery.word() >> 40
        seller.lots += 1
        self._state.deadlines.at(
            due, ACTIONS, lambda n: self._missed(seller, due, turn, n)
        )

    def _missed(self, seller: AuditedSeller, due: int, turn: int, n: int) -> None:
        text = "{} was to act at {}, and did not"
        done = seller.turn != turn or seller.outcome is not None
        self._state.check(done, "pace", n, text, seller.name, due)

    def before(self, record: Line) -> None:
        """Find what had to come before a record, and did not."""
        check, n = self._state.check, record.n
        if self._owed is not None and record.kind != "repriced":
            seller, rows, _ = self._owed
            self._owed = None
            text = "{} sets {}, and no record says so"
            check(None, "repricing", n, text, seller.name, rows)
        if record.kind == "act" and record.t != self._looked:
            self._looked = record.t
            for seller in self.sellers:
                if seller.wake == record.t and not seller.stopped:
                    total = self._earned(seller)
                    text = "{} has earned {} of {} thousandths as it is asked"
                    fits = seller.earned == total
                    check(fits, "revenue", n, text, seller.name, seller.earned, total)

    def act(self, record: Line) -> None:
        """Check that a seller may act now, and take what it sets."""
        case, data, n = self._state, record.data, record.n
        seller, scenario = self.by_name[record.actor], case.scenario
        case.caused(record, 0)
        ready = seller.wake == record.t < scenario.deadline and not seller.stopped
        text = "{} acts at {}; its decision point is {}"
        case.check(ready, "pace", n, text, seller.name, record.t, seller.wake)
        self._schedule.in_order(record, seller)
        text = "turn {} of {} with the ticket {}, it should be {} and {}"
        told, due = (data["turn"], data["ticket"]), (seller.turn + 1, seller.ticket)
        case.check(
            told == due,
            "turns",
            n,
            text,
            data["turn"],
            seller.name,
            data["ticket"],
            *due,
        )
        seller.turn += 1
        seller.acted = n
        status = data["status"]
        reward = {} if status == "ok" else {"penalty": scenario.reward["penalty"]}
        text = "the turn of {} with status {} brings {}, it should bring {}"
        case.check(
            data["reward"] == reward,
            "act_reward",
            n,
            text,
            seller.name,
            status,
            data["reward"],
            reward,
        )
        expected = self._status(seller, data["verb"], data["args"], record.t)
        text = "{} of {} with {} is called {}, it is {}"
        case.check(
            status in expected,
            "legality",
            n,
            text,
            data["verb"],
            seller.name,
            data["args"],
            status,
            " or ".join(expected),
        )
        if status in CRASHES:
            seller.stopped, seller.wake = status, record.t
            return
        pause = seller.pricing.every
        if data["verb"] == "wait" and status == "ok":
            pause = max(pause, data["args"].get("minutes", 0) * _MINUTE_MS)
        elif status == "ok" and status in expected:
            rows = self._moved(seller, data["args"])
            self._owed = (seller, rows, record.t) if rows else None
        self._next(seller, record.t + pause, record.t)

    def _status(
        self, seller: AuditedSeller, verb: str, args: dict[str, Any], now: int
    ) -> tuple[str, ...]:
        """Return what an action can be called."""
        if verb == "wait":
            minutes = args.get("minutes", 0)
            sound = type(minutes) is int and 0 <= minutes <= _WAIT_MAX
            return ("ok",) if sound and list(args) in ([], ["minutes"]) else ()
        if verb != "set_prices":
            return ("malformed", *CRASHES) if unmeant(verb, args) else ()
        if not args or any(type(price) is not int for price in args.values()):
            return ()
        own = {one.id: one for one in seller.pricing.products if one.closes > now}
        for name, price in args.items():
            if name not in own:
                return ("illegal",)
            low, high = seller.pricing.bounds(own[name])
            if not low <= price <= high:
                return ("illegal",)
        return ("ok",)

    def _moved(self, seller: AuditedSeller, args: dict[str, int]) -> list[list[int]]:
        known = self._prices.known
        return [
            [one.index, args[one.id]]
            for one in seller.pricing.products
            if one.id in args and args[one.id] != known[one.index]
        ]

    def repriced(self, record: Line) -> None:
        """Check that a seller's prices become what its action sets."""
        case, owed = self._state, self._owed
        self._owed = None
        seller = self.by_name.get(record.actor)
        text = "{} concerns {!r}, its prices are an agent's to set"
        known = seller is not None
        case.check(known, "actors", record.n, text, record.kind, record.actor)
        rows: list[list[int]] = []
        at = None
        if owed is not None and owed[0] is seller:
            _, rows, at = owed
        text = "{!r} sets prices at {}, it acts at {}"
        case.check(
            at == record.t, "repricing", record.n, text, record.actor, record.t, at
        )
        text = "{!r} sets prices for the reasons {}; each is an agent's"
        why = record.data.get("reasons")
        case.check(
            why == ["agent"] * len(record.data["prices"]),
            "repricing",
            record.n,
            text,
            record.actor,
            why,
        )
        text = "{!r} sets the prices {}, its action says {}"
        case.check(
            record.data["prices"] == rows and not {"bids", "limits"} & {*record.data},
            "repricing",
            record.n,
            text,
            record.actor,
            record.data["prices"],
            rows,
        )
        case.caused(record, 0 if seller is None else seller.acted)

    # -- rewards and outcomes ------------------------------------------------------

    def sold(self, product: int, price: int) -> None:
        """Note what a background buyer paid."""
        self._background[product] += price

    def _earned(self, seller: AuditedSeller) -> int:
        own = [one.index for one in seller.pricing.products]
        total = sum(self._background[index] for index in own)
        for order in self._state.orders.values():
            lines = zip(order.payment.hold.lines, order.left, strict=True)
            total += sum(left * ln[2] for ln, left in lines if ln[0] in own)
        return total * _MILLI // seller.full

    def reward(self, record: Line) -> None:
        """Check the reward for what was sold since the last one."""
        case, seller = self._state, self.by_name[record.actor]
        case.caused(record, seller.acted)
        total = self._earned(seller)
        terms = {"revenue": total - seller.earned}
        text = "{} is rewarded with {} at {}; its sales bring {} at {}"
        fits = record.data["terms"] == terms and terms["revenue"] != 0
        case.check(
            fits and record.t == seller.wake,
            "revenue",
            record.n,
            text,
            seller.name,
            record.data["terms"],
            record.t,
            terms,
            seller.wake,
        )
        seller.earned = total

    def outcome(self, record: Line) -> None:
        """Check how a seller's episode ends, and what its last sales bring."""
        case, data, seller = self._state, record.data, self.by_name[record.actor]
        case.caused(record, seller.acted)
        late = seller.wake == record.t >= case.scenario.deadline
        if late and not seller.stopped:
            self._schedule.in_order(record, seller)
        expected = seller.stopped or ("closed" if late else "running")
        text = "the outcome of {} at {} is {}, it should be {}"
        fits = data["outcome"] == expected and data["paid"] is None
        case.check(
            fits and seller.wake == record.t and seller.outcome is None,
            "outcome",
            record.n,
            text,
            seller.name,
            record.t,
            data["outcome"],
            expected,
        )
        total = self._earned(seller)
        new = total - seller.earned
        terms = {"revenue": new} if new else {}
        text = "the last sales of {} bring {}, it should be {}"
        case.check(
            data["terms"] == terms,
            "revenue",
            record.n,
            text,
            seller.name,
            data["terms"],
            terms,
        )
        seller.outcome, seller.earned = data["outcome"], total
        seller.stopped = seller.stopped or data["outcome"]
