"""The gateway makes payments wait as long as a queue of its kind does."""

import pytest
from tests.theory.queues import CASES
from tests.theory.verdict import complaints

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.slow], ids=lambda case: case.name
)
def test_payments_wait_as_long_as_theory_says(case):
    assert complaints(case) == []
