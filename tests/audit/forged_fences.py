"""Forgeries of sales that fences forbid, which only one rule can see."""

from tests.audit.forged_alone import sale
from tests.audit.forgery import forgery_alone
from tests.audit.short import last, quiet, told
from worlds import fare, flight, leg, segment


def fenced(*segments, others=(), **changes):
    """Return a quiet market with two fares, of which the cheap one is fenced.

    Args:
        segments: further ones, besides a leisure one of which hardly anybody comes.
        others: further flights.
        changes: of the cheap fare.
    """
    fares = [fare("Y", 150_00), fare("Q", 100_00, **changes)]
    buyers = segment("leisure", buyers=1, days=2, willingness_median_minor=1)
    return quiet(
        flights=[flight("AA1", leg("AA1", seats=9), fares=fares), *others],
        demand=[buyers, *segments],
        warm_up="none",
        task={"deadline_s": 2 * 3600},
    )


WAITS = tuple(("wait", {"minutes": minutes}) for minutes in (45, 20, 1))
"""Past the instant a day before the flight leaves, at 10:00."""


@forgery_alone("departure")
def a_fare_sells_after_it_had_to_be_bought():
    story = told(*WAITS, config=fenced(advance_days=1))
    sale(story, last(story, "act"), "AA1-Q")
    return story


@forgery_alone("fences")
def a_buyer_buys_what_is_for_others():
    business = segment("business", buyers=0, days=2)
    story = told(*WAITS, config=fenced(business, segments=["business"]))
    sale(story, last(story, "act"), "AA1-Q")
    return story


@forgery_alone("fences")
def a_buyer_comes_for_a_pair_without_a_number():
    east = segment("east", buyers=5, days=2, pairs={"SFO-MAD": 0, "*-MAD": 3})
    story = told(*WAITS, config=fenced(east))
    sale(story, last(story, "act"), "AA1-Y", "east", 150_00)
    return story


@forgery_alone("fences")
def a_careful_buyer_buys_what_cannot_be_given_back():
    careful = segment("careful", buyers=5, days=2, refundable_only=True)
    config = fenced(careful, refundable=True)
    story = told(*WAITS, config=config)
    sale(story, last(story, "act"), "AA1-Y", "careful", 150_00)
    return story


@forgery_alone("sales")
def a_party_leaves_somebody_behind():
    poor = {"buyers": 1, "willingness_median_minor": 1}
    family = segment("family", days=2, party_sizes=[0, 1_000_000], **poor)
    story = told(*WAITS, config=fenced(family))
    sale(story, last(story, "act"), "AA1-Y", "family", 150_00)
    return story


@forgery_alone("fences")
def a_buyer_pays_more_than_any_would():
    law = {"kind": "uniform", "most_minor": 99_99}
    modest = segment("modest", buyers=0, days=2) | {"willingness": law}
    del modest["willingness_median_minor"]
    story = told(*WAITS, config=fenced(modest))
    sale(story, last(story, "act"), "AA1-Q", "modest")
    return story


@forgery_alone("fences")
def a_buyer_of_the_cheapest_takes_a_dearer_fare():
    thrifty = segment("thrifty", buyers=0, days=2, choice="cheapest_fence")
    story = told(*WAITS, config=fenced(thrifty))
    sale(story, last(story, "act"), "AA1-Y", "thrifty", 150_00)
    return story


@forgery_alone("fences")
def a_buyer_buys_for_a_day_on_which_it_does_not_come():
    weekender = segment("weekender", buyers=1, days=1, by_weekday={"tue": 0})
    story = told(*WAITS, config=fenced(weekender))
    sale(story, last(story, "act"), "AA1-Y", "weekender", 150_00)
    return story


@forgery_alone("fences")
def a_buyer_buys_what_it_does_not_come_for():
    other = flight("AA9", leg("AA9", "SFO", "LIS", seats=9), fares=[fare("Y", 90_00)])
    faraway = segment("faraway", buyers=0, days=2, pairs=["SFO-LIS"])
    story = told(*WAITS, config=fenced(faraway, others=[other]))
    sale(story, last(story, "act"), "AA1-Y", "faraway", 150_00)
    return story
