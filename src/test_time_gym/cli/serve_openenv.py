"""`ttgym serve openenv`: episodes for clients of OpenEnv, each with its own market."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import values
from .agents_option import successors
from .run import AgentOption, CountOption, TurnsOption
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
from .terminal import say, say_block

if TYPE_CHECKING:
    from test_time_gym.agents.base import AgentSource

__all__ = ["serve_openenv"]

_SESSIONS_MAX = 4096
_FOCAL = "buyer_0"
_sessions = values.whole(1, _SESSIONS_MAX)

SessionsOption = Annotated[
    int,
    typer.Option(
        parser=_sessions, metavar="N", help="So many clients at once, at most."
    ),
]
PageOption = Annotated[
    Any,
    typer.Option(
        parser=page_style,
        metavar="STYLE",
        help="How a page stands in an observation's text: json, compact or text.",
    ),
]
JournalsOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="For the journal of each episode, named after its episode_id. Without "
        "any none are written.",
    ),
]
ManifestOption = Annotated[
    bool, typer.Option("--manifest", help="Print openenv.yaml, and serve nothing.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print the URL as one JSON object.")
]


def serve_openenv(
    *,
    scenario: ScenarioOption = "flights/sfo-mad",
    agent: AgentOption = None,
    n_agents: CountOption = None,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    sessions: SessionsOption = 256,
    allow_remote: RemoteOption = False,
    allow_host: AllowHostOption = None,
    allow_origin: AllowOriginOption = None,
    journals: JournalsOption = None,
    max_turns: TurnsOption = None,
    reward: values.Reward = None,
    page: PageOption = "compact",
    allow_long: values.AllowLong = False,
    manifest: ManifestOption = False,
    as_json: JsonOption = False,
) -> None:
    """Serve a scenario to trainers that speak OpenEnv.

    Each client has a market of its own, in which it plays buyer_0; agents play the
    other seats. Ctrl-C ends it and seals all journals.
    """
    import asyncio

    from test_time_gym.extras import MissingExtra
    from test_time_gym.scenarios import load_scenario
    from test_time_gym.serving.openenv import manifest as openenv_yaml

    if manifest:
        say_block(openenv_yaml().rstrip("\n"))
        return
    try:
        from test_time_gym.serving.openenv import app
        from test_time_gym.serving.openenv.served_scenario import ServedScenario
    except ImportError as error:
        raise MissingExtra("ttgym serve openenv", "openenv") from error
    served = ServedScenario(
        load_scenario(scenario),
        others=_others(agent or []),
        n_agents=n_agents,
        reward=reward,
        max_turns=max_turns,
        journals=journals,
        style=page,
        allow_long=allow_long,
    )
    address, listener = listening(
        host, port, names=allow_host, origins=allow_origin, allow_remote=allow_remote
    )
    with listener:
        guarded: Any = app.openenv_app(served, address, sessions=sessions)
        _say_where(address.url, as_json=as_json)
        asyncio.run(app.serve(guarded, listener, sessions))


def _others(single: list[str]) -> "dict[str, AgentSource]":
    """Return who plays which of the other seats."""
    from test_time_gym.market.errors import Misuse

    sources, _ = successors(single)
    if _FOCAL in sources:
        msg = f"{_FOCAL} is the client's own seat"
        raise Misuse(msg)
    return sources


def _say_where(url: str, *, as_json: bool) -> None:
    if as_json:
        say(json.dumps({"url": url}))
    else:
        say(f"OpenEnv: {url}")
    sys.stdout.flush()
