"""Finished studies: what a folder holds, without playing or judging it again."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from test_time_gym.agents.llm.memory import TWIN
from test_time_gym.market.errors import Misuse

from .arms import ARMS
from .folder import kept_results
from .run import LearningRun
from .seed_runs import SeedResult
from .study_spec import SCHEMA

__all__ = ["FinishedStudy", "HappenedDrift", "finished_study"]

_T = TypeVar("_T")
_QUESTION: Final = "question.json"
_FIGURES: Final = "study.json"
_SEEDS_MAX: Final = 1_000
"""That a study can have: a damaged question is not to be searched for more."""


class HappenedDrift(Struct, frozen=True, kw_only=True):
    """What happened to every site."""

    name: str
    says: str = ""
    """What changed, in a sentence."""
    after_episodes: int


class _World(Struct, frozen=True):
    drifts: list[HappenedDrift] = []


class _Question(Struct, frozen=True):
    """What is read of a question."""

    digest: str
    schema: int
    scenario: _World
    episodes: int
    sites: tuple[int, int]
    """The first and the last."""
    arms: tuple[str, ...]
    drifts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedStudy:
    """What a study has left in its folder."""

    folder: Path
    digest: str
    """Of the question."""
    figures: dict[str, Any]
    """The JSON object of the study, as it stands in ``study.json``."""
    results: list[SeedResult]
    """In the order of seeds."""
    drifts: list[HappenedDrift]
    """In the order in which they happened."""

    @property
    def episodes(self) -> int:
        """How many each run has."""
        return int(self.figures["episodes"])

    @property
    def arms(self) -> list[str]:
        """Names of the arms, in the order in which they were played."""
        return list(self.figures["arms"])

    @property
    def memory(self) -> Path:
        """Where learning runs are kept unless ``--memory`` has put them elsewhere."""
        return self.folder / "memory.db"

    def runs(self, arm: str) -> list[LearningRun]:
        """Return the runs of an arm, in the order of seeds."""
        return [result.runs[arm] for result in self.results]

    def twin(self, arm: str) -> str:
        """Return the arm that the gain of an arm is against."""
        return TWIN if TWIN in self.arms else ARMS[arm].twin


def finished_study(folder: str | Path) -> FinishedStudy:
    """Read what a study has left, also of another version of the program.

    Raises:
        Misuse: the folder holds no study, one that is not finished, or damaged files.
        OSError: the operating system refuses.
    """
    path = Path(folder)
    asked = _read(path, _QUESTION, _Question)
    if asked.schema != SCHEMA:
        msg = f"{path} holds a study of another version of the program: play it again"
        raise Misuse(msg)
    seeds = range(asked.sites[0], asked.sites[1] + 1)[:_SEEDS_MAX]
    results = kept_results(path, asked.digest, seeds)
    if len(results) < len(seeds) or not (path / _FIGURES).is_file():
        msg = f"{path} holds a study that is not finished ({len(results)} of "
        msg += f"{len(seeds)} seeds): the `ttgym learn` that began it goes on with it"
        raise Misuse(msg)
    figures = _read(path, _FIGURES, dict[str, Any])
    sizes = (figures.get("episodes"), figures.get("seeds"))
    arms = tuple(figures["arms"]) if isinstance(figures.get("arms"), dict) else ()
    played = all(tuple(one.runs) == asked.arms for one in results)
    if sizes != (asked.episodes, len(seeds)) or arms != asked.arms or not played:
        msg = f"{path / _FIGURES} does not belong to what was played there: delete it, "
        raise Misuse(msg + "and the `ttgym learn` that began the study makes it again")
    return FinishedStudy(
        folder=path,
        digest=asked.digest,
        figures=figures,
        results=results,
        drifts=[one for one in asked.scenario.drifts if one.name in asked.drifts],
    )


def _read(folder: Path, name: str, kind: type[_T]) -> _T:
    path = folder / name
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, NotADirectoryError):
        msg = f"{folder} holds no finished study: {name} is missing; a study's folder "
        raise Misuse(msg + "is what `ttgym learn` names in its last line") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Misuse(f"{path} is damaged: {error}") from error
