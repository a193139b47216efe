"""Two sellers with little capacity: prices of the law of theory, and its profits."""

from dataclasses import replace

import pytest
from tests.theory.support import complaints

from test_time_gym.market.pricing import edgeworth_policy
from test_time_gym.validation import all_cases

CASES = {case.id: case for case in all_cases()}


@pytest.mark.parametrize(
    "capacity",
    [
        "0.25",
        "1",
        *(pytest.param(k, marks=pytest.mark.long) for k in ("0.4", "0.5", "0.75")),
    ],
)
def test_prices_and_profits_are_those_of_theory(capacity):
    assert complaints(CASES[f"E3/market/{capacity}"]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        lambda word, units, buyers, choke: (units + 3, buyers, word, choke),
        lambda word, units, buyers, choke: (units, buyers + 5, word, choke),
        lambda word, units, buyers, choke: (units, buyers, word // 2, choke),
        lambda _word, units, buyers, choke: (units, buyers, 2**63, choke),
    ],
    ids=[
        "a few seats more",
        "a few buyers more",
        "only cheap prices",
        "always the median",
    ],
)
def test_a_law_that_is_off_is_noticed(monkeypatch, wrong):
    right = edgeworth_policy.drawn_price

    def drawn(word, units, buyers, choke):
        seats, all_, luck, dear = wrong(word, units, buyers, choke)
        return right(luck, seats, all_, dear)

    monkeypatch.setattr(edgeworth_policy, "drawn_price", drawn)

    said = complaints(replace(CASES["E3/market/0.4"], replications=6))

    assert any(text.startswith("Kolmogorov") and " is not " in text for text in said)
