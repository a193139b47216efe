"""What used to hold and holds no longer is noticed, and learned again."""

import pytest
from tests.learning.playing import lived

from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.scenarios import load_family

FAMILY = load_family("flights/sites")


@pytest.mark.parametrize("name", [drift.name for drift in FAMILY.drifts])
def test_it_goes_on_where_its_site_changes(name):
    """Of the first twenty episodes after the change it loses two at most."""
    agent = SkillsAgent(6)
    lived(FAMILY.site(6), 6, 40, agent)
    after = lived(FAMILY.site(6, drifts=[name]), 6, 20, agent, first=40)

    assert sum(outcome == "success" for outcome, _ in after) >= 18
