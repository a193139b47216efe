"""Forgeries of what becomes of background bookings, which only one rule can see."""

from given_up import FLEXIBLE
from tests.audit.forgery import forgery_alone
from tests.audit.short import quiet, told
from worlds import flight, leg, segment

WAITS = tuple(("wait", {"minutes": 720}) for _ in range(2))


def thinking_again(**changes):
    """Return a story in which some buyers cancel before the first flight leaves."""
    buyers = segment("leisure", buyers=30, days=2, cancel_ppm_per_day=900_000)
    config = quiet(
        flights=[flight("AA1", leg("AA1", seats=9), fares=[FLEXIBLE | changes])],
        demand=[buyers],
        warm_up="simulate",
        task={"deadline_s": 2 * 86_400},
    )
    return told(*WAITS, config=config)


@forgery_alone("afterwards")
def more_goes_back_than_the_rate_gives():
    story = thinking_again()
    story.first("background_cancelled")["d"]["refund"] += 1
    return story


@forgery_alone("afterwards")
def a_booking_is_cancelled_a_second_later_than_drawn():
    story = thinking_again()
    for record in story.all("background_cancelled"):
        after = story.after(record)
        if after["t"] > record["t"] + 1000:
            record["t"] += 1000
            return story
    raise AssertionError


@forgery_alone("afterwards")
def a_booking_that_was_to_be_cancelled_stands():
    story = thinking_again()
    story.drop(story.all("background_cancelled")[-1])
    return story


@forgery_alone("afterwards")
def a_booking_is_cancelled_twice():
    story = thinking_again(refundable=False)
    first = story.first("background_cancelled")
    story.add(first, "background_cancelled", dict(first["d"]))
    return story
