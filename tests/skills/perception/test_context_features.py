"""Context features: bounded numbers, and an agent that chooses by them."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.learning.playing import lived
from tests.support.skill_pages import in_cart, page, paying, results

from test_time_gym.agents.bandits import chooser_kinds, make_chooser
from test_time_gym.agents.bandits.replay import replay
from test_time_gym.agents.skills.agent import SkillsAgent
from test_time_gym.agents.skills.perception.context_features import (
    CONTEXT_FEATURES,
    context_features,
)
from test_time_gym.agents.skills.perception.page_state import PageState
from test_time_gym.market.interface.policy import policy_stream
from test_time_gym.scenarios import load_family


def told(observation, excess=None, attempts=0):
    numbers = context_features(PageState(observation), page(), excess, attempts)
    return {name: n for name, n in zip(CONTEXT_FEATURES, numbers, strict=True) if n}


def test_a_page_is_described_by_what_bears_on_a_choice():
    assert told(page()) == {}
    assert told(results()) == {"room": log(260 / 240)}
    assert told(page(minutes_left=60, turns_left=30)) == {"time": 0.75, "turns": 0.25}
    assert told(in_cart(total=520), 0.25, 2) == {
        "dearer": 0.25,
        "room": -log(2),
        "attempts": 0.5,
        "contradicts": 1,
        "chosen": 1,
    }
    assert told(paying(total=260)) == {"chosen": 1, "paying": 1}


amounts = st.integers(0, 10**9)


@pytest.mark.property
@given(amounts, amounts, amounts, amounts, st.none() | st.floats(-99, 99))
def test_whatever_a_page_holds_the_numbers_are_bounded(total, left, turns, n, excess):
    seen = in_cart(total=total, minutes_left=left, turns_left=turns)

    assert all(
        -1 <= one <= 1 for one in context_features(PageState(seen), page(), excess, n)
    )
    assert context_features(
        PageState(page()), page(minutes_left=0, turns_left=0), None, 0
    )[:2] == (1, 1)


@pytest.mark.parametrize("kind", chooser_kinds())
def test_an_agent_chooses_with_each_chooser_and_its_choices_can_be_replayed(kind):
    site, agent = load_family("flights/sites").site(11), SkillsAgent(11, chooser=kind)
    lived(site, 11, 14, agent)
    before = agent.dump()["chooser"]
    lived(site, 12, 1, agent)

    again = make_chooser(
        kind, policy_stream(11, "choice"), keep=agent.settings.evidence_decay
    )
    again.load(before)
    pairs = list(replay(again, agent.events))

    choices = [choice for _, choice in agent.choices]
    assert [then for then, _ in pairs] == choices
    assert [now for _, now in pairs] == choices
    assert again.dump() == agent.dump()["chooser"]
    assert any(len(one.arms) > 1 for one in choices)
    for one in choices:
        assert one.chosen in one.arms
        assert len(one.means) == len(one.spreads) == len(one.arms)
        assert len(one.features) == (len(CONTEXT_FEATURES) if kind == "linear" else 0)
        best = max(one.means)
        assert one.exploratory == (one.means[one.arms.index(one.chosen)] < best)
