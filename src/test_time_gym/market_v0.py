"""The PettingZoo environments of Test-Time Gym.

- Creation: `market_v0.env()`, `market_v0.raw_env()`, `market_v0.parallel_env()`
- Actions: Discrete (48), or structured with `observation="json"`
- Parallel API: yes, its own (`parallel_env`)
- Many markets at once: `market_v0.vector_env()`
- Manual control: no
- Agents: `buyer_0` … `buyer_n`; with ``roles=("buyer", "seller")`` also `seller_0` …
- Observation: Dict(observation: Box float32, action_mask: Box int8)

Agents compete for the seats of one market: they search, filter, fill a cart,
hold seats, pay, and answer challenges, while background buyers and prices move.
See `test_time_gym.market.interface.verbs` for the verbs and
`test_time_gym.market.interface.reward` for the rewards.

Version history: v0, first release.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from gymnasium.vector import AutoresetMode

from test_time_gym.agents.base import AgentSource
from test_time_gym.envs.adapter import EnvAdapter
from test_time_gym.envs.aec import MarketAEC
from test_time_gym.envs.booking_env import OtherSeats, given_seats
from test_time_gym.envs.infos import OUTCOME_CODES
from test_time_gym.envs.market_group import MarketJournals, MarketPlan
from test_time_gym.envs.market_rows import MODES, Autoreset
from test_time_gym.envs.parallel import MarketParallel
from test_time_gym.envs.vector import MarketVector
from test_time_gym.envs.vector_fields import VectorField, layout_of
from test_time_gym.journal.journal_runs import episode_journals
from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.domain import Trade
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.integers import whole
from test_time_gym.registration import register_with_pettingzoo
from test_time_gym.scenarios import Scenario, load_scenario

__all__ = [
    "OUTCOME_CODES",
    "env",
    "parallel_env",
    "raw_env",
    "vector_env",
    "vector_fields",
]

DEFAULT_SCENARIO = "flights/rush"
_AUTORESETS: dict[AutoresetMode, Autoreset] = {
    mode: word for word, mode in MODES.items()
}

register_with_pettingzoo()


def env(
    scenario: str | Path | Scenario = DEFAULT_SCENARIO,
    *,
    render_mode: str | None = None,
    **options: Any,
) -> MarketAEC:
    """Return the AEC environment; it answers calls out of order with a clear error.

    Args:
        scenario: a name, the path of a TOML file, or a `Scenario`.
        render_mode: None, ``"human"``, ``"ansi"`` or ``"rgb_array"``.
        **options: ``n_agents``, ``observation`` (``"vector"`` or ``"json"``),
            ``flatten``, ``actions`` (what a mask allows: ``"full"``: all legal actions,
            ``"lean"``: those that the site needs), ``mask_in`` (``"obs"``, ``"both"``,
            or ``"info"``: a plain Box and its mask in infos), ``info``
            (``"numbers"``, or ``"full"``: with words), ``finish`` (``"idle"`` or
            ``"leave"``), ``cooperation``
            (0 to 1; None: the scenario's), ``reward`` (``"standard"``, ``"training"``,
            or numbers by name in thousandths; by default ``"training"`` for vectors),
            ``max_cycles`` (turns of each agent),
            ``window_s`` (decision windows; 0: none), ``journal`` (a path;
            further episodes get ``-2``, ``-3`` …), ``one_file`` (all episodes in
            the one file of ``journal``), ``overwrite``, ``durability`` (when
            journals are forced onto the disk: ``"end"`` of each episode, or by
            default ``"none"``: once the environment is closed), ``allow_long``
            (play even a scenario that hardly ends), ``roles`` (``("buyer",)``, or
            ``("buyer", "seller")``: agents also play the sellers whose pricing has
            the kind ``agent``).

    Raises:
        Misuse: an option is unknown or out of range.
    """
    return MarketAEC(_adapter(scenario, 0, options), render_mode)


def raw_env(
    scenario: str | Path | Scenario = DEFAULT_SCENARIO,
    *,
    render_mode: str | None = None,
    **options: Any,
) -> MarketAEC:
    """Return the same, for those who wrap it by themselves; options as in `env`."""
    return MarketAEC(_adapter(scenario, 0, options), render_mode)


def parallel_env(
    scenario: str | Path | Scenario = DEFAULT_SCENARIO,
    *,
    render_mode: str | None = None,
    **options: Any,
) -> MarketParallel:
    """Return the Parallel environment; options as in `env`.

    ``window_s`` is the length of its decision windows, by default the
    scenario's ``turns.window_s``.
    """
    loaded = load_scenario(scenario)
    adapter = _adapter(loaded, loaded.turns.window_s, options)
    return MarketParallel(adapter, render_mode)


def vector_fields(
    scenario: str | Path | Scenario | Trade = DEFAULT_SCENARIO,
) -> tuple[VectorField, ...]:
    """Return what each number of a buyer's vector observation means, in order.

    Args:
        scenario: a name, the path of a TOML file, a `Scenario`, or a `Trade`: all
            scenarios of one trade have the same fields.

    Returns:
        For each number its ``name``, its range (``low``, ``high``) and its ``meaning``.

    Raises:
        ScenarioError: there is no such scenario, or it declares something impossible.

    Example:
        >>> fields = vector_fields("flights/rush")
        >>> [field.name for field in fields[:3]]
        ['time.passed', 'time.left', 'hold.left']
    """
    if isinstance(scenario, Trade):
        return layout_of(scenario).fields
    return layout_of(load_scenario(scenario).market.trade).fields


def vector_env(
    n: int,
    scenario: str | Path | Scenario = DEFAULT_SCENARIO,
    *,
    others: Mapping[str, AgentSource] | None = None,
    processes: int = 1,
    autoreset: Autoreset | AutoresetMode = "same_step",
    copy: bool = True,
    start_method: str = "spawn",
    **options: Any,
) -> MarketVector:
    """Return many markets of a scenario as one environment of batched arrays.

    Args:
        n: how many markets; each has a row for every agent that learns.
        scenario: a name, the path of a TOML file, or a `Scenario`.
        others: agents that have no row, because policies play them:
            ``{"buyer_1": "cheapest"}``.  An agent that is passed as an object plays in
            all markets of a process.
        processes: how many processes step the markets; the results are the same.
        autoreset: when a market whose episode has ended begins the next one: in the
            ``"same_step"``, in the ``"next_step"``, or, ``"disabled"``, once it is
            reset; or Gymnasium's `AutoresetMode`.
        copy: return copies; without, arrays are overwritten by the next call.
        start_method: of processes: ``"spawn"``, ``"forkserver"`` or ``"fork"``.
        **options: as in `env`, but for ``observation`` and ``flatten``: rows are
            vectors.  With ``journal`` the path ``a.jsonl``, market 3 writes
            ``market-3-a.jsonl``.

    Raises:
        Misuse: an option is unknown or out of range.
    """
    loaded = load_scenario(scenario)
    options = dict(options)
    for name in ("observation", "flatten", "mask_in", "info", "render_mode"):
        if name in options:
            raise Misuse(f"vector_env has no option {name!r}: its rows are vectors")
    journals = MarketJournals.of(options)
    adapter = _adapter(loaded, 0, options | {"flatten": True})
    if isinstance(autoreset, AutoresetMode):
        autoreset = _AUTORESETS[autoreset]
    given = given_seats(others)
    strange = [name for name in given if name not in adapter.names]
    if strange:
        msg = f"others names {shown(strange[0])}; the agents are "
        raise Misuse(msg + ", ".join(adapter.names))
    learning = [name for name in adapter.names if name not in given]
    seats = OtherSeats(loaded, [one for one in adapter.names if one in given], given)
    if not learning:
        raise Misuse("others play all agents: no row is left")
    adapter.policies = seats.named()
    plan = MarketPlan(
        adapter,
        per_market=len(learning),
        autoreset=autoreset,
        others=seats if given else None,
        scripted=tuple(given),
        journals=journals,
    )
    return MarketVector(
        plan, n, processes=processes, start_method=start_method, copy=copy
    )


_DOOR_OPTIONS = (
    "n_agents",
    "observation",
    "flatten",
    "actions",
    "mask_in",
    "info",
    "finish",
    "cooperation",
    "reward",
    "allow_long",
    "roles",
)
_OPTIONS = (
    *_DOOR_OPTIONS,
    "journal",
    "one_file",
    "overwrite",
    "durability",
    "window_s",
    "max_cycles",
    "render_mode",
)
_ELSEWHERE = {
    "max_turns": "here it is called max_cycles",
    "others": "vector_env and the Gymnasium environments have it; here all agents "
    "are yours",
    "policies": "here all agents are yours; vector_env and the Gymnasium environments "
    "have others",
    "seed": "give it to reset",
}
"""Options that somebody may look for here, and where they are."""


def _instead(name: str) -> str:
    """Return what somebody may have meant by an option that there is not."""
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    near = get_close_matches(name, _OPTIONS, n=1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(_OPTIONS)}"


def _adapter(
    scenario: str | Path | Scenario, window_s: int, options: dict[str, Any]
) -> EnvAdapter:
    options = dict(options)
    journal = options.pop("journal", None)
    one_file = bool(options.pop("one_file", False))
    overwrite = bool(options.pop("overwrite", False))
    durability = options.pop("durability", "none")
    window_s = whole("window_s", options.pop("window_s", window_s), 0, DAY_MS // 1000)
    max_turns = options.pop("max_cycles", None)
    if max_turns is not None:
        max_turns = whole("max_cycles", max_turns, 1)
    for name in options:
        if name not in _DOOR_OPTIONS:
            raise TypeError(f"unknown option {shown(name)}; {_instead(name)}")
    return EnvAdapter(
        load_scenario(scenario),
        window_ms=window_s * 1000,
        max_turns=max_turns,
        journal=episode_journals(
            journal, one_file=one_file, overwrite=overwrite, durability=durability
        ),
        **options,
    )
