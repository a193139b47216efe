"""Declared worlds: TOML files, their schema, and the loader."""

from .loader import SCENARIO_DIR, load_scenario, scenario_names
from .schema import Scenario

__all__ = ["SCENARIO_DIR", "Scenario", "load_scenario", "scenario_names"]
