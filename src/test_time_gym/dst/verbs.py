"""The verbs in the words of the trade that simulation testing plays in: flights."""

from typing import Final

from test_time_gym.market.interface.verbs import verb_table
from test_time_gym.scenarios.flights.domain import FLIGHTS

__all__ = ["TABLE", "VERBS", "VERB_NAMES"]

TABLE: Final = verb_table(FLIGHTS)
VERB_NAMES: Final = TABLE.names
"""The verbs, by number."""
VERBS: Final = TABLE.by_name
"""The verbs, by name."""
