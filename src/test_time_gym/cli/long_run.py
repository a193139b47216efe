"""A long run: what is said of it before anybody plays."""

from typing import TYPE_CHECKING

from .terminal import note

if TYPE_CHECKING:
    from test_time_gym.scenarios import Scenario

__all__ = ["warn_if_long"]


def warn_if_long(scenario: "Scenario") -> None:
    """Note that a scenario's runs take a while, or are refused unless asked for."""
    from test_time_gym.market.interface.workload import TooLong, verify_workload

    try:
        verify_workload(scenario, allow_long=False)
    except TooLong as error:
        note(f"warning: {error}")
