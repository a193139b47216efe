"""Programs that decided for sellers: a journal names them, and does not hold them."""

from collections.abc import Mapping
from typing import Any

from test_time_gym.market.errors import Misuse
from test_time_gym.market.pricing.fixed import FixedFares
from test_time_gym.rollout.user_pricing import (
    PROGRAM,
    UserPolicy,
    loaded,
    with_programs,
)
from test_time_gym.scenarios.loader import scenario_of
from test_time_gym.scenarios.schema import Scenario

__all__ = ["Programs", "WrongPrograms", "scenario_in"]

Programs = Mapping[str, Any]
"""Seller → the class that decided, a function that makes it, or its name."""


class WrongPrograms(Misuse):
    """A run cannot be executed without a program that its journal does not hold."""


def scenario_in(header: dict[str, Any], programs: Programs | None = None) -> Scenario:
    """Return the scenario that a header carries, with the programs of its run.

    Nothing that a journal names is loaded or run: only what the caller gives.

    Args:
        header: the data of record 0.
        programs: of all sellers for whom a program decided.

    Raises:
        ScenarioError: it is no valid scenario.
        WrongPrograms: a program is missing or cannot be loaded, or one is given for a
            seller that had none.
    """
    declared, programs = header["scenario"], programs or {}
    tables = _tables(declared)
    for seller in programs:
        if seller not in tables:
            msg = f"a program is given for {seller!r:.60}, whose prices were decided "
            raise WrongPrograms(msg + "by none in this run")
    for seller, table in tables.items():
        if seller not in programs:
            name = str(table.get(PROGRAM))[:60]
            msg = (
                f"the prices of {seller:.60} were decided by the program {name}, which "
            )
            msg += (
                "a journal does not hold: to run it again give it, as in ttgym verify "
            )
            msg += f"--policy '{seller:.60}=module:Class'"
            raise WrongPrograms(msg)
    if not tables:
        return scenario_of(declared, "the journal's scenario")
    market = declared["market"]
    plain = dict.fromkeys(tables, FixedFares().model_dump(mode="json"))
    without = market | {"pricing_of": market["pricing_of"] | plain}
    scenario = scenario_of(declared | {"market": without}, "the journal's scenario")
    users = {}
    for seller, table in tables.items():
        given = programs[seller]
        try:
            source = loaded(given) if isinstance(given, str) else given
        except Misuse as error:
            raise WrongPrograms(str(error)) from error
        settings = {k: v for k, v in table.items() if k not in ("kind", PROGRAM)}
        users[seller] = UserPolicy(str(table.get(PROGRAM)), source, settings)
    return with_programs(scenario, users)


def _tables(declared: object) -> dict[str, dict[str, Any]]:
    """Return the sellers for whom a program decided, of a header that may be forged."""
    market = declared.get("market") if isinstance(declared, dict) else None
    own = market.get("pricing_of") if isinstance(market, dict) else None
    return {
        str(seller): table
        for seller, table in (own.items() if isinstance(own, dict) else ())
        if isinstance(table, dict) and table.get("kind") == PROGRAM
    }
