"""A plain logit keeps its formula, however great its reference is beside its scale."""

from math import exp, sqrt

import numpy as np
import pytest
from small_markets import scenario
from worlds import fare, flight, segment

import test_time_gym as ttg
from test_time_gym.market.buyers import Buyers, buying_share, weigher
from test_time_gym.market.choice import NO_PURCHASE, ChoiceModel, ChoiceSet, Taste
from test_time_gym.market.streams import Streams
from test_time_gym.scenarios.flights.domain import FlightSegment

RICH = 10**6
PRICES = (100_00, 115_00, 140_00)
REFERENCES = [299_00, 300_01, 500_00, 9_000_00, 10**9]
"""With a scale of 10.00 the cheapest has the utility 19.9, 20.001, 40, 890, and so on;
floats hold the exponentials of less than 710."""
MANY = 20_000


def model(reference, **changes):
    return ChoiceModel(reference_minor=reference, scale_minor=10_00, **changes)


def shares_of(of, prices=PRICES, drawbacks=(0, 0, 0)):
    """Return how likely each offer is by the formula, then not to buy."""
    loss = of.drawback_penalty_milli / 1000
    utilities = [
        (of.reference_minor - price) / of.scale_minor - loss * drawback
        for price, drawback in zip(prices, drawbacks, strict=True)
    ]
    most = max(0.0, *utilities)
    weights = [exp(utility - most) for utility in [*utilities, 0.0]]
    return [weight / sum(weights) for weight in weights]


def words(count=MANY):
    stream, drawn = Streams(7).bulk("steep"), []
    while sum(map(len, drawn)) < count:
        drawn.append(stream.block())
    return np.concatenate(drawn)[:count]


def chosen(choices, willing=RICH, names="abc"):
    """Return the share of buyers who choose each offer, and who leave."""
    drawn = words()
    clocks = Taste(names).clocks(drawn)
    picked = choices.choose(np.full(MANY, willing, np.int64), clocks)
    return [picked.count(k) / MANY for k in (*range(len(names)), NO_PURCHASE)]


def on_sale(of, prices=PRICES, drawbacks=(0, 0, 0)):
    choices = ChoiceSet([of.penalty_milli(one, "", 0) for one in drawbacks], of)
    choices.offer(dict(enumerate(prices)))
    return choices


def near(found, theory):
    """Return whether frequencies are within 4 standard errors of probabilities."""
    return all(
        abs(one - share) <= 4 * sqrt(share * (1 - share) / MANY) + 1e-9
        for one, share in zip(found, theory, strict=True)
    )


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("drawbacks", [(0, 0, 0), (2, 0, 1), (0, 3, 0)])
def test_buyers_choose_as_the_formula_says(reference, drawbacks):
    of = model(reference)

    found = chosen(on_sale(of, drawbacks=drawbacks))

    assert near(found, shares_of(of, drawbacks=drawbacks))
    # One drawback more, and it would be another law.
    other = shares_of(of, drawbacks=(drawbacks[0] + 1, *drawbacks[1:]))
    assert not near(found, other)


@pytest.mark.parametrize("reference", REFERENCES)
def test_one_who_can_pay_only_some_of_them_chooses_among_these(reference):
    of = model(reference)

    found = chosen(on_sale(of), willing=120_00)

    first, second, leave = shares_of(of, PRICES[:2], (0, 0))
    assert near(found, [first, second, 0.0, leave])


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_buyer_alone_chooses_as_all_together_do(reference):
    choices, taste = on_sale(model(reference)), Taste("abc")
    some = words(300)

    alone = [choices.choose_alone(RICH, some[k : k + 1], taste) for k in range(300)]

    willing = np.full(300, RICH, np.int64)
    assert alone == choices.choose(willing, taste.clocks(some))
    assert alone == [choices.choose_one(RICH, own) for own in taste.clocks(some)]


@pytest.mark.parametrize("reference", REFERENCES)
def test_what_moves_leaves_the_choice_that_of_a_new_look(reference):
    of = model(reference)
    choices = on_sale(of)

    choices.offer({0: None, 2: 131_00})
    choices.offer({0: 190_00, 1: 129_00})

    assert chosen(choices) == chosen(on_sale(of, (190_00, 129_00, 131_00)))
    assert near(chosen(choices), shares_of(of, (190_00, 129_00, 131_00)))


@pytest.mark.parametrize("reference", REFERENCES)
def test_what_is_expected_of_many_is_the_formula(reference):
    of = model(reference)
    declared = segment(
        buyers=1,
        choice=of.model_dump(exclude_unset=True),
        willingness_median_minor=RICH,
        willingness_sigma_ppm=0,
    )
    weigh = weigher(FlightSegment.model_validate(declared))

    share = buying_share(of, [(price, 0) for price in PRICES], weigh, 1_000_000)

    assert share / Buyers.UNIT == pytest.approx(sum(shares_of(of)[:3]), abs=1e-6)


@pytest.mark.parametrize("warm_up", ["none", "draw", "simulate"])
@pytest.mark.parametrize("reference", [500_00, 10**9])
def test_two_airlines_sell_in_a_market_what_the_formula_says(reference, warm_up):
    flights = [
        flight("AA1", seats=900, fares=[fare("Y", 120_00)]),
        flight("BA2", seats=900, airline="Boreal", fares=[fare("Y", 100_00)]),
    ]
    buyers = segment(
        buyers=300,
        days=9,
        choice={"reference_minor": reference, "scale_minor": 10_00},
        willingness_median_minor=RICH,
        willingness_sigma_ppm=0,
    )

    found = ttg.market(
        scenario(flights=flights, demand=[buyers], warm_up=warm_up),
        seeds=8,
        elasticity=False,
    )

    dear, cheap = (one.sold.estimate for one in found.sellers)
    share = 1 / (1 + exp(2))
    assert abs(dear / (dear + cheap) - share) < 4 * sqrt(share / (8 * (dear + cheap)))
    # What is said of a market speaks of its opening alone.
    assert not [note for note in found.notes if "dear" in note]
