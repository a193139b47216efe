"""Who writes units where thousandths are meant is told, in markets and in runs."""

import pytest
from small_markets import scenario
from worlds import fare, flight, segment

import test_time_gym as ttg
from test_time_gym.evaluation.market.market_notes import oddities
from test_time_gym.evaluation.market.seller_policies import priced

CURVE = [[0, 0], [9, 1_000_000]]
ONE = scenario(
    flights=[flight("AA1", seats=90, fares=[fare("Y", 200_00), fare("M", 100_00)])],
    demand=[segment(buyers=90, days=9)],
)


def noted(pricing):
    """Return what is odd about a policy of the one seller."""
    return list(oddities(priced(ONE, {"*": pricing})))


def emsr(dear, cheap, kind="emsr_b"):
    """Return a policy with these forecasts of its two classes."""
    told = [{"class": "Y", **dear}, {"class": "M", **cheap}]
    return {"kind": kind, "forecasts": told, "booking_curve": CURVE}


@pytest.mark.parametrize(
    ("dear", "cheap", "said"),
    [
        (
            {"mean_milli": 30},
            {"mean_milli": 60},
            "expects 0.09 seats in all for the 90 of AA1/",
        ),
        (
            {"mean_milli": 9},
            {"mean_milli": 60_000},
            "expects 0.009 seats of the class Y in all, where there are 90",
        ),
        (
            {"mean_milli": 30_000_000},
            {"mean_milli": 60_000_000},
            "expects 30,000 seats of the class Y in all, where there are 90",
        ),
        (
            {"mean_milli": 5_000_000},
            {"mean_milli": 6_000_000},
            "expects 11,000 seats in all for the 90 of AA1/",
        ),
        (
            {"mean_milli": 30_000, "sd_milli": 9},
            {"mean_milli": 60_000, "sd_milli": 20_000},
            "expects 30 seats of the class Y with a standard deviation of 0.009",
        ),
    ],
)
def test_a_forecast_of_another_scale_is_told(dear, cheap, said):
    (note,) = noted(emsr(dear, cheap))
    (other,) = noted(emsr(dear, cheap, kind="dlp"))

    assert said in note
    assert note.startswith("emsr_b of Aurora")
    assert other.startswith("dlp of Aurora")
    assert "in thousandths" in note


def test_a_forecast_behind_overbooking_is_told_as_well():
    front = {"kind": "overbook", "overbook_ppm": 0}
    odd = emsr({"mean_milli": 30}, {"mean_milli": 60})
    oversold = ONE.model_copy(
        update={"market": ONE.market.model_copy(update={"denied_minor": 300_00})}
    )
    policy = {**front, "policy": odd}

    (note,) = oddities(priced(oversold, {"*": policy}))

    assert "emsr_b of Aurora expects 0.09 seats" in note


@pytest.mark.parametrize("mean", [0, 30_000])
def test_nobody_a_few_and_what_is_certain_are_in_order(mean):
    dear = {"mean_milli": mean, "sd_milli": 0}

    assert noted(emsr(dear, {"mean_milli": 2_000})) == []


def test_buyers_of_an_offer_and_of_a_segment_are_looked_at_too():
    few = {"kind": "rounded_normal", "mean_milli": 60, "sd_milli": 20}
    nobody = segment("few", count=few, days=9)
    del nobody["buyers_per_departure"]
    alone = scenario(
        flights=[flight("AA1", seats=90, fares=[fare("Y", 200_00)])], demand=[nobody]
    )
    prices = {"kind": "gallego_van_ryzin", "scale_minor": 100_00, "buyers_milli": 90}

    found = list(oddities(priced(alone, {"*": prices | {"booking_curve": CURVE}})))

    assert [note.partition(": ")[0] for note in found] == [
        "segment few has 0.06 buyers a departure",
        "gallego_van_ryzin of Aurora expects 0.09 buyers of an offer",
    ]


def test_a_market_that_is_looked_at_notes_what_is_odd():
    odd = emsr({"mean_milli": 30}, {"mean_milli": 60})

    found = ttg.market(ONE, {"*": odd}, seeds=1, elasticity=False)

    assert [note for note in found.notes if "thousandths" in note] == noted(odd)
