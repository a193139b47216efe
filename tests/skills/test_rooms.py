"""The rooms of the skills agent: the map names them, and one alone reads pages."""

import ast
import re
from pathlib import Path

import pytest

from test_time_gym.agents import skills
from test_time_gym.envs.flight_booking_env import FlightBookingEnv

HERE = Path(skills.__file__).parent
EYES = HERE / "perception"


def fields(page):
    """Return the names of all fields of a page, those inside others too."""
    if isinstance(page, dict):
        return {*page, *(name for value in page.values() for name in fields(value))}
    if isinstance(page, list | tuple):
        return {name for value in page for name in fields(value)}
    return set()


@pytest.fixture(scope="module")
def named():
    """Return what a page of a booking site calls its fields."""
    env = FlightBookingEnv(seed=3)
    page, _ = env.reset(seed=3)
    found = fields(page)
    for verb in ("search_flights", "select_flight", "add_to_cart"):
        name = page["flights"][0]["id"] if verb == "select_flight" else ""
        page, *_ = env.step({"verb": verb, "payload": name})
        found |= fields(page)
    env.close()
    return found


def indexed(source, names):
    """Return the lines on which a field of a page is asked for by its name."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Subscript(slice=ast.Constant(value=str(key))):
                pass
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(), *_]):
                key = node.args[0].value
            case _:
                continue
        if key in names:
            lines.append(node.lineno)
    return lines


def test_the_map_names_every_file_and_room_and_no_others():
    named = re.findall(r"`(\w+)`", skills.__doc__)
    files = [path.stem for path in HERE.glob("*.py") if path.stem != "__init__"]
    rooms = [path.parent.name for path in HERE.glob("*/__init__.py")]

    assert sorted(named) == sorted([*files, *rooms])


def test_only_perception_indexes_an_observation(named):
    assert {"view", "flights", "price", "payment_state", "legal_verbs"} <= named

    found = {
        str(path.relative_to(HERE)): lines
        for path in sorted(HERE.rglob("*.py"))
        if EYES not in path.parents
        and (lines := indexed(path.read_text("utf-8"), named))
    }

    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        'observation["flights"]',
        'taken[0].observation["legal_verbs"]',
        'seen.get("now")',
    ],
)
def test_it_is_seen_when_another_one_does(source, named):
    assert indexed(f"x = {source}", named) == [1]
