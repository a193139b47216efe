"""`ttgym learn`: does an agent get better from episode to episode?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .custom_agents import custom_agent
from .output import emit, table
from .progress import Progress
from .terminal import note, say, say_block, wrapped
from .termination import Terminated
from .values import AllowLong, listed, whole

if TYPE_CHECKING:
    from test_time_gym.evaluation.learning import Study

__all__ = ["learn"]

_INCOMPLETE = 3
_thousand = whole(1, 1000)

Scenario = Annotated[
    str,
    typer.Argument(
        metavar="[SCENARIO]",
        help="A name (see: ttgym scenarios), or a .toml file; seed k plays site k.",
    ),
]
Agent = Annotated[
    str,
    typer.Option(
        "--agent",
        metavar="AGENT",
        help="Who learns: skills, another built-in agent, or your own: "
        "module:Name or file.py:Name.",
    ),
]
Episodes = Annotated[
    int,
    typer.Option("--episodes", parser=_thousand, metavar="E", help="Of each run."),
]
Seeds = Annotated[
    int,
    typer.Option(
        "--seeds",
        parser=_thousand,
        metavar="K",
        help="How many sites, each with an agent of its own.",
    ),
]
Arms = Annotated[
    str | None,
    typer.Option(
        "--arms",
        metavar="ARM[,ARM...]",
        help="What is compared: frozen, mined, oracle, placebo, raw, transfer, "
        "no-mining, no-thompson, no-decay, no-intrinsic, no-trials, no-varying. "
        "Usually the first five; frozen is always played.",
    ),
]
Bandit = Annotated[
    str | None,
    typer.Option(
        "--bandit",
        metavar="KIND",
        help="How skills are chosen: thompson, linear, ucb1, epsilon or uniform.",
    ),
]
Drift = Annotated[
    list[str] | None,
    typer.Option(
        "--drift",
        metavar="NAME",
        help="What happens to every site when it is due, or all; may be repeated.",
    ),
]
Memory = Annotated[
    Path | None,
    typer.Option(
        "--memory",
        metavar="FILE",
        help="Where learning runs are kept; otherwise memory.db in the folder.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help="The study's folder; otherwise one below runs/ that belongs to the "
        "question.",
    ),
]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Forget what was played before, start over.")
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        parser=whole(1, 1024),
        metavar="N",
        help="Processes; otherwise as many as cores.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def learn(
    scenario: Scenario = "flights/sites",
    *,
    agent: Agent = "skills",
    episodes: Episodes = 200,
    seeds: Seeds = 20,
    arms: Arms = None,
    bandit: Bandit = None,
    drift: Drift = None,
    memory: Memory = None,
    out: Out = None,
    fresh: Fresh = False,
    workers: Workers = None,
    allow_long: AllowLong = False,
    as_json: AsJson = False,
) -> None:
    """Tell whether an agent gets better from episode to episode.

    Each seed is an agent's life at a site of its own, lived in several arms on the
    same episodes; the gain is against the frozen twin. What is finished is kept:
    after an interruption the same command goes on.
    """
    from test_time_gym.evaluation.learning import folder_of, study, study_spec
    from test_time_gym.rollout.workers import cores
    from test_time_gym.scenarios import load_family

    spec = study_spec(
        load_family(scenario),
        custom_agent(agent),
        episodes=episodes,
        seeds=seeds,
        arms=listed("--arms", arms),
        bandit=bandit,
        drifts=drift or [],
        allow_long=allow_long,
    )
    folder = out or folder_of(spec)
    total = seeds * spec.runs * episodes
    try:
        with Progress("episodes", total) as progress:
            found = study(
                spec,
                folder,
                memory=memory,
                fresh=fresh,
                workers=workers or cores(),
                progress=progress,
            )
    except KeyboardInterrupt as error:
        note(f"Finished seeds are kept in {folder}: the same command goes on.")
        if isinstance(error, Terminated):
            raise
        raise typer.Exit(_INCOMPLETE) from None
    emit(found, _show, as_json=as_json)


def _show(study: "Study") -> None:
    found = study.as_dict()
    say(
        f"{found['agent']} at {found['scenario']}: {found['seeds']} seeds, "
        f"{found['episodes']} episodes each"
    )
    for name, after in found["drifts"].items():
        say(f"{name} happens after {after} episodes")
    say()
    currency = study.spec.family.base.market.currency
    table([{"arm": name} | _row(arm, currency) for name, arm in found["arms"].items()])
    say()
    say(f"clairvoyant oracle: {_share(found['oracle']['success'])}")
    say_block(wrapped(_told(found)))
    say(f"folder: {study.folder}")
    for name, arm in found["arms"].items():
        if arm["errors"]:
            note(
                f"{name}: {arm['errors']} episodes ended with an error: {arm['error']}"
            )


def _row(arm: dict[str, Any], currency: str) -> dict[str, str | None]:
    from test_time_gym.market.money import exponent_of, show

    regret = arm["regret_mean"]
    first, last = arm["steps_first50"], arm["steps_last50"]
    gain = arm["gain"]
    low, high = _points(gain["low"]), _points(gain["high"])
    bounds = f" [{low}, {high}]" if low else ""
    mean = None if regret is None else show(round(regret), exponent_of(currency))
    return {
        "first 10": _share(arm["success_first10"]),
        "last 50": _share(arm["success_last50"]),
        "steps": None if first is None else f"{first:.1f} → {last:.1f}",
        "violations": _share(arm["violation_rate"]),
        "explore": _share(arm["explore_ratio"]),
        "regret": None if mean is None else str(mean),
        "gain in points": f"{_points(gain['estimate']) or '-'}{bounds}",
    }


def _told(found: dict[str, Any]) -> str:
    """Return how many seeds the gain would have needed."""
    name = next((name for name in found["arms"] if name != "frozen"), "frozen")
    arm = found["arms"][name]
    if arm["seeds_needed"] is None:
        return f"How many seeds the gain of {name} needs cannot be told from these."
    return (
        f"The gain of {name} spreads by {100 * arm['spread']:.1f} points from seed to "
        f"seed: {arm['seeds_needed']} seeds would show it with a chance of 0.8; "
        f"{found['seeds']} were played."
    )


def _share(value: float | None) -> str | None:
    return None if value is None else f"{value:.1%}"


def _points(value: float | None) -> str | None:
    return None if value is None else f"{100 * value:+.1f}"
