"""Choice: buyers choose as often as the logit formula says."""

from collections import Counter
from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.choice import NO_PURCHASE, ChoiceModel, OfferTable
from test_time_gym.market.streams import Streams

MODEL = ChoiceModel(reference_minor=300_00, scale_minor=60_00, stop_penalty_milli=700)

# (price, product, stops), deliberately not in order.
OFFERS = [(380_00, 7, 0), (250_00, 3, 2), (310_00, 5, 1), (250_00, 4, 0)]


def logit_shares(offers, willingness):
    """Return the probability of every choice, by the textbook."""
    weights = {NO_PURCHASE: 1.0}
    for price, product, stops in offers:
        if price <= willingness:
            weights[product] = exp((300_00 - price) / 60_00 - 0.7 * stops)
    total = sum(weights.values())
    return {product: weight / total for product, weight in weights.items()}


@pytest.mark.parametrize("willingness", [250_00, 330_00, 10**9])
def test_choices_are_as_frequent_as_the_logit_shares(willingness):
    table, stream, draws = OfferTable(OFFERS, MODEL), Streams(1).get("choice"), 40_000

    chosen = Counter(table.choose(willingness, stream.word()) for _ in range(draws))

    expected = logit_shares(OFFERS, willingness)
    assert set(chosen) == set(expected)
    for product, share in expected.items():
        error = sqrt(draws * share * (1 - share))
        assert abs(chosen[product] - draws * share) <= 4 * error


@pytest.mark.parametrize("willingness", [250_00, 330_00, 10**9])
def test_stated_shares_are_the_logit_shares_to_a_millionth(willingness):
    stated = dict(OfferTable(OFFERS, MODEL).shares_ppm(willingness))

    expected = logit_shares(OFFERS, willingness)
    del expected[NO_PURCHASE]
    assert set(stated) == set(expected)
    assert all(abs(stated[j] - expected[j] * 1e6) <= 3 for j in expected)


def test_nobody_buys_what_is_dearer_than_they_would_pay():
    table, stream = OfferTable(OFFERS, MODEL), Streams(2).get("choice")

    chosen = {table.choose(249_99, stream.word()) for _ in range(100)}

    assert chosen == {NO_PURCHASE}
    assert table.shares_ppm(249_99) == []


def test_without_offers_nobody_buys():
    assert OfferTable([], MODEL).choose(10**9, 2**63) == NO_PURCHASE


@given(st.integers(0, 2**64 - 1), st.permutations(OFFERS))
def test_a_choice_does_not_depend_on_the_order_of_offers(word, offers):
    ordered, shuffled = OfferTable(OFFERS, MODEL), OfferTable(offers, MODEL)

    assert ordered.choose(330_00, word) == shuffled.choose(330_00, word)


@given(
    st.lists(st.integers(1, 10**10), min_size=1, max_size=6),
    st.integers(0, 10**10),
    st.sampled_from([0, 2**64 - 1]),
)
def test_absurd_prices_and_extreme_words_still_choose_among_the_affordable(
    prices, willingness, word
):
    offers = [(price, product, 0) for product, price in enumerate(prices)]
    sharp = ChoiceModel(reference_minor=10**12, scale_minor=0)

    chosen = OfferTable(offers, sharp).choose(willingness, word)

    affordable = {j for price, j, _ in offers if price <= willingness}
    assert chosen in affordable | {NO_PURCHASE}
