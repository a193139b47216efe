"""Parties of background buyers: all their seats in one booking, or none."""

import json
from collections import Counter
from math import exp, lgamma, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import WatchedTurns, episode, fare, flight, leg, segment

from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.audit.draws import party_size
from test_time_gym.evaluation.market.best_sales import verify_choices
from test_time_gym.evaluation.market.demand_record import comers
from test_time_gym.evaluation.market.market_run import play_market
from test_time_gym.market.clock import HORIZON_MS
from test_time_gym.market.errors import Misuse
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.party_sizes import size_of
from test_time_gym.market.population import Population
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World
from test_time_gym.replay import verify
from test_time_gym.scenarios.flights.domain import FlightSegment
from test_time_gym.scenarios.loader import load_scenario, scenario_of

SHARES = [500_000, 300_000, 0, 200_000]
FAMILIES = [0, 0, 0, 1_000_000]
MANY = 10**7


def config(seats=900, sizes=SHARES, buyers=60, fares=None, **changes):
    """Return a flight, and parties of whom all would pay for it."""
    own = {key: changes.pop(key) for key in ("choice", "by_hour") if key in changes}
    one = segment(buyers=buyers, days=1, willingness_median_minor=MANY, **own)
    if sizes is not None:
        one["party_sizes"] = sizes
    flights = [flight("A", leg("A", seats=seats), fares=fares or [fare("Y", 100_00)])]
    quiet = {"pricing": {"kind": "fixed"}, "warm_up": "simulate"}
    return episode(
        flights=flights, demand=[one | changes.pop("one", {})], **quiet | changes
    )


def world(**options):
    return World.of(config(**options).market)


def played(market, seed):
    """Play a market to its last closing; return it, and what was written."""
    facts, journal = [], JournalWriter(None)
    journal.write = facts.append
    found = Marketplace(market, seed, [], journal)
    found.open()
    found.clock.advance(market.catalog.last_closing_ms)
    return found, [body.d for body in facts]


def wanted(market, seed):
    """Return how many seats those who come in a run want, together."""
    ends = market.catalog.sale_ends_ms
    streams, seats = Streams(seed), 0
    for shoppers in Population(market.demands, ends, streams, -(10**9)).shoppers:
        while shoppers.arrivals.next_at_ms < HORIZON_MS:
            seats += shoppers.party
            shoppers.arrivals.step()
    return seats


def sales(facts):
    return [fact for fact in facts if fact.kind == "seat_sold"]


def test_sizes_have_their_shares():
    market = world()
    sizes = Counter(one.size for seed in range(40) for one in comers(market, seed))

    assert set(sizes) == {1, 2, 4}
    for size, share in enumerate(SHARES, 1):
        error = sqrt(share / 1e6 * (1 - share / 1e6) / sizes.total())
        assert abs(sizes[size] / sizes.total() - share / 1e6) <= 4.5 * error


