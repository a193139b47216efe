"""Playing agents in a scenario: `run` and its result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from test_time_gym.agents.base import Agent, AgentSource, agent_names, make_agent
from test_time_gym.evaluation.optimum import Tape, clairvoyant
from test_time_gym.evaluation.oracle import Oracle
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.doors import seat_names
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.policy import AgentError
from test_time_gym.market.interface.seat import Seat
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import (
    Action,
    Crashed,
    Malformed,
    decode_action,
)
from test_time_gym.market.streams import MAX_SEED
from test_time_gym.market.world import World
from test_time_gym.replay.sink import FileSink, journal_path
from test_time_gym.scenarios import Scenario, load_scenario

__all__ = ["AgentResult", "EpisodeResult", "MarketResult", "RunResult", "run"]

ORACLE = "oracle"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentResult:
    """How one agent did in one episode; money in minor units."""

    policy: str
    outcome: str
    reward: float
    steps: int
    paid: int | None
    """Total of its tickets; None without any."""
    optimal: int | None
    """Clairvoyant optimum; None when the task could not be met, or not asked."""
    regret: int | None
    """paid − optimal, for successes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketResult:
    """How the market did in one episode."""

    sold: int
    """Seats sold when the episode ended, those before opening included."""
    revenue: int
    """Money taken since opening, less refunds, in minor units."""
    load_factor: float
    """Seats sold / capacity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeResult:
    """One episode."""

    seed: int
    journal: str | None
    sha256: str | None
    agents: dict[str, AgentResult]
    market: MarketResult


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """All episodes of a run."""

    scenario: str
    seed: int
    currency: str
    episodes: list[EpisodeResult]

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, as ``ttgym run --json`` prints it."""
        return asdict(self)


Agents = Mapping[str, AgentSource] | Sequence[AgentSource] | AgentSource | None


