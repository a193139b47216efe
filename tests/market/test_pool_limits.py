"""Limits of classes on a leg: of all itineraries that use it, each by its forecast."""

import pytest
from protecting import CURVE, forecast, sold_by
from pydantic import ValidationError
from worlds import WatchedTurns, episode, fare, flight, leg, segment

import test_time_gym as ttg
from test_time_gym.audit import audit
from test_time_gym.audit.protection import Protection
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.pricing import emsr_b, to_seats
from test_time_gym.market.pricing.emsr_b_policy import EmsrB
from test_time_gym.scenarios.loader import scenario_of

FIRST = leg("AA1", "SFO", "EWR", "10:00", "14:00", 60)
ONWARD = leg("AA2", "EWR", "MAD", "15:00", "23:00", 60)
VIA = {"Y": 400_00, "Q": 240_00}
ON = {"Y": 300_00, "Q": 90_00}


def of(listing, code, mean, **changes):
    return forecast(code, mean) | {"listing": listing} | changes


FORECASTS = [
    of("VIA", "Y", 12),
    of("VIA", "Q", 30),
    of("ON", "Y", 20),
    of("ON", "Q", 40),
]


def network(kind="emsr_b", forecasts=FORECASTS, **changes):
    """Return a way through two legs, and one itinerary that flies the second alone."""
    pricing = {"kind": kind, "forecasts": forecasts, "booking_curve": CURVE}
    return episode(
        **{
            "flights": [
                flight("VIA", FIRST, ONWARD, fares=[fare(*row) for row in VIA.items()]),
                flight("ON", ONWARD, fares=[fare(*row) for row in ON.items()]),
            ],
            "warm_up": "none",
            "demand": [segment(buyers=160, willingness_median_minor=260_00)],
            "pricing_of": {"Aurora": pricing | {"reprice_every_s": 600}},
            "task": {"deadline_s": 86_000, "ends_on": "deadline"},
            **changes,
        }
    )


def declared(forecasts=FORECASTS):
    """Return the same as a scenario file would declare it."""
    data = network().model_dump(mode="json", by_alias=True)
    data["market"]["pricing_of"]["Aurora"]["forecasts"] = forecasts
    about = {"name": "flights/mine", "description": "A scenario of mine."}
    return scenario_of(data | about, "mine.toml")


def levels(rows):
    """Return the seats that are kept, from rows of fare and mean."""
    fares, means = zip(*rows, strict=True)
    found = emsr_b(fares, means, [mean**0.5 for mean in means])
    return [to_seats(level) for level in found]


def test_a_leg_opens_with_limits_of_the_demand_of_all_that_use_it():
    limits = WatchedTurns(network()).market.inventory.limits

    # What goes through both legs pays each a half.
    dear = (12 * 200 + 20 * 300) / 32
    cheap = (30 * 120 + 40 * 90) / 70
    (first,) = levels([(200, 12), (120, 30)])
    (onward,) = levels([(dear, 32), (cheap, 70)])
    assert first < onward
    assert limits == [None, 60 - onward, None, 60 - onward]


def test_limits_count_what_all_itineraries_have_sold_on_the_leg():
    market, seen = WatchedTurns(network()).market, []

    for now in range(600_000, 40_000_000, 600_000):
        before = list(market.inventory.product_sold)
        market.clock.advance(now - 1)
        quiet = before == market.inventory.product_sold
        market.clock.advance(now)
        sold = market.inventory.product_sold
        via_q, on_q = sold[1], sold[3]
        limits = market.inventory.limits
        if quiet and None not in (limits[1], limits[3]):
            # The leg that both use is the scarce one, and has one room for both.
            seen.append((limits[1] - via_q, limits[3] - on_q))

    assert seen
    assert all(one == other for one, other in seen)


def test_the_audit_computes_the_limits_of_a_network(tmp_path, monkeypatch):
    path = tmp_path / "network.jsonl"
    ttg.run(declared(), {"buyer_0": "dummy"}, seed=3, journal=path, regret=False)

    assert audit(path).findings == ()

    # As if each itinerary had its legs for itself.
    whole = Protection.kept
    monkeypatch.setattr(
        Protection, "kept", lambda self, users, now: whole(self, users[-2:], now)
    )
    rules = {finding.rule for finding in audit(path).findings}
    assert rules == {"booking_limit"}


def test_a_class_may_have_a_booking_curve_of_its_own():
    early = [[0, 0], [1, 0], [2, 1_000_000]]
    forecasts = [forecast("Y", 20) | {"booking_curve": early}, forecast("M", 40)]
    pricing = {"kind": "emsr_b", "forecasts": forecasts, "booking_curve": CURVE}

    limits = [
        WatchedTurns(sold_by(one, [200_00, 100_00], 50)).market.inventory.limits
        for one in (pricing, pricing | {"forecasts": [forecast("Y", 20), forecasts[1]]})
    ]

    # Within the last day nobody of the dear class is to come.
    assert limits == [[None, None], [None, 30]]


def test_a_forecast_of_one_listing_comes_before_that_of_all():
    forecasts = [forecast("Y", 0), *FORECASTS[:2], forecast("Q", 40)]

    limits = WatchedTurns(network(forecasts=forecasts)).market.inventory.limits

    (onward,) = levels([(200, 12), ((30 * 120 + 40 * 90) / 70, 70)])
    assert limits == [None, 60 - onward, None, 60 - onward]


def test_two_forecasts_of_one_class_and_listing_are_a_mistake():
    twice = {
        "kind": "emsr_b",
        "forecasts": [FORECASTS[0], FORECASTS[0]],
        "booking_curve": CURVE,
    }

    with pytest.raises(ValidationError, match="two forecasts of the class Y of VIA"):
        EmsrB.model_validate(twice)


@pytest.mark.parametrize(
    ("forecasts", "text"),
    [
        (FORECASTS[:3], "has no forecast of the class Q of ON"),
        (
            [*FORECASTS, of("OFF", "Y", 1)],
            "a forecast of the class Y of OFF, which the seller does not offer",
        ),
    ],
)
def test_forecasts_that_do_not_fit_the_offers_are_a_mistake(forecasts, text):
    with pytest.raises(ScenarioError) as caught:
        declared(forecasts)

    assert text in str(caught.value)
