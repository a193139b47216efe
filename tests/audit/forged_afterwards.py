"""Forgeries of what becomes of background bookings, which only one rule can see."""

from given_up import FLEXIBLE
from tests.audit.forgery import forgery_alone, forgery_short, redeclare
from tests.audit.short import EVERYONE, HOLDING, quiet, told
from worlds import flight, leg, segment

WAITS = tuple(("wait", {"minutes": 720}) for _ in range(2))
PAST = tuple(("wait", {"minutes": 720}) for _ in range(3))
"""Beyond the departure, 25 hours after the opening."""


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


@forgery_alone("afterwards")
def a_couple_gives_three_seats_back():
    couples = {"party_sizes": [0, 1_000_000], "cancel_ppm_per_day": 900_000}
    config = quiet(
        flights=[flight("AA1", leg("AA1", seats=9), fares=[FLEXIBLE])],
        demand=[segment("leisure", buyers=30, days=2, **couples)],
        warm_up="simulate",
        task={"deadline_s": 2 * 86_400},
    )
    story = told(*WAITS, config=config)
    story.first("background_cancelled")["d"]["seats"] = 3
    return story


def departed():
    """Return a story of a flight that was oversold, beyond its departure."""
    plane = leg("AA1", seats=4) | {"authorised": 9}
    buyers = segment("leisure", buyers=60, days=2, no_show_ppm=200_000)
    config = quiet(
        flights=[flight("AA1", plane, fares=[FLEXIBLE])],
        demand=[buyers],
        warm_up="simulate",
        denied_minor=200_00,
        task={"deadline_s": 2 * 86_400},
    )
    return told(*PAST, config=config)


@forgery_alone("afterwards")
def who_shows_up_is_a_no_show():
    story = departed()
    missed = [record["d"]["arrival"] for record in story.all("no_show")]
    first = story.first("no_show")
    sold = story.first("seat_sold", lambda r: r["d"]["arrival"] not in missed)
    story.add(first, "no_show", first["d"] | {"arrival": sold["d"]["arrival"]})
    return story


@forgery_alone("afterwards")
def nobody_tells_of_a_no_show():
    story = departed()
    for record in story.all("denied"):
        story.drop(record)
    for record in story.all("no_show"):
        story.drop(record)
    return story


@forgery_alone("afterwards")
def a_denied_boarding_is_paid_too_little():
    story = departed()
    story.first("denied")["d"]["compensation"] -= 1
    return story


@forgery_alone("afterwards")
def more_showed_up_than_did():
    story = departed()
    story.first("denied")["d"]["shown"] += 1
    return story


@forgery_alone("afterwards")
def who_was_to_be_denied_is_not():
    story = departed()
    story.drop(story.all("denied")[-1])
    return story


@forgery_alone("afterwards")
def somebody_is_denied_another_leg():
    story = departed()
    story.first("denied")["d"]["pool"] += 1
    return story


def walked_up():
    """Return a story of a flight to which people came without a booking."""
    fares = [FLEXIBLE | {"go_shows_milli": 6_000}]
    buyers = segment("leisure", buyers=3, days=2)
    config = quiet(
        flights=[
            flight("AA1", leg("AA1", seats=30), fares=fares),
            flight("AA2", leg("AA2", seats=30)),
        ],
        demand=[buyers],
        warm_up="simulate",
        task={"deadline_s": 2 * 86_400},
    )
    return told(*PAST, config=config)


@forgery_alone("afterwards")
def one_more_comes_without_a_booking():
    story = walked_up()
    last = story.all("go_show")[-1]
    story.add(last, "go_show", last["d"] | {"number": last["d"]["number"] + 1})
    return story


@forgery_alone("afterwards")
def who_came_without_a_booking_is_turned_away():
    story = walked_up()
    story.drop(story.all("go_show")[-1])
    return story


@forgery_alone("afterwards")
def somebody_comes_without_a_booking_where_nobody_does():
    story = walked_up()
    first = story.first("go_show")
    story.add(first, "go_show", {"number": 1, "price": 100_00, "product": "AA2"})
    return story


@forgery_alone("price")
def who_comes_without_a_booking_pays_less():
    story = walked_up()
    story.first("go_show")["d"]["price"] -= 1
    return story


@forgery_alone("afterwards")
def who_comes_without_a_booking_takes_a_seat_before_the_departure():
    story = walked_up()
    first = story.first("go_show")
    sold = story.all("seat_sold")[-1]
    story.add(sold, "go_show", dict(first["d"]))
    return story


def overbooked(*steps, seats=2, agents=2):
    """Return a story of agents in a market of which more may be sold than there is."""
    policy = {"kind": "overbook", "policy": "fixed", "overbook_ppm": 1_000_000}
    config = quiet(
        flights=[flight("AA1", leg("AA1", seats=seats))],
        denied_minor=200_00,
        pricing_of={"Aurora": policy},
    )
    return told(*steps, config=config, agents=agents)


@forgery_short("stock")
def two_agents_hold_the_one_seat():
    story = overbooked(*[(verb, what, EVERYONE) for verb, what in HOLDING])
    story.market["flights"][0]["legs"][0]["seats"] = 1
    redeclare(story)
    return story


@forgery_short("repricing")
def another_leg_is_authorised():
    story = overbooked(*HOLDING, agents=1)
    story.first("repriced")["d"]["authorised"][0][0] += 1
    return story


@forgery_short("repricing")
def more_is_authorised_than_may_be():
    story = overbooked(*HOLDING, agents=1)
    story.first("repriced")["d"]["authorised"][0][1] = 11
    return story
