"""Models of known skill: the arms tell help from none; no claim about real models."""

import pytest
from tests.arms.harness import HELPING, measured

SIZES = {"episodes": 4, "seeds": 2, "arms": [*HELPING, "placebo"]}


@pytest.mark.slow
def test_the_gain_of_skills_grows_with_following_and_is_none_without():
    never, always = (measured(share, **SIZES) for share in (0, 1))

    for arm in HELPING:
        assert never.gains[arm].estimate == 0
        assert never.gains[arm].holds_0
        assert always.gains[arm].estimate > 0.1
    assert always.gains["placebo"].estimate == 0
    assert always.gains["placebo"].holds_0
