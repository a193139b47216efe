"""The gateway makes payments wait as long as a queue of its kind does."""

import pytest
from tests.theory.queues import CASES
from tests.theory.verdict import complaints, sampled


@pytest.mark.slow
@pytest.mark.parametrize("case", sampled(CASES), ids=lambda case: case.name)
def test_payments_wait_as_long_as_theory_says(case):
    assert complaints(case) == []
