"""Figures of bookings that are given up are those that the journal tells."""

import json

import small_markets
from given_up import FLEXIBLE
from worlds import fare, flight, leg, segment

import test_time_gym as ttg
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.world import World

SEEDS = (0, 1, 2)


def oversold(**changes):
    """Return two airlines, of which one oversells a connection."""
    first = leg("BA1", "SFO", "EWR", "10:00", "14:00", 6) | {"authorised": 9}
    onward = leg("BA2", "EWR", "MAD", "15:00", "23:00", 5) | {"authorised": 8}
    return small_markets.scenario(
        flights=[
            flight("AA1", seats=9, fares=[FLEXIBLE]),
            flight("BA12", first, onward, airline="Boreal", fares=[fare("S", 105_00)]),
            flight("BA2", onward, airline="Boreal", fares=[fare("S", 60_00)]),
        ],
        demand=[
            segment(
                "leisure", 90, days=5, cancel_ppm_per_day=200_000, no_show_ppm=100_000
            )
        ],
        denied_minor=250_00,
        **changes,
    )


class Lines(list):
    """Takes the lines of a journal."""

    write = list.append


def told(one, seed):
    """Return what a run's journal tells, by seller."""
    lines, world = Lines(), World.of(one.market)
    market = Marketplace(world, seed, [], JournalWriter(lines))
    market.open()
    market.clock.advance(world.catalog.last_closing_ms)
    sums = {}
    for record in map(json.loads, lines):
        kind, data = record["k"], record["d"]
        if "product" not in data:
            continue
        seller = world.catalog.by_id[data["product"]].seller
        of = sums.setdefault(seller, {})
        back = data.get("refund", 0) + data.get("compensation", 0)
        of["revenue"] = of.get("revenue", 0) + data.get("price", 0) - back
        of["paid_back"] = of.get("paid_back", 0) + back
        of[kind] = of.get(kind, 0) + 1
    return sums, market


def test_figures_are_those_of_the_journal():
    found = ttg.market(oversold(), seeds=SEEDS, elasticity=False)
    runs = [told(oversold(), seed)[0] for seed in SEEDS]

    for seller in found.sellers:
        for name, kind in (
            ("revenue", "revenue"),
            ("paid_back", "paid_back"),
            ("sold", "seat_sold"),
            ("cancelled", "background_cancelled"),
            ("no_shows", "no_show"),
            ("denied", "denied"),
        ):
            told_of = [run[seller.name].get(kind, 0) for run in runs]
            assert getattr(seller, name).estimate == sum(told_of) / len(SEEDS), name
    assert found.sellers[1].denied.estimate > 0
    assert found.total.denied.standard_error is not None


def test_the_load_is_of_those_who_fly():
    for seed in SEEDS:
        found = ttg.market(oversold(), seeds=[seed], elasticity=False).total
        boardings = told(oversold(), seed)[1].afterwards.boardings
        flown = sum(one.shown - one.denied for one in boardings)

        assert 20 - found.spoilage.estimate == flown
        assert found.load_factor.estimate == flown / 20


def test_the_table_stands_where_bookings_may_be_given_up():
    bare = small_markets.two_airlines()
    there, none = (
        ttg.market(one, seeds=1, elasticity=False) for one in (oversold(), bare)
    )

    assert "What becomes of bookings" in str(there)
    assert "What becomes of bookings" not in str(none)
    assert (there.gives_up, none.gives_up) == (True, False)
    assert none.total.as_dict()["denied"]["estimate"] == 0
