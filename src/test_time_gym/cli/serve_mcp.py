"""`ttgym serve mcp`: an episode for clients of the Model Context Protocol."""

import json
import re
import signal
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import values
from .agents_option import ChosenAgents, chosen_agents
from .run import AgentOption, AgentsOption, CountOption, ForceOption, TurnsOption
from .serve_options import (
    AllowHostOption,
    AllowOriginOption,
    HostOption,
    PortOption,
    RemoteOption,
    ScenarioOption,
    listening,
    page_style,
)
from .terminal import note, say

if TYPE_CHECKING:
    from test_time_gym.agents.base import AgentSource
    from test_time_gym.journal.sink import FileSink
    from test_time_gym.scenarios import Scenario
    from test_time_gym.serving.served_episode import ServedEpisode

__all__ = ["serve_mcp"]

FOLDER = Path("runs")
"""Where journals go that nobody named."""
_PATIENCE_MAX = 86_400
_seconds = values.whole(0, _PATIENCE_MAX)

SeedOption = Annotated[
    int, typer.Option(parser=values.seed, metavar="SEED", help="Of the episode.")
]
SeatOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SEAT",
        help="A seat that a client plays; may be repeated with --http. Without any: "
        "buyer_0. Agents play the others.",
    ),
]
HttpOption = Annotated[
    bool,
    typer.Option("--http", help="Serve over HTTP instead of stdin and stdout."),
]
PatienceOption = Annotated[
    int,
    typer.Option(
        parser=_seconds,
        metavar="SECONDS",
        help="For so long a client whose turn it is may let another one wait; then "
        "its seat waits 10 simulated minutes. 0: for ever.",
    ),
]
JournalOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="The journal's file. Without any: runs/SCENARIO-seedSEED-mcp.jsonl, "
        "replaced at every start.",
    ),
]
PageOption = Annotated[
    Any,
    typer.Option(
        parser=page_style,
        metavar="STYLE",
        help="How pages stand in texts: json, compact, delta (what has changed) or "
        "text.",
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option(
        "--json", help="With --http: print URL and tokens as one JSON object."
    ),
]


def serve_mcp(
    *,
    scenario: ScenarioOption = "flights/sfo-mad",
    seed: SeedOption = 7,
    seat: SeatOption = None,
    agents: AgentsOption = None,
    agent: AgentOption = None,
    n_agents: CountOption = None,
    http: HttpOption = False,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    allow_remote: RemoteOption = False,
    allow_host: AllowHostOption = None,
    allow_origin: AllowOriginOption = None,
    patience: PatienceOption = 60,
    journal: JournalOption = None,
    force: ForceOption = False,
    max_turns: TurnsOption = None,
    reward: values.Reward = None,
    page: PageOption = "json",
    allow_long: values.AllowLong = False,
    as_json: JsonOption = False,
) -> None:
    """Serve one episode to clients of the Model Context Protocol.

    Each verb is a tool. One client speaks over standard input and output; with --http
    there may be several, each with the token of its seat. Ctrl-C ends it and seals the
    journal.
    """
    from test_time_gym.scenarios import load_scenario

    transports, clients = _transports(), _clients(seat, http=http)
    declared = load_scenario(scenario).with_reward(reward).with_neutral_cards()
    path = journal or _own_file(declared, seed)
    chosen = chosen_agents(declared, agents, agent or [], n_agents)
    sources = _seats(declared, chosen, clients, n_agents)
    with ExitStack() as open_files:
        where = None
        if http:
            names, origins = allow_host, allow_origin
            where = listening(
                host, port, names=names, origins=origins, allow_remote=allow_remote
            )
            open_files.callback(where[1].close)
        episode = _episode(
            declared,
            sources,
            clients,
            allow_long=allow_long,
            seed=seed,
            journal=_journal(path, overwrite=force or journal is None),
            patience_s=patience or None,
            max_turns=max_turns,
        )
        open_files.callback(_say_sealed, path)
        open_files.callback(episode.close)
        if where is not None:
            _serve_http(transports, episode, where, page, as_json=as_json)
        else:
            import asyncio

            ended = partial(_say_signal, path)
            asyncio.run(transports.serve_stdio(episode, clients[0], ended, page))


def _transports() -> Any:
    from test_time_gym.extras import MissingExtra

    try:
        from test_time_gym.serving.mcp_server import transports
    except ImportError as error:
        raise MissingExtra("ttgym serve mcp", "mcp") from error
    return transports


def _clients(seats: list[str] | None, *, http: bool) -> list[str]:
    """Return the seats that clients play."""
    from test_time_gym.market.errors import Misuse

    if seats and len(seats) > 1 and not http:
        msg = "over stdin and stdout there is one client: serve several with --http"
        raise Misuse(msg)
    return seats or ["buyer_0"]


def _serve_http(
    transports: Any, episode: "ServedEpisode", where: Any, page: Any, *, as_json: bool
) -> None:
    import asyncio

    from test_time_gym.serving.seat_tokens import SeatTokens

    address, listener = where
    tokens = SeatTokens(list(episode.clients))
    url = f"{address.url}{transports.PATH}"
    if as_json:
        say(json.dumps({"url": url, "tokens": tokens.by_seat}))
    else:
        say(f"MCP over HTTP: {url}")
        for name, token in tokens.by_seat.items():
            say(f"{name}  Authorization: Bearer {token}")
    sys.stdout.flush()
    asyncio.run(transports.serve_http(episode, address, listener, tokens, page))


def _seats(
    scenario: "Scenario",
    chosen: "ChosenAgents",
    clients: list[str],
    n_agents: int | None,
) -> "dict[str, AgentSource]":
    """Return who plays each seat; there are enough of them for all clients."""
    from test_time_gym.serving.seating import seated, verify_clients

    count = chosen.count
    if n_agents is None:
        numbers = [re.fullmatch(r"buyer_([0-9]{1,4})", name) for name in clients]
        count = max([count, *(int(found[1]) + 1 for found in numbers if found)])
    sources = seated(scenario, chosen.sources, count)
    verify_clients(clients, list(sources))
    return sources


def _journal(path: Path, *, overwrite: bool) -> "FileSink":
    from test_time_gym.journal.sink import FileSink

    # What a client has paid a model for is not to be lost.
    return FileSink(path, overwrite=overwrite, durability="turn")


def _episode(
    scenario: "Scenario",
    sources: "dict[str, AgentSource]",
    clients: list[str],
    *,
    allow_long: bool,
    journal: "FileSink",
    **settings: Any,
) -> "ServedEpisode":
    """Return the episode, opened; its journal is begun."""
    from test_time_gym.market.interface.workload import verify_workload
    from test_time_gym.serving.served_episode import ServedEpisode

    made: list[ServedEpisode] = []
    try:
        verify_workload(scenario, allow_long=allow_long)
        episode = ServedEpisode(
            scenario,
            sources,
            clients,
            journal=journal,
            on_end=lambda: _say_end(made[0]),
            **settings,
        )
    except BaseException:
        journal.close()
        raise
    made.append(episode)
    return episode


def _own_file(scenario: "Scenario", seed: int) -> Path:
    return FOLDER / f"{scenario.name.replace('/', '-')}-seed{seed}-mcp.jsonl"


def _say_end(episode: "ServedEpisode") -> None:
    """Say how everybody did; stdout may be the client's."""
    from test_time_gym.market.errors import MarketError

    try:
        result = episode.result()
    except MarketError as error:
        note(f"warning: {error}")
        return
    for name, one in result.agents.items():
        paid = "" if one.paid is None else f", paid {one.paid} (minor units)"
        told = f"{name} ({one.policy}): {one.outcome}, reward {one.reward:.3f}"
        note(f"{told}, {one.steps} steps{paid}")


def _say_signal(path: Path, number: int) -> None:
    _say_sealed(path)
    note("interrupted" if number == signal.SIGINT else "terminated")


def _say_sealed(path: Path) -> None:
    note(f"The journal is sealed: {path}")
