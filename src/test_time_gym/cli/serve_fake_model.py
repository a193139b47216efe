"""`ttgym serve fake-model`: an OpenAI-compatible server whose model is a script."""

import json
import re
import sys
from typing import Annotated

import typer

from .terminal import say
from .values import seed as read_seed
from .values import share_ppm, whole

__all__ = ["fake_model"]

_SECONDS = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,3})?")
_DAY_MS = 86_400_000
_PPM = 1_000_000


def _seconds(text: str) -> float:
    """Return a number of seconds.

    >>> _seconds("0.5")
    0.5
    """
    # Defaults pass through here as numbers.
    if _SECONDS.fullmatch(str(text)):
        return float(text)
    msg = f"{str(text)[:60]!a} is not a number of seconds, such as 0.5."
    raise typer.BadParameter(msg)


def _share(text: str) -> float:
    """Return a share from 0 to 1.

    >>> _share("0.25")
    0.25
    """
    return share_ppm(text) / _PPM


Policy = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Who plays: cheapest, dummy, first-offer, patient, random, rebooker or "
        "skilled. A request whose model is one of these names gets that one instead.",
    ),
]
Seed = Annotated[
    int, typer.Option(parser=read_seed, metavar="N", help="Of all that is drawn.")
]
Faults = Annotated[
    str | None,
    typer.Option(
        metavar="LIST|FILE",
        help="What goes wrong, at which calls of a session: 429:2@3,500@5-6,text%0.1; "
        "or a .json file with a list of such texts. All kinds: docs/fake-model.md.",
    ),
]
Follow = Annotated[
    float,
    typer.Option(
        parser=_share,
        metavar="P",
        help="Of skilled: share of episodes in which it follows skills.",
    ),
]
Misread = Annotated[
    float,
    typer.Option(
        parser=_share,
        metavar="Q",
        help="Of skilled: share of choices at which it takes another offer.",
    ),
]
Malform = Annotated[
    float,
    typer.Option(
        parser=_share,
        metavar="R",
        help="Of skilled: share of calls whose arguments are no JSON.",
    ),
]
Latency = Annotated[
    int,
    typer.Option(
        "--latency-ms",
        parser=whole(0, _DAY_MS),
        metavar="N",
        help="How long each answer takes.",
    ),
]
Stall = Annotated[
    float,
    typer.Option(
        "--stall-s",
        parser=_seconds,
        metavar="N",
        help="How long the fault timeout lasts.",
    ),
]
ApiKey = Annotated[
    str | None,
    typer.Option(
        "--api-key",
        envvar="TTGYM_FAKE_MODEL_KEY",
        metavar="KEY",
        help="What clients have to give; by default any key, or none.",
    ),
]
Window = Annotated[
    int | None,
    typer.Option(
        "--context-window",
        parser=whole(1, 10**9),
        metavar="N",
        help="Tokens of the longest request; by default there is no limit.",
    ),
]
Host = Annotated[
    str, typer.Option(metavar="ADDRESS", help="Where it listens: this machine alone.")
]
Port = Annotated[
    int,
    typer.Option(parser=whole(0, 65_535), metavar="N", help="0: any that is free."),
]
Remote = Annotated[
    bool, typer.Option("--allow-remote", help="Listen to other machines, too.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Say what is served in one JSON object.")
]


def fake_model(
    *,
    policy: Policy = "cheapest",
    seed: Seed = 0,
    faults: Faults = None,
    follow: Follow = 1.0,
    misread: Misread = 0.0,
    malform: Malform = 0.0,
    latency_ms: Latency = 0,
    stall_s: Stall = 60.0,
    api_key: ApiKey = None,
    context_window: Window = None,
    host: Host = "127.0.0.1",
    port: Port = 0,
    allow_remote: Remote = False,
    as_json: AsJson = False,
) -> None:
    """Serve an OpenAI-compatible interface whose model is a script.

    It plays the market by a policy, from the pages that requests hold, and goes wrong
    where it is told to. Its base URL is printed when it answers; Ctrl-C stops it.

    \b
    ttgym serve fake-model --port 8000
    ttgym serve fake-model --policy first-offer --faults 429:1@3,timeout@9 --stall-s 5
    """  # noqa: D301 - Click's mark for lines that are not to be filled
    from test_time_gym.serving.fake_model import FakeModel

    model = FakeModel(
        policy,
        seed=seed,
        faults=faults,
        follow=follow,
        misread=misread,
        malform=malform,
        latency_ms=latency_ms,
        stall_s=stall_s,
        api_key=api_key,
        context_window=context_window,
        host=host,
        port=port,
        allow_remote=allow_remote,
        keep=0,
    )
    if as_json:
        told = {"base_url": model.base_url, "policy": policy, "models": model.models}
        sys.stdout.write(json.dumps(told) + "\n")
    else:
        say(f"{policy} answers at {model.base_url} until Ctrl-C")
    sys.stdout.flush()
    model.serve()
