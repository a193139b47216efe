"""Who comes to a departure without a booking takes what is left, and pays for it."""

import json
from collections import Counter
from math import exp, sqrt

import pytest
import small_markets
from given_up import FLEXIBLE, Watched
from hypothesis import given
from hypothesis import strategies as st
from worlds import fare, flight, leg, market, segment

import test_time_gym as ttg
from test_time_gym import run
from test_time_gym.audit import audit
from test_time_gym.audit.draws import Luck
from test_time_gym.audit.go_shows import poisson_of
from test_time_gym.evaluation.market.best_sales import expected_bound
from test_time_gym.market.catalog import Rate
from test_time_gym.market.distributions import poisson
from test_time_gym.market.errors import Misuse
from test_time_gym.market.events import GoShow
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World
from test_time_gym.replay import verify
from test_time_gym.scenarios.loader import load_scenario, scenario_of


def one_flight(*fares, seats=20, buyers=8, authorised=None, **changes):
    """Return a flight that few have booked, played from its first buyer on."""
    plane = leg("AA1", seats=seats)
    if authorised:
        plane["authorised"] = authorised
        changes = {"denied_minor": 300_00} | changes
    own = {key: changes.pop(key) for key in ("no_show_ppm",) if key in changes}
    buyer = segment("leisure", buyers, 4, willingness_median_minor=10**6, **own)
    return market(
        flights=[flight("AA1", plane, fares=list(fares) or [walk(3_000)])],
        demand=[buyer] if buyers else [],
        warm_up="simulate",
        **changes,
    )


def walk(milli, code="Y", price=100_00, **changes):
    return fare(code, price, go_shows_milli=milli, **changes)


def came(seed, milli, product="AA1"):
    """Return how many come without a booking, drawn by code of the audit's own."""
    dice = Luck(str(seed)).stream("go-show", product, 0)
    return poisson_of(milli * 1000, dice.word)


def test_as_many_board_as_come_where_there_is_room():
    numbers = []
    for seed in range(8):
        played = Watched(one_flight(seats=90), seed).play()
        told, sold = played.all("go_show"), len(played.all("seat_sold"))
        assert [one.number for _, one in told] == list(range(1, came(seed, 3_000) + 1))
        assert {t for t, _ in told} <= {played.market.catalog.last_closing_ms}
        assert {(one.product, one.price) for _, one in told} <= {("AA1", 100_00)}
        # They are no bookings, and what is sold stays what it was.
        assert played.market.inventory.sold == [sold] == played.market.background_sold
        assert played.market.afterwards.go_shows.boarded == [len(told)]
        paid = (sold + len(told)) * 100_00
        assert played.market.background_minor == [paid]
        assert played.market.ledger.balance("merchant") == paid
        assert played.market.sales_minor([0]) == paid
        numbers.append(len(told))
    assert len(set(numbers)) > 2


@pytest.mark.parametrize("milli", [400, 3_000, 47_500])
def test_their_number_is_poisson_with_the_declared_mean(milli):
    runs, mean = 3_000, milli / 1000
    numbers = [
        poisson(milli * 1000, Streams(seed).at(0, "go-show", "AA1").word)
        for seed in range(runs)
    ]

    assert abs(sum(numbers) / runs - mean) <= 4.5 * sqrt(mean / runs)
    spread = sum((n - mean) ** 2 for n in numbers) / runs
    assert abs(spread / mean - 1) <= 4.5 * sqrt((2 + 1 / mean) / runs)
    assert abs(numbers.count(0) / runs - exp(-mean)) <= 4.5 * sqrt(0.25 / runs)
    assert numbers[:50] == [came(seed, milli) for seed in range(50)]


@given(st.integers(0, 10**9), st.integers(0, 2**64 - 1))
def test_the_audit_draws_the_same_number_by_code_of_its_own(mean_micro, word):
    assert poisson_of(mean_micro, lambda: word) == poisson(mean_micro, lambda: word)


def test_only_as_many_board_as_there_are_seats_left():
    full = Watched(one_flight(walk(60_000), seats=10, buyers=3), 4).play()
    booked = full.market.inventory.sold[0]

    assert 0 < booked < 10
    assert len(full.all("go_show")) == 10 - booked
    sold_out = Watched(one_flight(walk(60_000), seats=5, buyers=90), 4).play()
    assert sold_out.market.inventory.sold == [5]
    assert sold_out.all("go_show") == []


