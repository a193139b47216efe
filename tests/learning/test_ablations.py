"""Mining and trials are never worse than to leave them out, wherever one can buy."""

import pytest
from tests.learning.playing import lived
from tests.learning.results import SITES, scenarios

from test_time_gym.scenarios import load_family

LIVES, EPISODES, LAST = (0, 1, 2, 3), 120, 50
LESS = 4
"""Successes in the last fifty of all four lives that chance may take: two points."""
OTHERS = ({"mining": False}, {"trials": 0})


def met(name, **settings):
    """Return the successes in the last fifty episodes of all lives."""
    family = load_family(name)
    lives = [lived(family.site(k), k, EPISODES, **settings) for k in LIVES]
    return sum(out == "success" for life in lives for out, _ in life[-LAST:])


@pytest.mark.long
@pytest.mark.parametrize("name", [*SITES, *scenarios()])
def test_an_agent_ends_no_worse_than_without_its_parts(name):
    whole = met(name)

    assert all(whole >= met(name, **less) - LESS for less in OTHERS)
