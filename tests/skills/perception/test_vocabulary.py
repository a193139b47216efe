"""The vocabulary: which pages the skills agent can read, and what it says to others."""

import pytest

from test_time_gym import run
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.envs import FlightBookingEnv, HotelBookingEnv
from test_time_gym.market.interface.policy import AgentError

ADVICE = "reads pages of flights alone, and this one lists no flights"


def test_a_page_of_another_trade_is_refused_with_advice():
    page, _ = HotelBookingEnv(seed=1).reset()

    with pytest.raises(AgentError, match=ADVICE):
        SkillsAgent(1).begin(page)


def test_a_page_of_its_own_trade_is_read():
    page, _ = FlightBookingEnv(seed=1).reset()
    agent = SkillsAgent(1)

    agent.begin(page)

    assert agent.act(page)["verb"] in page["legal_verbs"]


def test_a_run_tells_why_the_agent_could_not_play():
    result = run("hotels/city-break", {"buyer_0": "skills"}, seed=1)

    (agent,) = result.episodes[0].agents.values()
    assert agent.outcome == "error"
    assert ADVICE in agent.error
