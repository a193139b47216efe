"""Trying again succeeds as often as the laws of the card say."""

import pytest
from tests.theory.retries import CASES
from tests.theory.verdict import complaints, sampled


@pytest.mark.slow
@pytest.mark.parametrize("case", sampled(CASES), ids=lambda case: case.name)
def test_trying_again_succeeds_as_often_as_theory_says(case):
    assert complaints(case) == []
