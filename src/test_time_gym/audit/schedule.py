"""The schedule: when agents act, in which order, and when their turns end."""

from typing import Protocol

from .deadlines import ACTIONS
from .lines import Line
from .page import Expected, Page
from .state import AuditedAgent, AuditState

__all__ = ["ScheduleRules", "Ticketed"]


class Ticketed(Protocol):
    """An agent, whatever its role."""

    index: int
    name: str
    ticket: int
    """Its lot among those that are ready when it acts next."""


class ScheduleRules:
    """Every agent's next turn."""

    def __init__(self, case: AuditState) -> None:
        """Let everyone act at the opening."""
        self._state = case
        self._scenario = case.scenario
        self._last = (-(2**60), -1, -1)
        """When somebody acted last, with which ticket, from which seat."""
        start = max(0, self._scenario.start)
        for seat in case.seats:
            self.next_turn(seat, seat.pages[0], start, start)
            seat.ticket = seat.lottery.word() >> 40

    def next_turn(self, seat: AuditedAgent, page: Page, due: int, now: int) -> None:
        """Let an agent act at an instant, or stop it if it had its turns.

        Args:
            seat: the agent.
            page: on which it goes on.
            due: when its page has loaded.
            now: the present instant; time does not go back to a deadline.
        """
        page.asked, scenario = None, self._scenario
        if page.stopped:
            return
        if seat.turn >= scenario.max_turns:
            self.stop(seat, page, "truncated")
            return
        page.lots += 1
        self.again(seat, page, due, now)

    def again(self, seat: AuditedAgent, page: Page, due: int, now: int) -> None:
        """Let an agent act at an instant, with the lot that it has.

        Args:
            seat: the agent.
            page: on which it goes on.
            due: when it is ready, if its deadline comes no earlier.
            now: the present instant; time does not go back to a deadline.
        """
        scenario = self._scenario
        if due > scenario.deadline:
            due = max(scenario.deadline, now)
        if scenario.window:
            due += -due % scenario.window
        page.wake, turn = due, seat.turn
        self._state.deadlines.at(
            due, ACTIONS, lambda n: self._missed(seat, due, turn, n)
        )

    def _missed(self, seat: AuditedAgent, due: int, turn: int, n: int) -> None:
        """Look for what an agent should have done at an instant that is over."""
        if seat.turn != turn or seat.stopped:
            return
        late = [page for page in seat.pages if page.wake == due]
        if due >= self._scenario.deadline:
            for page in late:
                self.stop(seat, page, "failed")
            return
        others = [page for page in seat.pages if page.wake != due]
        text = "{} was to act at {}, and did not"
        if self._state.check(others or not late, "pace", n, text, seat.name, due):
            seat.pages = others or seat.pages
        for page in late:
            page.wake = None

    def stop(self, seat: AuditedAgent, page: Page, reason: str) -> None:
        """End an agent's turns; its outcome follows, in a team with the last one's."""
        if page.stopped:
            return
        case = self._state
        page.stopped, page.wake, page.asked = reason, None, None
        team = case.seats if self._scenario.task["team"] else [seat]
        if all(mate is seat or mate.stopped for mate in team):
            for mate in team:
                why = f"the turns of {mate.name} are over"
                page.due.append(Expected("outcome", "outcome", why, (mate, seat.acted)))
            case.active = seat

    def plays(self, record: Line, seat: AuditedAgent) -> None:
        """Check that an agent acts when its page has loaded, and at its place."""
        scenario, t, times = self._scenario, record.t, [p.wake for p in seat.pages]
        text = "{} acts at {}; its page has loaded at {}"
        self._state.check(
            seat.only(lambda page: page.wake == t and t < scenario.deadline),
            "pace",
            record.n,
            text,
            seat.name,
            t,
            times,
        )
        self.in_order(record, seat)

    def in_order(self, record: Line, seat: "Ticketed") -> None:
        """Check that agents ready at one instant act by their tickets."""
        then, now = self._last, (record.t, seat.ticket, seat.index)
        text = "{} acts at {} with the ticket {}, after {} of seat {}"
        self._state.check(
            now > then, "order", record.n, text, seat.name, *now[:2], *then[1:]
        )
        self._last = now

    def ends(self, record: Line) -> None:
        """Find what ends turns at the instant of an outcome that comes by itself."""
        case, scenario, t = self._state, self._scenario, record.t
        seat = case.by_name.get(record.actor)
        team = case.seats if scenario.task["team"] else [seat] if seat else []
        for mate in team:
            for page in mate.pages:
                given_up = page.asked is not None and page.asked + scenario.timeout == t
                if given_up and mate.turn >= scenario.max_turns:
                    self.stop(mate, page, "truncated")
        if case.active is not None or t < scenario.deadline:
            return
        # It is a deadline's, which comes after all that the gateway does then.
        case.deadlines.passed(t, ACTIONS, record.n)
        for mate in sorted(team, key=lambda one: (one.ticket, one.index)):
            ready = [page for page in mate.pages if page.wake == t]
            if ready and not mate.stopped:
                self.in_order(record, mate)
                for page in ready:
                    self.stop(mate, page, "failed")
