"""Playing agents in a scenario: `run` and its result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from traceback import extract_tb

from test_time_gym.agents.base import Agent, AgentSource, agent_names, make_agent
from test_time_gym.evaluation.optimum import Tape, clairvoyant
from test_time_gym.evaluation.oracle import Oracle
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.doors import seat_names
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.policy import AgentError, policy_stream
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
from test_time_gym.replay.compression import content_sha256
from test_time_gym.replay.disk import verify_new
from test_time_gym.replay.sink import (
    Durability,
    FileSink,
    journal_path,
    verify_durability,
)
from test_time_gym.results import AgentResult, EpisodeResult, MarketResult, RunResult
from test_time_gym.scenarios import Scenario, load_scenario
from test_time_gym.turn_guard import TurnGuard

__all__ = ["AgentResult", "EpisodeResult", "MarketResult", "RunResult", "run"]

ORACLE = "oracle"


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
    durability: Durability = "end",
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
        n_agents: how many play; by default the scenario's number, or as many
            as a sequence lists or a mapping names seats for.
        episodes: how many are played, by the same agent objects.
        journal: file of the journal; further episodes get ``-2``, ``-3`` ….  A name
            that ends with ``.zst`` has it compressed.
        overwrite: replace journals that exist.
        durability: when a journal is forced onto the disk: at its ``end``, after
            every ``turn`` (for agents whose actions are dear), or ``none`` for
            whenever the operating system likes.
        regret: also compute every agent's clairvoyant optimum (one more
            execution of the market per agent).
        max_turns: actions per agent; None: the scenario's.
        progress: called with what is being done and the number of steps so far.

    Raises:
        Misuse: an argument is wrong, and nothing has been played; or a journal
            could not be written to its end.
        AgentError: an agent's ``end`` failed; the episode has been played.

    >>> result = run("flights/sfo-mad", "cheapest", seed=42)
    >>> result.episodes[0].agents["buyer_0"].outcome
    'success'
    """
    declared = load_scenario(scenario)
    for what, number in (("episodes", episodes), ("max_turns", max_turns or 1)):
        if type(number) is not int or number < 1:
            msg = f"{what} is a positive integer, not {number!r:.40}"
            raise Misuse(msg)
    verify_durability(durability)
    policy_stream(seed)
    policy_stream(seed + episodes - 1)
    sources = _seats(declared, agents, n_agents)
    table = _Table(declared, sources, seed=seed, max_turns=max_turns, progress=progress)
    base = None if journal is None else Path(journal)
    if base is not None and not overwrite:
        # Finding out after an hour that the second episode's file exists is late.
        for k in range(episodes):
            verify_new(journal_path(base, k))
    played = []
    for k in range(episodes):
        path = None if base is None else journal_path(base, k)
        sink = None
        if path is not None:
            sink = FileSink(path, overwrite=overwrite, durability=durability)
        played.append(table.play(seed + k, sink, regret=regret))
    return RunResult(
        scenario=declared.name,
        seed=seed,
        currency=declared.market.currency,
        episodes=played,
    )


def _seats(
    scenario: Scenario, agents: Agents, n_agents: int | None
) -> dict[str, AgentSource]:
    """Return who plays each seat."""
    given = agents if isinstance(agents, Mapping) else None
    listed: list[AgentSource] = []
    if given is None and agents is not None:
        one = isinstance(agents, str) or not isinstance(agents, Sequence)
        listed = [agents] if one else list(agents)  # type: ignore[list-item, arg-type]
    count = n_agents
    if count is None:
        count = len(listed) if len(listed) > 1 else scenario.agents.count
        every = seat_names(scenario.agents.most)
        named = [k + 1 for k, seat in enumerate(every) if seat in (given or {})]
        count = max([count, *named])
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
    return sources


