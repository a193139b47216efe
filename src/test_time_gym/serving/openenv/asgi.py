"""The application as ``openenv.yaml`` names it, for uvicorn and containers.

What it serves stands in the process's environment: ``TTGYM_SCENARIO`` (a name, or the
path of a TOML file), ``TTGYM_PORT``, and ``TTGYM_ALLOW_HOST``, by which names it may
be called besides those of this machine, separated by commas.
"""

import os

from test_time_gym.scenarios import load_scenario
from test_time_gym.serving.addresses import Address

from .app import openenv_app
from .served_scenario import ServedScenario

__all__ = ["app"]

_names = os.environ.get("TTGYM_ALLOW_HOST", "").split(",")
app = openenv_app(
    ServedScenario(load_scenario(os.environ.get("TTGYM_SCENARIO", "flights/sfo-mad"))),
    Address(
        host="127.0.0.1",
        port=int(os.environ.get("TTGYM_PORT", "8000")),
        names=tuple(name.strip() for name in _names if name.strip()),
    ),
)
