"""A served episode: clients play some of its seats, agents the others.

The order of turns is the market's own, by event time.  A call of a client whose turn
it is not waits.  A client that lets the others wait longer than the patience is passed
over: its action is an ordinary `wait`, recorded as any other, so that re-execution
needs no clock.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from test_time_gym.agents.base import AgentSource
from test_time_gym.envs.earnings import collect
from test_time_gym.journal.sink import FileSink
from test_time_gym.market.errors import MarketError, Misuse
from test_time_gym.market.interface.actions import Action, Input
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import ROWS, Verb
from test_time_gym.market.storefront import Pace
from test_time_gym.market.streams import seed_of
from test_time_gym.rollout.results import EpisodeResult
from test_time_gym.rollout.rollout import Rollout, policy_name
from test_time_gym.scenarios import Scenario

from .client_answer import ClientAnswer
from .client_seat import ClientSeat
from .seating import takes_its_time

__all__ = ["PASS_MINUTES", "EpisodeEnded", "ServedEpisode", "Tell"]

PASS_MINUTES: Final = 10
"""Simulated minutes that a seat waits when it is passed over."""
HEARTBEAT_S: Final = 5.0
"""Between two words to a client whose call waits."""
_PASS: Final = Action(Verb.WAIT, {"minutes": PASS_MINUTES})

Tell = Callable[[str], Awaitable[None]]
"""Tells a client why its call takes long."""


class EpisodeEnded(Misuse):
    """The server does not go on with this episode."""


class _Client:
    """In the place of an agent, at the seat of a client."""

    def act(self, observation: dict[str, Any]) -> Any:
        """Never asked: clients act by their calls."""
        raise NotImplementedError


class ServedEpisode:
    """One episode with clients; all of it runs in one event loop.

    Args:
        scenario: what is played.
        sources: who plays each seat; those of clients may name anybody.
        clients: names of the seats that clients play.
        seed: of the episode.
        journal: where it is recorded; closed at the end.
        patience_s: seconds for which a client whose turn it is may let the call of
            another one wait; None: for ever.
        max_turns: actions of each seat; None: the scenario's.
        on_end: called when everybody's episode is over, and the journal is sealed.

    Raises:
        Misuse: an argument is wrong.
        AgentError: a source is no agent.

    Attributes:
        scenario: the same, with neutral names of cards if a model plays.
        turns: the run.
        clients: by the names of their seats.
    """

    def __init__(
        self,
        scenario: Scenario,
        sources: Mapping[str, AgentSource],
        clients: Sequence[str],
        *,
        seed: int,
        journal: FileSink | None = None,
        patience_s: float | None = 60.0,
        max_turns: int | None = None,
        on_end: Callable[[], None] | None = None,
    ) -> None:
        """Open the market, and let the agents begin."""
        played: dict[str, AgentSource] = {
            name: _Client() if name in clients else source
            for name, source in sources.items()
        }
        policies = {name: policy_name(source) for name, source in played.items()}
        self._seed = seed_of(seed)
        self._journal = journal
        self._patience_s = patience_s
        self._on_end = on_end
        self._slow = [name for name, one in played.items() if takes_its_time(one)]
        self._rollout = Rollout(scenario, played, policies, seed=self._seed)
        self._rollout.start_episode(self._seed)
        self.scenario: Scenario = self._rollout.scenario
        self.turns: Turns = Turns(
            self.scenario,
            self._rollout.world,
            self._seed,
            self._rollout.buyers,
            max_turns=max_turns,
            policies=policies,
            sink=journal,
        )
        self._rollout.begin(self.turns, [n for n in played if n not in clients])
        self.clients: dict[str, ClientSeat] = {
            seat.name: ClientSeat(seat, seat.role.observe(seat))
            for seat in self.turns.seats
            if seat.name in clients
        }
        self._share_ppm = scenario.agents.cooperation_ppm
        self._news = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._timed: tuple[int, int] | None = None
        self._others: asyncio.Task[None] | None = None
        self._torn = False
        self._closed = False
        self._failure: BaseException | None = None

    # -- what clients ask for ------------------------------------------------------

    async def act(self, name: str, action: object, tell: Tell) -> ClientAnswer:
        """Take a client's action, and return its next page once it may act again.

        Args:
            name: of the client's seat.
            action: structured, as `decode_action` takes it.
            tell: told why it takes long.

        Raises:
            EpisodeEnded: the server is being stopped, or has failed.
            TooManyCalls: the client does not wait for its answers.
        """
        mine = self.clients[name]
        async with mine.call():
            await self._turn_of(mine, tell)
            seat = mine.seat
            if seat.outcome is not None:
                over = f"your episode is over: {seat.outcome}; nothing can be done more"
                return self._answer(mine, error=over)
            decoded = seat.role.decode(action)
            accepted = self._take(seat, decoded)
            if accepted and _goes_to_the_gateway(decoded):
                await tell("the payment is being processed")
            await self._turn_of(mine, tell)
            return self._answer(mine, acted=True)

    async def look(self, name: str, tell: Tell) -> ClientAnswer:
        """Return the page on which a client acts next, once it may; nothing changes.

        Raises:
            EpisodeEnded: the server is being stopped, or has failed.
            TooManyCalls: the client does not wait for its answers.
        """
        mine = self.clients[name]
        async with mine.call():
            await self._turn_of(mine, tell)
            return self._answer(mine)

    def task(self, name: str) -> dict[str, Any]:
        """Return what a client is asked to do."""
        page = self.clients[name].page
        told = ("goal", "constraints", "deadline", "team", "wallet")
        return {"seat": name} | {key: page[key] for key in told}

    def receipt(self, name: str) -> dict[str, Any]:
        """Return what a client has bought and earned so far."""
        mine = self.clients[name]
        seat = mine.seat
        return {
            "seat": name,
            "done": seat.outcome is not None,
            "outcome": seat.outcome,
            "reward": seat.total_milli / 1000,
            "steps": seat.turn,
            "passed_over": mine.passed_over,
            "orders": mine.page["orders"],
        }

    # -- the end -------------------------------------------------------------------

    def close(self) -> None:
        """Seal the journal, and answer calls that wait; call it as often as you like.

        Raises:
            Misuse: the journal could not be written to its end.
        """
        if self._closed:
            return
        self._closed = True
        self._stop_timer()
        try:
            # A torn turn has no state that could be sealed.
            if not self._torn:
                self.turns.seal("complete" if self.turns.over else "aborted")
        finally:
            if self._journal is not None:
                self._journal.close()
            self._wake()

    def _fail(self, error: BaseException) -> None:
        """Stop because of an error that no client has made."""
        self._failure = error
        self.close()

    def _verify_open(self) -> None:
        if self._failure is not None:
            if isinstance(self._failure, MarketError):
                msg = "the server had to stop: its journal cannot be written"
            else:
                msg = "the server has failed, and cannot go on"
            raise EpisodeEnded(f"{msg}; this is no fault of yours")
        if self._closed and not self.turns.over:
            msg = "the server is being stopped"
            raise EpisodeEnded(msg)

    # -- turns ---------------------------------------------------------------------

    async def _turn_of(self, mine: ClientSeat, tell: Tell) -> None:
        """Wait until a client may act, or its episode is over."""
        mine.waiting = True
        try:
            while True:
                self._verify_open()
                if mine.seat.outcome is not None:
                    self._go_on()  # agents play to their end, though nobody looks
                    return
                if self._first() is mine.seat:
                    return
                self._go_on()
                news = self._news
                try:
                    await asyncio.wait_for(news.wait(), HEARTBEAT_S)
                except TimeoutError:
                    await tell(self._why_waiting(mine))
        finally:
            mine.waiting = False

    def _first(self) -> Participant | None:
        """Return who acts next."""
        return self.turns.ready[0] if self.turns.ready else None

    def _why_waiting(self, mine: ClientSeat) -> str:
        status = mine.seat.role.observe(mine.seat)["payment_state"]["status"]
        if status in ("processing", "unknown"):
            return "the payment is pending, while other agents act"
        return "other agents act"

    def _go_on(self) -> None:
        """Have agents play, or the patience run, if one of them is to act next."""
        first = self._first()
        if first is None or self._closed:
            return
        if first.name in self.clients:
            self._run_patience(self.clients[first.name])
        elif self._others is None or self._others.done():
            self._others = asyncio.create_task(self._play_agents())

    async def _play_agents(self) -> None:
        try:
            while not self._closed:
                seat = self._first()
                if seat is None or seat.name in self.clients:
                    break
                if seat.name in self._slow:
                    ask = self._rollout.ask
                    action = await asyncio.to_thread(ask, self.turns, seat)
                else:
                    action = self._rollout.ask(self.turns, seat)
                    await asyncio.sleep(0)
                if not self._closed:
                    self._take(seat, action)
        except Exception as error:  # noqa: BLE001 - clients are told that it failed
            self._fail(error)
        self._wake()

    def _take(self, seat: Participant, action: Input) -> bool:
        """Carry out an action of whose turn it is, up to the next decision.

        Returns:
            Whether it was legal.

        Raises:
            EpisodeEnded: something failed that is no fault of a client.
        """
        turns = self.turns
        self._torn = True
        try:
            accepted = turns.act(seat, action)
            turns.advance()
            if self._journal is not None:
                self._journal.end_turn()
            self._torn = False
        except Exception as error:
            self._fail(error)
            self._verify_open()
            raise
        for earner, terms in collect(turns, self._share_ppm):
            if earner.name in self.clients:
                self.clients[earner.name].earn(terms)
        if turns.over:
            self._end()
        self._wake()
        return accepted

    def _end(self) -> None:
        """Seal the journal of an episode that is over for everybody, and tell it."""
        self.close()
        if self._on_end is not None:
            self._on_end()

    def result(self) -> EpisodeResult:
        """Return how everybody did, once it is over; agents are told theirs.

        Raises:
            AgentError: an agent's ``end`` failed.
        """
        return self._rollout.result(self.turns, self._seed, self._journal)

    def _wake(self) -> None:
        """Let all calls that wait look again."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    def _answer(
        self, mine: ClientSeat, *, acted: bool = False, error: str | None = None
    ) -> ClientAnswer:
        seat = mine.seat
        mine.page = page = seat.role.observe(seat)
        terms = mine.take_terms()
        wrong = page["last_action_error"] if acted else None
        if wrong is not None:
            legal = ", ".join(page["legal_verbs"])
            error = f"{wrong['text']} ({wrong['code']}); legal next: {legal}"
        return ClientAnswer(
            page=page,
            reward=round(sum(terms.values()), 9),
            reward_terms=terms,
            done=seat.outcome is not None,
            outcome=seat.outcome,
            error=error,
        )

    # -- patience ------------------------------------------------------------------

    def _run_patience(self, holder: ClientSeat) -> None:
        """Pass over a client in some time, unless it acts."""
        turn = (holder.seat.index, holder.seat.turn)
        if self._patience_s is None or self._timed == turn:
            return
        self._stop_timer()
        delay = 0.0 if holder.absent else self._patience_s
        loop = asyncio.get_running_loop()
        self._timed = turn
        self._timer = loop.call_later(delay, self._pass_over, holder)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._timed = None

    def _pass_over(self, holder: ClientSeat) -> None:
        """Make a client wait that lets the others wait."""
        seat, turn = holder.seat, self._timed
        self._stop_timer()
        late = self._first() is seat and turn == (seat.index, seat.turn)
        if self._closed or not late:
            return
        if not any(one.waiting for one in self.clients.values() if one is not holder):
            return  # nobody asks for it any more
        holder.absent = True
        holder.passed_over += 1
        try:
            self._take(seat, _PASS)
        except Misuse:
            return  # and who waits has been told
        self._go_on()


def _goes_to_the_gateway(action: Input) -> bool:
    if not isinstance(action, Action):
        return False
    command = ROWS[action.verb].command
    return command is not None and command.pace is Pace.GATEWAY
