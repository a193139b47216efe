"""What a seller sees is made again only where it moved, and is what it would be."""

import sys

import pytest
from benchmarks.crowds import crowded_world
from benchmarks.workload import Buffer
from scripted_pricing import CLASSES, FLIGHTS, RIVAL, Y, opened
from wild_policy import wild_world
from worlds import WatchedTurns, fare, flight, leg

from test_time_gym.market.clock import DAY_MS, MINUTE_MS
from test_time_gym.market.errors import MarketBug
from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.pricing import seller_run
from test_time_gym.market.pricing.match_rival import _MatchRival
from test_time_gym.market.pricing.policy import Change, Decision, follows
from test_time_gym.market.pricing.views import Views


def match(**settings):
    return {"kind": "match_rival", "undercut_minor": 100, "reprice_every_s": 600} | (
        settings
    )


def played(world, hours=36):
    """Return the journal of a crowd's market, and how many prices were cut."""
    sink = Buffer()
    run = Marketplace(world, 3, [], JournalWriter(sink))
    run.open()
    run.clock.advance(hours * 60 * MINUTE_MS)
    return sink.getvalue(), run.control.cut_prices()


@pytest.mark.parametrize(
    ("flights", "pairs", "pricing"),
    [
        (12, 1, match()),
        (12, 4, match(undercut_minor=-700, floor_ppm=990_000)),
        (16, 4, match(floor_ppm=300_000, ceiling_ppm=9_000_000, counts_holds=True)),
        (8, 2, {"kind": "agent", "reprice_every_s": 600}),
    ],
)
def test_who_is_told_what_moved_decides_as_who_sees_all(
    flights, pairs, pricing, monkeypatch
):
    # Few seats for the crowd, and flights that leave while the market is open.
    world = crowded_world(flights, pairs=pairs, pricing=pricing, buyers=15_000)
    told = played(world)

    monkeypatch.setattr(seller_run, "follows", lambda _policy: False)

    assert played(world) == told
    assert told[0].count(b'"repriced"') > 20
    narrow = pricing["kind"] == "match_rival" and "ceiling_ppm" not in pricing
    assert not narrow or sum(told[1].values()) > 20


def test_a_kept_view_is_the_one_that_is_made_from_nothing_and_old_ones_stay():
    market = WatchedTurns(wild_world(luck=5)).market
    control, old = market.control, []
    run = control._runs["Aurora"]

    for k in range(1, 61):
        market.clock.advance(k * 25 * MINUTE_MS)
        now = market.clock.now_ms
        fresh = Views(
            run.seller,
            market.catalog,
            market.inventory,
            market.prices,
            past=run.past,
            now_ms=now,
        )
        view = control.view("Aurora")
        assert view == fresh.view(now)
        old.append((view, str(view)))

    assert all(str(view) == text for view, text in old)
    assert len({text for _, text in old}) > 20


def calls_of(work):
    """Return how many functions of Python's are called."""
    found = 0

    def note(_frame, event, _arg):
        nonlocal found
        found += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


@pytest.mark.parametrize("pairs", [1, 40])
def test_an_event_costs_the_same_with_ten_times_the_flights(pairs):
    costs = []
    for flights in (40, 400):
        world = crowded_world(
            flights,
            pairs=max(1, pairs * flights // 400),
            pricing=match(reprice_every_s=60),
        )
        run = Marketplace(world, 1, [], JournalWriter(Buffer()))
        run.open()
        run.clock.advance(2 * MINUTE_MS)
        before = run.clock.events
        calls = calls_of(lambda run=run: run.clock.advance(5 * MINUTE_MS))
        costs.append(calls / (run.clock.events - before))

    assert costs[1] < 1.5 * costs[0]


def same(price, product=Y):
    return Decision(prices=[Change(product, price, "same")])


@pytest.mark.parametrize("price", [150_00.0, True])
def test_what_only_equals_the_last_price_is_looked_at(price):
    turns = opened(same(int(price)), same(price), floor_ppm=0)

    with pytest.raises(MarketBug, match="no whole number"):
        turns.market.clock.advance(MINUTE_MS)


def test_a_price_that_is_asked_again_is_cut_again_until_it_is_closed():
    soon = {**leg("A"), "depart": "2026-06-01T09:03", "arrive": "2026-06-01T17:00"}
    flights = [
        flight("A", soon, fares=[fare("Y", 100_00)], airline="Own"),
        flight("B", leg("B"), fares=[fare("Y", 100_00)], airline="Own"),
    ]
    asks = Decision(prices=[Change(0, 1, "x"), Change(1, 10**6, "x")])
    market = opened(*[asks] * 9, flights=flights).market

    market.clock.advance(8 * MINUTE_MS)

    assert market.prices == [50_00, 150_00]
    assert market.control.cut_prices() == {"Own": 9 + 3}


def test_a_price_that_another_hand_moved_is_set_again():
    market = opened(same(150_00), same(150_00)).market
    market.control.apply("Own", same(120_00))
    assert market.prices[Y] == 120_00

    market.clock.advance(MINUTE_MS)

    assert market.prices[Y] == 150_00


def test_a_policy_follows_unless_it_decides_on_views_by_itself():
    class Careful(_MatchRival):
        def decide(self, view):
            return super().decide(view)

    class Both(Careful):
        def decide_moved(self, moved):
            return super().decide_moved(moved)

    changed = _MatchRival(0)
    changed.decide = lambda _view: Decision()

    found = [_MatchRival(0), Careful(0), Both(0), changed, object()]
    assert [follows(one) for one in found] == [True, False, True, False, False]


def test_what_rivals_show_moves_with_sale_price_and_the_end_of_sale():
    early = [fare("Y", 200_00), {**fare("Q", 95_00), "advance_days": 1}]
    flights = [
        FLIGHTS[0],
        flight("B", leg("B", seats=9), fares=early, airline="Rival"),
    ]
    market = opened(flights=flights).market
    views = market.control._views(market.control._runs["Own"])
    views.moved(market.clock.now_ms)
    assert len(CLASSES) == RIVAL

    market.inventory.sell(RIVAL, 9)
    moved = views.moved(market.clock.now_ms)
    assert (sorted(one.price_minor for one in moved.gone), moved.come) == (
        [95_00, 200_00],
        (),
    )
    market.inventory.give_back(RIVAL, 9)
    assert len(views.moved(market.clock.now_ms).come) == 2

    ends = market.catalog.sale_ends_ms[RIVAL + 1]
    assert ends < DAY_MS
    gone = views.moved(ends).gone
    assert [one.price_minor for one in gone] == [95_00]
    assert views.moved(ends).offers == ()
