"""Pairs of twins: the same case in two processes, and what differs between them."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from tests.twins.drawn import draw
from tests.twins.environments import (
    Environment,
    drawn_environment,
    environments,
    make_locales,
)

__all__ = ["FRESH", "WORKERS", "Pair", "Twin", "compare", "first_difference", "play"]

WORKERS = 8
"""Processes that live as long as the campaign; each one is an environment."""
FRESH = 20
"""One pair in so many is two new processes, in environments drawn for it."""
_AROUND = 60
_SHOWN = 240


class Twin:
    """A process that plays cases, and the environment it was started in."""

    def __init__(self, environment: Environment, plant: str, locales: Path) -> None:
        self.environment = environment
        self._process = environment.start(plant, locales)

    def ask(self, case: dict[str, Any] | str) -> None:
        """Hand over a case; ``show`` asks for the last one's journals."""
        text = case if isinstance(case, str) else json.dumps(case)
        self._process.stdin.write(text + "\n")  # type: ignore[union-attr]
        self._process.stdin.flush()  # type: ignore[union-attr]

    def answer(self) -> Any:
        """Return what came of it."""
        line = self._process.stdout.readline()  # type: ignore[union-attr]
        if not line:
            code = self._process.wait()
            return {"failed": f"the process has ended with code {code}"}
        return json.loads(line)

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()  # type: ignore[union-attr]
        self._process.stdout.close()  # type: ignore[union-attr]
        self._process.wait()


@dataclass(frozen=True)
class Pair:
    """What two twins have made of one case."""

    number: int
    fresh: bool
    runs: int = 0
    records: int = 0
    """Of one run; every other one was compared with it."""
    differs: str = ""
    """What differs, with case and environments; empty: nothing."""
    failed: bool = False
    """A twin could not play the case at all."""


def play(
    pairs: int,
    *,
    seed: int = 1,
    jobs: int = 1,
    workers: int = WORKERS,
    fresh: int = FRESH,
    plant: str = "",
) -> Iterator[Pair]:
    """Play pairs, each of another case.

    Args:
        pairs: how many.
        seed: of cases, environments and who meets whom.
        jobs: 1 lets the twins of a pair play one after the other, 2 beside each other.
        workers: processes that live as long as the campaign.
        fresh: one pair in so many is of two new processes; 0: none.
        plant: a bug that every process is given, by its name in `plants`.
    """
    dice = Random(f"pairs/{seed}")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        locales = Path(folder)
        make_locales(locales)
        twins = [
            _entered(stack, Twin(environment, plant, locales))
            for environment in environments(workers, dice)
        ]
        for number in range(pairs):
            case, new = draw(number, seed), bool(fresh) and number % fresh == fresh - 1
            if not new:
                yield compare(number, case, dice.sample(twins, 2), jobs)
                continue
            with ExitStack() as both:
                two = [
                    _entered(both, Twin(drawn_environment(dice), plant, locales))
                    for _ in range(2)
                ]
                yield compare(number, case, two, jobs, fresh=True)


def _entered(stack: ExitStack, twin: Twin) -> Twin:
    stack.callback(twin.close)
    return twin


def compare(
    number: int,
    case: dict[str, Any],
    twins: list[Twin],
    jobs: int,
    *,
    fresh: bool = False,
) -> Pair:
    """Let two twins play a case, and compare what they tell."""
    told = []
    if jobs > 1:
        for twin in twins:
            twin.ask(case)
        told = [twin.answer() for twin in twins]
    else:
        for twin in twins:
            twin.ask(case)
            told.append(twin.answer())
    failed = [answer["failed"] for answer in told if isinstance(answer, dict)]
    if failed:
        told_of = _told(case, twins, failed[0])
        return Pair(number, fresh, differs=told_of, failed=True)
    runs = [run for answer in told for run in answer]
    differs = ""
    if any(run != runs[0] for run in runs):
        journals = []
        for twin in twins:
            twin.ask("show")
            journals += twin.answer()
        differs = _told(case, twins, first_difference(journals))
    return Pair(number, fresh, len(runs), runs[0]["records"], differs)


def _told(case: dict[str, Any], twins: list[Twin], what: str) -> str:
    lines = [what, f"  case: {json.dumps(case)}"]
    lines += [f"  a twin with {twin.environment}" for twin in twins]
    return "\n".join(lines)


def first_difference(journals: list[list[str]]) -> str:
    """Return the first record in which a journal differs from the first one."""
    one = journals[0]
    other = next((journal for journal in journals if journal != one), None)
    if other is None:
        return "the journals are the same, but what was seen is not"
    n = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    # The hash in front differs whenever the record does, and tells nothing.
    a, b = ((lines[n : n + 1] or [""])[0][40:].rstrip() for lines in (one, other))
    same = next(
        (k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y),
        min(len(a), len(b)),
    )
    cut = slice(max(0, same - _AROUND), max(0, same - _AROUND) + _SHOWN)
    end = "(nothing: the journal ends)"
    return f"record {n} differs:\n  {a[cut] or end}\n  {b[cut] or end}"
