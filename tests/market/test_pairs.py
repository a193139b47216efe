"""Segments whose travellers come for certain city pairs alone."""

from collections import Counter

import pytest
from worlds import episode, flight, leg, segment

from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.world import World
from test_time_gym.scenarios.loader import scenario_of

FLIGHTS = [
    flight("A", leg("AA1", "SFO", "MAD", seats=90)),
    flight("B", leg("AA2", "SFO", "LIS", seats=90)),
]


def world(*pairs, **changes):
    """Return two city pairs, and a segment for some of them."""
    only = segment("only", buyers=30) | ({"pairs": list(pairs)} if pairs else {})
    config = episode(
        flights=FLIGHTS, demand=[segment("all", buyers=30), only], **changes
    )
    return World.of(config.market)


def test_a_segment_comes_for_its_pairs_alone():
    some = Counter(
        (demand.segment.name, demand.group[1]) for demand in world("SFO-LIS").demands
    )

    assert some == Counter([("all", "MAD"), ("all", "LIS"), ("only", "LIS")])


@pytest.mark.parametrize("warm_up", ["none", "draw", "simulate"])
def test_what_others_do_stays_as_it_was(warm_up):
    whole, part = (world(*pairs, warm_up=warm_up) for pairs in ((), ("SFO-MAD",)))

    for seed in range(3):
        before, after = play_market(whole, seed), play_market(part, seed)
        assert after.segments["all"][0] == before.segments["all"][0]
        assert after.segments["only"][0] < before.segments["only"][0]
        assert after.total.sold > 0


def test_a_pair_that_nobody_flies_is_a_mistake():
    config = episode(flights=FLIGHTS, demand=[segment("all")])
    data = config.model_dump(mode="json", by_alias=True)
    assert "pairs" not in data["market"]["demand"][0]
    data["market"]["demand"][0]["pairs"] = ["SFO-LIZ"]
    about = {"name": "flights/mine", "description": "A scenario of mine."}

    with pytest.raises(ScenarioError) as caught:
        scenario_of(data | about, "mine.toml")

    text = "segment all wants SFO-LIZ, which nobody flies; did you mean SFO-LIS?"
    assert text in str(caught.value)
