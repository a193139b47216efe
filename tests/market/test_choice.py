"""Choice: buyers choose as often as the logit formula says, and seldom otherwise."""

from collections import Counter
from math import exp, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from test_time_gym.market.choice import NO_PURCHASE, ChoiceModel, ChoiceSet, Taste
from test_time_gym.market.exponential import unit_exponential, unit_exponentials
from test_time_gym.market.streams import Streams, name_key, pair_words

MODEL = ChoiceModel(
    reference_minor=300_00, scale_minor=60_00, drawback_penalty_milli=700
)

# Price and stops by name, deliberately not in order.
OFFERS = {"G": (380_00, 0), "C": (250_00, 2), "E": (310_00, 1), "D": (250_00, 0)}


def words(count, seed=1):
    stream = Streams(seed).bulk("choice")
    drawn = []
    while sum(map(len, drawn)) < count:
        drawn.append(stream.block())
    return np.concatenate(drawn)[:count]


def shown(prices, stops, model=MODEL):
    """Return a choice set with these prices; None is not on sale."""
    choices = ChoiceSet([model.penalty_milli(one, "", 0) for one in stops], model)
    choices.offer(dict(enumerate(prices)))
    return choices


def chosen(prices, drawn, willingness=10**9, stops=None, names=None, model=MODEL):
    """Return what each buyer chooses: a name, or None."""
    names = names or [f"P{k}" for k in range(len(prices))]
    choices = shown(prices, stops or [0] * len(prices), model)
    clocks = Taste(names).clocks(np.array(drawn, np.uint64))
    picks = choices.choose(np.full(len(drawn), willingness), clocks)
    alone = [choices.choose_one(willingness, own) for own in clocks[:50]]
    assert alone == picks[:50]
    return [None if pick == NO_PURCHASE else names[pick] for pick in picks]


def logit_shares(prices, stops, willingness=10**9, model=MODEL):
    """Return the probability of not buying, then of every offer, by the textbook."""
    scale, reference = model.scale_minor, model.reference_minor
    weights = [1.0] + [
        exp((reference - price) / scale - model.drawback_penalty_milli / 1000 * stop)
        if price is not None and price <= willingness
        else 0.0
        for price, stop in zip(prices, stops, strict=True)
    ]
    return [weight / sum(weights) for weight in weights]


@pytest.mark.parametrize("willingness", [250_00, 330_00, 10**9])
def test_choices_are_as_frequent_as_the_logit_shares(willingness):
    names, draws = list(OFFERS), 40_000
    prices = [price for price, _ in OFFERS.values()]
    stops = [stops for _, stops in OFFERS.values()]

    found = Counter(chosen(prices, words(draws), willingness, stops, names))

    expected = dict(
        zip([None, *names], logit_shares(prices, stops, willingness), strict=True)
    )
    assert set(found) == {name for name, share in expected.items() if share}
    for name, share in expected.items():
        error = sqrt(draws * share * (1 - share))
        assert abs(found[name] - draws * share) <= 4 * error


@pytest.mark.parametrize("count", [20, 300])
def test_many_offers_are_chosen_as_often_as_their_shares(count):
    prices, draws = [200_00 + 50 * (k * 7 % count) for k in range(count)], 6000

    found = Counter(chosen(prices, words(draws, 5)))

    shares = logit_shares(prices, [0] * count)
    names = [None, *[f"P{k}" for k in range(count)]]
    squares = [
        (found[name] - draws * share) ** 2 / (draws * share)
        for name, share in zip(names, shares, strict=True)
    ]
    # χ² with `count` degrees of freedom: mean count, variance 2 · count.
    assert abs(sum(squares) - count) <= 4 * sqrt(2 * count)


def total_variation(one, other):
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / 2


