"""Decisions of every policy are held to floor, ceiling, nesting and authorisation.

The audit computes the decisions of few policies again.  Of all others it knows what
they promise: each way to break that is forged here, under a right chain.
"""

import io

import pytest
from tests.audit.short import quiet, told
from worlds import fare, flight, leg, segment

from test_time_gym.audit import audit
from test_time_gym.market.pricing import KINDS

TOLD = {
    "forecasts": [{"class": code, "mean_milli": 3_000} for code in "YQ"],
    "booking_curve": [[0, 0], [1, 1_000_000]],
}
BOUNDS = {"floor_ppm": 500_000, "ceiling_ppm": 1_500_000}
SETS = [
    {"classes": ["Y"], "chances_ppm": [300_000]},
    {"classes": ["Y", "Q"], "chances_ppm": [200_000, 500_000]},
]
TWO_CLASSES = {
    "littlewood": TOLD,
    "emsr_a": TOLD,
    "emsr_b": TOLD,
    "optimal_limits": TOLD,
    "bid_price": {**TOLD, "periods": 20},
    "dlp": TOLD,
    "prorated_emsr": TOLD,
    "ladder": {"rungs": [{"class": "Q", "limit": 2}, {"class": "Y"}]},
    "match_rival": {"undercut_minor": 5_00},
    "efficient_sets": {
        "sets": SETS,
        "periods": 9,
        "booking_curve": [[0, 0], [1, 1_000_000]],
    },
    "overbook": {"policy": {"kind": "ladder", "rungs": [{"class": c} for c in "QY"]}},
    "agent": {},
}
ONE_CLASS = {
    "gallego_van_ryzin": {
        "scale_minor": 50_00,
        "buyers_milli": 20_000,
        "booking_curve": [[0, 0], [1, 1_000_000]],
    },
    "logit_best_response": {"reference_minor": 120_00, "scale_minor": 30_00},
    "edgeworth": {"buyers": 8, "choke_minor": 300_00},
}
EVERY = TWO_CLASSES | ONE_CLASS
SEATS = 4


def journal(kind):
    """Return the story of a short run in which this policy sells for Blue."""
    fares = [fare("Y", 200_00), fare("Q", 90_00, booking_limit=3)]
    policy = {"kind": kind, **EVERY[kind]}
    if kind == "overbook":
        policy["overbook_ppm"] = 500_000
        policy["policy"] = {**policy["policy"], **BOUNDS}
    else:
        policy |= BOUNDS
    config = quiet(
        flights=[
            flight(
                "AA1",
                leg("AA1", seats=SEATS),
                fares=fares[: 1 if kind in ONE_CLASS else 2],
                airline="Blue",
            ),
            flight("AA3", leg("AA3")),
        ],
        demand=[segment("leisure", 6, 1)],
        warm_up="simulate",
        denied_minor=500_00,
        pricing_of={"Blue": policy},
    )
    return told(("wait", {"minutes": 6}), ("search_flights", None), config=config)


def audited(story):
    return audit("forged.jsonl", stream=io.BytesIO(story.seal()))


def deciding(kind, field, rows, also=None):
    """Return the story with a decision to which rows are added, or put in its place."""
    story = journal(kind)
    found = [r for r in story.all("repriced") if r["d"].get("seller") == "Blue"]
    if found:
        data = found[0]["d"]
    else:  # It had nothing to change: its decision as the sale opens is made up.
        data = {"prices": [], "reasons": [], "seller": "Blue"}
        header = story.records[0]
        story.add(header, "repriced", data, t=story.records[1]["t"], a="", c=0)
        data = story.records[1]["d"]
    for name, new in {field: rows, **(also or {})}.items():
        data[name] = new
    told = ("authorised", "bids", "limits", "prices")
    data["reasons"] = ["x"] * sum(len(data.get(name, ())) for name in told)
    return story


def test_a_market_opens_with_the_first_buyer_of_those_city_pairs_that_are_wanted():
    buyers = {**segment("leisure", 6, 4), "pairs": ["SFO-EWR"]}
    later = leg("AA2", to="EWR", depart="15:00", arrive="19:00")
    flights = [flight("AA1", leg("AA1")), flight("AA2", later)]
    config = quiet(flights=flights, demand=[buyers], warm_up="simulate")

    found = audited(told(("wait", {"minutes": 6}), config=config))

    assert found.findings == ()


@pytest.fixture(scope="module")
def clean():
    return {kind: audited(journal(kind)) for kind in EVERY}


def test_every_kind_of_policy_is_here():
    assert sorted(EVERY) == sorted(set(KINDS) - {"fixed", "load_days"})


@pytest.mark.parametrize("kind", EVERY)
def test_what_a_policy_really_decides_is_found_sound(kind, clean):
    assert clean[kind].findings == ()


def broken(kind):
    """Return what breaks a promise of Blue's: field, rows and the rule that sees it."""
    cases = {
        "below the floor": ("prices", [[0, 99_99]], "repricing"),
        "above the ceiling": ("prices", [[0, 300_01]], "repricing"),
        "more than are authorised": ("limits", [[0, 99]], "booking_limit"),
        "authorised beyond all": ("authorised", [[0, 5 * SEATS + 1]], "repricing"),
        "authorised below the seats": ("authorised", [[0, SEATS - 1]], "repricing"),
    }
    if kind not in ONE_CLASS:
        cases |= {
            "not nested": ("limits", [[0, 1], [1, 2]], "booking_limit"),
            "more than declared": ("limits", [[1, 4]], "booking_limit"),
            "open below its bid price": ("bids", [[0, 400_00]], "booking_limit"),
        }
    return cases


@pytest.mark.parametrize(
    ("kind", "what"), [(kind, what) for kind in EVERY for what in broken(kind)]
)
def test_what_a_policy_may_not_decide_is_found(kind, what):
    field, rows, rule = broken(kind)[what]
    also = {"limits": [[1, 3]]} if field == "bids" else None

    found = audited(deciding(kind, field, rows, also))

    assert rule in {finding.rule for finding in found.findings}
