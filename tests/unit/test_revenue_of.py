"""What sellers take."""

import numpy as np
import pytest

import test_time_gym as ttg
from test_time_gym.agents.load_follower import LoadFollower
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.seller_actions import STEPS_PPM
from test_time_gym.training import revenue_of

NAME = "flights/duopoly"
HOLD = STEPS_PPM.index(0)
BUYERS = {"others": {"buyer_0": "cheapest"}, "n_agents": 1}


def test_a_policy_of_vectors_takes_what_an_agent_takes_that_does_the_same():
    holding = revenue_of(lambda *_: HOLD, NAME, range(4), **BUYERS)
    waiting = revenue_of(Waits(), NAME, range(4), **BUYERS)

    assert holding == waiting
    assert len(set(holding)) > 1


class Waits:
    def act(self, _page):
        return {"verb": "wait"}


@pytest.mark.parametrize(
    ("seller", "rival", "full"),
    [
        # Thirty seats of each flight, or 28.
        ("seller_0", "seller_1", 30 * (110_00 + 120_00)),
        ("seller_1", "seller_0", 28 * (112_00 + 105_00)),
    ],
)
def test_revenue_is_what_the_reward_counts(seller, rival, full):
    (taken,) = revenue_of("undercut", NAME, [7], seller=seller, **BUYERS)

    agents = {"buyer_0": "cheapest", seller: "undercut", rival: "load-follower"}
    run = ttg.run(NAME, agents, seed=7, n_agents=1, regret=False)
    assert run.episodes[0].agents[seller].reward == taken * 1000 // full / 1000


def test_other_sellers_follow_the_load_unless_told():
    untold = revenue_of("undercut", NAME, [2], **BUYERS)
    others = {"buyer_0": "cheapest", "seller_1": "load-follower"}
    told = revenue_of("undercut", NAME, [2], others=others, n_agents=1)
    others["seller_1"] = "undercut"
    alike = revenue_of("undercut", NAME, [2], others=others, n_agents=1)

    assert untold == told != alike


def test_a_policy_sees_a_vector_and_its_mask():
    seen = []

    def policy(observation, mask):
        seen.append((observation.shape, observation.dtype, mask.dtype, mask[HOLD]))
        return HOLD

    revenue_of(policy, NAME, [1], max_turns=3, **BUYERS)

    assert seen == [((104,), np.dtype(np.float32), np.dtype(np.int8), 1)] * 3


def test_who_cannot_be_played_is_told():
    with pytest.raises(Misuse, match=r"no seller 'seller_7'; .* can play seller_0, "):
        revenue_of("undercut", NAME, [1], seller="seller_7")
    with pytest.raises(Misuse, match="no seller of this scenario can be played"):
        revenue_of("undercut", "flights/rush", [1])
    with pytest.raises(Misuse, match="others names 'seller_0', whom the policy plays"):
        revenue_of("undercut", NAME, [1], others={"seller_0": LoadFollower()})
