"""`ttgym scenarios`: which worlds there are, and what is in one."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from .long_run import warn_if_long
from .output import emit, fields
from .sites import DriftOption, SiteOption, described, show_family, site_of
from .terminal import say, say_block, wrapped

if TYPE_CHECKING:
    from test_time_gym.market.domain import Words
    from test_time_gym.scenarios import Scenario

__all__ = ["scenarios"]

_REQUESTS_SHOWN = 4


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
    emit({"scenarios": every}, _show_list, as_json=as_json)


def _show_list(found: dict[str, list[dict[str, Any]]]) -> None:
    for one in found["scenarios"]:
        plural = "agent" if one["agents"] == 1 else "agents"
        say(f"{one['name']}  ({one['agents']} {plural})")
        say_block(wrapped(one["description"], "    "))


def _one(name: str, site: int | None, drifts: list[str], *, as_json: bool) -> None:
    from test_time_gym.scenarios import load_family

    family = load_family(name)
    asked = site_of(family, site, drifts)
    found = described(family, site, drifts)

    def data(scenario: "Scenario") -> dict[str, Any]:
        declared = scenario.model_dump(mode="json", by_alias=True)
        return _summary(scenario) | found | {"declared": declared}

    def show(scenario: "Scenario") -> None:
        _show(_summary(scenario), scenario.market.trade.words)
        warn_if_long(scenario)
        show_family(found)

    emit(asked, show, as_json=as_json, data=data)


def _summary(scenario: "Scenario") -> dict[str, Any]:
    from test_time_gym.market.interface.workload import Workload

    market, task = scenario.market, scenario.task
    words, catalog = market.trade.words, market.catalog()
    forms = task.forms()
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
        "trade": market.trade.name,
        words.listings: len(catalog.listing_ids),
        _key(words.in_stock): sum(catalog.capacity),
        "pricing": ", ".join(
            dict.fromkeys(market.pricing_for(one).kind for one in catalog.products)
        ),
        "demand": [segment.name for segment in market.demand],
        "requests": [task.request(form) for form in forms],
        "budgets": list(task.budgets_minor),
        "deadline_s": task.deadline_s,
        "events": Workload.of(scenario).events,
        "party": task.party,
        "team": task.team,
    }


def _show(one: dict[str, Any], words: "Words") -> None:
    from test_time_gym.tables import major

    budgets = [major(minor, one["currency"]) for minor in sorted(set(one["budgets"]))]
    span = budgets[0] if len(budgets) == 1 else f"{budgets[0]} to {budgets[-1]}"
    asked = one["requests"]
    more = " …" if len(asked) > _REQUESTS_SHOWN else ""
    kept = one[_key(words.in_stock)]
    stock = f"{one[words.listings]} {words.listings}, {kept} {words.in_stock}"
    lines = {
        "agents": f"{one['agents']} by default, at most {one['agents_most']}",
        "policies": ", ".join(one["policies"]),
        "turns": f"at most {one['max_turns']} for each agent",
        "market": f"{stock}, prices by {one['pricing']}",
        "opens": one["opens"].replace("T", " "),
        "demand": ", ".join(one["demand"]) or "nobody but the agents",
        "task": "; ".join(asked[:_REQUESTS_SHOWN]) + more,
        "budget": f"{span} {one['currency']}",
        "events": f"some {one['events']:,} in a run, besides what agents do",
        "deadline": _duration(one["deadline_s"]) + " after opening",
        "source": one["source"],
    }
    say(one["name"])
    say_block(wrapped(one["description"]))
    say()
    fields(lines, width=9)


def _key(words: str) -> str:
    return words.replace(" ", "_")


def _duration(seconds: int) -> str:
    """Return a time span in its largest whole unit.

    >>> _duration(86_400), _duration(5400), _duration(45)
    ('1 d', '90 min', '45 s')
    """
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds % length == 0 and seconds:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
