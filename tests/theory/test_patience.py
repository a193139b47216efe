"""Travellers who wait for a seat leave as often as the Erlang-A model says."""

import pytest
from tests.theory.support import complaints, simulated


@pytest.mark.slow
@pytest.mark.parametrize("case", simulated("D8"), ids=lambda case: case.id)
def test_travellers_lose_patience_as_often_as_theory_says(case):
    assert complaints(case) == []
