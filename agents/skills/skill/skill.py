"""Skills: what they are. Data that a person can read, write and edit; never code."""

import re
from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct

from test_time_gym.agents.skills.perception.page import Page

__all__ = [
    "RESERVED",
    "SCHEMA",
    "Binding",
    "Skill",
    "SkillState",
    "Step",
    "bare",
    "first_needed",
    "signature",
]

SCHEMA: Final = 1
"""Version of this layout, in every store and file."""

RESERVED: Final = ("explore", "raw", "repair", "tactic", "trial")
"""Names that no skill may have: what else an agent does goes by them."""

SkillState = Literal["probation", "confirmed", "retired"]
"""New and unproven; confirmed by use; no longer offered."""

_VARIANT: Final = re.compile(r"-v[0-9]+$")


class Binding(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where an argument comes from: a place on the page, or a fixed value.

    See `binding.resolve` for how paths are written.
    """

    path: str = ""
    """``constraints.max_stops``, ``flights[least price].id``; empty: `value`."""
    value: str | int | None = None


_WRITTEN: Final = {
    "precondition": "before",
    "postcondition": "after",
    "completions": "arrivals",
}
"""What fields are called in stores and files, where their names never change."""


class Step(
    Struct,
    frozen=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename={"best_effort": "spare"},
):
    """One step: a verb with its arguments."""

    verb: str
    args: dict[str, tuple[Binding, ...]] = {}
    """Argument → where it may come from, the likeliest first.

    All of them agreed with every success so far.  An argument whose place is not on
    the page is left out when it was missing in some success, too (`optional`).
    """
    optional: tuple[str, ...] = ()
    best_effort: bool = False
    """A help, no need: where it is refused or not possible, the next step follows."""


class Skill(
    Struct,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename=_WRITTEN,
):
    """A procedure: where it starts, what it does, where it should arrive."""

    name: str
    precondition: Page
    """Precondition: these features, with these values."""
    steps: tuple[Step, ...]
    postcondition: Page
    """Postcondition: the features with which the page should end."""
    state: SkillState = "probation"
    origin: tuple[str, ...] = ()
    """Provenance: the episodes it was mined from, oldest first."""
    support: int = 0
    """Successes that contained it."""
    born: int = 0
    """The agent's episode in which it was mined."""
    tries: int = 0
    """How often it was chosen."""
    completions: int = 0
    """How often its postcondition then held."""
    used: int = 0
    """The episode in which it was chosen last."""
    by_hand: bool = False
    """Written or edited by a person: it is never merged away."""


def first_needed(skill: Skill) -> Step:
    """Return the first step that is no mere help; the first one, if all are."""
    needed = [step for step in skill.steps if not step.best_effort]
    return needed[0] if needed else skill.steps[0]


def bare(name: str) -> str:
    """Return a skill's name without the number of its variant.

    >>> bare("search-1-v20")
    'search-1'
    """
    return _VARIANT.sub("", name)


def signature(steps: Iterable[Step]) -> str:
    """Return steps in a line that is the same for the same steps."""
    return "; ".join(
        [
            f"{step.verb}({', '.join(f'{k}={v[0]}' for k, v in step.args.items())})"
            for step in steps
        ]
    )
