"""The gateway makes payments wait as long as a queue of its kind does."""

import pytest
from tests.theory.support import complaints, simulated


@pytest.mark.slow
@pytest.mark.parametrize("case", simulated("D6", "D7"), ids=lambda case: case.id)
def test_payments_wait_as_long_as_theory_says(case):
    assert complaints(case) == []
