"""Declared worlds: TOML files, their schema, and the loader."""

from .family import Family, load_family
from .loader import SCENARIO_DIR, load_scenario, scenario_names
from .schema import Drift, Scenario, SiteTrait
from .trades import register, trade_names

__all__ = [
    "SCENARIO_DIR",
    "Drift",
    "Family",
    "Scenario",
    "SiteTrait",
    "load_family",
    "load_scenario",
    "register",
    "scenario_names",
    "trade_names",
]
