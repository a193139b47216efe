"""Sites on the command line: one of a family, and what happened to it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import values
from .terminal import say, say_block, wrapped

if TYPE_CHECKING:
    from test_time_gym.scenarios import Family, Scenario

__all__ = ["DriftOption", "SiteOption", "described", "show_family", "site_of"]

SiteOption = Annotated[
    int | None,
    typer.Option(
        "--site",
        parser=values.seed,
        metavar="NUMBER",
        help="One site of a family, whose habits are drawn from the number.",
    ),
]
DriftOption = Annotated[
    list[str] | None,
    typer.Option(
        "--drift",
        metavar="NAME",
        help="What has happened to the site since; may be repeated.",
    ),
]


def site_of(family: "Family", site: int | None, drifts: list[str]) -> "Scenario":
    """Return the scenario that is meant: a site, or the family's base.

    Raises:
        Misuse: the scenario has no habits, or a drift is asked for and no site.
        ScenarioError: there is no such drift.
    """
    from test_time_gym.market.errors import Misuse

    if site is None:
        if drifts:
            msg = "--drift changes a site: say which with --site NUMBER"
            raise Misuse(msg)
        return family.base
    if not family.habits:
        msg = f"{family.name} declares no habits, so it has no sites to choose from"
        raise Misuse(msg)
    return family.site(site, drifts)


def described(family: "Family", site: int | None, drifts: list[str]) -> dict[str, Any]:
    """Return what is learnable of a family, and what a site of it is like."""
    drawn = None
    if site is not None:
        has = family.habits_of(site, drifts)
        drawn = {"number": site, "habits": has, "drifts": drifts}
    return {
        "habits": [
            {
                "name": habit.name,
                "says": habit.says,
                "options": [option.name for option in habit.options],
            }
            for habit in family.habits
        ],
        "drifts": [
            {
                "name": drift.name,
                "says": drift.says,
                "after_episodes": drift.after_episodes,
            }
            for drift in family.drifts
        ],
        "site": drawn,
    }


def show_family(found: dict[str, Any]) -> None:
    """Print what `described` has found, if there is anything."""
    site = found["site"]
    for habit in found["habits"]:
        say()
        say(f"habit {habit['name']}")
        say_block(wrapped(habit["says"], "    "))
        options = "; ".join(habit["options"])
        if site is None:
            say_block(wrapped(f"One of: {options}.", "    "))
        else:
            here = f"Site {site['number']}: {site['habits'][habit['name']]}."
            say_block(wrapped(here, "    "))
    for drift in found["drifts"]:
        say()
        happened = site is not None and drift["name"] in site["drifts"]
        when = (
            "has happened" if happened else f"after {drift['after_episodes']} episodes"
        )
        say(f"drift {drift['name']}, {when}")
        say_block(wrapped(drift["says"], "    "))
