"""The verbs and their arguments, as the skills agent knows them.

It has been taught the words of one trade; this is the only place that says which.
"""

from typing import Final

from test_time_gym.market.domain import Argument
from test_time_gym.market.interface.verbs import Verb, verb_table
from test_time_gym.scenarios.flights.domain import FLIGHTS

__all__ = ["ARGUMENTS", "VERB_NAMES"]

_TABLE: Final = verb_table(FLIGHTS)

VERB_NAMES: Final = _TABLE.names
"""The verbs, by number."""

ARGUMENTS: Final[dict[str, tuple[Argument, ...]]] = {
    name: tuple(_TABLE.arguments[Verb(number)].values())
    for number, name in enumerate(VERB_NAMES)
}
"""Arguments of every verb, by its name."""
