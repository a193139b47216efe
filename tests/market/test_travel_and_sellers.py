"""Buyers who mind how long a journey takes, and whom they buy it from."""

from collections import Counter
from math import sqrt

import numpy as np
import pytest
from dated import DATES, flexible, played
from waiters import HOURS
from worlds import episode, fare, flight, leg, segment

from test_time_gym import market as play
from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.evaluation.market.demand_record import comers
from test_time_gym.evaluation.market.shown_demand import ShownDemand
from test_time_gym.market.buyers import Buyers
from test_time_gym.market.choice import ChoiceModel
from test_time_gym.market.demand import demands_of
from test_time_gym.market.marketplace import unseen
from test_time_gym.market.sales_history import SalesHistory
from test_time_gym.market.world import World
from test_time_gym.replay import verify
from test_time_gym.scenarios.flights.domain import FlightSegment
from test_time_gym.scenarios.flights.itinerary import Itinerary, list_itineraries
from test_time_gym.scenarios.hotels.domain import HotelSegment
from test_time_gym.scenarios.loader import load_scenario, scenario_of

RICH = 10**6
TERMS = {
    "stop_penalty_milli": 400,
    "hour_penalty_milli": 150,
    "seller_penalty_milli": {"Boreal": 700},
}
FLIGHTS = {
    "SLOW": ("Aurora", 95_00, 0, 14 * 60),
    "FAST": ("Aurora", 130_00, 0, 8 * 60 + 20),
    "RIVAL": ("Boreal", 110_00, 0, 8 * 60),
    "VIA": ("Cygnus", 90_00, 1, 12 * 60 + 45),
}
"""Airline, fare, stops and minutes from departure to arrival."""
CHOICES = {
    "plain": {"reference_minor": 160_00, "scale_minor": 30_00},
    "steep": {"reference_minor": 900_00, "scale_minor": 30_00},
    "mixed": {
        "reference_minor": 160_00,
        "scale_minor": 30_00,
        "scale_sigma_ppm": 600_000,
    },
}
BUYERS = 300


def declared(seats=900):
    """Return the four flights, which all leave at 8 o'clock."""
    found = []
    for name, (airline, minor, stops, minutes) in FLIGHTS.items():
        hours, rest = divmod(8 * 60 + minutes, 60)
        lands = f"{hours:02}:{rest:02}"
        legs = [leg(name, depart="08:00", arrive=lands, seats=seats)]
        if stops:
            legs = [
                leg(f"{name}1", "SFO", "EWR", "08:00", "14:00", seats),
                leg(f"{name}2", "EWR", "MAD", "15:00", lands, seats),
            ]
        fares = [fare("Y", minor)]
        found.append(flight(name, *legs, fares=fares, airline=airline))
    return found


def world(choice, warm_up="none", days=1, terms=TERMS, **changes):
    buyers = segment(
        buyers=BUYERS,
        days=days,
        choice=choice | terms,
        willingness_median_minor=RICH,
        willingness_sigma_ppm=0,
        **changes,
    )
    quiet = {"pricing": {"kind": "fixed"}, "warm_up": warm_up}
    return World.of(episode(flights=declared(), demand=[buyers], **quiet).market)


