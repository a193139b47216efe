"""What hotels declare: stays, their prices, and the rooms that nights share."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.interface.actions import decode_action
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.inventory import Inventory
from test_time_gym.market.world import World
from test_time_gym.scenarios import SCENARIO_DIR, load_scenario
from test_time_gym.scenarios.hotels.hotel import Hotel, Stays, list_stays
from test_time_gym.scenarios.loader import parse_scenario

CONFERENCE = (SCENARIO_DIR / "hotels/conference.toml").read_text("utf-8")
OPENS = "2026-03-01T08:00"
DAYS = [f"2026-03-{day:02}" for day in range(2, 12)]


def hotel(**changes):
    rate = {"code": "FLEX", "nightly_minor": 100_00, "refundable": True}
    room = {"code": "DBL", "rooms": 4, "rates": [rate]}
    house = {"id": "H", "name": "House", "city": "Graz", "stars": 3, "distance_m": 2500}
    return Hotel.model_validate({**house, "rooms": [room], **changes})


def stays(**changes):
    return Stays.model_validate({"first": DAYS[0], "days": 3, "nights": 2, **changes})


def catalog(*hotels, **changes):
    return list_stays(hotels or (hotel(),), stays(**changes), OPENS)


def price(nights, **changes):
    house = hotel(**changes)
    return house.price_minor(house.rooms[0].rates[0], DAYS[:nights])


def pool_names(catalog, product):
    return [catalog.pool_names[pool] for pool in product.pools]


# -- the price of a stay -----------------------------------------------------------


def test_a_stay_costs_its_nights():
    assert [price(nights) for nights in (1, 2, 5)] == [100_00, 200_00, 500_00]


def test_each_night_has_its_own_factor():
    night_factors = [[DAYS[1], 1_500_000], [DAYS[3], 0], [DAYS[9], 9_000_000]]

    found = [price(n, night_factors=night_factors) for n in (1, 2, 3, 4)]

    assert found == [100_00, 250_00, 350_00, 350_00]


@pytest.mark.parametrize(
    ("nights", "minor"), [(1, 100_00), (2, 180_00), (3, 270_00), (4, 280_00)]
)
def test_the_longest_length_that_is_reached_has_its_factor(nights, minor):
    factors = [[4, 700_000], [2, 900_000]]

    assert price(nights, length_factors=factors) == minor


def test_prices_of_stays_are_rounded_to_whole_hundreds_and_never_nothing():
    assert price(1, length_factors=[[1, 333_333]]) == 33_00
    assert price(1, length_factors=[[1, 335_000]]) == 34_00
    assert price(3, length_factors=[[1, 0]]) == 1_00


# -- which stays are listed -----------------------------------------------------------


def test_every_length_from_every_day_is_listed_once():
    listed = catalog()

    assert listed.listing_ids == [
        f"H-DBL-03{day:02}x{nights}" for day in (2, 3, 4) for nights in (1, 2)
    ]
    assert list(listed.by_group)[:2] == [
        ("Graz", "2026-03-02", "2026-03-03"),
        ("Graz", "2026-03-02", "2026-03-04"),
    ]


def test_a_night_with_a_minimum_is_in_no_shorter_stay():
    listed = catalog(hotel(min_nights=[[DAYS[1], 2]]))

    assert listed.listing_ids == [
        "H-DBL-0302x1",
        "H-DBL-0302x2",
        "H-DBL-0303x2",
        "H-DBL-0304x1",
        "H-DBL-0304x2",
    ]


def test_a_stay_is_sold_until_its_latest_arrival():
    first = catalog(check_in="17:30").products[0]

    assert first.closes_at_ms == (24 + 9) * 3_600_000 + 1_800_000
    assert first.day == DAYS[0]


def test_a_stay_is_described_by_its_hotel_and_its_rate():
    (product, *_) = catalog().products

    assert (product.id, product.seller, product.drawback) == (
        "H-DBL-0302x1",
        "House",
        2,
    )
    assert product.facts == {
        "hotel": "House",
        "room": "DBL",
        "distance_m": 2500,
        "stars": 3,
        "breakfast": False,
        "rate": "FLEX",
    }


# -- rooms of a night -----------------------------------------------------------------


def test_a_stay_takes_a_room_of_each_of_its_nights():
    listed = catalog()

    assert pool_names(listed, listed.by_id["H-DBL-0303x2"]) == [
        "H/DBL/2026-03-03",
        "H/DBL/2026-03-04",
    ]
    assert listed.capacity == [4] * 4
    sharing = [listed.products[j].id for j in listed.sharing[0]]
    assert sharing == ["H-DBL-0302x1", "H-DBL-0302x2"]


def test_a_room_that_is_sold_is_missing_to_every_stay_of_its_nights():
    listed = load_scenario("hotels/conference").market.catalog()
    inventory, products = Inventory(listed), listed.by_id
    before = {name: inventory.available(one.index) for name, one in products.items()}

    inventory.hold([(products["LINDE-SGL-0909x2"].index, 2)])

    for name, one in products.items():
        nights = set(one.pools) & set(products["LINDE-SGL-0909x2"].pools)
        fewer = before[name] - inventory.available(one.index)
        assert fewer == (2 if nights else 0), name


VERBS = ["search_hotels", "add_to_cart", "proceed_to_payment", "enter_card"] * 2 + [
    "confirm_payment",
    "answer_challenge",
    "restart",
    "cancel_order",
    "wait",
]


@st.composite
def payloads(draw, page):
    """Return something that a guest might do on a page."""
    verb = draw(st.sampled_from(VERBS))
    if verb == "search_hotels":
        first = draw(st.integers(8, 10))
        last = first + draw(st.integers(1, 3))
        return verb, {
            "city": "Tuebingen",
            "check_in": f"2026-09-{first:02}",
            "check_out": f"2026-09-{last:02}",
        }
    if verb == "add_to_cart" and page["hotels"]:
        return verb, draw(st.sampled_from(page["hotels"]))["id"]
    if verb == "enter_card":
        return verb, page["wallet"][-1]["token"]
    if verb == "cancel_order" and page["orders"]:
        return verb, page["orders"][-1]["order_id"]
    return verb, ""


@pytest.mark.property
@settings(max_examples=15, deadline=None)
@given(data=st.data(), seed=st.integers(0, 50))
def test_no_night_is_ever_sold_twice(data, seed):
    scenario = load_scenario("hotels/conference")
    world = World.of(scenario.market)
    turns = Turns(scenario, world, seed, ["buyer_0", "buyer_1", "buyer_2"])
    turns.advance()
    for _ in range(60):
        if turns.over:
            break
        seat = turns.ready[0]
        verb, payload = data.draw(payloads(observe(turns, seat)))
        action = {"verb": verb, "payload": payload}
        turns.act(seat, decode_action(action, turns.verbs, world.exponent))
        turns.advance()
        inventory = turns.market.inventory
        for pool, rooms in enumerate(world.catalog.capacity):
            taken = inventory.sold[pool] + inventory.held[pool]
            users = [p.index for p in world.catalog.products if pool in p.pools]
            assert 0 <= taken <= rooms
            assert inventory.sold[pool] == sum(inventory.product_sold[j] for j in users)
            assert inventory.held[pool] == sum(inventory.product_held[j] for j in users)


# -- mistakes -------------------------------------------------------------------------


def refusal(*pairs):
    text = CONFERENCE
    for right, wrong in pairs:
        assert right in text
        text = text.replace(right, wrong)
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "my.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('id = "LINDE"', 'id = "KRONE"', "two hotels are called KRONE"),
        (
            "nightly_minor = 124_00",
            "nightly_minor = 174_00",
            "market.hotels.0.rooms.0: list rates from the dearest to the",
        ),
        (
            'code = "ADV"',
            'code = "FLEX"',
            "market.hotels.0.rooms.0: rates repeat a code: FLEX, FLEX",
        ),
        (
            'check_out = "2026-09-11"',
            'check_out = "2026-09-08"',
            "task.stays.0: a stay from 2026-09-08 ends later than 2026-0",
        ),
        (
            'first = "2026-09-08"',
            'first = "2026-09-06"',
            "stay KRONE-SGL-0906x1 begins 2026-09-06, before the market opens (2026-0",
        ),
        ("stars = 4", "stars = 6", "market.hotels.0.stars: Input should be less than"),
        ("min_nights", "min_night", "market.hotels.0.min_night: unknown key; did you"),
        ("nights = 3", "night = 3", "market.stays.night: unknown key; did you m"),
        ("stays = [{", "trips = [{", "task.trips: unknown key; known: budgets_minor, "),
        (
            "guests_per_stay",
            "guests_per_stays",
            "market.demand.0.guests_per_stays: unk",
        ),
        ("distance_penalty_milli", "stop_penalty_milli", "choice.stop_penalty_milli: "),
        ("nightly_minor", "nightly", ".nightly: unknown key; did you mean 'nightly_mi"),
        ("[market.stays]", "[market.stay]", "market.stay: unknown key; did you mean '"),
        (
            'check_in = "2026-09-08"',
            'check_in = "2026-02-30"',
            "task.stays.0: day is out of range for month",
        ),
        ("[[market.hotels]]", "[[market.hotel]]", "market.hotel: unknown key; did you"),
    ],
)
def test_a_mistake_in_the_declaration_is_told(right, wrong, said):
    told = refusal((right, wrong))

    assert told.startswith("my.toml: ")
    assert said in told


def test_room_types_of_one_code_are_refused():
    room = hotel().rooms[0].model_dump(by_alias=True)

    with pytest.raises(ValidationError, match="room types repeat a code: DBL, DBL"):
        hotel(rooms=[room, room])


def test_a_market_of_hotels_and_flights_is_refused():
    told = refusal(("[[market.hotels]]", "[[market.flights]]\n[[market.hotels]]"))

    assert re.search("market lists flights and hotels; a shop sells one of them", told)