@given(
    st.lists(st.integers(0, 10), min_size=1, max_size=9).filter(any),
    st.integers(0, 2**64 - 1),
)
def test_the_audit_draws_the_same_size_by_code_of_its_own(parts, word):
    shares = [10**6 * part // sum(parts) for part in parts]
    first = next(k for k, part in enumerate(parts) if part)
    shares[first] += 10**6 - sum(shares)

    size = size_of(tuple(shares), word)

    assert shares[size - 1] > 0
    assert party_size(shares, word) == size


def test_a_party_pays_for_all_its_seats_in_one_booking():
    market, facts = played(world(), 3)

    sold = sales(facts)
    came = {one.key[2]: one.size for one in comers(world(), 3)}
    assert {fact.arrival: fact.seats for fact in sold}.items() <= came.items()
    assert len({fact.arrival for fact in sold}) == len(sold) > 30
    seats = sum(fact.seats for fact in sold)
    assert (market.background_sold, market.background_minor) == (
        [seats],
        [seats * 100_00],
    )
    assert market.inventory.sold == [seats]
    assert market.ledger.balance("merchant") == seats * 100_00


def test_a_party_that_does_not_fit_buys_nothing():
    market, facts = played(world(seats=7, sizes=FAMILIES), 3)

    # A family of four has a seat each; the second one does not fit.
    assert [fact.seats for fact in sales(facts)] == [4]
    assert market.inventory.available(0) == 3


def test_a_party_takes_what_has_room_for_all_of_it():
    fares = [fare("Y", 100_00), fare("Q", 40_00, booking_limit=6)]
    for choice in ("cheapest_fence", segment()["choice"]):
        market = world(fares=fares, sizes=FAMILIES, choice=choice)
        _, facts = played(market, 2)
        bought = Counter(fact.product for fact in sales(facts))
        # Six seats of the cheap class are room for one family.
        assert bought["A-Q"] == 1
        assert bought["A-Y"] > 5


def test_spill_counts_people():
    found = play_market(world(seats=4, sizes=FAMILIES, choice="cheapest_fence"), 5)

    parties = found.arrivals
    assert parties > 30
    assert (found.total.buyers, found.total.sold) == (1, 4)
    assert found.total.spilled == 4 * (parties - 1)
    assert found.segments["leisure"] == (parties, 1, 4, 4 * 100_00)


def test_the_seats_that_parties_want_have_the_moments_of_a_compound_poisson_law():
    runs, buyers = 500, 60
    market = world()
    seats = [wanted(market, seed) for seed in range(runs)]

    one, two = [
        sum(k**power * share / 1e6 for k, share in enumerate(SHARES, 1))
        for power in (1, 2)
    ]
    mean, spread = buyers * one, buyers * two
    assert abs(sum(seats) / runs - mean) <= 4.5 * sqrt(spread / runs)
    variance = sum((n - mean) ** 2 for n in seats) / runs
    assert abs(variance / spread - 1) <= 4.5 * sqrt(2 / runs)
    # Where all come alone, or all parties are of the mean size, it is another.
    assert variance > 1.1 * buyers * one**2


def test_parties_fill_a_flight_as_enumeration_says():
    """Families of four for ten seats: two of them at most."""
    buyers, runs = 2, 300
    market = world(seats=10, sizes=FAMILIES, buyers=buyers, choice="cheapest_fence")

    sold = [play_market(market, seed).total.sold for seed in range(runs)]

    chances = [exp(n * log(buyers) - buyers - lgamma(n + 1)) for n in range(2)]
    theory = 4 * chances[1] + 8 * (1 - sum(chances))
    assert set(sold) == {0, 4, 8}
    assert abs(sum(sold) / runs - theory) <= 4 * 3.2 / sqrt(runs)


def test_who_comes_alone_is_as_without_parties():
    plain, alone = world(sizes=None), world(sizes=[1_000_000])
    declared = [
        one.config.demand[0].model_dump(by_alias=True) for one in (plain, alone)
    ]

    assert declared[0] == declared[1]
    assert "party_sizes" not in declared[0]
    for sizes in (None, [999_999, 1]):
        same = [list(comers(one, 4)) for one in (plain, world(sizes=sizes))]
        assert same[0] == same[1]


def test_other_segments_are_not_moved():
    def both(sizes):
        other = segment("business", buyers=40, days=1)
        one = segment(buyers=60, days=1, party_sizes=sizes)
        return World.of(episode(demand=[one, other], warm_up="simulate").market)

    before, after = (
        [one for one in comers(both(sizes), 6) if one.key[0] == "business"]
        for sizes in ([1_000_000], FAMILIES)
    )
    assert before == after


def test_laws_hold_where_parties_cancel_and_do_not_show_up():
    rules = {"refundable": True, "cancel_fee_minor": 20_00}
    fares = [fare("Y", 100_00, **rules), fare("Q", 60_00, booking_limit=5)]
    habits = {"cancel_ppm_per_day": 600_000, "no_show_ppm": 300_000}
    declared = config(seats=30, fares=fares, one=habits)
    turns = WatchedTurns(declared, seed=3)
    turns.market.clock.advance(turns.market.catalog.last_closing_ms)
    turns.look()

    market, facts = played(World.of(declared.market), 3)
    assert market.background_sold == turns.market.background_sold
    ended = [one for one in facts if one.kind in ("background_cancelled", "no_show")]
    assert len({one.seats for one in ended}) > 1
    for fact in ended:
        booked = next(one for one in sales(facts) if one.arrival == fact.arrival)
        back = booked.price - 20_00 if fact.product == "A-Y" else 0
        assert (fact.seats, fact.refund) == (booked.seats, booked.seats * back)
    cancelled = [one.seats for one in ended if one.kind == "background_cancelled"]
    assert sum(market.afterwards.cancelled) == sum(cancelled) > 0
    assert sum(market.background_sold) == sum(market.inventory.sold)
    found = play_market(World.of(declared.market), 3).total
    assert (found.cancelled, found.used) == (
        sum(cancelled),
        sum(market.inventory.sold) - sum(market.afterwards.no_shows),
    )


@pytest.mark.parametrize(
    ("sizes", "said"),
    [
        ([500_000], "add up to 500000, not 1000000"),
        ([500_000, 600_000], "add up to 1100000"),
        ([-1, 1_000_001], "greater than or equal to 0"),
        ([], "at least 1 item"),
        ([0] * 9 + [1_000_000], "at most 9 items"),
        ([0.5, 0.5], "valid integer"),
        ({"1": 1_000_000}, "valid tuple"),
    ],
)
def test_what_are_no_shares_is_refused_with_the_reason(sizes, said):
    with pytest.raises(ValueError, match=said):
        FlightSegment.model_validate(segment(party_sizes=sizes))


def test_parties_do_not_go_with_what_does_not_know_them():
    with pytest.raises(ValueError, match="comes before the opening in parties, and"):
        episode(warm_up="draw", demand=[segment(days=2, party_sizes=SHARES)])
    both = {"demand": [segment(days=1, party_sizes=SHARES)], "denied_minor": 1}
    legs = leg("A", seats=4) | {"authorised": 5}
    with pytest.raises(ValueError, match="nobody says who of a party is denied"):
        episode(flights=[flight("A", legs)], warm_up="none", **both)
    with pytest.raises(Misuse, match="the segment leisure come in parties"):
        verify_choices(world(choice="cheapest_fence").config.demand)


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    """Return the journal of a run with parties, some of which cancel."""
    data = load_scenario("flights/emsr").model_dump(mode="json", by_alias=True)
    data["market"]["warm_up"] = "simulate"
    for one in data["market"]["demand"]:
        one |= {"party_sizes": SHARES, "cancel_ppm_per_day": 20_000}
        one["no_show_ppm"] = 100_000
    path = tmp_path_factory.mktemp("parties") / "run.jsonl"
    run(scenario_of(data, "parties"), ["patient"], seed=3, journal=path, regret=False)
    return path


def test_a_run_with_parties_is_audited_and_comes_out_again(journal):
    records = [json.loads(line) for line in journal.read_text().splitlines()]
    told = Counter(
        (one["k"], one["d"].get("seats"))
        for one in records
        if one["k"] in ("seat_sold", "background_cancelled")
    )

    assert {("seat_sold", None), ("seat_sold", 2), ("seat_sold", 4)} <= set(told)
    assert ("background_cancelled", 4) in told
    assert audit(journal).findings == ()
    assert verify(journal, reexecute=True).exit_code == 0