def test_they_take_the_seats_of_no_shows_and_come_after_all_who_have_booked():
    seen = Counter()
    for seed in range(20):
        config = one_flight(
            walk(2_000), seats=10, buyers=90, authorised=13, no_show_ppm=400_000
        )
        played = Watched(config, seed).play()
        missed, denied = len(played.all("no_show")), len(played.all("denied"))
        sold, told = played.market.inventory.sold[0], len(played.all("go_show"))
        left = 10 - (sold - missed - denied)
        assert (sold, denied) == (13, max(0, 13 - missed - 10))
        assert told == min(left, came(seed, 2_000))
        if denied:
            assert told == 0
        last = [body.k for body in played.records if body.k in ("no_show", "denied")]
        kinds = [body.k for body in played.records]
        if told and last:
            assert kinds.index("go_show") > max(
                k for k, kind in enumerate(kinds) if kind in last
            )
        seen["denied"] += denied > 0
        seen["full"] += left == told > 0
        seen["room"] += told < left
    assert min(seen["denied"], seen["full"], seen["room"]) > 0


def test_the_dearest_class_is_seated_first():
    fares = [walk(4_000, "Y", 200_00), walk(9_000, "Q", 60_00)]
    played = Watched(one_flight(*fares, seats=6, buyers=0), 2).play()
    told = [(one.product, one.number, one.price) for _, one in played.all("go_show")]

    dear = came(2, 4_000, "AA1-Y")
    assert 0 < dear < 6 <= dear + came(2, 9_000, "AA1-Q")
    assert told == [
        *[("AA1-Y", k, 200_00) for k in range(1, dear + 1)],
        *[("AA1-Q", k, 60_00) for k in range(1, 7 - dear)],
    ]


def test_who_is_denied_a_leg_leaves_a_seat_of_the_next_to_a_go_show():
    first = leg("AA1", "SFO", "EWR", "10:00", "14:00", 2) | {"authorised": 4}
    onward = leg("AA2", "EWR", "MAD", "15:00", "23:00", 4)
    config = market(
        flights=[
            flight("VIA", first, onward, fares=[fare("Y", 100_00)]),
            flight("ONWARD", onward, fares=[walk(40_000, price=60_00)]),
        ],
        demand=[
            segment("all", 60, 2, willingness_median_minor=10**6, pairs=["SFO-MAD"])
        ],
        warm_up="simulate",
        denied_minor=10_00,
    )
    played = Watched(config).play()

    # Four have booked both legs; two are denied the first one, for which two remain.
    assert played.market.inventory.sold == [4, 4]
    assert len(played.all("denied")) == 2
    assert len(played.all("go_show")) == 2


def test_other_buyers_are_not_moved():
    without = Watched(one_flight(fare("Y", 100_00)), 3).play()
    with_them = Watched(one_flight(), 3).play()

    assert without.all("seat_sold") == with_them.all("seat_sold")
    assert len(with_them.all("go_show")) > 0


def test_a_class_without_go_shows_writes_nothing():
    plain = Rate(code="Y").model_dump()

    assert "go_shows_milli" not in plain
    assert plain == Rate(code="Y", go_shows_milli=0).model_dump()
    assert Watched(one_flight(fare("Y", 100_00))).market.afterwards is None


def test_an_opening_may_be_drawn_where_they_are_all_that_comes():
    config = one_flight(seats=90, buyers=20)
    data = config.model_dump(mode="json", by_alias=True) | {"warm_up": "draw"}
    played = Watched(type(config).model_validate(data), 3).play()

    assert played.market.opening_sold[0] > 0
    assert len(played.all("go_show")) == came(3, 3_000)


@pytest.mark.parametrize(
    ("milli", "said"),
    [
        (-1, "greater than or equal to 0"),
        (1_000_001, "less than or equal to 1000000"),
        (0.5, "valid integer"),
    ],
)
def test_wrong_numbers_are_refused_with_the_reason(milli, said):
    with pytest.raises(ValueError, match=said):
        one_flight(walk(milli))


def test_what_takes_seats_of_two_legs_has_none():
    legs = (
        leg("AA1", "SFO", "EWR", "10:00", "14:00"),
        leg("AA2", "EWR", "MAD", "15:00", "23:00"),
    )
    with pytest.raises(ValueError, match="VIA has go_shows_milli, and takes seats of"):
        market(flights=[flight("VIA", *legs, fares=[walk(1_000)])])


