"""A study: agents that learn, beside twins that do not, over many runs."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import msgspec

from test_time_gym.market.integers import whole
from test_time_gym.scenarios import Family, load_family
from test_time_gym.tables import Columns, TabularResult, TitledTable

from .folder import StudyFolder
from .model_runs import play_models
from .run import LearningRun
from .run_memory import opened
from .seed_runs import SeedResult
from .studied_model import StudiedModel
from .study_spec import SKILLS, CustomAgent, StudySpec, study_spec
from .summary import (
    clairvoyant_success,
    curve,
    summary_of,
    total_usage,
)
from .tables import study_tables
from .workers import Progress, play_seeds

__all__ = ["RUNS", "Study", "folder_of", "learn", "study"]

RUNS: Final = Path("runs")
"""Where studies go that nobody named."""
SoFar = Callable[[Mapping[str, tuple[int, int]]], object]
"""Takes who → how many tasks were met so far, of how many that could be."""

_COLUMNS: Final = (
    "arm",
    "episode",
    "success",
    "low",
    "high",
    "steps",
    "regret",
    "exploring",
)
_DIGITS: Final = 6
_TOLD: Final = {
    "episode_seed": "seed",
    "paid_minor": "paid",
    "optimal_minor": "optimal",
    "regret_minor": "regret",
    "timing_minor": "timing",
    "search_minor": "search",
    "execution_minor": "execution",
    "lost_surplus_minor": "lost_surplus",
}
"""Columns that an episode knows by another name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Study(TabularResult):
    """What a study has come to."""

    COLUMNS: ClassVar[Columns] = {
        "scenario": str,
        "arm": str,
        "site": int,
        "episode": int,
        "episode_seed": int,
        "outcome": str,
        "success": bool,
        "feasible": bool,
        "counted": bool,
        "reward": float,
        "steps": int,
        "currency": str,
        "paid_minor": int,
        "optimal_minor": int,
        "regret_minor": int,
        "timing_minor": int,
        "search_minor": int,
        "execution_minor": int,
        "lost_surplus_minor": int,
        "skill_steps": int,
        "trial_steps": int,
        "exploring_steps": int,
    }
    """Columns of `as_rows`: a row is one episode (from 1 on) of one arm at one site."""

    spec: StudySpec
    folder: Path
    """Where all of it is kept."""
    results: list[SeedResult]
    """In the order of seeds."""

    def runs(self, arm: str) -> list[LearningRun]:
        """Return the runs of an arm, in the order of seeds."""
        return [result.runs[arm] for result in self.results]

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, as ``ttgym learn --json`` prints it.

        Numbers are rounded to six decimals.
        """
        asked = self.spec
        oracle = clairvoyant_success([one.clairvoyant for one in self.results])
        drifts = {
            drift.name: drift.after_episodes
            for drift in asked.family.drifts
            if drift.name in asked.drifts
        }
        arms = summary_of(
            {arm: self.runs(arm) for arm in asked.arms},
            oracle["success"],
            drifts,
            asked.twin,
        )
        if asked.model is not None:
            for arm, figures in arms.items():
                figures["usage"] = total_usage(self.runs(arm))
        return _rounded(  # type: ignore[no-any-return]
            {
                "scenario": asked.family.name,
                "agent": asked.agent_name,
                "episodes": asked.episodes,
                "seeds": asked.seeds,
                "sites": {
                    "first": asked.sites[0],
                    "last": asked.sites[-1],
                    "range": asked.site_range,
                },
                "currency": asked.family.base.market.currency,
                "bandit": asked.chooser,
                "drifts": drifts,
                "oracle": oracle,
                "arms": arms,
            }
        )

    def as_rows(self) -> list[dict[str, Any]]:
        """Return a row of each episode, by arm, site and episode; see `COLUMNS`."""
        family = self.spec.family
        same = {"scenario": family.name, "currency": family.base.market.currency}
        rows = []
        for arm in self.spec.arms:
            for result in self.results:
                for number, one in enumerate(result.runs[arm].episodes, 1):
                    place = same | {"arm": arm, "site": result.seed, "episode": number}
                    rows.append(
                        {
                            name: place[name]
                            if name in place
                            else getattr(one, _TOLD.get(name, name))
                            for name in self.COLUMNS
                        }
                    )
        return rows

    def as_tables(self) -> list[TitledTable]:
        """Return the tables that ``ttgym learn`` prints."""
        return study_tables(self, self.as_dict())

    def curves(self) -> str:
        """Return the mean learning curve of each arm, as CSV."""
        out = io.StringIO()
        writer = csv.DictWriter(out, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        for arm in self.spec.arms:
            for point in curve([run.episodes for run in self.runs(arm)]):
                writer.writerow(_rounded({"arm": arm, **point}))
        return out.getvalue()


def learn(
    scenario: str | Path | Family = "flights/sites",
    agent: str | CustomAgent | StudiedModel | Callable[[], Any] = SKILLS,
    *,
    episodes: int = 200,
    seeds: int | None = None,
    start: int | None = None,
    sites: str | range | None = None,
    arms: Sequence[str] | None = None,
    bandit: str | None = None,
    drifts: Sequence[str] = (),
    out: str | Path | None = None,
    memory: str | Path | None = None,
    fresh: bool = False,
    workers: int = 1,
    allow_long: bool = False,
    progress: Progress | None = None,
) -> Study:
    """Play a study of learning: the same agent in several arms, over many runs.

    What has been played is kept seed by seed; the same call goes on with what is
    missing.  See docs/learning.md.

    Args:
        scenario: a name, the path of a TOML file, or a `Family`.
        agent: a built-in name; or one's own: a class, a function without arguments
            that makes one, or a function of the observation.
        episodes: of each run, at most 1,000.
        seeds: how many sites; None: 20, or all of ``sites``.
        start: number of the first site; None: 0, or the first of ``sites``.
        sites: name of a range of the family, such as ``validation``, or ``A:B`` for
            the sites A to B − 1.
        arms: their names; None: the usual ones. ``frozen`` and the baselines
            ``cheapest`` and ``clerk`` are always played.
        bandit: kind of the skills agent's chooser; None: its usual one.
        drifts: names of what happens to sites, or ``all`` that is due in time.
        out: folder; None: one below ``runs`` that belongs to this question.
        memory: file in which learning runs are kept; None: ``memory.db`` there.
        fresh: forget what was played before.
        workers: how many processes; more than one import the agent by its name.
        allow_long: play even a scenario that hardly ends.
        progress: called with what is being done and how many episodes are over.

    Raises:
        Misuse: an argument is wrong, or the folder holds something else.
        AgentError: the agent cannot be made, or its ``end`` failed.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     found = learn(agent="cheapest", episodes=2, seeds=1, out=folder).as_dict()
    >>> list(found["arms"]), found["arms"]["mined"]["gain"]["estimate"]
    (['frozen', 'cheapest', 'clerk', 'mined'], 0.0)
    """
    spec = study_spec(
        scenario if isinstance(scenario, Family) else load_family(scenario),
        agent,
        episodes=episodes,
        seeds=seeds,
        start=start,
        sites=sites,
        arms=arms,
        bandit=bandit,
        drifts=drifts,
        allow_long=allow_long,
    )
    return study(
        spec,
        folder_of(spec) if out is None else Path(out),
        memory=None if memory is None else Path(memory),
        fresh=fresh,
        workers=workers,
        progress=progress,
    )


def folder_of(spec: StudySpec) -> Path:
    """Return the folder of a study that nobody named."""
    name = spec.family.name.replace("/", "-")
    return RUNS / f"learn-{name}-{spec.digest[:10]}"


def study(
    spec: StudySpec,
    path: Path,
    *,
    memory: Path | None = None,
    fresh: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
    so_far: SoFar | None = None,
) -> Study:
    """Answer a question, or finish answering it; as `learn`.

    ``so_far`` is called after each seed with the tasks that each arm has met, and how
    many of its tasks could be.
    """
    workers = whole("workers", workers, 1)
    folder = StudyFolder(path, spec, fresh=fresh)
    if memory is not None:
        # What is wrong with it is to be said before anything has been played; after
        # the folder, in which it may lie.
        with opened(memory):
            pass
    found = {seed: folder.result(seed) for seed in spec.sites}
    missing = [seed for seed, result in found.items() if _is_missing(result, spec)]
    before = (spec.seeds - len(missing)) * spec.runs * spec.episodes
    report = _silent if progress is None else progress

    def played(what: str, done: int) -> None:
        report(what, before + done)

    if spec.model is not None:
        coming = play_models(
            spec, missing, folder.cassette, workers=workers, progress=played
        )
    else:
        where = folder.memory if memory is None else memory
        coming = play_seeds(spec, missing, where, workers=workers, progress=played)
    for result in coming:
        folder.keep(result)
        found[result.seed] = result
        if so_far is not None:
            so_far(_met(spec.arms, found.values()))
    results = [result for result in found.values() if result is not None]
    done = Study(spec=spec, folder=path, results=results)
    text = msgspec.json.format(msgspec.json.encode(done.as_dict()), indent=2)
    folder.write("study.json", text + b"\n")
    folder.write("curves.csv", done.curves().encode())
    return done


def _met(
    arms: Sequence[str], results: Iterable[SeedResult | None]
) -> dict[str, tuple[int, int]]:
    """Return how many tasks each arm has met, of how many that could be."""
    known = [result for result in results if result is not None]
    met = {}
    for arm in arms:
        told = [one for result in known for one in result.runs[arm].episodes]
        judged = [one.success for one in told if one.counted and one.feasible]
        met[arm] = (sum(judged), len(judged))
    return met


def _is_missing(result: SeedResult | None, spec: StudySpec) -> bool:
    """Return whether a seed is to be played: also one that a model did not finish."""
    if result is None or spec.model is None:
        return result is None
    return not all(one.counted for run in result.runs.values() for one in run.episodes)


def _rounded(value: Any) -> Any:
    """Return plain data whose fractions have six decimals."""
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return value


def _silent(_what: str, _done: int) -> None:
    """Report to nobody."""
