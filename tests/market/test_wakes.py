"""Policies wake on sales, cancellations and rivals' prices; records say on which."""

from itertools import pairwise

import pytest
from given_up import FLEXIBLE, Watched
from players import numbers_for
from pydantic import ValidationError
from tests.audit.playing import played
from worlds import COUPONS, episode, fare, flight, leg, market, segment

from test_time_gym.audit import audit
from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.config import PPM
from test_time_gym.market.pricing.policy import Change, Decision, PolicyConfig
from test_time_gym.market.pricing.triggers import RIVAL_MS
from test_time_gym.scenarios.flights.domain import FlightMarket

FARES = [fare("Y", 150_00), FLEXIBLE | {"code": "Q"}]
EMSR_B = {
    "kind": "emsr_b",
    "forecasts": [
        {"class": "Y", "mean_milli": 6_000},
        {"class": "Q", "mean_milli": 20_000},
    ],
    "booking_curve": [[0, 0], [4, PPM]],
    "reprice_every_s": 86_400,
}


class Listens(PolicyConfig):
    """Does nothing but note when it wakes; each time it moves its prices."""

    def begin(self, _seller):
        return _Listens()


class _Listens:
    def __init__(self):
        self.woken = []

    def decide(self, view):
        self.woken.append(view.now_ms)
        more = len(self.woken) % 2
        return Decision(
            prices=[
                Change(one.product, one.base_minor + more, "listens")
                for one in view.offers
            ]
        )

    def state(self):
        return [len(self.woken)]


def listening(*wake_on):
    """Open a market of one airline whose policy does nothing but wake."""
    buyers = segment("all", 60, 4, cancel_ppm_per_day=400_000)
    config = market(
        flights=[flight("AA1", leg("AA1", seats=20), fares=[FLEXIBLE])],
        demand=[buyers],
        warm_up="simulate",
    )
    pricing = Listens(
        wake_on=wake_on, reprice_every_s=31_536_000, ceiling_ppm=1_100_000
    )
    return Watched(config.model_copy(update={"pricing_of": {"Aurora": pricing}}))


def told(run):
    """Return instant and trigger of every decision but the first."""
    return [(t, data.trigger) for t, data in run.all("repriced")][1:]


@pytest.mark.parametrize(
    ("kind", "trigger"),
    [("seat_sold", "sale"), ("background_cancelled", "cancellation")],
)
def test_a_policy_wakes_at_the_instant_of_what_it_waits_for(kind, trigger):
    run = listening(trigger).play()
    instants = list(dict.fromkeys(t for t, _ in run.all(kind)))

    assert told(run) == [(t, trigger) for t in instants]
    assert len(instants) > 5


def test_who_waits_for_nothing_wakes_by_the_time_and_says_no_trigger():
    run = listening().play()

    assert told(run) == []
    assert [data.trigger for _, data in run.all("repriced")] == [""]


def test_the_first_decision_is_by_the_time():
    assert listening("sale").all("repriced")[0][1].trigger == "time"


def test_a_sale_to_an_agent_wakes_too():
    run = listening("sale").play(-3 * DAY_MS)
    stock, clock = run.market.inventory, run.market.clock
    stock.hold([(0, 1)])
    held = [kind for _, _, kind, _ in clock.pending()]
    stock.confirm([(0, 1)])
    sold = [(due, kind) for due, _, kind, _ in clock.pending()]

    assert "trigger" not in held
    assert (clock.now_ms, "trigger") in sold


def test_a_decision_point_is_named():
    policy = EMSR_B | {"dcp_days": [3, 2, 1], "wake_on": ["rival"]}
    config = market(
        flights=[flight("AA1", leg("AA1", seats=60), fares=FARES)],
        demand=[segment("all", 90, 4)],
        warm_up="simulate",
        pricing_of={"Aurora": policy},
    )
    run = Watched(config).play()
    departs = run.market.catalog.last_closing_ms
    points = {(departs - t, data.trigger) for t, data in run.all("repriced")}
    named = {(left, trigger) for left, trigger in points if trigger[:3] == "dcp"}

    assert named <= {(days * DAY_MS, f"dcp {days}") for days in (1, 2, 3)}
    assert len(named) > 1
    assert {trigger for _, trigger in points - named} == {"time"}


def test_a_rivals_price_wakes_a_minute_later():
    follows = {
        "kind": "match_rival",
        "undercut_minor": 1_00,
        "floor_ppm": 500_000,
        "wake_on": ["rival"],
        "reprice_every_s": 31_536_000,
    }
    config = market(
        flights=[
            flight("AA1", leg("AA1"), fares=[fare("Y", 100_00)]),
            flight("BB1", leg("BB1"), fares=[fare("Y", 98_00)], airline="Boreal"),
        ],
        pricing_of={"Aurora": follows, "Boreal": follows},
    )
    run = Watched(config).play()
    moves = [(t, data.seller, data.trigger) for t, data in run.all("repriced")]

    # As the market opens both decide; then each answers the other, to the floors.
    assert [trigger for _, _, trigger in moves[:2]] == ["time", "time"]
    assert moves[2][0] == RIVAL_MS
    others = {"Aurora": "rival Boreal", "Boreal": "rival Aurora"}
    assert all(trigger == others[seller] for _, seller, trigger in moves[2:])
    steps = [t for t, seller, _ in moves[2:] if seller == "Aurora"]
    assert all(b - a >= RIVAL_MS for a, b in pairwise(steps))
    assert run.market.prices == [50_00, 49_00]


def test_a_run_with_triggers_is_audited(tmp_path):
    config = episode(
        flights=[
            flight("AA1", leg("AA1", seats=20), fares=FARES),
            flight("BB1", leg("BB1"), fares=[fare("Y", 98_00)], airline="Boreal"),
        ],
        demand=[segment("all", 90, 4, cancel_ppm_per_day=200_000)],
        warm_up="simulate",
        coupons=COUPONS,
        task={"ends_on": "deadline", "deadline_s": 7200},
        pricing_of={
            "Aurora": EMSR_B | {"wake_on": ["sale", "cancellation"]},
            "Boreal": {"kind": "match_rival", "wake_on": ["rival"]},
        },
    )
    path = played(config, 1, numbers_for(2, 1), tmp_path, days=5)
    found = audit(path)

    assert found.findings == ()
    assert found.checked["booking_limit"] > 40
    path.write_bytes(
        path.read_bytes().replace(b'"trigger":"sale"', b'"trigger":"luck"')
    )
    assert audit(path).findings


@pytest.mark.parametrize("wake_on", [["arrival"], ["sale"] * 4, "sale", [1]])
def test_what_nobody_can_wait_for_is_refused(wake_on):
    with pytest.raises(ValidationError, match="wake_on"):
        market(pricing_of={"Aurora": {"kind": "match_rival", "wake_on": wake_on}})


def test_a_market_says_nothing_of_waking_that_nobody_asks_for():
    plain, asks = (
        market(pricing_of={"Aurora": {"kind": "match_rival", **keys}})
        for keys in ({}, {"wake_on": ["rival"]})
    )
    told = [one.model_dump(mode="json", by_alias=True) for one in (plain, asks)]

    assert "wake_on" not in told[0]["pricing_of"]["Aurora"]
    assert told[1]["pricing_of"]["Aurora"]["wake_on"] == ["rival"]
    assert FlightMarket.model_validate(told[1]) == asks
