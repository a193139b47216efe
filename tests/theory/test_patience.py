"""Travellers who wait for a seat leave as often as the Erlang-A model says."""

import pytest
from tests.theory.patience import CASES
from tests.theory.verdict import complaints, sampled


@pytest.mark.slow
@pytest.mark.parametrize("case", sampled(CASES), ids=lambda case: case.name)
def test_travellers_lose_patience_as_often_as_theory_says(case):
    assert complaints(case) == []
