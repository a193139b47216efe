"""Forgeries of buyers who leave their date, which only one rule can see."""

from dated import dated_leg
from tests.audit.forgery import forgery_alone, redeclare
from tests.audit.short import quiet, told
from worlds import flight, segment

DATES = ("2026-06-02", "2026-06-03", "2026-06-04")
WAITS = tuple(("wait", {"minutes": 720}) for _ in range(4))
"""Beyond the first departure, 25 hours after the opening."""


def flexible(**habits):
    """Return a story of three dates, whose buyers look at all of them."""
    dates = {"days": 2, "cost_minor_per_day": 5_00}
    config = quiet(
        flights=[flight(day, dated_leg(f"AA{day[-1]}", day)) for day in DATES],
        demand=[segment("leisure", buyers=40, days=3, flexible_dates=dates, **habits)],
        warm_up="simulate",
        task={"deadline_s": 3 * 86_400},
    )
    return told(*WAITS, config=config)


@forgery_alone("fences")
def a_buyer_goes_farther_than_it_looks():
    story = flexible()
    header = story.records[0]["d"]
    header["scenario"]["market"]["demand"][0]["flexible_dates"]["days"] = 1
    redeclare(story)
    return story


@forgery_alone("fences")
def a_buyer_leaves_its_date_for_its_date():
    story = flexible()
    for record in story.all("seat_sold", lambda one: "group" not in one["d"]):
        data = {**record["d"], "group": ["SFO", "MAD", record["d"]["product"]]}
        record["d"] = dict(sorted(data.items()))
        return story
    raise AssertionError


@forgery_alone("sales")
def a_buyer_comes_for_a_date_that_has_passed():
    story = flexible()
    late = story.all("seat_sold", lambda one: one["t"] > 25 * 3_600_000)[-1]
    data = {**late["d"], "arrival": 10**6, "group": ["SFO", "MAD", DATES[0]]}
    late["d"] = dict(sorted(data.items()))
    return story


@forgery_alone("afterwards")
def who_has_left_its_date_is_a_no_show_of_the_other():
    story = flexible(no_show_ppm=500_000)
    missed = story.first("no_show", lambda one: "group" in one["d"])
    del missed["d"]["group"]
    return story
