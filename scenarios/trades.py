"""The trades: what kinds of shops there are, and which one a scenario declares.

The package's own are the folders that have a ``domain.py``.  Others are registered
with `register`, or named in the environment variable ``TTGYM_TRADES``, which every
process of a run reads: module names or paths of Python files, separated by commas.
"""

import os
import sys
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from test_time_gym.market.domain import Trade
from test_time_gym.market.errors import ScenarioError, one_line
from test_time_gym.market.interface.task import TaskConfig
from test_time_gym.market.world import MarketConfig

from .schema import Scenario

__all__ = [
    "TRADES_VARIABLE",
    "parts_of",
    "register",
    "scenario_type",
    "scenario_types",
    "trade_names",
    "trade_of",
]

TRADES_VARIABLE: Final = "TTGYM_TRADES"
_KEYS_LOOKED_AT: Final = 50
"""Keys of ``[market]`` among which a misspelt one is looked for."""
_FOLDER: Final = Path(__file__).resolve().parent
_known: dict[str, type[Scenario]] = {}


def register(scenario: type[Scenario]) -> type[Scenario]:
    """Make a trade known to all that reads scenarios; usable as a decorator.

    Args:
        scenario: its class of scenarios, whose `market` has the `Trade`.

    Raises:
        ScenarioError: another trade has its name.
    """
    name = trade_of(scenario).name
    if _known.setdefault(name, scenario) is not scenario:
        msg = f"two trades are called {name}"
        raise ScenarioError(msg)
    return scenario


def trade_of(scenario: type[Scenario]) -> Trade:
    """Return the trade of a class of scenarios."""
    market: Any = scenario.model_fields["market"].annotation
    trade: Trade = market.trade
    return trade


def parts_of(data: dict[str, Any], where: str) -> tuple[MarketConfig, TaskConfig]:
    """Return the market and the task that plain data declares, of any trade.

    Args:
        data: of an episode, as in a journal's header; it may lack a name.
        where: it stands, for errors.

    Raises:
        ScenarioError: no trade sells what it lists.
        ValueError: it declares something impossible.
    """
    fields = scenario_type(data, where).model_fields
    market: Any = fields["market"].annotation
    task: Any = fields["task"].annotation
    declared = market.model_validate(data["market"])
    return declared, task.model_validate(data["task"])


def trade_names() -> list[str]:
    """Return the names of all known trades, sorted."""
    _load()
    return sorted(_known)


def scenario_types() -> list[type[Scenario]]:
    """Return the classes of scenarios of all known trades, by name."""
    return [_known[name] for name in trade_names()]


@cache
def _load() -> None:
    for path in sorted(_FOLDER.glob("*/domain.py")):
        _take(import_module(f"{__package__}.{path.parent.name}.domain"))
    for name in filter(None, os.environ.get(TRADES_VARIABLE, "").split(",")):
        _take(_imported(name.strip()))


def _imported(name: str) -> ModuleType:
    path = Path(name)
    if path.suffix == ".py":
        # Found by name in processes that are started later, too.
        sys.path.append(str(path.resolve().parent))
        name = path.stem
    try:
        return import_module(name)
    except Exception as error:
        msg = f"{TRADES_VARIABLE} names {name!r:.80}, which cannot be imported: "
        raise ScenarioError(msg + one_line(f"{error!r:.200}")) from error


def _take(module: ModuleType) -> None:
    """Register the scenario classes that a module itself defines."""
    own = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Scenario)
        and value.__module__ == module.__name__
    ]
    if not own:
        msg = f"{module.__name__} defines no subclass of Scenario: it is no trade"
        raise ScenarioError(msg)
    for scenario in own:
        register(scenario)


def scenario_type(data: object, where: str) -> type[Scenario]:
    """Return the class of a scenario by what its ``[market]`` lists.

    Raises:
        ScenarioError: it lists nothing that any trade sells, or several trades' goods.
    """
    if not isinstance(data, dict):
        return Scenario
    names, market = trade_names(), data.get("market")
    keys = [str(key) for key in market] if isinstance(market, dict) else []
    listed = [name for name in names if name in keys]
    if len(listed) > 1:
        msg = f"{where}: market lists {' and '.join(listed)}; a shop sells one of them"
        raise ScenarioError(msg)
    near = [
        n
        for key in keys[:_KEYS_LOOKED_AT]
        for n in get_close_matches(key, names, n=1, cutoff=0.7)
    ]
    folder = str(data.get("name")).partition("/")[0]
    for name in (*listed, *near, folder):
        if name in _known:
            return _known[name]
    if not keys:
        # Whatever else is wrong comes first.
        return Scenario
    known = " or ".join(f"[[market.{name}]]" for name in names)
    msg = f"{one_line(where)}: market lists nothing for sale: it needs {known}"
    raise ScenarioError(msg)
