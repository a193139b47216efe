"""A pool of seats under holds blocks, fills and frees as a loss system does."""

import pytest
from tests.theory.support import complaints, simulated


@pytest.mark.slow
@pytest.mark.parametrize(
    "case", simulated("D1", "D2", "D3", "D4", "D5"), ids=lambda case: case.id
)
def test_a_pool_of_seats_blocks_as_theory_says(case):
    assert complaints(case) == []
