"""`ttgym serve mcp`: an episode for clients of the Model Context Protocol."""

import asyncio
import json
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import values
from .agents_option import chosen_agents
from .run import AgentOption, AgentsOption, CountOption, ForceOption, TurnsOption
from .terminal import note, say

if TYPE_CHECKING:
    from test_time_gym.scenarios import Scenario
    from test_time_gym.serving.served_episode import ServedEpisode

__all__ = ["serve_mcp"]

FOLDER = Path("runs")
"""Where journals go that nobody named."""
_PATIENCE_MAX = 86_400
_port = values.whole(0, 65_535)
_seconds = values.whole(0, _PATIENCE_MAX)


def page_style(text: str) -> str:
    """Return a style of pages, or say which there are.

    >>> page_style("compact")
    'compact'
    """
    from test_time_gym.agents.llm.pages import verify_style
    from test_time_gym.market.errors import Misuse

    try:
        return verify_style(text)
    except Misuse as error:
        raise typer.BadParameter(str(error)) from error


ScenarioOption = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="A name (see: ttgym scenarios), or a .toml file."
    ),
]
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
HostOption = Annotated[
    str, typer.Option(metavar="HOST", help="With --http: where to listen.")
]
PortOption = Annotated[
    int,
    typer.Option(
        parser=_port, metavar="PORT", help="With --http; 0: any that is free."
    ),
]
RemoteOption = Annotated[
    bool,
    typer.Option("--allow-remote", help="Listen where other machines can call."),
]
AllowHostOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="A further name by which clients call this machine; may be repeated.",
    ),
]
AllowOriginOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ORIGIN",
        help="A web page's origin, such as https://example.org, that may call; may be "
        "repeated.",
    ),
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
    from test_time_gym.extras import MissingExtra
    from test_time_gym.market.errors import Misuse
    from test_time_gym.scenarios import load_scenario

    try:
        from test_time_gym.serving.mcp_server import transports
    except ImportError as error:
        raise MissingExtra("ttgym serve mcp", "mcp") from error
    clients = seat or ["buyer_0"]
    if not http and len(clients) > 1:
        msg = "over stdin and stdout there is one client: serve several with --http"
        raise Misuse(msg)
    declared = load_scenario(scenario).with_reward(reward).with_neutral_cards()
    path = journal or _own_file(declared, seed)
    where: Any = None
    if http:
        from test_time_gym.serving.addresses import Address, bind

        named, origins = tuple(allow_host or ()), tuple(allow_origin or ())
        address = Address(host=host, port=port, names=named, origins=origins)
        where = bind(address, allow_remote=allow_remote)
    episode = _episode(
        declared,
        agents=agents,
        single=agent or [],
        n_agents=n_agents,
        clients=clients,
        seed=seed,
        path=path,
        overwrite=force or journal is None,
        patience=patience or None,
        max_turns=max_turns,
        allow_long=allow_long,
    )
    try:
        if http:
            _serve_http(transports, episode, where, page, as_json=as_json)
        else:
            ended = partial(_say_signal, path)
            asyncio.run(transports.serve_stdio(episode, clients[0], ended, page))
    finally:
        episode.close()
        _say_sealed(path)


def _serve_http(
    transports: Any, episode: "ServedEpisode", where: Any, page: Any, *, as_json: bool
) -> None:
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


def _episode(
    scenario: "Scenario",
    *,
    agents: str | None,
    single: list[str],
    n_agents: int | None,
    clients: list[str],
    seed: int,
    path: Path,
    overwrite: bool,
    patience: float | None,
    max_turns: int | None,
    allow_long: bool,
) -> "ServedEpisode":
    """Return the episode, opened; its journal is begun."""
    from test_time_gym.journal.sink import FileSink
    from test_time_gym.market.interface.workload import verify_workload
    from test_time_gym.serving.seating import seated, verify_clients
    from test_time_gym.serving.served_episode import ServedEpisode

    verify_workload(scenario, allow_long=allow_long)
    chosen = chosen_agents(scenario, agents, single, n_agents)
    count = chosen.count
    if n_agents is None:
        numbers = [int(name[6:]) + 1 for name in clients if name[6:].isdigit()]
        count = max([count, *numbers])
    sources = seated(scenario, chosen.sources, count)
    verify_clients(clients, list(sources))
    journal: FileSink = FileSink(path, overwrite=overwrite, durability="turn")
    made: list[ServedEpisode] = []
    try:
        episode = ServedEpisode(
            scenario,
            sources,
            clients,
            seed=seed,
            journal=journal,
            patience_s=patience,
            max_turns=max_turns,
            on_end=lambda: _say_end(made[0]),
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