class _Table:
    """The agents of a run, seated; they stay for all of its episodes."""

    def __init__(
        self,
        scenario: Scenario,
        sources: dict[str, AgentSource],
        *,
        seed: int,
        max_turns: int | None,
        progress: Callable[[str, int], None] | None,
    ) -> None:
        self._scenario = scenario
        self._names = names = list(sources)
        self._world = World.of(scenario.market)
        self._max_turns = max_turns
        self._progress = progress or _silent
        self._policies = {name: _policy_name(sources[name]) for name in names}
        self._agents: dict[str, Agent | None] = {
            name: None
            if sources[name] == ORACLE
            else make_agent(sources[name], (seed * 1000 + k) % MAX_SEED)
            for k, name in enumerate(names)
        }
        self._crashes: dict[str, tuple[Crashed, str]] = {}

    def play(self, seed: int, sink: FileSink | None, *, regret: bool) -> EpisodeResult:
        """Play one episode and measure it."""
        tapes: dict[int, list[Action | Malformed | Crashed]] = {
            k: [] for k in range(len(self._names))
        }
        self._crashes.clear()
        agents = {name: self._seated(name, seed) for name in self._names}
        with TurnGuard() as guard:
            turns = self._record(seed, sink, agents, tapes, guard)
        results = {}
        for seat in turns.seats:
            optimum = self._optimum(seed, seat.index, tapes) if regret else None
            results[seat.name] = self._result(seat, optimum)
        for name, result in results.items():
            _end(name, agents[name], result)
        path = sink.path if sink is not None else None
        return EpisodeResult(
            seed=seed,
            journal=str(path) if path else None,
            sha256=content_sha256(path) if path else None,
            agents=results,
            market=_market_result(turns),
        )

    def _record(
        self,
        seed: int,
        sink: FileSink | None,
        agents: dict[str, Agent],
        tapes: dict[int, list[Action | Malformed | Crashed]],
        guard: TurnGuard,
    ) -> Turns:
        """Play an episode to its end, or as far as it gets."""
        turns: Turns | None = None
        guard.begin()
        try:
            turns = self._open(seed, sink)
            guard.end()
            self._begin(turns, agents)
            self._play(turns, agents, tapes, guard, sink)
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
        return turns

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
            self._scenario, self._world, seed, self._names, focal=focal, tapes={}
        )
        deadline_ms = self._scenario.task.deadline_s * 1000
        if best is None:
            return Oracle(None)
        product = self._world.catalog.products[best.product]
        return Oracle(best, product.id, deadline_ms)

    def _begin(self, turns: Turns, agents: dict[str, Agent]) -> None:
        for seat in turns.seats:
            begin = getattr(agents[seat.name], "begin", None)
            if callable(begin):
                seen = observe(turns, seat)
                try:
                    begin(seen)
                except (Exception, SystemExit) as error:  # noqa: BLE001 - as in _ask
                    self._crash(seat.name, error)

    def _play(
        self,
        turns: Turns,
        agents: dict[str, Agent],
        tapes: dict[int, list[Action | Malformed | Crashed]],
        guard: TurnGuard,
        sink: FileSink | None,
    ) -> None:
        steps = 0
        while turns.ready:
            seat = turns.ready[0]
            action = self._ask(agents[seat.name], turns, seat)
            guard.begin()
            tapes[seat.index].append(action)
            turns.act(seat, action)
            turns.advance()
            if sink is not None:
                sink.end_turn()
            guard.end()
            steps += 1
            self._progress("playing", steps)

    def _ask(
        self, agent: Agent, turns: Turns, seat: Seat
    ) -> Action | Malformed | Crashed:
        """Return the agent's action; its own failure ends only its own episode."""
        if seat.name in self._crashes:
            return self._crashes[seat.name][0]
        seen = observe(turns, seat)
        try:
            chosen = agent.act(seen)
            if chosen is None:
                return Malformed("the agent returned None")
            return decode_action(chosen, self._world.exponent)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - any program sits here
            return self._crash(seat.name, error)

    def _crash(self, name: str, error: BaseException) -> Crashed:
        """Keep the class for the journal, and the rest for whoever plays."""
        crashed = Crashed(type(error).__name__[:80])
        self._crashes[name] = (crashed, _explained(error))
        return crashed

    def _optimum(self, seed: int, focal: int, tapes: Mapping[int, Tape]) -> int | None:
        self._progress("measuring", focal)
        best = clairvoyant(
            self._scenario, self._world, seed, self._names, focal=focal, tapes=tapes
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
            error=self._crashes[seat.name][1] if seat.name in self._crashes else None,
        )


def _end(name: str, agent: Agent, result: AgentResult) -> None:
    end = getattr(agent, "end", None)
    if callable(end):
        try:
            end(asdict(result))
        except Exception as error:
            msg = f"the end(result) of {name}'s agent failed: {_explained(error)}"
            raise AgentError(msg) from error


def _explained(error: BaseException) -> str:
    """Return an exception's class, text and innermost line."""
    try:
        text = f": {error}"[:200]
    except Exception:  # noqa: BLE001 - its own text may fail as well
        text = ""
    frames = extract_tb(error.__traceback__)
    where = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}{text}{where}"


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
