"""A rollout: agents play the episodes of a run."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import Any, Final

from test_time_gym.agents.answer import settled
from test_time_gym.agents.base import (
    Agent,
    AgentSource,
    agent_names,
    label_of,
    make_agent,
    reads_as_people_do,
    seller_agent_names,
)
from test_time_gym.envs.agent_views import verify_view
from test_time_gym.journal.sink import FileSink
from test_time_gym.market.interface.actions import (
    Crashed,
    Input,
)
from test_time_gym.market.interface.crash import (
    explained,
    let_interrupts_pass,
)
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.market.interface.seller import seller_names
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.streams import MAX_SEED, seed_of
from test_time_gym.market.world import World
from test_time_gym.scenarios import Scenario

from .episode_agents import EpisodeAgents, ReplayPolicy
from .hooks import Advise, Measure, Setup, seated, usage_of
from .results import AgentResult, EpisodeResult, MarketResult
from .signals import DeferredSignals

__all__ = ["NOBODY", "ReplayPolicy", "Report", "Rollout", "policy_name", "silent"]

NOBODY: Final[Mapping[str, Advise]] = MappingProxyType({})
"""Of the agents, nobody is advised."""

Report = Callable[[str, int], None]
"""Takes what is being done, and the number of steps so far."""

_TOLD: Final = ("outcome", "reward", "steps", "paid")
"""What an agent is told of its result."""


class Rollout:
    """The agents of a run; the same ones play all of its episodes.

    Args:
        scenario: what is played; with neutral names of cards if a model plays.
        sources: who plays each seat.
        policies: what the journal's header calls them.
        roles: that they play; sellers stand last in ``sources``.
        seed: of the first episode; agents that draw are seeded by it.
        window_ms: length of decision windows, 0 for none.
        progress: called with what is being done and the number of steps so far.
        world: the scenario's compiled market, if somebody has it already.
        measure: hears of every action, and adds to the results.
        advised: by their names, agents that are made for each episode.
        asking: entered while an agent is asked, so that others may run meanwhile.

    Attributes:
        agents: of this episode, by their names.
        recorded_actions: inputs of each seat, by its index, from the beginning.
        crashes: what ended an agent's own program, for the journal and in words.

    Raises:
        AgentError: a source is no agent.
    """

    def __init__(
        self,
        scenario: Scenario,
        sources: Mapping[str, AgentSource],
        policies: dict[str, str],
        *,
        seed: int,
        roles: tuple[str, ...] = ("buyer",),
        window_ms: int = 0,
        progress: Report | None = None,
        world: World | None = None,
        measure: Measure | None = None,
        advised: Mapping[str, Advise] = NOBODY,
        asking: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """Make the agents."""
        self._asking = asking
        if any(map(reads_as_people_do, sources.values())):
            scenario = scenario.with_neutral_cards()
        self.scenario: Scenario = scenario
        self.names: list[str] = list(sources)
        self.world: World = World.of(scenario.market) if world is None else world
        self.policies = policies
        self.roles = roles
        sellers = seller_names(self.world) if "seller" in roles else []
        self.buyers: list[str] = [name for name in sources if name not in sellers]
        self._window_ms = window_ms
        self._measure = measure
        self._progress = silent if progress is None else progress
        seed = seed_of(seed)
        self._advised: dict[str, Advise] = {}
        self._agents: dict[str, Agent] = {}
        for k, (name, source) in enumerate(sources.items()):
            if isinstance(source, str) and source in advised:
                self._advised[name] = advised[source]
            else:
                self._agents[name] = make_agent(source, (seed * 1000 + k) % MAX_SEED)
                role = "seller" if name in sellers else "buyer"
                verify_view(self._agents[name], scenario.market.trade, role)
        self.agents: dict[str, Agent | ReplayPolicy] = {}
        self.recorded_actions: dict[int, list[Input]] = {}
        self.crashes: dict[str, tuple[Crashed, str]] = {}
        self._episode = EpisodeAgents({}, asking)

    def start_episode(self, seed: int) -> None:
        """Make ready for the episode of a seed."""
        setup = Setup(
            scenario=self.scenario,
            world=self.world,
            seed=seed,
            names=tuple(self.buyers),
            window_ms=self._window_ms,
            roles=self.roles,
        )
        if self._measure is not None:
            self._measure.begin(setup)
        self.recorded_actions = {k: [] for k in range(len(self.names))}
        agents: dict[str, Agent] = {
            name: self._advised[name](setup, k)
            if name in self._advised
            else seated(self._agents[name], setup, name)
            for k, name in enumerate(self.names)
        }
        self._episode = EpisodeAgents(agents, self._asking)
        self.agents, self.crashes = self._episode.agents, self._episode.crashes

    def play(
        self,
        opened: Callable[[], Turns],
        beginners: Iterable[str],
        sink: FileSink | None,
    ) -> Turns:
        """Play an episode to its end, or as far as it gets, and seal its journal.

        Args:
            opened: returns the run, at its first decision that is to be made here.
            beginners: seats whose agents begin now.
            sink: of the run's journal; it is closed.
        """
        turns: Turns | None = None
        with DeferredSignals() as guard:
            guard.begin()
            try:
                turns = opened()
                guard.end()
                self.begin(turns, beginners)
                self._play(turns, guard, sink)
                return turns
            finally:
                torn = guard.torn
                guard.begin()
                try:
                    # Also on Ctrl-C: what was played is kept, and says it was cut
                    # short.  A torn turn has no state that could be sealed.
                    if turns is not None and not torn:
                        turns.seal("complete" if turns.over else "aborted")
                finally:
                    if sink is not None:
                        sink.close()
                guard.end()

    def begin(self, turns: Turns, names: Iterable[str]) -> None:
        """Show agents what they begin with, those that care."""
        self._episode.begin(turns, names)

    def ask(self, turns: Turns, seat: Participant) -> Input:
        """Return what a seat does; a failing agent ends only its own episode."""
        return self._episode.ask(turns, seat)

    def act(self, turns: Turns, seat: Participant, action: Input) -> bool:
        """Take a ready seat's action, as `Turns.act`."""
        if self._measure is None:
            return turns.act(seat, action)
        return self._measure.act(turns, seat, action)

    def result(
        self,
        turns: Turns,
        seed: int,
        sink: FileSink | None,
        *,
        measured: bool = True,
    ) -> EpisodeResult:
        """Return how everyone did, once the agents have been told.

        Args:
            turns: the run, over.
            seed: of the episode.
            sink: of its journal, closed.
            measured: False: leave out what the measure adds.

        Raises:
            AgentError: an agent's ``end`` failed.
        """
        results = {}
        for seat in turns.participants:
            more: dict[str, Any] = {}
            if self._measure is not None and measured:
                self._progress("measuring", seat.index)
                more = self._measure.measured(turns, seat, self.recorded_actions)
            results[seat.name] = self._result(seat, more)
        # If one agent fails here, the others are told all the same.
        with self._asking():
            failed = [
                _end(name, self.agents[name], result)
                for name, result in results.items()
            ]
        for error in failed:
            if error is not None:
                raise error
        path = sink.path if sink is not None else None
        return EpisodeResult(
            seed=seed,
            journal=str(path) if path else None,
            sha256=sink.content_sha256() if sink is not None else None,
            agents=results,
            market=_market_result(turns),
        )

    def _play(
        self, turns: Turns, guard: DeferredSignals, sink: FileSink | None
    ) -> None:
        steps = 0
        while turns.ready:
            seat = turns.ready[0]
            action = self.ask(turns, seat)
            guard.begin()
            self.recorded_actions[seat.index].append(action)
            self.act(turns, seat, action)
            turns.advance()
            if sink is not None:
                sink.end_turn()
            guard.end()
            steps += 1
            self._progress("playing", steps)

    def _result(self, seat: Participant, more: dict[str, Any]) -> AgentResult:
        crash = self.crashes.get(seat.name)
        return AgentResult(
            policy=self.policies[seat.name],
            outcome=seat.outcome or "running",
            reward=seat.total_milli / 1000,
            steps=seat.turn,
            paid=seat.paid_minor,
            error=None if crash is None else crash[1],
            usage=usage_of(self.agents[seat.name]),
            **more,
        )


