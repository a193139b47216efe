"""Trying again succeeds as often as the laws of the card say."""

import pytest
from tests.theory.support import complaints, simulated


@pytest.mark.slow
@pytest.mark.parametrize("case", simulated("D9"), ids=lambda case: case.id)
def test_trying_again_succeeds_as_often_as_theory_says(case):
    assert complaints(case) == []
