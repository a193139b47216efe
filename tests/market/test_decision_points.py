"""Decision points: the days before departure on which policies wake, and no other."""

import json

import pytest
from fakes import Lines
from protecting import protecting, sold_by
from pydantic import ValidationError
from tests.audit.short import quiet, told
from worlds import WatchedTurns, flight, leg, segment

from test_time_gym.audit import audit
from test_time_gym.market.pricing.bid_price import BidPrice
from test_time_gym.market.pricing.emsr_b_policy import EmsrB
from test_time_gym.market.pricing.gallego_van_ryzin_policy import GallegoVanRyzinPrices
from test_time_gym.market.pricing.ladder import Ladder
from test_time_gym.market.pricing.littlewood_policy import Littlewood

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
FARES = [300_00, 200_00]
LATER = flight("B", leg("B", depart="20:00", arrive="23:00", seats=30))


def priced(kind, **changes):
    """Return a pricing of a kind, all of it over twelve days."""
    curve = {"booking_curve": [[0, 0], [12, 1_000_000]]}
    if kind == "ladder":
        rungs = [{"class": "M", "limit": 9}, {"class": "Y"}]
        return {"kind": kind, "rungs": rungs, **changes}
    if kind == "gallego_van_ryzin":
        told = {"scale_minor": 100_00, "buyers_milli": 40_000}
        return {"kind": kind, **told, **curve, **changes}
    return protecting(kind, [12, 30], [3, 8], **curve, **changes)


def wakes(monkeypatch, pricing, fares, *others):
    """Return when the policy decides, in hours before the first departure."""
    policy = {
        "ladder": Ladder,
        "gallego_van_ryzin": GallegoVanRyzinPrices,
        "bid_price": BidPrice,
        "littlewood": Littlewood,
        "emsr_b": EmsrB,
    }[pricing["kind"]]
    seen, begin = [], policy.begin

    def watched(self, seller):
        own = begin(self, seller)
        decide = own.decide

        def noted(view):
            seen.append(view.now_ms)
            return decide(view)

        own.decide = noted
        return own

    monkeypatch.setattr(policy, "begin", watched)
    config = sold_by(pricing, fares, 30, *others, opens="2026-05-22T10:00")
    market = WatchedTurns(config).market
    market.clock.advance(max(market.catalog.closing_ms) - 1)
    return [(market.catalog.closing_ms[0] - one) / HOUR_MS for one in seen]


@pytest.mark.parametrize(
    "kind", ["littlewood", "emsr_b", "bid_price", "ladder", "gallego_van_ryzin"]
)
def test_a_policy_wakes_at_its_decision_points_alone(kind, monkeypatch):
    pricing = priced(kind, dcp_days=[21, 10, 7, 3, 1])
    fares = FARES[: 1 if kind == "gallego_van_ryzin" else 2]

    # The market opens eleven days before departure: the first point is over.
    assert wakes(monkeypatch, pricing, fares) == [264, 240, 168, 72, 24]


def test_every_departure_has_its_decision_points(monkeypatch):
    pricing = priced("bid_price", dcp_days=[7, 1])

    found = wakes(monkeypatch, pricing, FARES, LATER)

    # The other departs ten hours later.
    assert found == [264, 168, 158, 24, 14]


def test_points_that_are_too_near_are_as_far_apart_as_wakes_must_be(monkeypatch):
    pricing = priced("bid_price", dcp_days=[7, 1], reprice_every_s=12 * 3600)

    found = wakes(monkeypatch, pricing, FARES, LATER)

    assert found == [264, 168, 156, 24, 12]


def test_limits_stand_still_between_decision_points():
    config = sold_by(
        priced("emsr_b", dcp_days=[7, 3]),
        FARES,
        30,
        opens="2026-05-22T10:00",
        demand=[segment(buyers=60, days=12, willingness_median_minor=250_00)],
    )
    sink = Lines()
    market = WatchedTurns(config, sink=sink).market

    market.clock.advance(market.catalog.closing_ms[0] - HOUR_MS)

    records = [json.loads(line) for line in sink.bytes().splitlines()]
    at = [
        (market.catalog.closing_ms[0] - r["t"]) // DAY_MS
        for r in records
        if r["k"] == "repriced"
    ]
    assert at == [11, 7, 3]


@pytest.mark.parametrize("days", [[7, 14], [7, 7]])
def test_decision_points_that_grow_are_a_mistake(days):
    with pytest.raises(ValidationError, match=f"has {days[1]} after 7: decision point"):
        Ladder.model_validate(priced("ladder", dcp_days=days))


def test_who_has_none_says_nothing_of_them():
    without = Ladder.model_validate(priced("ladder"))
    with_two = Ladder.model_validate(priced("ladder", dcp_days=[7, 1]))

    assert "dcp_days" not in without.model_dump(mode="json")
    assert with_two.model_dump(mode="json")["dcp_days"] == [7, 1]


def test_the_audit_reads_a_scenario_with_decision_points(tmp_path):
    path = tmp_path / "journal.jsonl"
    pricing = priced("emsr_b", dcp_days=[21, 7, 1])
    flights = sold_by(pricing, FARES, 30).market.model_dump(mode="json", by_alias=True)
    config = quiet(flights=flights["flights"], pricing_of={"Aurora": pricing})

    path.write_bytes(told(("wait", {"minutes": 6}), config=config).seal())

    assert audit(path).findings == ()