def test_guests_without_a_booking_stay_one_night():
    data = load_scenario("hotels/city-break").model_dump(mode="json", by_alias=True)
    data["market"]["warm_up"] = "none"
    data["market"]["demand"] = []
    for hotel in data["market"]["hotels"]:
        for room in hotel["rooms"]:
            room["rates"][0]["go_shows_milli"] = 1_500
    config = scenario_of(data, "mine").market
    played = Watched(config, 2).play()

    catalog = played.market.catalog
    sold = {one.product for _, one in played.all("go_show")}
    assert len(sold) > 3
    assert {len(catalog.by_id[name].pools) for name in sold} == {1}


def test_hindsight_does_not_know_them():
    data = load_scenario("flights/rm-leg").model_dump(mode="json", by_alias=True)
    data["market"]["flights"][0]["fares"][0]["go_shows_milli"] = 500
    one = scenario_of(data, "mine")

    with pytest.raises(Misuse, match="some come without"):
        ttg.compare(one, ["fixed", "hindsight"], seeds=1)
    with pytest.raises(Misuse, match="some come without"):
        expected_bound(World.of(one.market))


def test_figures_of_a_market_count_them():
    one = small_markets.scenario(
        flights=[
            flight("AA1", seats=9, fares=[FLEXIBLE | {"go_shows_milli": 2_000}]),
            flight("BA1", seats=9, airline="Boreal", fares=[fare("S", 105_00)]),
        ],
        demand=[segment("leisure", 6, days=5)],
    )
    found = ttg.market(one, seeds=(0, 1, 2), elasticity=False)
    seller, other = found.sellers

    numbers = [min(came(seed, 2_000), 9) for seed in (0, 1, 2)]
    assert seller.go_shows.estimate == sum(numbers) / 3 == found.total.go_shows.estimate
    assert other.go_shows.estimate == 0
    assert seller.revenue.estimate == pytest.approx(seller.sold.estimate * 100_00)
    assert 9 - seller.spoilage.estimate == pytest.approx(seller.sold.estimate)
    assert "go-shows" in str(found)
    assert json.loads(json.dumps(found.as_dict()))["total"]["go_shows"]["estimate"] > 0
    bare = ttg.market(small_markets.two_airlines(), seeds=1, elasticity=False)
    assert "go-shows" not in str(bare)


def test_where_nobody_books_they_are_said_to_come():
    alone = small_markets.scenario(
        flights=[flight("AA1", seats=9, fares=[walk(2_000)])], demand=[]
    )

    found = ttg.market(alone, seeds=(0, 1, 2), elasticity=False)

    assert found.total.sold.estimate > 0
    assert found.notes[0] == (
        "nobody books, and go-shows alone come: the scenario has no background demand"
    )


@pytest.fixture(scope="module")
def journal(tmp_path_factory):
    """Return the journal of a run to whose flights people come without a booking."""
    data = load_scenario("flights/emsr").model_dump(mode="json", by_alias=True)
    data["market"]["warm_up"] = "simulate"
    data["task"]["deadline_s"] = 40 * 86_400
    for one in data["market"]["flights"]:
        if len(one["legs"]) == 1:
            one["fares"][0]["go_shows_milli"] = 5_000
            one["fares"][-1]["go_shows_milli"] = 3_000
    for one in data["market"]["demand"]:
        one["no_show_ppm"] = 100_000
    path = tmp_path_factory.mktemp("go-shows") / "run.jsonl"

    def waits(_page):
        return {"verb": "wait", "payload": {"minutes": 1440}}

    run(scenario_of(data, "go-shows"), [waits], seed=3, journal=path, regret=False)
    return path


def test_a_run_with_them_is_audited_and_comes_out_again(journal):
    kinds = Counter(json.loads(line)["k"] for line in journal.read_text().splitlines())

    assert min(kinds["go_show"], kinds["no_show"]) > 2
    assert audit(journal).findings == ()
    assert verify(journal, reexecute=True).exit_code == 0


def test_a_record_of_it_has_its_fields():
    assert GoShow.kind == "go_show"
    assert GoShow.__struct_fields__ == ("number", "price", "product")
