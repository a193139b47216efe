"""Learners: what a study's memory tells of the runs that learned."""

from pathlib import Path
from typing import Any, NamedTuple

from test_time_gym.agents.skill_memory import Memory
from test_time_gym.evaluation.learning.finished_study import FinishedStudy

from .lineage import lineage_of
from .posteriors import posteriors_of

__all__ = ["Learner", "learners_of"]

_MANY = 16
"""Learners from which on fewer contexts are told of each."""


class Learner(NamedTuple):
    """One run that learned."""

    arm: str
    seed: int
    lineage: list[dict[str, Any]]
    posteriors: list[dict[str, Any]]


def learners_of(study: FinishedStudy, memory: Path | None = None) -> list[Learner]:
    """Return the study's learners, by arm and seed; without a memory there is none.

    Args:
        study: whose.
        memory: file in which its learning runs are kept; None: that in its folder.

    Raises:
        StoreError: the memory is damaged, or cannot be read.
    """
    path = study.memory if memory is None else memory
    if memory is None and not path.is_file():
        return []
    scenario = study.figures["scenario"]
    found: list[Learner] = []
    with Memory(path, read_only=True) as opened:
        known = dict.fromkeys(opened.learners(), True)
        wanted = [
            (arm, one.seed, f"{scenario}/{study.digest[:10]}/seed {one.seed}/{arm}")
            for arm in study.arms
            for one in study.results
        ]
        kept = [one for one in wanted if one[2] in known]
        contexts = 4 if len(kept) > _MANY else 8
        for arm, seed, key in kept:
            learner = opened.learner(key)
            lineage = lineage_of(learner.skills(), learner.history())
            called = {one["name"]: one["called"] for one in lineage}
            choices = posteriors_of(learner.choices(), called, contexts=contexts)
            found.append(Learner(arm, seed, lineage, choices))
    return found
