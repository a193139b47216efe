"""The rooms of the skills agent: the map names them, and one alone reads pages."""

import ast
import re
from pathlib import Path

import pytest

import test_time_gym as ttg
from test_time_gym.agents import skill_memory, skills
from test_time_gym.agents.scripted import Cheapest
from test_time_gym.agents.skills.perception.vocabulary import every_verb
from test_time_gym.agents.skills.skill.skill import Skill

HERE = Path(skills.__file__).parent
MEMORY = Path(skill_memory.__file__).parent
EYES = HERE / "perception"
DATA = HERE / "start" / "clerk_skills.py"
"""Skills, as data: what they begin on, and where their values stand."""
SCENARIOS = ("flights/rush", "flights/instalments", "flights/refunds")
HOTELS = ("hotels/city-break",)
RESULT = ("paid",)
"""Of what an agent hears when an episode is over: it is on no page then."""
PATH = re.compile(r"(\w+)[.\[]")


def fields(page):
    """Return the names of all fields of a page, those inside others too."""
    if isinstance(page, dict):
        return {*page, *(name for value in page.values() for name in fields(value))}
    if isinstance(page, list | tuple):
        return {name for value in page for name in fields(value)}
    return set()


@pytest.fixture(scope="module")
def named():
    """Return what pages of both trades call their fields."""
    found = set()

    class Reader(Cheapest):
        def act(self, observation):
            found.update(fields(observation))
            return super().act(observation)

    for name in (*SCENARIOS, *HOTELS):
        ttg.run(name, Reader(), n_agents=1, seed=3, episodes=3, regret=False)
    return found - {*RESULT}


def words(source):
    """Return the texts of a module that are no docstrings, with their lines."""
    tree = ast.parse(source)
    told = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in told
    ]


def spoken(source, names):
    """Return the lines with a field's name, alone or at the head of a path."""
    return [
        line
        for line, text in words(source)
        if text in names or ((path := PATH.match(text)) and path[1] in names)
    ]


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


USUAL = {"view", "flights", "hotels", "price", "payment_state", "legal_verbs", "cart"}


def test_nobody_but_perception_names_a_field_of_a_page(named):
    """Kinds of arguments are the verb table's words, and a skill has a name, too."""
    assert {*USUAL, "wallet", "messages", "constraints", "forms"} <= named
    kinds = {field.about for fields in every_verb().values() for field in fields}
    names = named - kinds - {*Skill.__struct_fields__}
    assert {"view", "cart", "wallet", "budget", "token", "text", "id"} <= names

    found = {
        str(path.relative_to(HERE.parent)): lines
        for room in (HERE, MEMORY)
        for path in sorted(room.rglob("*.py"))
        if EYES not in path.parents
        and path != DATA
        and (lines := spoken(path.read_text("utf-8"), names))
    }

    assert found == {}


def test_only_perception_indexes_an_observation(named):
    assert named >= USUAL

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


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('seen["view"]', [1]),
        ('path.startswith("constraints.")', [1]),
        ('"wallet[0].token"', []),
        ('x = "wallet[0].token"', [1]),
        ('f"{name} in the view"', []),
        ('"""The view."""\nx = "views", "cart of"', []),
    ],
)
def test_it_is_seen_when_another_one_names_a_field(source, lines, named):
    assert spoken(source, named) == lines
