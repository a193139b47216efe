"""Whatever a rival does that I cannot see, my bytes stay the same."""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from stories import DOORS, TEAMS, Cast, Story, pages_of_all, told

from test_time_gym.dst.adversaries import HABITS
from test_time_gym.envs.vector_codec import VectorCodec
from test_time_gym.market.interface.actions import decode_action
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_scenario, scenario_names
from test_time_gym.testing.compare import difference

pytestmark = pytest.mark.property

PHASES = (Phase.explicit, Phase.generate)
"""A story is told whole: shrinking plays hundreds, and shows little more."""
SEEDS = st.integers(0, 2**32)
HABIT = st.sampled_from([*HABITS, "idle"])
GROUND = st.sampled_from(["island", "plenty"])


@pytest.mark.parametrize("scenario", scenario_names("flights"))
@settings(max_examples=6, phases=PHASES)
@given(st.data())
def test_what_a_rival_does_in_secret_changes_none_of_my_bytes(scenario, data):
    story = Story(
        scenario=scenario,
        door=data.draw(st.sampled_from(DOORS)),
        ground=data.draw(GROUND),
        seed=data.draw(SEEDS),
        watcher=data.draw(st.sampled_from(list(HABITS))),
        rivals=(data.draw(HABIT), data.draw(HABIT)),
        swapped=data.draw(st.booleans()),
    )

    assert told(story) is None


@pytest.mark.parametrize("scenario", TEAMS)
@settings(max_examples=6, phases=PHASES)
@given(SEEDS, st.sampled_from(DOORS[::2]), HABIT)
def test_what_a_mate_writes_changes_no_more_than_its_message(
    scenario, seed, door, habit
):
    story = Story(scenario, door, "plenty", seed, rivals=(habit, habit), writes=True)

    assert told(story) is None


@pytest.mark.parametrize("scenario", scenario_names("flights"))
@settings(max_examples=3, phases=PHASES)
@given(SEEDS, st.lists(st.sampled_from(list(HABITS)), min_size=3, max_size=3))
def test_an_act_of_another_changes_nothing_that_i_see_at_once(scenario, seed, habits):
    """On flights that all contend for: seats and prices show when I look again."""
    declared = load_scenario(scenario)
    turns = Turns(
        declared,
        World.of(declared.market),
        seed,
        ["buyer_0", "buyer_1", "buyer_2"],
        max_turns=20,
    )
    cast = Cast(Story(scenario, "", "", seed, habits[0], tuple(habits[1:])), 0)
    cast.page, codec = declared.page, VectorCodec(turns)
    while turns.ready:
        seat = turns.ready[0]
        expected = pages_of_all(turns, codec, but=seat)
        given_ = cast.json(seat.name, observe(turns, seat))
        action = decode_action(given_ or {}, turns.verbs, turns.world.exponent)

        turns.act(seat, action)

        if turns.over:
            # A team's end is that of all its members.
            break
        if seat.accepted and action.verb is Verb.SEND_MESSAGE:
            sent = {"from": seat.name, "text": action.args["text"], "untrusted": True}
            expected[action.args["to"]]["page"]["messages"].append(sent)
        assert difference(expected, pages_of_all(turns, codec, but=seat)) is None
        turns.advance()
