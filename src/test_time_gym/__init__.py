"""Test-Time Gym: a simulated marketplace in which agents book, compete and learn."""

from importlib import import_module as _import_module
from pathlib import Path as _Path
from types import ModuleType as _ModuleType
from typing import TYPE_CHECKING as _CHECKS_TYPES
from typing import Any as _Any

__all__ = [
    "Scenario",
    "__version__",
    "compare",
    "envs",
    "evaluate",
    "export",
    "journal",
    "learn",
    "load_scenario",
    "market",
    "market_v0",
    "replay",
    "report",
    "run",
]

# `market`, `agents` and `scenarios` stand at the repository's root and are linked into
# this folder. Where the links are missing (an unpacked sdist, Windows without symlinks)
# the root itself becomes part of the package's search path.
_package = _Path(__file__).resolve().parent
if not (_package / "market").is_dir() and (_package.parents[1] / "market").is_dir():
    __path__.append(str(_package.parents[1]))

from test_time_gym.compilation import use_compiled as _use_compiled

_use_compiled()

# After the search path is whole, and it is known which modules are compiled:
import test_time_gym.market as _market
from test_time_gym import registration as registration
from test_time_gym.version import __version__

if _CHECKS_TYPES:
    from test_time_gym import envs, export, journal, market_v0, replay, report
    from test_time_gym.evaluation.bench import evaluate
    from test_time_gym.evaluation.learning import learn
    from test_time_gym.evaluation.market import compare, market
    from test_time_gym.evaluation.run import run
    from test_time_gym.scenarios import Scenario, load_scenario

_HOMES = {
    "Scenario": "test_time_gym.scenarios",
    "compare": "test_time_gym.evaluation.market",
    "evaluate": "test_time_gym.evaluation.bench",
    "learn": "test_time_gym.evaluation.learning",
    "load_scenario": "test_time_gym.scenarios",
    "run": "test_time_gym.evaluation.run",
}
"""Where names come from that are imported when they are first asked for.

All of it takes a second, and most programs need a part (PEP 562).
"""


class _CallableMarket(_ModuleType):
    """The package `market`, which is also called: one name for the thing and its look.

    A function of this name would be hidden once anything of the package is imported.
    """

    def __call__(self, *args: _Any, **options: _Any) -> _Any:
        """Play a market without agents; see `evaluation.market.market`."""
        home = _import_module("test_time_gym.evaluation.market")
        return home.market(*args, **options)


setattr(_market, "__class__", _CallableMarket)  # noqa: B010


def __getattr__(name: str) -> _Any:
    """Import a public name when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name not in _HOMES:
        return _import_module(f"{__name__}.{name}")
    found = globals()[name] = getattr(_import_module(_HOMES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
