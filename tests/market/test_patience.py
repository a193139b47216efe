"""Background buyers who come back, and wait for a lower price."""

from collections import Counter
from itertools import pairwise
from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiters import (
    BELIEFS,
    FALLING,
    HOURS,
    LAST_SEEN,
    MYOPIC,
    NAMES,
    bought,
    played,
    told,
    world,
)
from worlds import episode, fare, flight, leg, segment

from test_time_gym.audit.draws import patience_gaps
from test_time_gym.evaluation.market.demand_record import comers
from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.patience import Patience
from test_time_gym.market.world import World
from test_time_gym.scenarios.flights.domain import FlightSegment

MIXED = {
    "reference_minor": 120_00,
    "scale_minor": 30_00,
    "scale_sigma_ppm": 700_000,
}


@pytest.mark.parametrize("patience", BELIEFS, ids=NAMES)
@pytest.mark.parametrize(
    "habits",
    [
        {},
        {"choice": "cheapest_fence"},
        {"party_sizes": [500_000, 300_000, 200_000]},
        {"by_hour": HOURS},
        {"choice": MIXED},
    ],
    ids=["logit", "cheapest", "parties", "hours", "mixed"],
)
def test_at_one_price_and_with_room_for_all_who_waits_buys_what_it_would_at_once(
    patience, habits
):
    _, plain = played(world(None, **habits), 3)
    _, patient = played(world(patience, **habits), 3)

    assert bought(patient) == bought(plain)
    assert len(bought(plain)) > 100
    looks = {fact.look for _, fact in told(patient, "seat_sold")}
    assert looks == ({1} if patience is MYOPIC else {1, 2, 3, 4})


def expected(market, seed, belief, prices):
    """Return when each buyer of the cheapest fare buys, how often it had come by then
    and at which price, by a rule that is written down here once more.

    Args:
        market: of one fare for all, with room for everybody.
        seed: of the run.
        belief: as declared.
        prices: gives the price at an instant.
    """
    closes, found = market.catalog.sale_ends_ms[0], {}
    for one in comers(market, seed):
        looks, first, before = [one.at_ms, *one.returns_ms], None, None
        for k, at_ms in enumerate(looks):
            assert at_ms < closes
            price, final = prices(at_ms), at_ms == looks[-1]
            first = price if first is None else first
            low = {
                "myopic": True,
                "last_seen": before is not None and price < before,
                "fixed_discount": k > 0 and price <= first * 85 // 100,
            }[belief]
            if price <= one.willing_minor and (final or low):
                found[one.key[2]] = (at_ms, k + 1, price)
                break
            before = price
    return found


