"""Declared worlds: TOML files, their schema, and the loader."""

from .family import Family, load_family
from .loader import SCENARIO_DIR, load_scenario, scenario_names
from .schema import Drift, Habit, Scenario
from .trades import register, trade_names

__all__ = [
    "SCENARIO_DIR",
    "Drift",
    "Family",
    "Habit",
    "Scenario",
    "load_family",
    "load_scenario",
    "register",
    "scenario_names",
    "trade_names",
]
