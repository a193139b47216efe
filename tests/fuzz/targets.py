"""What is fuzzed: a target reads bytes, and must not fail, whatever they are."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.fuzz import acting, declared, journals

FOUND = Path(__file__).parent / "found"
"""Inputs that once broke something, as TARGET-WHAT."""


class Target(NamedTuple):
    """One way into the program."""

    run: Callable[[bytes], str]
    """Does all with an input that a user could; returns a word for what became of it.

    Whatever it raises is a finding."""
    seeds: Callable[[], list[bytes]]
    mutated: Callable[[bytes, Random], bytes]


TARGETS = {
    "reader": Target(journals.read, journals.read_seeds, journals.read_mutated),
    "reexecute": Target(
        journals.reexecuted, journals.reexecute_seeds, journals.reexecute_mutated
    ),
    "scenario": Target(declared.declare, declared.seeds, declared.mutated),
    "action": Target(acting.act, acting.seeds, acting.mutated),
}


def found(name: str) -> list[Path]:
    """Return the inputs that once broke a target."""
    return sorted(FOUND.glob(f"{name}-*"))
