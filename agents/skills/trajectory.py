"""Trajectories: what an agent saw and did in one episode, and what of it mattered."""

from dataclasses import dataclass, field
from typing import Any

from .binding import places
from .page import coarse_time, features, signature
from .skill import Page, Step

__all__ = ["EXPLORE", "TRIAL", "Taken", "Trajectory", "core", "shortened", "without_loops"]

EXPLORE = "explore"
"""The option that is no skill: one step of the primitive policy."""
TRIAL = "trial"
"""What a step of a trial is by."""


@dataclass(slots=True)
class Taken:
    """One action, and the page it was taken on."""

    observation: dict[str, Any]
    page: Page
    signature: tuple[Any, ...]
    verb: str
    args: dict[str, Any]
    by: str
    """The skill that took it, or `EXPLORE`."""
    step: Step | None = None
    """The step of that skill."""


@dataclass(slots=True)
class Trajectory:
    """The actions of one episode, in order."""

    taken: list[Taken] = field(default_factory=list)

    def take(
        self,
        observation: dict[str, Any],
        page: Page,
        verb: str,
        args: dict[str, Any],
        by: str,
        step: Step | None = None,
    ) -> None:
        """Append an action."""
        self.taken.append(
            Taken(observation, page, signature(observation), verb, args, by, step)
        )


def without_loops(taken: list[Taken]) -> list[Taken]:
    """Return the steps that led on: what came back to a page seen before is cut out."""
    kept: list[Taken] = []
    seen: dict[tuple[Any, ...], int] = {}
    for one in taken:
        back = seen.get(one.signature)
        if back is not None:
            for gone in kept[back:]:
                del seen[gone.signature]
            del kept[back:]
        seen[one.signature] = len(kept)
        kept.append(one)
    return kept


def core(observation: dict[str, Any]) -> tuple[Any, ...]:
    """Return what an action may have moved for good: cart, codes, orders, the time."""
    cart = observation["cart"]
    return (
        tuple([tuple(item.values())[0] for item in cart["items"]]),
        tuple(cart["coupons"]),
        len(observation["orders"]),
        coarse_time(observation),
    )


def shortened(taken: list[Taken]) -> list[Taken]:
    """Return the steps that were needed, with hindsight.

    From each page the latest action is taken that was possible there already, as
    long as nothing had moved for good in between.
    """
    cores = [core(one.observation) for one in taken]
    paying = [one.page["payment"] for one in taken]
    kept: list[Taken] = []
    k = 0
    while k < len(taken):
        here = taken[k]
        for j in range(len(taken) - 1, k, -1):
            if (
                cores[j] == cores[k]
                and (paying[j] == paying[k] or (j + 1 < len(taken) and paying[j + 1] != paying[j]))
                and feasible(taken[j], here)
                and (j + 1 == len(taken) or same_end(here, taken[j], taken[j + 1]))
            ):
                then = taken[j]
                here = Taken(here.observation, here.page, here.signature, then.verb, then.args, then.by, then.step)
                k = j
                break
        kept.append(here)
        k += 1
    return kept


def same_end(here: Taken, one: Taken, then: Taken) -> bool:
    """Return whether an action leads to the same page from an earlier one."""
    a, b, c = (shown(taken.observation) for taken in (here, one, then))
    return c in (a,) or b != c or one.page["view"] != then.page["view"] or one.page["payment"] != then.page["payment"]


def shown(observation: dict[str, Any]) -> list[Any]:
    return [tuple(flight.values())[:2] for flight in observation["flights"]]


def feasible(one: Taken, here: Taken) -> bool:
    """Return whether an action could have been taken on an earlier page."""
    if one.verb not in here.observation["legal_verbs"]:
        return False
    if one.observation.get("selected") != here.observation.get("selected"):
        return False
    if not one.args:
        return True
    there = {value for _, value, _ in places(here.observation)}
    return all(type(value) is int or value in there for value in one.args.values())