@pytest.mark.parametrize("patience", BELIEFS, ids=NAMES)
def test_when_prices_fall_everybody_buys_when_the_rule_says(patience):
    flights = [flight("A", leg("A", seats=900), fares=[fare("Y", 150_00)])]
    one = segment(buyers=300, days=10, choice="cheapest_fence", patience=patience)
    market = World.of(
        episode(
            flights=flights, demand=[one], warm_up="simulate", pricing=FALLING
        ).market
    )
    closes = market.catalog.sale_ends_ms[0]

    def price(at_ms):
        # Looked at once a day, from ten days before the departure on.
        days = -(-(closes - at_ms) // DAY_MS)
        return 90_00 if days <= 2 else 120_00 if days <= 5 else 150_00

    _, facts = played(market, 5)
    found = {
        fact.arrival: (t, fact.look, fact.price) for t, fact in told(facts, "seat_sold")
    }

    assert found == expected(market, 5, patience["belief"], price)
    assert {at for _, _, at in found.values()} == {90_00, 120_00, 150_00}
    assert len({look for _, look, _ in found.values()}) == 4


def test_who_postpones_comes_back_when_it_says_and_never_once_the_sale_is_over():
    market, facts = played(world(), 4)
    looks, gaps = {}, []
    for t, fact in facts:
        if fact.kind not in ("postponed", "seat_sold"):
            continue
        looks.setdefault(fact.arrival, []).append((t, fact))
    for visits in looks.values():
        for (t, one), (later, other) in pairwise(visits):
            assert (one.kind, one.returns, one.look + 1) == (
                "postponed",
                later,
                other.look,
            )
            assert one.price == other.price
            gaps.append(later - t)
        assert visits[-1][1].kind == "seat_sold"
    ends = market.catalog.sale_ends_ms
    for _, fact in told(facts, "postponed"):
        assert fact.returns < ends[market.catalog.by_id[fact.product].index]

    assert market.waiting.buyers == []
    assert len(gaps) > 200


def test_the_share_and_the_times_are_those_declared():
    patience = Patience(**LAST_SEEN | {"share_ppm": 300_000})
    words = [(2 * k + 1) * 2**49 % 2**64 for k in range(20_000)]
    drawn = [patience.gaps_ms(word * 0x9E3779B97F4A7C15 % 2**64) for word in words]
    waits = [gaps for gaps in drawn if gaps]

    assert {len(gaps) for gaps in waits} == {3}
    assert abs(len(waits) / len(words) - 0.3) <= 4 * sqrt(0.21 / len(words))
    mean = 20 * 3_600_000
    for k in range(3):
        some = [gaps[k] for gaps in waits]
        assert abs(sum(some) / len(some) / mean - 1) <= 4 / sqrt(len(some))
        late = sum(gap > mean for gap in some) / len(some)
        assert abs(late - exp(-1)) <= 4 * sqrt(0.25 / len(some))


@given(st.integers(0, 2**64 - 1), st.integers(0, 10**6), st.integers(1, 10_000))
def test_the_audit_draws_the_same_times_by_code_of_its_own(word, share, hours):
    declared = LAST_SEEN | {"share_ppm": share, "times": 20, "mean_hours": hours}

    own = Patience(**declared).gaps_ms(word)

    assert len(own) == (20 if word * 10**6 >> 64 < share else 0)
    other = patience_gaps(declared, word)
    assert len(own) == len(other)
    assert all(abs(a - b) <= 1 for a, b in zip(own, other, strict=True))


def test_who_waits_for_a_seat_that_is_gone_takes_another_or_leaves():
    """One seat for 100, and any number for 150: the cheap one is taken meanwhile."""
    fares = [fare("Y", 150_00), fare("Q", 100_00, booking_limit=1)]
    rich = {"choice": "cheapest_fence", "willingness_median_minor": 10**7}
    poor = rich | {"willingness_median_minor": 120_00, "willingness_sigma_ppm": 0}
    patience = LAST_SEEN | {"share_ppm": 10**6}
    for habits, products in ((rich, {"A-Q", "A-Y", "B-Q", "B-Y"}), (poor, {"A-Q"})):
        _, facts = played(world(patience, fares=fares, **habits), 3)
        sold = Counter(fact.product for _, fact in told(facts, "seat_sold"))
        wanted = {fact.arrival: fact.product for _, fact in told(facts, "postponed")}
        got = {fact.arrival for _, fact in told(facts, "seat_sold")}
        assert set(sold) >= products if habits is rich else set(sold) == {"A-Q", "B-Q"}
        assert (sold["A-Q"], sold["B-Q"]) == (1, 1)
        assert bool(wanted.keys() - got) == (habits is poor)


def test_others_are_not_moved():
    others = [segment("business", buyers=60, days=10)]
    runs = [
        play_and_look(world(patience, others=others)) for patience in (None, LAST_SEEN)
    ]

    assert runs[0] == runs[1]
    assert runs[0]


def play_and_look(market):
    _, facts = played(market, 6)
    return [
        (t, fact) for t, fact in facts if getattr(fact, "segment", "") == "business"
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"share_ppm": 1_000_001}, "less than or equal to 1000000"),
        ({"times": -1}, "greater than or equal to 0"),
        ({"times": 21}, "less than or equal to 20"),
        ({"mean_hours": 0}, "greater than or equal to 1"),
        ({"belief": "hope"}, "'myopic', 'fixed_discount' or 'last_seen'"),
        ({"belief": "fixed_discount"}, "needs discount_ppm, the fall in price"),
        ({"discount_ppm": 50_000}, "last_seen has no discount_ppm"),
        (
            {"belief": "fixed_discount", "discount_ppm": 0},
            "greater than or equal to 1",
        ),
        ({"hours": 4}, "Extra inputs are not permitted"),
    ],
)
def test_what_is_no_patience_is_refused_with_the_reason(change, said):
    with pytest.raises(ValueError, match=said):
        FlightSegment.model_validate(segment(patience=LAST_SEEN | change))


def test_a_drawn_opening_does_not_know_who_comes_back():
    episode(warm_up="draw", demand=[segment(days=1, patience=LAST_SEEN)])
    idle = LAST_SEEN | {"times": 0}
    episode(warm_up="draw", demand=[segment(days=2, patience=idle)])

    with pytest.raises(ValueError, match='with patience, and warm_up = "draw" knows'):
        episode(warm_up="draw", demand=[segment(days=2, patience=LAST_SEEN)])
