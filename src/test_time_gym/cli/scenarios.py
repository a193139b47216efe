"""`ttgym scenarios`: which worlds there are, and what is in one."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .long_run import warn_if_long
from .sites import DriftOption, SiteOption, described, show_family, site_of
from .terminal import say, say_block, say_json, wrapped

if TYPE_CHECKING:
    from test_time_gym.scenarios import Scenario

__all__ = ["scenarios"]

_TRIPS_SHOWN = 4


def scenarios(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="One of them, or a .toml file."),
    ] = None,
    *,
    site: SiteOption = None,
    drift: DriftOption = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print one JSON object; for one scenario with all it declares.",
        ),
    ] = False,
) -> None:
    """List the scenarios, or show one in detail."""
    from test_time_gym.market.errors import Misuse
    from test_time_gym.scenarios import load_scenario, scenario_names

    if name is not None:
        _one(name, site, drift or [], as_json=as_json)
        return
    if site is not None or drift:
        msg = "--site and --drift need the NAME of a scenario"
        raise Misuse(msg)
    every = [_summary(load_scenario(known)) for known in scenario_names()]
    if as_json:
        say_json({"scenarios": every})
        return
    for one in every:
        plural = "agent" if one["agents"] == 1 else "agents"
        say(f"{one['name']}  ({one['agents']} {plural})")
        say_block(wrapped(one["description"], "    "))


def _one(name: str, site: int | None, drifts: list[str], *, as_json: bool) -> None:
    from test_time_gym.scenarios import load_family

    family = load_family(name)
    asked = site_of(family, site, drifts)
    found = described(family, site, drifts)
    if as_json:
        declared = asked.model_dump(mode="json", by_alias=True)
        say_json(_summary(asked) | found | {"declared": declared})
        return
    _show(_summary(asked))
    warn_if_long(asked)
    show_family(found)


def _summary(scenario: "Scenario") -> dict[str, Any]:
    from test_time_gym.market.interface.workload import Workload

    market, task = scenario.market, scenario.task
    legs = {
        (leg.flight, leg.depart): leg.seats
        for flight in market.flights
        for leg in flight.legs
    }
    return {
        "name": scenario.name,
        "description": scenario.description,
        "source": scenario.source,
        "agents": scenario.agents.count,
        "agents_most": scenario.agents.most,
        "policies": list(scenario.policies),
        "max_turns": scenario.turns.max_turns,
        "currency": market.currency,
        "opens": market.opens,
        "flights": len(market.flights),
        "seats": sum(legs.values()),
        "pricing": ", ".join(
            dict.fromkeys(
                market.pricing_of.get(flight.airline, market.pricing).kind
                for flight in market.flights
            )
        ),
        "demand": [segment.name for segment in market.demand],
        "trips": [
            {"from": trip.origin, "to": trip.destination, "date": trip.date}
            for trip in task.trips
        ],
        "flexible_days": task.flexible_days,
        "budgets": list(task.budgets_minor),
        "deadline_s": task.deadline_s,
        "events": Workload.of(scenario).events,
        "party": task.party,
        "team": task.team,
    }


def _show(one: dict[str, Any]) -> None:
    from .played import major

    budgets = [major(minor, one["currency"]) for minor in sorted(set(one["budgets"]))]
    span = budgets[0] if len(budgets) == 1 else f"{budgets[0]} to {budgets[-1]}"
    trips = [f"{t['from']} to {t['to']} on {t['date']}" for t in one["trips"]]
    more = " …" if len(trips) > _TRIPS_SHOWN else ""
    lines = {
        "agents": f"{one['agents']} by default, at most {one['agents_most']}",
        "policies": ", ".join(one["policies"]),
        "turns": f"at most {one['max_turns']} for each agent",
        "market": f"{one['flights']} flights, {one['seats']} seats, "
        f"prices by {one['pricing']}",
        "opens": one["opens"].replace("T", " "),
        "demand": ", ".join(one["demand"]) or "nobody but the agents",
        "task": "; ".join(trips[:_TRIPS_SHOWN]) + more,
        "dates": _flexible(one["flexible_days"]),
        "budget": f"{span} {one['currency']}",
        "events": f"some {one['events']:,} in a run, besides what agents do",
        "deadline": _duration(one["deadline_s"]) + " after opening",
        "source": one["source"],
    }
    say(one["name"])
    say_block(wrapped(one["description"]))
    say()
    for key, value in lines.items():
        if value is not None:
            say(f"{key:<9} {value}")


def _flexible(days: int) -> str | None:
    plural = "day" if days == 1 else "days"
    return f"or up to {days} {plural} earlier or later" if days else None


def _duration(seconds: int) -> str:
    """Return a time span in its largest whole unit.

    >>> _duration(86_400), _duration(5400), _duration(45)
    ('1 d', '90 min', '45 s')
    """
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds % length == 0 and seconds:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
