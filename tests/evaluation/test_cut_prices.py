"""Prices asked beyond floor and ceiling are cut, counted, and told."""

import json

import pytest

import test_time_gym as ttg
from test_time_gym.market.pricing.policy import Change, Decision

SCENARIO, AIRLINE = "flights/price-war", "easyJet"
MATCHES = {"kind": "match_rival", "undercut_minor": 100_00, "floor_ppm": 900_000}


class Asks:
    """Asks for twice the base fare of some, and half of others; it counts both."""

    asked = 0

    def decide(self, view):
        prices = [
            Change(one.product, one.base_minor * (2 - one.product % 2), "mine")
            for one in view.offers
        ]
        Asks.asked += sum(
            not one.floor_minor <= change.to <= one.ceiling_minor
            for one, change in zip(view.offers, prices, strict=True)
        )
        return Decision(prices=prices)


class Clamps:
    """Cuts every price to the floor by itself, and says so."""

    def decide(self, view):
        return Decision(
            prices=[
                Change(one.product, one.floor_minor, "floor") for one in view.offers
            ]
        )


def waiting(_page):
    return {"verb": "wait", "payload": 30}


def cut_in(policy, **settings):
    """Return what a run tells of the prices that were cut."""
    own = {AIRLINE: {"kind": policy, **settings}} if policy else {}
    run = ttg.run(SCENARIO, waiting, airlines=own, regret=False)
    return run.episodes[0].market.cut_prices, run.as_tables()[0].title


def test_a_run_counts_what_was_asked_beyond_the_ceiling_at_every_wake():
    Asks.asked = 0

    cut, told = cut_in(Asks, ceiling_ppm=1_500_000)

    assert (cut[AIRLINE], Asks.asked > 5) == (Asks.asked, True)
    assert f"prices cut to floor or ceiling: {AIRLINE} {Asks.asked}" in told


def test_a_policy_that_cuts_its_prices_itself_and_says_so_is_counted_too():
    assert cut_in(Clamps, floor_ppm=800_000)[0][AIRLINE] > 10


def test_who_keeps_to_its_bounds_is_not_named():
    cut, told = cut_in(Asks, ceiling_ppm=2_000_000)

    assert AIRLINE not in cut
    assert AIRLINE not in told


def test_the_journal_is_the_same_whether_prices_were_cut_or_asked_within(tmp_path):
    bodies = []
    for policy in (Asks, "tests.evaluation.test_cut_prices:Within"):
        path = tmp_path / f"{len(bodies)}.jsonl"
        own = {AIRLINE: {"kind": policy, "ceiling_ppm": 1_500_000}}
        ttg.run(SCENARIO, waiting, airlines=own, journal=path, regret=False)
        lines = map(json.loads, path.read_text("utf-8").splitlines()[1:])
        bodies.append([one["d"] for one in lines if one["k"] == "repriced"])

    assert bodies[0] == bodies[1]


class Within(Asks):
    """Asks what the other one is cut to."""

    def decide(self, view):
        bounds = {one.product: one for one in view.offers}
        asked = super().decide(view).prices
        return Decision(
            prices=[
                one._replace(to=min(one.to, bounds[one.of].ceiling_minor))
                for one in asked
            ]
        )


@pytest.mark.parametrize("seeds", [1, 3])
def test_a_market_tells_the_mean_of_its_runs(seeds):
    found = ttg.market(SCENARIO, {"*": MATCHES}, seeds=seeds, elasticity=False)

    each = [one.cut_prices.estimate for one in found.sellers]
    assert sum(each) == pytest.approx(found.total.cut_prices.estimate)
    assert min(each) > 0
    assert "prices cut" in str(found)
    fixed = ttg.market(SCENARIO, {"*": "fixed"}, seeds=1, elasticity=False)
    assert fixed.total.cut_prices.estimate == 0
    assert "prices cut" not in str(fixed)