def run(
    scenario: str | Path | Scenario,
    agents: Agents = None,
    *,
    seed: int = 0,
    n_agents: int | None = None,
    episodes: int = 1,
    journal: str | Path | None = None,
    overwrite: bool = False,
    regret: bool = True,
    max_turns: int | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> RunResult:
    """Play agents in a scenario.

    Args:
        scenario: a name, the path of a TOML file, or a `Scenario`.
        agents: by seat name (``{"buyer_0": my_agent}``), in the order of seats,
            or one for all; seats left over are played by the scenario's own
            policies.  ``"oracle"`` is told the optimum; use it for comparison.
        seed: of the first episode; the k-th uses ``seed + k``.
        n_agents: how many play; by default as many as were given, or the
            scenario's number.
        episodes: how many are played, by the same agent objects.
        journal: file of the journal; further episodes get ``-2``, ``-3`` ….
        overwrite: replace journals that exist.
        regret: also compute every agent's clairvoyant optimum (one more
            execution of the market per agent).
        max_turns: actions per agent; None: the scenario's.
        progress: called with what is being done and the number of steps so far.

    Raises:
        Misuse: an argument is wrong; nothing has been played.

    >>> result = run("flights/sfo-mad", "cheapest", seed=42)
    >>> result.episodes[0].agents["buyer_0"].outcome
    'success'
    """
    declared = load_scenario(scenario)
    if type(episodes) is not int or episodes < 1:
        msg = f"episodes is a positive integer, not {episodes!r:.40}"
        raise Misuse(msg)
    names, sources = _seats(declared, agents, n_agents)
    table = _Table(declared, names, sources, seed, max_turns, progress)
    played = []
    for k in range(episodes):
        path = journal_path(Path(journal), k) if journal is not None else None
        sink = FileSink(path, overwrite=overwrite) if path is not None else None
        played.append(table.play(seed + k, sink, regret=regret))
    return RunResult(
        scenario=declared.name,
        seed=seed,
        currency=declared.market.currency,
        episodes=played,
    )


def _seats(
    scenario: Scenario, agents: Agents, n_agents: int | None
) -> tuple[list[str], dict[str, AgentSource]]:
    """Return the seats' names and who plays each."""
    given = agents if isinstance(agents, Mapping) else None
    listed: list[AgentSource] = []
    if given is None and agents is not None:
        one = isinstance(agents, str) or not isinstance(agents, Sequence)
        listed = [agents] if one else list(agents)  # type: ignore[list-item, arg-type]
    count = n_agents
    if count is None:
        count = max(len(listed), len(given or ()), 1)
        count = scenario.agents.count if count == 1 else count
    if type(count) is not int or not 1 <= count <= scenario.agents.most:
        msg = f"{scenario.name} seats 1 to {scenario.agents.most} agents, not {count!r}"
        raise Misuse(msg)
    names = seat_names(count)
    unknown = [name for name in given or () if name not in names]
    if unknown:
        msg = f"no seat is called {unknown[0]!r:.40}; seats: {names[0]} … {names[-1]}"
        raise Misuse(msg)
    if len(listed) > count:
        msg = f"{len(listed)} agents for {count} seats"
        raise Misuse(msg)
    if len(listed) == 1:
        listed = listed * count
    sources: dict[str, AgentSource] = {}
    for k, name in enumerate(names):
        fallback = scenario.policies[k % len(scenario.policies)]
        own = listed[k] if k < len(listed) else fallback
        sources[name] = (given or {}).get(name, own)
    return names, sources


class _Table:
    """The agents of a run, seated; they stay for all of its episodes."""

    def __init__(
        self,
        scenario: Scenario,
        names: list[str],
        sources: dict[str, AgentSource],
        seed: int,
        max_turns: int | None,
        progress: Callable[[str, int], None] | None,
    ) -> None:
        self._scenario = scenario
        self._names = names
        self._world = World.of(scenario.market)
        self._max_turns = max_turns
        self._progress = progress or _silent
        self._sources = sources
        self._policies = {name: _policy_name(sources[name]) for name in names}
        self._agents: dict[str, Agent | None] = {
            name: None
            if sources[name] == ORACLE
            else make_agent(sources[name], (seed * 1000 + k) % MAX_SEED)
            for k, name in enumerate(names)
        }

    def play(
        self, seed: int, sink: FileSink | None, *, regret: bool
    ) -> EpisodeResult:
        """Play one episode and measure it."""
        tapes: dict[int, list[Action | Malformed | Crashed]] = {
            k: [] for k in range(len(self._names))
        }
        turns = self._open(seed, sink)
        try:
            agents = {name: self._seated(name, seed) for name in self._names}
            self._begin(turns, agents)
            self._play(turns, agents, tapes)
        finally:
            # Also on Ctrl-C: what was played is kept, and says it was cut short.
            turns.seal("complete" if turns.over else "aborted")
            if sink is not None:
                sink.close()
        results = {}
        for seat in turns.seats:
            optimum = self._optimum(seed, seat.index, tapes) if regret else None
            results[seat.name] = self._result(seat, optimum)
            end = getattr(agents[seat.name], "end", None)
            if callable(end):
                end(asdict(results[seat.name]))
        path = sink.path if sink is not None else None
        return EpisodeResult(
            seed=seed,
            journal=str(path) if path else None,
            sha256=sha256(path.read_bytes()).hexdigest() if path else None,
            agents=results,
            market=_market_result(turns),
        )

    def _open(self, seed: int, sink: FileSink | None) -> Turns:
        return Turns(
            self._scenario,
            self._world,
            seed,
            self._names,
            max_turns=self._max_turns,
            policies=self._policies,
            sink=sink,
        )

    def _seated(self, name: str, seed: int) -> Agent:
        agent = self._agents[name]
        return agent if agent is not None else self._oracle(name, seed)

    def _oracle(self, name: str, seed: int) -> Agent:
        """Advise an oracle on the world in which all agents are passive."""
        focal = self._names.index(name)
        best = clairvoyant(
            self._scenario, self._world, seed, self._names, focal, {}
        )
        deadline_ms = self._scenario.task.deadline_s * 1000
        if best is None:
            return Oracle(None, 0, deadline_ms)
        product = self._world.catalog.products[best.product]
        return Oracle(product.id, best.from_ms, deadline_ms)

    def _begin(self, turns: Turns, agents: dict[str, Agent]) -> None:
        for seat in turns.seats:
            begin = getattr(agents[seat.name], "begin", None)
            if callable(begin):
                begin(observe(turns, seat))

    def _play(
        self,
        turns: Turns,
        agents: dict[str, Agent],
        tapes: dict[int, list[Action | Malformed | Crashed]],
    ) -> None:
        steps = 0
        while turns.ready:
            seat = turns.ready[0]
            action = self._ask(agents[seat.name], turns, seat)
            tapes[seat.index].append(action)
            turns.act(seat, action)
            turns.advance()
            steps += 1
            self._progress("playing", steps)

    def _ask(
        self, agent: Agent, turns: Turns, seat: Seat
    ) -> Action | Malformed | Crashed:
        """Return the agent's action; its own failure ends only its own episode."""
        try:
            chosen = agent.act(observe(turns, seat))
        except Exception as error:  # noqa: BLE001 - any program may sit here
            return Crashed(type(error).__name__)
        if chosen is None:
            return Malformed("the agent returned None")
        return decode_action(chosen, self._world.exponent)

    def _optimum(self, seed: int, focal: int, tapes: Mapping[int, Tape]) -> int | None:
        self._progress("measuring", focal)
        best = clairvoyant(
            self._scenario, self._world, seed, self._names, focal, tapes
        )
        return None if best is None else best.price_minor

    def _result(self, seat: Seat, optimal: int | None) -> AgentResult:
        success = seat.outcome == "success"
        regret = None
        if success and optimal is not None and seat.paid_minor is not None:
            regret = seat.paid_minor - optimal
        return AgentResult(
            policy=self._policies[seat.name],
            outcome=seat.outcome or "running",
            reward=seat.total_milli / 1000,
            steps=seat.turn,
            paid=seat.paid_minor,
            optimal=optimal,
            regret=regret,
        )


def _market_result(turns: Turns) -> MarketResult:
    market = turns.market
    sold, capacity = sum(market.inventory.sold), sum(market.catalog.capacity)
    return MarketResult(
        sold=sold,
        revenue=market.ledger.balance("merchant"),
        load_factor=round(sold / capacity, 4) if capacity else 0.0,
    )


def _policy_name(source: AgentSource) -> str:
    """Return what the journal's header calls a policy."""
    if isinstance(source, str):
        if source != ORACLE and source not in agent_names():
            make_agent(source)
        return source
    if isinstance(source, type) or not (callable(source) or isinstance(source, Agent)):
        make_agent(source)
        msg = "this is no agent"
        raise AgentError(msg)
    return "external"


def _silent(_what: str, _steps: int) -> None:
    """Report to nobody."""
