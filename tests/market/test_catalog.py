"""The catalog: what is declared, and what cannot be."""

import pytest
from pydantic import ValidationError
from worlds import fare, flight, leg, market, segment

from test_time_gym.market.world import PRICE_MAX
from test_time_gym.scenarios.flights.itinerary import Itinerary, list_itineraries


def catalog(*flights, opens="2026-06-01T09:00"):
    itineraries = tuple(Itinerary.model_validate(one) for one in flights)
    return list_itineraries(itineraries, opens)


VIA = flight(
    "VIA",
    leg("AA1", "SFO", "EWR", "10:00", "18:20", 5),
    leg("AA2", "EWR", "MAD", "19:45", "23:10", 3),
    fares=[fare("Y", 200_00), fare("Q", 90_00, booking_limit=2)],
)
SHORT = flight("SHORT", leg("AA1", "SFO", "EWR", "10:00", "18:20", 5))


def test_products_share_the_pools_of_their_legs():
    found = catalog(VIA, SHORT)

    assert found.pool_names == ["AA1/2026-06-02T10:00", "AA2/2026-06-02T19:45"]
    assert found.capacity == [5, 3]
    assert [(p.id, p.pools, p.nest, p.rank) for p in found.products] == [
        ("VIA-Y", (0, 1), (0, 1), 0),
        ("VIA-Q", (0, 1), (0, 1), 1),
        ("SHORT", (0,), (2,), 0),
    ]
    assert found.by_group == {
        ("SFO", "MAD", "2026-06-02"): (0, 1),
        ("SFO", "EWR", "2026-06-02"): (2,),
    }


def test_times_are_local_and_name_the_day_of_arrival():
    late = {**leg("AA9"), "arrive": "2026-06-03T07:15"}
    early = {**leg("AA8"), "arrive": "2026-06-01T23:50"}

    products = catalog(VIA, flight("LATE", late), flight("BACK", early)).products

    shown = [
        tuple(p.facts[name] for name in ("depart", "arrive", "minutes", "stops"))
        for p in products
    ]
    assert shown == [
        ("10:00", "23:10", 790, 1),
        ("10:00", "23:10", 790, 1),
        ("10:00", "07:15+1", 1275, 0),
        ("10:00", "23:50-1", -610, 0),
    ]


def test_departure_is_counted_from_the_opening():
    product = catalog(SHORT, opens="2026-06-02T09:59").products[0]

    assert product.closes_at_ms == 60_000


MISTAKES = {
    "two itineraries are called VIA": [
        VIA,
        {**VIA, "fares": [fare("B"), fare("C", 50_00)]},
    ],
    "share the id VIA-Y": [VIA, {**SHORT, "id": "VIA-Y"}],
    "declared with 5 and with 6 seats": [
        SHORT,
        flight("X", leg("AA1", "SFO", "EWR", "10:00", "18:20", 6)),
    ],
    "before the market opens": [flight("X", {**leg(), "depart": "2026-06-01T08:59"})],
    "not where leg AA1 ends": [
        flight("X", leg("AA1", "SFO", "EWR"), leg("AA2", "JFK", "MAD"))
    ],
    "departs 2026-06-02T18:19, before leg AA1 arrives": [
        flight(
            "X",
            leg("AA1", "SFO", "EWR", "10:00", "18:20"),
            leg("AA2", "EWR", "MAD", "18:19", "23:00"),
        )
    ],
    "repeat a code": [flight(fares=[fare("Y"), fare("Y", 50_00)])],
    "from the dearest to the cheapest": [flight(fares=[fare("Q", 1), fare("Y", 2)])],
    "day is out of range": [flight("X", {**leg(), "depart": "2026-06-31T10:00"})],
    "String should match pattern": [flight("a/b")],
    "less than or equal to 1000": [flight(seats=1001)],
    "valid integer": [flight(fares=[fare("Y", 1.5)])],
    "greater than 0": [flight(fares=[fare("Y", 0)])],
    "Extra inputs": [flight(fares=[fare("Y", color="red")])],
    "at least 1 item": [flight("X") | {"legs": []}],
    f"more than {PRICE_MAX}": [flight(fares=[fare("Y", PRICE_MAX + 1)])],
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_catalog_that_cannot_be_is_refused_with_the_reason(text):
    with pytest.raises(ValidationError, match=text):
        market(flights=MISTAKES[text])


def test_a_connection_may_leave_the_minute_the_first_leg_arrives():
    tight = flight(
        "X",
        leg("AA1", "SFO", "EWR", "10:00", "18:20"),
        leg("AA2", "EWR", "MAD", "18:20", "23:00"),
    )

    assert catalog(tight).products[0].facts["stops"] == 1


def test_prices_that_a_curve_could_lift_out_of_bounds_are_refused():
    curve = {
        "kind": "load_days",
        "load_curve": [[0, 1_000_000], [1_000_000, 2_000_000]],
    }

    with pytest.raises(ValidationError, match="may cost up to"):
        market(flights=[flight(fares=[fare("Y", PRICE_MAX)])], pricing=curve)


@pytest.mark.parametrize("what", ["segment", "card", "coupon"])
def test_two_things_of_one_kind_never_share_a_name(what):
    twice = {
        "segment": {"demand": [segment("a"), segment("a")]},
        "card": {"cards": [{"token": "a"}, {"token": "a"}]},
        "coupon": {"coupons": [{"code": "a", "percent_ppm": 1}] * 2},
    }

    with pytest.raises(ValidationError, match=f"two {what}s are called a"):
        market(**twice[what])