CHANGES = {
    "2 % on every second flight": lambda prices: [
        price * 102 // 100 if k % 2 else price for k, price in enumerate(prices)
    ],
    "one flight sells out": lambda prices: [*prices[:3], None, *prices[4:]],
    "the cheapest sells out": lambda prices: [
        None if price == min(prices) else price for price in prices
    ],
    "one flight at half the price": lambda prices: [prices[0] // 2, *prices[1:]],
    "all flights 10 % dearer": lambda prices: [price * 11 // 10 for price in prices],
}


@pytest.mark.parametrize("count", [4, 20, 300])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_moves_at_most_twice_the_choices_that_it_must(count, change):
    prices = [250_00 + 4_00 * (k * 13 % count) for k in range(count)]
    moved, draws = CHANGES[change](prices), 6000

    before, after = chosen(prices, words(draws, 2)), chosen(moved, words(draws, 2))

    changed = sum(a != b for a, b in zip(before, after, strict=True)) / draws
    stops = [0] * count
    least = total_variation(logit_shares(prices, stops), logit_shares(moved, stops))
    bound = 2 * least / (1 + least)
    assert changed <= bound + 4 * sqrt(bound * (1 - bound) / draws)


def test_who_had_chosen_another_flight_does_not_care_that_one_sells_out():
    prices = [300_00, 310_00, 320_00]
    before = chosen(prices, words(5000))
    after = chosen([300_00, None, 320_00], words(5000))

    assert all(b == a for b, a in zip(before, after, strict=True) if b != "P1")
    assert "P1" in before


def test_a_taste_depends_on_the_names_alone():
    drawn = words(50)
    alone = Taste(["B"]).clocks(drawn)
    among = Taste(["A", "B", "C"]).clocks(drawn)

    assert (alone[:, 0] == among[:, 0]).all()
    assert (alone[:, 1] == among[:, 2]).all()


def test_nobody_buys_what_is_dearer_than_they_would_pay():
    prices = [price for price, _ in OFFERS.values()]

    assert set(chosen(prices, words(100), 249_99)) == {None}
    assert shown(prices, [0] * 4).cheapest == 250_00


def test_without_offers_nobody_buys():
    assert set(chosen([], words(10))) == {None}
    assert set(chosen([None, None], words(10))) == {None}
    assert shown([None], [0]).cheapest is None


@given(st.integers(0, 2**64 - 1), st.permutations(list(OFFERS)))
def test_a_choice_does_not_depend_on_the_order_of_offers(word, names):
    def choice(order):
        prices = [OFFERS[name][0] for name in order]
        stops = [OFFERS[name][1] for name in order]
        return chosen(prices, [word], 330_00, stops, list(order))

    assert choice(list(OFFERS)) == choice(names)


@given(
    st.lists(st.integers(1, 10**10), min_size=1, max_size=6),
    st.integers(0, 10**10),
    st.sampled_from([0, 2**63, 2**64 - 1]),
)
def test_absurd_prices_and_extreme_words_still_choose_among_the_affordable(
    prices, willingness, word
):
    sharp = ChoiceModel(reference_minor=10**12, scale_minor=0)

    [found] = chosen(prices, [word], willingness, model=sharp)

    affordable = {f"P{j}" for j, price in enumerate(prices) if price <= willingness}
    assert found in affordable | {None}


@given(st.lists(st.tuples(st.integers(0, 3), st.none() | st.integers(1, 900_00))))
def test_offers_that_move_leave_the_set_as_if_made_anew(moves):
    choices, prices = shown([None] * 4, [0, 1, 0, 2]), [None] * 4
    for position, price in moves:
        choices.offer({position: price})
        prices[position] = price
    fresh = shown(prices, [0, 1, 0, 2])

    rows = Taste("ABCD").clocks(words(30))

    assert choices.cheapest == fresh.cheapest
    for willingness in (0, 300_00, 10**9):
        willing = np.full(30, willingness)
        assert choices.choose(willing, rows) == fresh.choose(willing, rows)


def test_exponential_clocks_are_the_logarithm_to_the_last_digits():
    extreme = [0, 1, 2**12, 2**40, 2**62, 2**63, 2**64 - 1]
    drawn = np.array([*extreme, *words(500)], np.uint64)
    uniform = [((int(word) >> 12) + 0.5) * 2.0**-52 for word in drawn]

    found = unit_exponentials(drawn)

    assert found == pytest.approx(-np.log(uniform), abs=1e-14, rel=1e-15)
    assert found.tolist() == [unit_exponential(int(word)) for word in drawn]
    assert (found > 0).all()
    assert np.isfinite(found).all()


def test_clocks_of_two_offers_are_independent_unit_exponentials():
    rows, runs = Taste(["A", "B"]).clocks(words(40_000)), 40_000

    assert abs(rows.mean(axis=0) - 1).max() <= 4 / sqrt(runs)
    assert abs(((rows - 1) ** 2).mean(axis=0) - 1).max() <= 4 * sqrt(8 / runs)
    assert abs(np.corrcoef(rows.T) - np.eye(3)).max() <= 4 / sqrt(runs)


def test_words_of_pairs_are_the_same_on_every_machine():
    keys = np.array([0, name_key("IB6174")], np.uint64)

    found = pair_words(np.array([0, 2**64 - 1], np.uint64), keys)

    assert found.tolist() == PAIRS


PAIRS = [
    [0, 6885137761995527796],
    [13029008266876403067, 15533429965061968892],
]