def shares(choice, terms=TERMS, factor=1.0):
    """Return the logit share of each flight, over all scales where there are many."""
    stop, hour = terms["stop_penalty_milli"], terms["hour_penalty_milli"]
    lost = [
        stop / 1000 * stops
        + hour / 1000 * minutes / 60
        + terms["seller_penalty_milli"].get(airline, 0) / 1000
        for airline, _, stops, minutes in FLIGHTS.values()
    ]
    z = np.linspace(-8, 8, 4001)
    parts = np.exp(-z * z / 2)
    scales = np.exp(choice.get("scale_sigma_ppm", 0) / 1e6 * z) * choice["scale_minor"]
    seems = np.array([minor * factor for _, minor, *_ in FLIGHTS.values()])
    utilities = (choice["reference_minor"] - seems) / scales[:, None] - np.array(lost)
    every = np.concatenate([np.zeros((len(z), 1)), utilities], axis=1)
    weights = np.exp(every - every.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    found = parts / parts.sum() @ weights[:, 1:]
    return dict(zip(FLIGHTS, found.tolist(), strict=True))


def off(count, share, runs):
    """Return how many standard errors a count is from a share of so many buyers."""
    return abs(count - share * runs) / sqrt(runs * share * (1 - share))


def other_terms():
    """Yield mistakes: each term left out, and each with the wrong sign."""
    for name, told in TERMS.items():
        for factor in (0, -1):
            if isinstance(told, dict):
                wrong = {airline: factor * milli for airline, milli in told.items()}
            else:
                wrong = factor * told
            yield TERMS | {name: wrong}


@pytest.mark.parametrize("warm_up", ["none", "draw", "simulate"])
@pytest.mark.parametrize("kind", CHOICES)
def test_a_market_sells_the_logit_shares_with_all_terms(kind, warm_up):
    choice, runs = CHOICES[kind], 30
    days = 1 if warm_up == "none" else 9
    market, sold = world(choice, warm_up, days), np.zeros(len(FLIGHTS), int)
    for seed in range(runs):
        one = unseen(market, seed, SalesHistory())
        one.open()
        # Of the others the opening alone is looked at.
        one.clock.advance(one.catalog.last_closing_ms if warm_up == "none" else 0)
        sold += one.inventory.product_sold

    bought = int(sold.sum())
    theory = shares(choice)
    buys = sum(theory.values())
    for name, count in zip(FLIGHTS, sold.tolist(), strict=True):
        assert off(count, theory[name] / buys, bought) < 4
    # The same figures tell the terms from any that is missing or has a wrong sign.
    for wrong in other_terms():
        found = shares(choice, wrong)
        apart = [
            off(count, found[name] / sum(found.values()), bought)
            for name, count in zip(FLIGHTS, sold.tolist(), strict=True)
        ]
        assert max(apart) > 6


HABITS = {
    "plain": {},
    "hours": {"by_hour": HOURS | {"cost_minor_per_hour": 0}},
    "dates": {"flexible_dates": {"days": 2, "cost_minor_per_day": 20_00}},
    "parties": {"party_sizes": [0, 1_000_000]},
}


@pytest.mark.parametrize("habits", HABITS.values(), ids=HABITS)
@pytest.mark.parametrize("kind", CHOICES)
def test_whoever_comes_wants_what_the_terms_say(kind, habits):
    market = world(CHOICES[kind], **habits)
    ids = [product.id for product in market.catalog.products]
    found = Counter(
        None if one.wants is None else ids[one.wants]
        for seed in range(10)
        for one in comers(market, seed)
    )

    for name, share in shares(CHOICES[kind]).items():
        assert off(found[name], share, found.total()) < 4


def test_dates_near_by_have_the_terms_too():
    """All dates are flown by one airline: disliking it is as dear as its scale says."""
    choice = {"reference_minor": 120_00, "scale_minor": 30_00}
    disliked = choice | {"seller_penalty_milli": {"Aurora": 1000}}
    dearer = choice | {"reference_minor": 90_00}

    one, two = [
        played(flexible(2, 10_00, choice=each), 3)[1] for each in (disliked, dearer)
    ]

    assert one == two
    assert one != played(flexible(2, 10_00, choice=choice), 3)[1]
    assert len(DATES) > 1


@pytest.mark.parametrize("kind", CHOICES)
def test_demand_at_other_prices_has_the_terms(kind):
    market = unseen(world(CHOICES[kind]), 3, SalesHistory())
    market.open()
    market.clock.advance(0)
    shown = ShownDemand(market)
    shown.see("leisure", market.catalog.products[0].group)

    for factor, found in zip((1.05, 0.95), shown.sums["leisure"], strict=True):
        theory = sum(shares(CHOICES[kind], factor=factor).values())
        assert found / Buyers.UNIT == pytest.approx(theory, abs=2e-4)
    if kind != "steep":  # There everybody buys, whatever the terms are.
        for wrong in other_terms():
            theory = sum(shares(CHOICES[kind], wrong, 0.95).values())
            assert abs(shown.sums["leisure"][1] / Buyers.UNIT - theory) > 2e-3


def test_consumer_surplus_is_money_and_who_has_it_follows_the_terms():
    data = load_scenario("flights/emsr").model_dump(mode="json", by_alias=True)
    quiet = {"warm_up": "none", "pricing": {"kind": "fixed"}, "pricing_of": {}}
    data["market"] |= {"flights": declared()} | quiet
    buyers = segment(
        buyers=BUYERS, days=1, willingness_median_minor=RICH, willingness_sigma_ppm=0
    )
    surplus = {}
    for name, terms in (("with", TERMS), ("without", {})):
        data["market"]["demand"] = [buyers | {"choice": CHOICES["plain"] | terms}]
        found = play(scenario_of(data, "terms"), seeds=3, elasticity=False)
        paid, sold = found.total.revenue.estimate, found.total.sold.estimate
        surplus[name] = found.total.consumer_surplus.estimate
        assert surplus[name] == pytest.approx(RICH * sold - paid)

    assert surplus["with"] < surplus["without"]


def itinerary(name, depart, arrive, origin="AKL", to="HNL"):
    one = leg(name, origin, to) | {"depart": depart, "arrive": arrive}
    return Itinerary.model_validate(flight(name, one))


def test_travel_takes_what_the_page_says_from_departure_to_arrival():
    catalog = World.of(episode(flights=declared()).market).catalog

    for product in catalog.products:
        minutes = FLIGHTS[product.id][-1]
        assert product.travel_minutes == product.facts["minutes"] == minutes


def test_clocks_that_go_back_tell_apart_what_takes_longer():
    flights = (
        itinerary("BACK", "2026-06-02T23:00", "2026-06-02T10:00"),
        itinerary("SLOW", "2026-06-02T23:00", "2026-06-02T13:30"),
        itinerary("AWAY", "2026-06-02T10:00", "2026-06-03T18:00", "HNL", "AKL"),
    )
    products = list_itineraries(flights, "2026-06-01T09:00").products

    assert [one.travel_minutes for one in products] == [0, 210, 32 * 60]


def test_a_liked_airline_gains_what_a_disliked_one_loses():
    choice = CHOICES["plain"]
    liked = TERMS | {"seller_penalty_milli": {"Boreal": -700}}
    market = world(choice, terms=liked)
    ids = [product.id for product in market.catalog.products]
    found = Counter(
        None if one.wants is None else ids[one.wants]
        for seed in range(10)
        for one in comers(market, seed)
    )

    for name, share in shares(choice, liked).items():
        assert off(found[name], share, found.total()) < 4


@pytest.mark.parametrize("warm_up", ["none", "draw"])
def test_of_two_airlines_liked_beyond_all_bounds_one_is_liked_more(warm_up):
    liked = {"Aurora": -99_500, "Boreal": -100_000, "Cygnus": 100_000}
    terms = TERMS | {"seller_penalty_milli": liked}
    choice, runs = CHOICES["plain"], 10
    market = world(choice, warm_up, 1 if warm_up == "none" else 9, terms)
    sold = np.zeros(len(FLIGHTS), int)
    for seed in range(runs):
        one = unseen(market, seed, SalesHistory())
        one.open()
        one.clock.advance(one.catalog.last_closing_ms if warm_up == "none" else 0)
        sold += one.inventory.product_sold

    for (name, share), count in zip(shares(choice, terms).items(), sold, strict=True):
        if name == "VIA":
            assert count == 0
        else:
            assert off(int(count), share, int(sold.sum())) < 4


def test_guests_may_dislike_a_house():
    hotels = load_scenario("hotels/conference")
    catalog = hotels.market.catalog()
    house = catalog.products[0].seller
    (guests,) = hotels.market.demand
    told = guests.model_dump(by_alias=True)
    told["choice"] |= {"seller_penalty_milli": {house: 250}}
    plain = demands_of(catalog, (guests,))
    minded = 0
    minding = demands_of(catalog, (HotelSegment.model_validate(told),))

    for one, two in zip(plain, minding, strict=True):
        sellers = [catalog.products[j].seller for j in one.members]
        more = [250 if seller == house else 0 for seller in sellers]
        pairs = zip(one.penalties_milli, more, strict=True)
        assert two.penalties_milli == tuple(lost + extra for lost, extra in pairs)
        minded += sum(more)
    assert minded


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"seller_penalty_milli": {"Boreas": 1}}, "did you mean 'Boreal'"),
        ({"seller_penalty_milli": {"Zephyr": 1}}, "known: Aurora, Boreal, Cygnus"),
        ({"seller_penalty_milli": {"Boreal": 100_001}}, "seller_penalty_milli.Boreal"),
        ({"seller_penalty_milli": {"Boreal": 0.5}}, "seller_penalty_milli.Boreal"),
        ({"hour_penalty_milli": -1}, "greater than or equal to 0"),
        ({"hour_penalty_milli": 10_001}, "less than or equal to 10000"),
        ({"minute_penalty_milli": 1}, "choice.minute_penalty_milli"),
    ],
)
def test_terms_that_are_none_are_refused(terms, said):
    with pytest.raises(ValueError, match=said):
        world(CHOICES["plain"], terms=terms)


