"""Turns: who acts next, what an action does, and how an agent's episode ends.

Every door drives this one engine.  An agent is ready when the page it asked for
has settled; ready agents act in the order of (time, lottery ticket).
"""

from collections.abc import Callable
from typing import Any, Final

from ..clock import MINUTE_MS, Phase, Timer
from ..errors import Misuse
from ..events import Acted, MessageDelivered, OutcomeReached, Rewarded
from ..integers import whole
from ..journal import JournalWriter, Sink
from ..marketplace import Marketplace
from ..payments.payment import Payment
from ..snapshot import digest_of
from ..state import MarketState, state_of
from ..storefront import Pace, Storefront, Visitor
from ..storefront.visitor import VisitorState
from ..world import World
from .actions import Action, Input, Malformed
from .episode import EpisodeConfig, Finish
from .participant import Participant
from .recorder import TurnRecorder
from .task import draw_task, judge
from .verbs import ROWS, Verb, verb_table

__all__ = ["Turns"]

# An enumeration is slow to look into, and these are asked for at every step.
_AGENT: Final = Phase.AGENT
_CLICK: Final = Pace.CLICK
_PAGE: Final = Pace.PAGE

_STAGES: Final = 3
"""Stages whose progress is rewarded."""


class Turns:
    """One episode: a marketplace, its visitors, and whose turn it is.

    Args:
        config: the declared world.
        world: the compiled market of that config (built once, shared by runs).
        seed: the only source of chance.
        seats: names of the agents, by seat.
        finish: what a finished agent does.
        window_ms: length of decision windows; 0 lets agents act when ready.
        max_turns: actions per agent; None takes the scenario's number.
        shuffle_ties: draw the order of timers of one instant and phase, for
            testing; see `MarketClock.shuffle_ties`.
        policies: who plays each seat, for the journal's header.
        parent: the run that this one is a fork of, and where; for the header.
        sink: takes the journal's lines; None records nothing.
        observer: called after every event of the clock.

    Attributes:
        ready: seats that may act now, in the order of the lottery.
        over: whether every agent's episode has ended.
    """

    def __init__(
        self,
        config: EpisodeConfig,
        world: World,
        seed: int,
        seats: list[str],
        *,
        finish: Finish = "idle",
        window_ms: int = 0,
        max_turns: int | None = None,
        shuffle_ties: bool = False,
        policies: dict[str, str] | None = None,
        parent: dict[str, Any] | None = None,
        sink: Sink | None = None,
        observer: Callable[[], None] | None = None,
    ) -> None:
        """Open the market and run it to the first decision."""
        self.config = config
        self.world = world
        self.verbs = verb_table(world.trade)
        self.finish = finish
        self.window_ms = window_ms
        self.max_turns = (
            config.turns.max_turns
            if max_turns is None
            else whole("max_turns", max_turns, 1)
        )
        self.journal = JournalWriter(sink)
        self.market = Marketplace(world, seed, seats, self.journal)
        self.clock = self.market.clock
        self.clock.observer = observer
        self.shuffle_ties = shuffle_ties
        if shuffle_ties:
            self.clock.shuffle_ties(self.market.streams.get("ties"))
        self._click_ms = config.turns.click_ms
        self._page_ms = config.turns.page_ms
        self._time_milli = config.reward.time
        self._recorder = TurnRecorder(self)
        self._recorder.open(
            self.market.streams.seed,
            seats,
            None if max_turns is None else self.max_turns,
            {} if policies is None else policies,
            parent,
        )
        self.market.open()
        self.seats = [self._seat(index, name) for index, name in enumerate(seats)]
        self.by_name = {seat.name: seat for seat in self.seats}
        self.store = Storefront(self.market, [seat.visitor for seat in self.seats])
        self.store.on_settled = self._settled
        self.store.on_failed_payment = self._payment_failed
        self.store.on_receipt = self._receipt
        self.ready: list[Participant] = []
        self.touched: list[Participant] = []
        """Seats whose reward has changed since someone last looked."""
        self._left = len(self.seats)
        self.over = self._left == 0
        start = max(0, self.clock.now_ms)
        for seat in self.seats:
            self._schedule(seat, start)
        self.advance()

    # -- whose turn ----------------------------------------------------------------

    def advance(self) -> None:
        """Run the market until someone is ready or all are done."""
        if self.ready or self.over:
            return
        clock = self.clock
        if not clock.advance():
            for seat in self.seats:
                self.stop(seat, "truncated")
            return
        while clock.due_now(_AGENT):
            clock.step()

    def _schedule(self, seat: Participant, due_ms: int) -> None:
        """Ask the seat again at an instant (or at its deadline, if earlier)."""
        if seat.stopped:
            return
        if seat.turn >= self.max_turns:
            self.stop(seat, "truncated")
            return
        clock = self.clock
        if due_ms > seat.task.deadline_ms:
            due_ms = max(seat.task.deadline_ms, clock.now_ms)
        if self.window_ms:
            due_ms += -due_ms % self.window_ms
        seat.ticket = seat.lottery.word() >> 40
        order = seat.ticket << 16 | seat.index
        clock.at(due_ms, _AGENT, self._wake, "turn", seat.index, order)

    def _wake(self, timer: Timer) -> None:
        seat = self.seats[timer.entity]
        if seat.stopped:
            return
        if self.clock.now_ms >= seat.task.deadline_ms:
            self.stop(seat, "failed")
            return
        self.ready.append(seat)
        self.clock.halt()

    # -- actions -------------------------------------------------------------------

    def why_not(
        self, seat: Participant, verb: Verb, args: dict[str, Any]
    ) -> str | None:
        """Return the rule against an action of a seat, or None.

        The one rule behind masks, error texts and tests.
        """
        if seat.stopped and verb is not Verb.WAIT:
            return "your episode is over: only wait is legal"
        if verb in self.verbs.without:
            return f"this site has no {self.verbs.names[verb]}"
        command = ROWS[verb].command
        if command is not None:
            return command.why_not(self.market, seat.visitor, args)
        if verb is Verb.SEND_MESSAGE:
            mate = self.by_name.get(args["to"])
            if not seat.task.team or mate is None or mate is seat:
                return f"no team mate is called {args['to']!r:.40}"
        return None

    def act(self, seat: Participant, action: Input) -> bool:
        """Take a ready seat's action; the market's clock does not move.

        Returns:
            Whether the action was legal; an illegal one changes nothing but the
            penalty and the journal.

        Raises:
            Misuse: it is not this seat's turn; nothing has changed.
        """
        if seat not in self.ready:
            msg = f"{seat.name} is not ready to act"
            raise Misuse(msg)
        self.ready.remove(seat)
        if not isinstance(action, Action):
            verb, args, why = None, {"why": action.why}, action.why
            status = "malformed" if isinstance(action, Malformed) else "error"
        else:
            verb, args = action.verb, action.args
            reason = self.why_not(seat, verb, args)
            status, why = ("ok", "") if reason is None else ("illegal", reason)
        number = seat.acted = self._record(seat, verb, args, status)
        visitor = seat.visitor
        visitor.last_action = status if verb is None else self.verbs.names[verb]
        visitor.last_error = (status, why) if why else None
        seat.accepted = status == "ok"
        if status == "error":
            self.stop(seat, "error")
        elif verb is None or not seat.accepted:
            self._schedule(seat, self.clock.now_ms + self._click_ms)
        else:
            self._do(seat, verb, args, number)
        self._recorder.checkpoint()
        return seat.accepted

    def _record(
        self, seat: Participant, verb: Verb | None, args: dict[str, Any], status: str
    ) -> int:
        seat.turn += 1
        terms = {"time": self._time_milli}
        if status != "ok":
            terms["penalty"] = self.config.reward.penalty
        self._credit(seat, terms)
        journal = self.journal
        if journal.write is None:
            return 0
        fact = Acted(
            args=args,
            reward=terms,
            status=status,
            ticket=seat.ticket,
            turn=seat.turn,
            verb="" if verb is None else self.verbs.names[verb],
        )
        return journal.emit(fact, self.clock.now_ms, seat.name)

    def _do(
        self, seat: Participant, verb: Verb, args: dict[str, Any], cause: int
    ) -> None:
        command, now = ROWS[verb].command, self.clock.now_ms
        if command is not None:
            pace = self.store.do(seat.visitor, command, args, cause)
            if len(seat.reached) < _STAGES:
                self._progress(seat, cause)
            if pace is _CLICK:
                self._schedule(seat, now + self._click_ms)
            elif pace is _PAGE:
                self._schedule(seat, now + self._page_ms)
        elif verb is Verb.WAIT:
            minutes = args.get("minutes", 0)
            self._schedule(seat, now + (minutes * MINUTE_MS or self._click_ms))
        elif verb is Verb.ABORT:
            self.stop(seat, "aborted")
        else:
            self._deliver(seat, args, cause)
            self._schedule(seat, now + self._click_ms)

    def _deliver(self, seat: Participant, args: dict[str, Any], cause: int) -> None:
        mate = self.by_name[args["to"]].visitor
        mate.tell(seat.name, args["text"], untrusted=True)
        fact = MessageDelivered(sender=seat.name, text=args["text"], untrusted=True)
        self.journal.emit(fact, self.clock.now_ms, mate.name, cause)

    # -- rewards and outcomes ----------------------------------------------------

    def _credit(self, seat: Participant, terms: dict[str, int]) -> None:
        if seat.terms:
            for name, milli in terms.items():
                seat.terms[name] = seat.terms.get(name, 0) + milli
        elif terms:
            self.touched.append(seat)
            seat.terms = dict(terms)
        seat.total_milli += sum(terms.values())

    def _reward(self, seat: Participant, terms: dict[str, int], cause: int) -> None:
        self._credit(seat, terms)
        fact = Rewarded(terms=terms)
        self.journal.emit(fact, self.clock.now_ms, seat.name, cause)

    def _progress(self, seat: Participant, cause: int) -> None:
        visitor, reward = seat.visitor, self.config.reward
        for name, reached, milli in (
            ("cart", bool(visitor.cart), reward.progress_cart),
            ("payment", visitor.hold is not None, reward.progress_payment),
            ("card", visitor.card is not None, reward.progress_card),
        ):
            if reached and name not in seat.reached:
                seat.reached.append(name)
                self._reward(seat, {"progress": milli}, cause)

    def _payment_failed(self, payment: Payment) -> None:
        seat = self.seats[payment.seat]
        if not seat.stopped:
            self._reward(seat, {"penalty": self.config.reward.penalty}, payment.cause)

    def _settled(self, visitor: Visitor) -> None:
        self._schedule(self.seats[visitor.seat], self.clock.now_ms + 1)

    def _receipt(self, visitor: Visitor) -> None:
        seat = self.seats[visitor.seat]
        if seat.task.ends_on == "receipt":
            self.stop(seat, "failed")

    def stop(self, seat: Participant, reason: str) -> None:
        """End a seat's episode; what it has ticketed decides the outcome.

        Args:
            seat: whose episode ends.
            reason: ``aborted``, ``failed``, ``truncated`` or ``error``: the
                outcome when the seat holds no ticket.
        """
        if seat.stopped:
            return
        seat.stopped = True
        seat.reason = reason
        if seat in self.ready:
            self.ready.remove(seat)
        team = self.seats if seat.task.team else [seat]
        if all(mate.stopped for mate in team):
            self._judge(team, seat.acted)
        if self.over:
            self.clock.halt()

    def _judge(self, team: list[Participant], cause: int) -> None:
        orders = [self.market.orders.of(seat.index) for seat in team]
        verdicts = judge([seat.task for seat in team], orders, self.world)
        reward = self.config.reward
        for seat, mine, verdict in zip(team, orders, verdicts, strict=True):
            terms: dict[str, int] = {}
            outcome = verdict or seat.reason
            if seat.reason == "error":
                outcome = "error"
            elif verdict is not None:
                terms[verdict] = getattr(reward, verdict)
            elif outcome == "aborted" and seat.task.infeasible is not None:
                outcome = "infeasible_aborted"
                terms["correct_abort"] = reward.correct_abort
            seat.outcome = outcome
            if verdict is not None:
                seat.paid_minor = sum(order.owed_minor for order in mine)
            self._left -= 1
            self.over = self._left == 0
            self._credit(seat, terms)
            fact = OutcomeReached(outcome=outcome, paid=seat.paid_minor, terms=terms)
            self.journal.emit(fact, self.clock.now_ms, seat.name, cause)

    # -- state -------------------------------------------------------------------

    def state(self) -> tuple[MarketState, list[VisitorState]]:
        """Return the market's and the visitors' state, turns left aside."""
        return state_of(self.market), [s.visitor.state() for s in self.seats]

    def digest(self) -> str:
        """Return the digest of `state`."""
        return digest_of(self.state())

    def full_digest(self) -> str:
        """Return the digest of `state` and of every seat's turns and rewards."""
        return digest_of([*self.state(), [seat.state() for seat in self.seats]])

    def seal(self, status: str = "complete") -> None:
        """Write the journal's end; nothing is recorded afterwards."""
        self._recorder.seal(status)

    def _seat(self, index: int, name: str) -> Participant:
        members = len(self.market.names) if self.config.task.team else 1
        task = draw_task(
            self.config.task, self.world, self.market.streams, index, members
        )
        visitor = Visitor(
            seat=index,
            name=name,
            form=dict(task.form),
            party=task.party,
            wallet=task.wallet,
        )
        lottery = self.market.streams.get("lottery", index)
        return Participant(
            index=index,
            name=name,
            task=task,
            goal=task.goal(self.world),
            visitor=visitor,
            lottery=lottery,
        )
