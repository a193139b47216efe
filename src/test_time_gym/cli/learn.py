"""`ttgym learn`: does an agent get better from episode to episode?"""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .custom_agents import custom_agent
from .learn_table import show_study
from .llm_options import ModelOptions, one_model, takes_models
from .output import emit
from .progress import Progress
from .report_option import (
    OverwriteReport,
    ReportFile,
    verify_apart,
    verify_report,
    write_report,
)
from .terminal import note
from .termination import Terminated
from .values import AllowLong, AsJson, listed, positive, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from test_time_gym.evaluation.learning import Study
    from test_time_gym.evaluation.learning.study_spec import StudySpec
    from test_time_gym.report import Report

__all__ = ["learn"]

_INCOMPLETE = 3
_SIZES = 200, 20
"""Episodes and seeds."""
_MODEL_SIZES = 20, 5
"""Those of a language model, whose answers cost money."""
_LIVES = 8
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
        help="Who learns: skills, another built-in agent, llm:MODEL@BASE_URL for a "
        "language model, or your own: module:Name or file.py:Name.",
    ),
]
Episodes = Annotated[
    int | None,
    typer.Option(
        "--episodes",
        parser=_thousand,
        metavar="E",
        help="Of each run; otherwise 200, and 20 with a language model.",
    ),
]
Seeds = Annotated[
    int | None,
    typer.Option(
        "--seeds",
        parser=_thousand,
        metavar="K",
        help="How many sites, each with an agent of its own; otherwise 20, and 5 with "
        "a language model.",
    ),
]
Start = Annotated[
    int | None,
    typer.Option(
        "--start",
        parser=whole(0, 999),
        metavar="N",
        help="The first site; otherwise 0.",
    ),
]
Sites = Annotated[
    str | None,
    typer.Option(
        "--sites",
        metavar="A:B|RANGE",
        help="The sites A to B - 1, or a range that the family declares: development, "
        "validation or test. All of them, unless --seeds says fewer.",
    ),
]
MemoryTokens = Annotated[
    int | None,
    typer.Option(
        "--memory-tokens",
        parser=positive,
        metavar="N",
        help="Of a language model's memory in its prompt, at most; otherwise 6000.",
    ),
]
MemoryEpisodes = Annotated[
    int | None,
    typer.Option(
        "--memory-episodes",
        parser=positive,
        metavar="N",
        help="That the arm transcripts goes back; otherwise 3.",
    ),
]
Arms = Annotated[
    str | None,
    typer.Option(
        "--arms",
        metavar="ARM[,ARM...]",
        help="What is compared: mined, clerk-skills, clerk-frozen, placebo, raw, "
        "transfer, no-mining, no-trials, no-thompson, epsilon, ucb1, no-decay. "
        "Usually mined, clerk-skills, placebo and raw; frozen, cheapest and clerk are "
        "always played. With a language model: none (always played), transcripts, "
        "notes, skills-text, skills-tools, skills-bandit, placebo; usually all.",
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
        help="Processes; otherwise as many as cores. With a language model: runs at "
        "once; otherwise 8.",
    ),
]


@takes_models
def learn(
    scenario: Scenario = "flights/sites",
    *,
    agent: Agent = "skills",
    episodes: Episodes = None,
    seeds: Seeds = None,
    start: Start = None,
    sites: Sites = None,
    arms: Arms = None,
    bandit: Bandit = None,
    drift: Drift = None,
    memory: Memory = None,
    out: Out = None,
    fresh: Fresh = False,
    workers: Workers = None,
    memory_tokens: MemoryTokens = None,
    memory_episodes: MemoryEpisodes = None,
    allow_long: AllowLong = False,
    report: ReportFile = None,
    overwrite: OverwriteReport = False,
    as_json: AsJson = False,
    models: ModelOptions,
) -> None:
    """Tell whether an agent gets better from episode to episode.

    Each seed is an agent's life at a site of its own, lived in several arms on the
    same episodes; the gain is against the frozen twin and against two scripted
    buyers. What is finished is kept: after an interruption the same command goes on.
    """
    from test_time_gym.evaluation.learning import folder_of, study_spec
    from test_time_gym.market.errors import Misuse
    from test_time_gym.scenarios import load_family

    verify_report(report, overwrite=overwrite)
    limits = {"tokens": memory_tokens, "episodes": memory_episodes}
    with _learner(agent, limits, models) as (who, sizes):
        spec = study_spec(
            load_family(scenario),
            who,
            episodes=episodes or sizes[0],
            seeds=seeds if seeds or sites else sizes[1],
            start=start,
            sites=sites,
            arms=listed("--arms", arms),
            bandit=bandit,
            drifts=drift or [],
            allow_long=allow_long,
        )
        if memory is not None and spec.model is not None:
            msg = "--memory is of the agent skills: what a language model remembers is "
            raise Misuse(msg + "found again by its cassette (--cassette FILE)")
        folder = out or folder_of(spec)
        own = ("question.json", "study.json", "curves.csv", "memory.db", "seeds")
        kept = [folder, *[folder / name for name in own]]
        if memory is not None:
            kept.append(memory)
        verify_apart(report, kept)
        found = _played(spec, folder, memory, workers, fresh=fresh, told=not as_json)
    emit(found, show_study, as_json=as_json)
    write_report(report, lambda: _page(found, memory), overwrite=overwrite)


def _page(found: "Study", memory: Path | None) -> "Report":
    from test_time_gym.report.study import study_page

    return study_page(found, memory)


def _played(
    spec: "StudySpec",
    folder: Path,
    memory: Path | None,
    workers: int | None,
    *,
    fresh: bool,
    told: bool,
) -> "Study":
    """Play a study, with progress; an interruption leaves what is finished."""
    from test_time_gym.evaluation.learning import study
    from test_time_gym.rollout.workers import cores

    usual = cores() if spec.model is None else _LIVES
    try:
        with Progress("episodes", spec.seeds * spec.runs * spec.episodes) as progress:
            return study(
                spec,
                folder,
                memory=memory,
                fresh=fresh,
                workers=workers or usual,
                progress=progress,
                so_far=progress.so_far if told else None,
            )
    except KeyboardInterrupt as error:
        note(f"Finished seeds are kept in {folder}: the same command goes on.")
        if spec.model is not None:
            note("So is every answer of the model, unless --cassette keeps it.")
        if isinstance(error, Terminated):
            raise
        raise typer.Exit(_INCOMPLETE) from None


@contextmanager
def _learner(
    agent: str, limits: dict[str, int | None], models: ModelOptions
) -> "Iterator[tuple[Any, tuple[int, int]]]":
    """Make who learns, with the usual episodes and seeds."""
    from test_time_gym.agents.llm import is_model_name
    from test_time_gym.market.errors import Misuse

    given = {name: value for name, value in limits.items() if value is not None}
    if not is_model_name(agent):
        if models.given or given:
            msg = "--cassette, --llm-…, --memory-tokens and their like are for a "
            raise Misuse(msg + "language model: --agent llm:MODEL@BASE_URL")
        yield custom_agent(agent), _SIZES
        return
    from test_time_gym.agents.llm.memory import MemoryLimits
    from test_time_gym.evaluation.learning import StudiedModel

    with one_model(agent, models) as made:
        yield StudiedModel(agent=made, limits=MemoryLimits(**given)), _MODEL_SIZES
