"""The catalogue: which offers there are on which day, and what they usually cost."""

import json
from math import exp, log

import pytest
from tests.support.visits import Visit, site

from test_time_gym.agents.skills.perception.shop import Offering, Results, shop_of
from test_time_gym.agents.skills.perception.vocabulary import vocabulary_of
from test_time_gym.agents.skills.prices.catalogue import Catalogue

DAYS = "2026-06-22", "2026-06-21", "2026-06-23"


def shop(*prices, day=DAYS[0], group="LIS HAM", **wanted):
    """Return a page of offers A, B … with such prices; every second one has a stop."""
    offers = [
        Offering("ABCDEF"[k], float(price), {"stops": k % 2}, fits=True)
        for k, price in enumerate(prices)
    ]
    return Results(group, day, DAYS, tuple(offers), 300.0, wanted)


def knowing(*pages):
    """Return a catalogue that has seen pages at their usual prices."""
    one = Catalogue()
    for page in pages:
        one.note(page, 0.0)
    one.begin()
    return one


def test_what_was_never_seen_is_not_known():
    one = Catalogue()

    assert one.level(shop(200)) is None
    assert one.least(shop(200), DAYS[0]) is None
    assert not one.knows(shop(), DAYS[0])
    assert one.cheapest_day() == ""


def test_a_page_is_dearer_by_the_mean_of_the_offers_that_are_known():
    one = knowing(shop(200, 100))

    assert one.level(shop(200, 100)) == pytest.approx(0)
    assert one.level(shop(220, 110)) == pytest.approx(log(1.1))
    assert one.level(shop(220, 100, 999)) == pytest.approx(log(1.1) / 2)
    assert one.level(shop(0, 110)) == pytest.approx(log(1.1))
    assert one.level(shop(200, day=DAYS[1])) is None
    assert one.level(shop(200, group="LIS OPO")) is None


def test_what_a_page_was_dearer_by_is_taken_off_its_prices():
    one = Catalogue()
    one.note(shop(220), log(1.1))

    assert one.least(shop(), DAYS[0]) == pytest.approx(200)


def test_a_usual_price_is_the_mean_of_few_looks_and_follows_after_many():
    one = knowing(shop(100), shop(400))
    assert one.least(shop(), DAYS[0]) == pytest.approx(200)

    many = knowing(*[shop(100)] * 50)
    many.note(shop(200), 0.0)
    assert many.least(shop(), DAYS[0]) == pytest.approx(exp(log(100) + log(2) / 10))


def test_the_cheapest_offer_is_one_that_fits_the_task():
    one = knowing(shop(200, 100))

    assert one.least(shop(), DAYS[0]) == pytest.approx(100)
    one.begin()
    assert one.least(shop(max_stops=0), DAYS[0]) == pytest.approx(200)
    one.begin()
    assert one.least(shop(max_stops=-1), DAYS[0]) is None


def test_what_was_learned_on_a_page_counts_at_once():
    one = knowing(shop(200))
    assert one.least(shop(), DAYS[0]) == pytest.approx(200)
    one.note(shop(50), 0.0)

    assert one.least(shop(), DAYS[0]) == pytest.approx(100)


def test_the_cheapest_day_is_one_on_which_all_groups_agree():
    cheap, dear = shop(80, day=DAYS[2]), shop(100, day=DAYS[0])
    other = {"group": "LIS OPO"}

    assert knowing(cheap, dear).cheapest_day() == DAYS[2]
    assert knowing(cheap).cheapest_day() == ""
    same = shop(40, day=DAYS[2], **other), shop(50, day=DAYS[0], **other)
    assert knowing(cheap, dear, *same).cheapest_day() == DAYS[2]
    against = shop(60, day=DAYS[2], **other), shop(50, day=DAYS[0], **other)
    assert knowing(cheap, dear, *against).cheapest_day() == ""


def test_a_catalogue_goes_on_from_a_dump():
    one, two = knowing(shop(200, 100), shop(150, day=DAYS[1])), Catalogue()
    two.load(json.loads(json.dumps(one.dump())))
    for made in (one, two):
        made.note(shop(180, 120, 90), 0.1)

    assert two.dump() == one.dump()
    assert two.least(shop(), DAYS[0]) == one.least(shop(), DAYS[0])
    assert [two.knows(shop(), day) for day in DAYS] == [True, True, False]


@pytest.mark.parametrize("number", [0, 2, 3])
def test_the_days_of_a_site_are_told_apart(number):
    scenario, one = site(number), Catalogue()
    visit = Visit(scenario)
    words, task = vocabulary_of(visit.page), visit.page
    for day in DAYS:
        one.note(shop_of(visit.do("search_flights", date=day), words, task), 0.0)

    ((cheap, factor_ppm),) = scenario.market.pricing.date_factors
    assert factor_ppm < 1_000_000
    assert one.cheapest_day() == cheap
