"""What is exported is accepted by the reference implementation of Agent Skills."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from tests.learning.playing import lived
from tests.skill_memory.test_skill_file import libraries
from tests.support.agent_skills import KEYS, faults
from tests.support.skill_episodes import skill

from test_time_gym.agents.skill_memory import export_skills
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.scenarios import load_family

pytestmark = pytest.mark.extras
validator = pytest.importorskip("skills_ref.validator", reason="make test-extras")


def test_skills_of_a_site_are_valid(tmp_path):
    agent = SkillsAgent(7, start="clerk")
    lived(load_family("flights/sites").site(7), 7, 3, agent)

    paths = export_skills(agent.skills, tmp_path, failures={agent.skills[0].name: 3})

    assert len(paths) == len(agent.skills) > 5
    assert [validator.validate(path.parent) for path in paths] == [[]] * len(paths)


@pytest.mark.property
@settings(max_examples=20)
@given(libraries)
def test_whatever_a_page_said_is_valid(library):
    with TemporaryDirectory() as folder:
        for path in export_skills(library, folder):
            assert validator.validate(path.parent) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("metadata:", "schema: 1\nmetadata:"),
        ("name: pay-with-tok-b", "name: pay"),
        ("description:", "about:"),
        ("Pay with", "Pay with" * 200),
    ],
)
def test_our_own_check_finds_what_the_reference_finds(old, new, tmp_path):
    (path,) = export_skills([skill()], tmp_path)
    assert faults(path.parent) == validator.validate(path.parent) == []

    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")

    assert faults(path.parent) != []
    assert validator.validate(path.parent) != []


def test_our_own_check_knows_the_same_keys():
    assert sorted(KEYS) == sorted(validator.ALLOWED_FIELDS)
    assert Path(validator.__file__).name == "validator.py"