@pytest.mark.parametrize("name", ["hour_penalty_milli", "seller_penalty_milli"])
def test_who_looks_at_prices_alone_minds_neither(name):
    choice = {"kind": "cheapest_fence", name: TERMS[name]}

    with pytest.raises(ValueError, match=f"looks at prices alone, not at {name}"):
        world(choice, terms={})


def test_hotels_know_no_hours():
    (guests,) = load_scenario("hotels/conference").market.demand
    told = guests.model_dump(by_alias=True)
    told["choice"] |= {"hour_penalty_milli": 100}

    with pytest.raises(ValueError, match=r"choice\.hour_penalty_milli"):
        HotelSegment.model_validate(told)


def test_what_is_written_is_read_as_the_same():
    plain = FlightSegment.model_validate(segment()).model_dump(by_alias=True)
    assert not {"hour_penalty_milli", "seller_penalty_milli"} & plain["choice"].keys()
    none = {"hour_penalty_milli": 0, "seller_penalty_milli": {}}
    told = FlightSegment.model_validate(segment(choice=CHOICES["plain"] | none))
    assert told.model_dump(by_alias=True)["choice"].keys() == plain["choice"].keys()

    one = FlightSegment.model_validate(segment(choice=CHOICES["plain"] | TERMS))
    written = one.model_dump(mode="json", by_alias=True)

    assert written["choice"] == CHOICES["plain"] | TERMS
    assert FlightSegment.model_validate(written) == one
    again = FlightSegment.model_validate(written).choice
    assert hash(again) == hash(one.choice)


def test_a_model_weighs_no_journey_unless_its_trade_does():
    model = ChoiceModel(reference_minor=1, scale_minor=1)

    assert model.penalty_milli(1, "Aurora", 600) == model.penalty_milli(1, "", 0)


def test_a_run_with_the_terms_is_audited_and_comes_out_again(tmp_path):
    data = load_scenario("flights/emsr").model_dump(mode="json", by_alias=True)
    airline = data["market"]["flights"][0]["airline"]
    for one in data["market"]["demand"]:
        one["choice"] |= {
            "hour_penalty_milli": 120,
            "seller_penalty_milli": {airline: 300},
        }
    path = tmp_path / "run.jsonl"

    run(scenario_of(data, "terms"), ["patient"], seed=3, journal=path, regret=False)

    assert audit(path).findings == ()
    assert verify(path, reexecute=True).exit_code == 0
