"""Turns: who acts next, and when; its role says what that means.

Every door drives this one engine.  An agent is ready when the page it asked for
has settled; ready agents act in the order of (time, lottery ticket).
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from ..clock import MarketClock, Phase, Timer
from ..errors import Misuse
from ..events import CRASHES, THINKING, Acted, OutcomeReached, Rewarded
from ..integers import whole
from ..journal import JournalWriter, Sink
from ..marketplace import Marketplace
from ..native import mypyc_attr
from ..snapshot import digest_of
from ..state import MarketState, state_of
from ..storefront import Storefront
from ..storefront.visitor import VisitorState
from ..world import World
from .actions import Input, ThinkingTime
from .buyer import Buyer, BuyerRole
from .episode import EpisodeConfig, Finish
from .participant import Participant
from .recorder import TurnRecorder
from .role import verify_roles
from .ruling import Ruling
from .seller import SellerAgent, SellerRole, played_sellers, seller_names
from .state_encoder import Draws, StateEncoder
from .verbs import VerbTable, verb_table

__all__ = ["Turns"]

_AGENT: Final = int(Phase.AGENT)
"""An enumeration is slow to look into, and this is asked for at every step."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Turns:
    """One episode: a marketplace, its visitors, and whose turn it is.

    Args:
        config: the declared world.
        world: the compiled market of that config (built once, shared by runs).
        seed: the only source of chance.
        seats: names of the buyers, by seat.
        roles: that agents play; with ``seller``, those whose pricing is an agent's.
        finish: what a finished agent does.
        window_ms: length of decision windows; 0 lets agents act when ready.
        max_turns: actions per agent; None takes the scenario's number.
        shuffle_ties: draw the order of timers of one instant and phase, for
            testing; see `MarketClock.shuffle_ties`.
        policies: who plays each seat, for the journal's header.
        parent: the run that this one is a fork of, and where; for the header.
        sink: takes the journal's lines; None records nothing.
        block: so many records are written to it together; see `JournalWriter`.
        observer: called after every event of the clock.

    Attributes:
        seats: the buyers.
        sellers: the sellers that agents play.
        participants: all agents, buyers first.
        ready: agents that may act now, in the order of the lottery.
        over: whether every agent's episode has ended.
        actors: who has acted so far, by index and in order.
        inputs: what each of them did: with the seed, all that the run depends on.
    """

    def __init__(
        self,
        config: EpisodeConfig,
        world: World,
        seed: int,
        seats: list[str],
        *,
        roles: Sequence[str] = ("buyer",),
        finish: Finish = "idle",
        window_ms: int = 0,
        max_turns: int | None = None,
        shuffle_ties: bool = False,
        policies: dict[str, str] | None = None,
        parent: dict[str, Any] | None = None,
        sink: Sink | None = None,
        block: int = 1,
        observer: Callable[[], None] | None = None,
    ) -> None:
        """Open the market and run it to the first decision."""
        self.config = config
        self.world = world
        self.verbs: VerbTable = verb_table(world.trade)
        self.finish = finish
        self.window_ms = window_ms
        most = config.turns.max_turns if max_turns is None else max_turns
        self.max_turns: int = whole("max_turns", most, 1)
        self.journal: JournalWriter = JournalWriter(sink, block)
        self.roles: tuple[str, ...] = verify_roles(roles)
        played = played_sellers(world) if "seller" in self.roles else []
        self.market: Marketplace = Marketplace(
            world, seed, seats, self.journal, played=[one.name for one in played]
        )
        self.clock: MarketClock = self.market.clock
        self.clock.observer = observer
        self.shuffle_ties = shuffle_ties
        if shuffle_ties:
            self.clock.shuffle_ties(self.market.streams.get("ties"))
        self._encoder, self._recorder = StateEncoder(), TurnRecorder(self)
        self._recorder.open(
            self.market.streams.seed,
            [*seats, *(seller_names(world) if played else ())],
            None if max_turns is None else self.max_turns,
            {} if policies is None else policies,
            parent,
        )
        self.market.open()
        self.buyer: BuyerRole = BuyerRole(self, seats)
        self.seller: SellerRole = SellerRole(self, played)
        self.store: Storefront = self.buyer.store
        self.seats: list[Buyer] = self.buyer.buyers
        self.sellers: list[SellerAgent] = self.seller.sellers
        self.participants: list[Participant] = [*self.seats, *self.sellers]
        self.by_name: dict[str, Participant] = {
            one.name: one for one in self.participants
        }
        self.ready: list[Participant] = []
        self.touched: list[Participant] = []
        """Agents whose reward has changed since someone last looked."""
        self._left = len(self.participants)
        self.over: bool = self._left == 0
        self._begin()

    def _begin(self) -> None:
        """Let everybody act at the opening, and run to the first decision."""
        agents = self.participants
        self.actors: list[int] = []
        self.inputs: list[Input] = []
        self._timers = [Timer(self._wake, "turn", one.index) for one in agents]
        """Each agent's; an agent is asked for one action at a time."""
        start = max(0, self.clock.now_ms)
        for one in self.participants:
            self.schedule(one, start)
        self.advance()

    # -- whose turn ----------------------------------------------------------------

    def advance(self) -> None:
        """Run the market until someone is ready or all are done."""
        if self.ready or self.over:
            return
        if not self.clock.advance():
            for seat in self.participants:
                self.stop(seat, "truncated")

    def schedule(self, seat: Participant, due_ms: int) -> None:
        """Ask an agent again at an instant (or at its deadline, if earlier)."""
        if seat.stopped:
            return
        if seat.turn >= self.max_turns:
            self.stop(seat, "truncated")
            return
        if due_ms > seat.deadline_ms or self.window_ms:
            due_ms = self._due_ms(seat, due_ms)
        seat.ticket = ticket = seat.lottery.word() >> 40
        seat.changed[seat.index] = None
        timer = self._timers[seat.index]
        self.clock.again(timer, due_ms, _AGENT, ticket << 16 | seat.index)

    def _wake(self, timer: Timer) -> None:
        index: int = timer.entity
        seat = self.participants[index]
        if seat.stopped:
            return
        if self.clock.now_ms >= seat.deadline_ms:
            self.stop(seat, seat.role.late())
            return
        seat.role.wake(seat)
        self.ready.append(seat)
        seat.ready = True
        self.clock.halt(agents=True)

    # -- actions -------------------------------------------------------------------

    def act(self, seat: Participant, action: Input) -> bool:
        """Take a ready agent's action; the market's clock does not move.

        Returns:
            Whether the action was legal; an illegal one changes nothing but the
            penalty and the journal.

        Raises:
            Misuse: it is not this agent's turn; nothing has changed.
        """
        if not seat.ready:
            msg = f"{seat.name} is not ready to act"
            raise Misuse(msg)
        self.ready.remove(seat)
        seat.ready = False
        self.actors.append(seat.index)
        self.inputs.append(action)
        if isinstance(action, ThinkingTime):
            self._think(seat, action)
            return True
        role = seat.role
        answer = role.answer(seat, action)
        seat.acted = self._record(seat, answer)
        role.note(seat, answer)
        seat.accepted = accepted = answer.status == "ok"
        if accepted:
            role.act(seat, action, answer)
        elif answer.status in CRASHES:
            self.stop(seat, answer.status)
        else:
            role.refuse(seat)
        self._recorder.checkpoint()
        return accepted

    def _think(self, seat: Participant, time: ThinkingTime) -> None:
        """Keep an agent busy while it thinks; its turn, and its lot, are the same."""
        clock = self.clock
        fact = Acted(
            args={
                "completion_tokens": time.completion_tokens,
                "ms": time.ms,
                "prompt_tokens": time.prompt_tokens,
            },
            reward={},
            status=THINKING,
            ticket=seat.ticket,
            turn=seat.turn + 1,
            verb="",
        )
        self.journal.emit(fact, clock.now_ms, seat.name)
        due_ms = self._due_ms(seat, clock.now_ms + time.ms)
        timer, order = self._timers[seat.index], seat.ticket << 16 | seat.index
        clock.again(timer, due_ms, _AGENT, order)
        self._recorder.checkpoint()

    def _due_ms(self, seat: Participant, due_ms: int) -> int:
        """Return when an agent is asked: at its deadline, or a window's end."""
        if due_ms > seat.deadline_ms:
            due_ms = max(seat.deadline_ms, self.clock.now_ms)
        if self.window_ms:
            due_ms += -due_ms % self.window_ms
        return due_ms

    def repeat(self, actors: Sequence[int], inputs: Sequence[Input]) -> None:
        """Take the actions of another run of the same seed, and so get where it is.

        Args:
            actors: who acted in that run, from its opening on.
            inputs: what each of them did.

        Raises:
            Misuse: that run was another one: it was not the turn of one of them.
        """
        for index, action in zip(actors, inputs, strict=True):
            self.act(self.participants[index], action)
            self.advance()

    def _record(self, seat: Participant, answer: Ruling) -> int:
        seat.turn += 1
        terms = seat.role.terms(answer)
        self.credit(seat, terms)
        journal = self.journal
        if journal.write is None:
            return 0
        fact = Acted(
            args=answer.args,
            reward=terms,
            status=answer.status,
            ticket=seat.ticket,
            turn=seat.turn,
            verb=answer.verb,
        )
        return journal.emit(fact, self.clock.now_ms, seat.name)

    # -- rewards and outcomes ----------------------------------------------------

    def credit(self, seat: Participant, terms: dict[str, int]) -> None:
        """Add reward terms to what an agent has earned."""
        seat.changed[seat.index] = None
        if not terms:
            return
        known = seat.terms
        if known:
            for name, milli in terms.items():
                known[name] = known.get(name, 0) + milli
        else:
            seat.terms = terms.copy()
        seat.total_milli += sum(terms.values())
        if not seat.touched:
            seat.touched = True
            self.touched.append(seat)

    def reward(self, seat: Participant, terms: dict[str, int], cause: int) -> None:
        """Add reward terms that became known after the action, and write them down."""
        self.credit(seat, terms)
        fact = Rewarded(terms=terms)
        self.journal.emit(fact, self.clock.now_ms, seat.name, cause)

    def stop(self, seat: Participant, reason: str) -> None:
        """End an agent's turns; its role judges how its episode ended.

        Args:
            seat: whose turns end.
            reason: ``aborted``, ``failed``, ``truncated``, ``closed`` or one of
                `CRASHES`: the outcome where the role finds no other.
        """
        if seat.stopped:
            return
        seat.stopped = True
        seat.reason = reason
        seat.changed[seat.index] = None
        if seat.ready:
            self.ready.remove(seat)
            seat.ready = False
        seat.role.end(seat)
        if self.over:
            self.clock.halt(agents=True)

    def conclude(
        self, seat: Participant, outcome: str, terms: dict[str, int], cause: int
    ) -> None:
        """Write down how an agent's episode ended, and what that earns it."""
        seat.outcome = outcome
        self._left -= 1
        self.over = self._left == 0
        self.credit(seat, terms)
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
        """Return the digest of `state` and of every agent's turns and rewards."""
        return self.checkpoint()[0]

    def checkpoint(self) -> tuple[str, Draws, int]:
        """Return `full_digest`, words drawn of every stream, and pending timers."""
        return self._encoder.checkpoint(self)

    def seal(self, status: str = "complete") -> None:
        """Write the journal's end; nothing is recorded afterwards."""
        self._recorder.seal(status)
