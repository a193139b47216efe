"""Test-Time Gym: a simulated marketplace in which agents book, compete and learn."""

from pathlib import Path as _Path

__all__ = [
    "Scenario",
    "__version__",
    "envs",
    "evaluate",
    "export",
    "journal",
    "learn",
    "load_scenario",
    "market_v0",
    "replay",
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
from test_time_gym import envs, export, journal, market_v0, replay
from test_time_gym.evaluation.bench import evaluate
from test_time_gym.evaluation.learning import learn
from test_time_gym.evaluation.run import run
from test_time_gym.scenarios import Scenario, load_scenario
from test_time_gym.version import __version__
