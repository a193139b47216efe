"""A pool of seats under holds blocks, fills and frees as a loss system does."""

import pytest
from tests.theory.holds import CASES
from tests.theory.verdict import complaints, sampled


@pytest.mark.slow
@pytest.mark.parametrize("case", sampled(CASES), ids=lambda case: case.name)
def test_a_pool_of_seats_blocks_as_theory_says(case):
    assert complaints(case) == []
