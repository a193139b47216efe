"""A campaign: many seeds, over several processes, and what they found together."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from test_time_gym.rollout.workers import map_ordered

from .case import draw_case
from .case_run import CaseResult, play_case
from .coverage import NAMES
from .minimise import RUNS_MAX, minimise

__all__ = ["Campaign", "FoundViolation", "find"]

ALL_SEEN_FROM: Final = 3000
"""Seeds from which on every situation must have been met."""
A_TEST_FROM: Final = 100
"""Fewer seeds are a look, and may have seen too little without a finding."""
ENOUGH: Final = {
    "ticket_issued": 4,
    "soft_decline": 50,
    "hard_decline": 50,
    "hold_expired": 4,
}
"""There must be one for so many seeds."""

_CHUNK: Final = 8
_HOUR_MS: Final = 3_600_000
_MINIMISED: Final = 3
"""Failures that are made smaller; one for each law, the first ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundViolation:
    """A seed that breaks a law."""

    seed: int
    law: str
    values: str
    minimal: dict[str, Any] | None = None
    """The smallest case found that breaks it too; None when none was looked for."""

    @property
    def reproduce(self) -> str:
        """The command that shows it again."""
        return f"ttgym dst --seed {self.seed}"

    def as_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "seed": self.seed,
            "law": self.law,
            "values": self.values,
            "reproduce": self.reproduce,
            "minimal": self.minimal,
        }


@dataclass(slots=True, kw_only=True)
class Campaign:
    """What the seeds played so far have shown; the order of adding is theirs."""

    seeds: int = 0
    violations: list[FoundViolation] = field(default_factory=list)
    simulated_ms: int = 0
    events: int = 0
    actions: int = 0
    checks: int = 0
    replayed: int = 0
    sometimes: Counter[str] = field(default_factory=Counter)

    def add(self, played: CaseResult) -> None:
        """Add one seed."""
        self.seeds += 1
        self.simulated_ms += played.simulated_ms
        self.events += played.events
        self.actions += played.actions
        self.checks += played.checks
        self.replayed += played.replayed
        self.sometimes.update(played.sometimes)
        if played.law:
            self.violations.append(
                FoundViolation(seed=played.seed, law=played.law, values=played.values)
            )

    @property
    def unseen(self) -> list[str]:
        """Situations that no seed has met."""
        return [name for name in NAMES if not self.sometimes[name]]

    @property
    def vacuous(self) -> list[str]:
        """What there was too little of for the laws to mean anything."""
        return [
            name
            for name, per in ENOUGH.items()
            if self.sometimes[name] < max(1, self.seeds // per)
        ]

    @property
    def valid(self) -> bool:
        """Whether enough has happened for the result to mean something."""
        return not self.vacuous and (self.seeds < ALL_SEEN_FROM or not self.unseen)

    @property
    def ok(self) -> bool:
        """Whether no law was broken, and (from 100 seeds on) that means something."""
        return not self.violations and (self.valid or self.seeds < A_TEST_FROM)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, the same for the same seeds on any machine."""
        return {
            "seeds": self.seeds,
            "violations": [violation.as_dict() for violation in self.violations],
            "simulated_hours": self.simulated_ms // _HOUR_MS,
            "sometimes": {name: self.sometimes[name] for name in NAMES},
            "unseen": self.unseen,
            "vacuous": self.vacuous,
            "valid": self.valid,
            "events": self.events,
            "actions": self.actions,
            "checks": self.checks,
            "replayed": self.replayed,
        }


def find(
    campaign: Campaign,
    seeds: Sequence[int],
    *,
    jobs: int = 1,
    runs: int = RUNS_MAX,
    progress: Callable[[str, int], None] | None = None,
) -> None:
    """Play seeds, add what they show, and minimise the first failure of each law.

    Args:
        campaign: takes the results, in the order of the seeds, while they come in:
            an interrupted call leaves there what was found until then.
        seeds: what to play.
        jobs: processes; the result does not depend on them.
        runs: executions spent on minimising one failure; 0 leaves it out.
        progress: called with what is being done and how many seeds are done.
    """
    report = _silent if progress is None else progress
    for played in _play_all(seeds, jobs):
        campaign.add(played)
        report("playing", campaign.seeds)
    laws: list[str] = []
    for place, violation in enumerate(campaign.violations):
        if violation.law in laws or len(laws) == _MINIMISED or not runs:
            continue
        laws.append(violation.law)
        report(f"minimising seed {violation.seed}", campaign.seeds)
        case = draw_case(violation.seed)
        smaller, shown = minimise(case, play_case(case), runs)
        campaign.violations[place] = FoundViolation(
            seed=violation.seed,
            law=violation.law,
            values=violation.values,
            minimal={**smaller.as_dict(), "values": shown.values},
        )


def _play_all(seeds: Sequence[int], jobs: int) -> Iterator[CaseResult]:
    if jobs == 1 or len(seeds) <= _CHUNK:
        for seed in seeds:
            yield play_case(draw_case(seed))
        return
    chunks = (seeds[k : k + _CHUNK] for k in range(0, len(seeds), _CHUNK))
    for some in map_ordered(_play_some, chunks, jobs):
        yield from some


def _play_some(seeds: Sequence[int]) -> list[CaseResult]:
    # What was done is much to send, and nobody asks for it.
    return [replace(play_case(draw_case(seed)), recorded_actions={}) for seed in seeds]


def _silent(_what: str, _done: int) -> None:
    """Report to nobody."""
