"""The verbs in the words of flights, and ways to plant others for them."""

from dataclasses import replace

from test_time_gym.market.interface.actions import decode_action
from test_time_gym.market.interface.verbs import ROWS, verb_table
from test_time_gym.scenarios.flights.domain import FLIGHTS

TABLE = verb_table(FLIGHTS)
VERB_NAMES = TABLE.names
FIELDS = {
    verb: tuple(TABLE.arguments[verb].values()) for verb in TABLE.by_name.values()
}
OFFER_FIELDS = FLIGHTS.offer_fields


def decode(action, exponent=2):
    """Decode an action in the words of flights."""
    return decode_action(action, TABLE, exponent)


def command_of(name):
    """Return the rule, the effect and the pace of a verb."""
    return ROWS[TABLE.by_name[name]].command


def planted(name, command):
    """Return a row of the table with another command, and its number."""
    verb = TABLE.by_name[name]
    return verb, replace(ROWS[verb], command=command)


class _Rows:
    """The rows as `pytest.MonkeyPatch` wants what it changes an item of."""

    def get(self, verb, _default=None):
        return ROWS[verb]

    def __setitem__(self, verb, row):
        ROWS[verb] = row


def plant(patch, name, command):
    """Let a verb have another command; ``patch`` is a `pytest.MonkeyPatch`."""
    patch.setitem(_Rows(), *planted(name, command))
