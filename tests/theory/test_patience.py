"""Travellers who wait for a seat leave as often as the Erlang-A model says."""

import pytest
from tests.theory.patience import CASES
from tests.theory.verdict import complaints

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "case", [case for case in CASES if not case.slow], ids=lambda case: case.name
)
def test_travellers_lose_patience_as_often_as_theory_says(case):
    assert complaints(case) == []
