"""Trajectories: what an agent saw and did in one episode, and what of it mattered."""

from dataclasses import dataclass, field, replace
from typing import Any

from test_time_gym.agents.skills.perception.arguments import fields_of
from test_time_gym.agents.skills.perception.page import (
    Page,
    core,
    legal_verbs,
    page_signature,
    payment_of,
    same_choice,
    shown_offers,
    view_and_payment,
)
from test_time_gym.agents.skills.perception.places import places
from test_time_gym.agents.skills.perception.vocabulary import ADD, PAYING

from .skill import Step

__all__ = [
    "EXPLORE",
    "RAW",
    "TACTIC",
    "TRIAL",
    "Taken",
    "Trajectory",
    "shortened",
    "without_loops",
]

EXPLORE = "explore"
"""The option that is no skill: one step of the primitive policy."""
TACTIC = "tactic"
"""What a step is by that prices have taught: a day, a time."""
RAW = "raw"
"""What a step of a replayed trajectory is by."""
TRIAL = "trial"
"""What a step of a trial is by."""


@dataclass(slots=True)
class Taken:
    """One action, and the page it was taken on."""

    observation: dict[str, Any]
    page: Page
    verb: str
    args: dict[str, Any]
    by: str
    """The skill that took it, or one of `skill.RESERVED`."""
    step: Step | None = None
    """The step of that skill."""
    signature: tuple[Any, ...] = ()
    """What makes the page the same again."""

    def __post_init__(self) -> None:
        """Read the page's signature, if it is not known."""
        self.signature = self.signature or page_signature(self.observation)


@dataclass(slots=True)
class Trajectory:
    """The actions of one episode, in order."""

    taken: list[Taken] = field(default_factory=list)

    def take(self, taken: Taken) -> None:
        """Append an action."""
        self.taken.append(taken)

    def foregone(
        self, observation: dict[str, Any], page: Page, verb: str
    ) -> list[Taken]:
        """Return the steps up to a purchase that is not made, and the one to make it.

        None if that needs arguments: nobody knows which would have been right.
        """
        if any(field.required for field in fields_of(verb)):
            return []
        return [*self.taken, Taken(observation, page, verb, {}, EXPLORE)]


def without_loops(taken: list[Taken]) -> list[Taken]:
    """Return the steps that led on: what came back to a page seen before is cut out.

    A page on which other verbs are possible is another one, even if it looks alike.
    """
    kept: list[Taken] = []
    seen: dict[tuple[Any, ...], int] = {}
    for one in taken:
        asked = _asked(kept, one)
        back = seen.get(_page(one)) if asked is None else asked
        if asked is not None:
            # Where the code came meanwhile, who needs it waits for it.
            one = replace(one, page=kept[asked].page)  # noqa: PLW2901
        if back is not None:
            for gone in kept[back:]:
                seen.pop(_page(gone), None)
            del kept[back:]
        seen[_page(one)] = len(kept)
        kept.append(one)
    return kept


def _asked(kept: list[Taken], one: Taken) -> int | None:
    """Return the place of the step before which a code was asked for that came late."""
    if one.verb not in PAYING or not one.args:
        return None
    for k, before in enumerate(kept):
        if (
            payment_of(before.page) == payment_of(one.page)
            and core(before.observation)[:-1] == core(one.observation)[:-1]
            and one.verb in legal_verbs(before.observation)
        ):
            return k
    return None


def _page(one: Taken) -> tuple[Any, ...]:
    return one.signature, *legal_verbs(one.observation)


def shortened(taken: list[Taken]) -> list[Taken]:
    """Return the steps that were needed, with hindsight.

    From each page the latest action is taken that was possible there already, as
    long as nothing had moved for good in between.  A payment may have moved if the
    action moves it itself: of several cards, only the one that paid was needed.
    """
    cores = [core(one.observation) for one in taken]
    paying = [payment_of(one.page) for one in taken]
    kept: list[Taken] = []
    k = 0
    while k < len(taken):
        here = taken[k]
        for j in range(len(taken) - 1, k, -1):
            last = j + 1 == len(taken)
            moves = not last and paying[j + 1] != paying[j]
            if (
                cores[j] == cores[k]
                and (paying[j] == paying[k] or moves)
                and _feasible(taken[j], here)
                and (last or _same_end(here, taken[j], taken[j + 1]))
            ):
                then = taken[j]
                here = replace(
                    here, verb=then.verb, args=then.args, by=then.by, step=then.step
                )
                k = j
                break
        kept.append(here)
        k += 1
    return kept


def _same_end(here: Taken, one: Taken, then: Taken) -> bool:
    """Return whether an action leads to the same page from an earlier one."""
    early, late, end = (shown_offers(each.observation) for each in (here, one, then))
    return (
        end == early
        or late != end
        or view_and_payment(one.page) != view_and_payment(then.page)
    )


def _feasible(one: Taken, here: Taken) -> bool:
    """Return whether an action could have been taken on an earlier page."""
    if one.verb not in legal_verbs(here.observation):
        return False
    if one.verb == ADD and not same_choice(one.observation, here.observation):
        return False
    there = [value for _, value, _ in places(here.observation)]
    return all(type(value) is int or value in there for value in one.args.values())