def policy_name(source: AgentSource, advised: Mapping[str, Advise] = NOBODY) -> str:
    """Return what the journal's header calls a policy.

    Raises:
        AgentError: it is no agent.
    """
    if isinstance(source, str):
        known = [*agent_names(), *seller_agent_names()]
        if source not in advised and source not in known:
            make_agent(source)
        return label_of(source)
    if isinstance(source, type) or not (callable(source) or isinstance(source, Agent)):
        make_agent(source)
        msg = "this is no agent"
        raise AgentError(msg)
    return label_of(source)


def silent(_what: str, _steps: int) -> None:
    """Report to nobody."""


def _end(
    name: str, agent: Agent | ReplayPolicy, result: AgentResult
) -> AgentError | None:
    """Tell an agent its result; return what went wrong, as its fault."""
    try:
        end = getattr(agent, "end", None)
        if callable(end):
            # An agent stays blind to the optimum.
            settled(end({name: getattr(result, name) for name in _TOLD}))
    except BaseException as error:  # noqa: BLE001 - as in ask
        let_interrupts_pass(error)
        failure = f"the end(result) of {name}'s agent failed: {explained(error)}"
        told = AgentError(failure)
        told.__cause__ = error
        return told
    return None


def _market_result(turns: Turns) -> MarketResult:
    market = turns.market
    sold, capacity = sum(market.inventory.sold), sum(market.catalog.capacity)
    return MarketResult(
        sold=sold,
        revenue=market.ledger.balance("merchant"),
        load_factor=round(sold / capacity, 4) if capacity else 0.0,
        cut_prices=market.control.cut_prices(),
    )
