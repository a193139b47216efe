"""Reading tables for the importer's tests, without making markets of them."""

import pytest

from test_time_gym.market.errors import ScenarioError
from test_time_gym.scenarios.importing import ImportOptions, import_fares
from test_time_gym.scenarios.importing.schedule import table_flights
from test_time_gym.scenarios.importing.table import read_table


def read(path, **choices):
    """Read a table."""
    return read_table(path, ImportOptions(**choices))


def flights(table):
    """Return the flights of a table."""
    return table_flights(table.offers, table.notes)


def refusal(path, **choices):
    """Return why a table is refused."""
    with pytest.raises(ScenarioError) as caught:
        import_fares(path, ImportOptions(**choices))
    return str(caught.value).removeprefix(f"{path}: ")
