"""What is imported when it is asked for: the package and `--help` begin at once."""

import subprocess
import sys

import pytest

import test_time_gym

HEAVY = (
    *("pettingzoo", "pydantic", "simpy", "structlog"),
    *("test_time_gym.agents", "test_time_gym.envs", "test_time_gym.market.world"),
)


def loaded_by(code):
    """Return the heavy modules that a program has loaded at its end."""
    told = "import sys; print(*sorted(sys.modules), sep='\\n', file=sys.stderr)"
    answer = subprocess.run(
        [sys.executable, "-c", f"{code}\n{told}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in answer.stderr.split() if name.startswith(HEAVY)]


HELP = """
from test_time_gym.cli import main
main(["--help"])
"""


@pytest.mark.parametrize("code", ["import test_time_gym", HELP])
def test_nothing_heavy_is_loaded(code):
    assert loaded_by(code) == []


def test_it_is_loaded_when_it_is_asked_for():
    assert "test_time_gym.market.world" in loaded_by(
        "import test_time_gym as ttg; ttg.load_scenario"
    )


def test_every_public_name_is_there():
    assert {name: hasattr(test_time_gym, name) for name in test_time_gym.__all__} == (
        dict.fromkeys(test_time_gym.__all__, True)
    )
    assert set(test_time_gym.__all__) <= set(dir(test_time_gym))


def test_a_name_that_is_not_there_is_told():
    with pytest.raises(AttributeError, match="'test_time_gym' has no attribute 'nope'"):
        _ = test_time_gym.nope


def test_environments_are_registered_before_anything_is_loaded():
    made = (
        "import gymnasium, test_time_gym\n"
        "assert 'TestTimeGym/FlightBooking-v0' in gymnasium.registry\n"
        "assert 'TestTimeGym/HotelBooking-v0' in gymnasium.registry\n"
        "assert 'TestTimeGym/FlightBookingVector-v0' in gymnasium.registry\n"
        "assert 'TestTimeGym/HotelBookingVector-v0' in gymnasium.registry\n"
    )
    assert loaded_by(made) == []
    assert loaded_by(made + "gymnasium.make('TestTimeGym/FlightBooking-v0')")
