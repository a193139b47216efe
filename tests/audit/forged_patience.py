"""Forgeries of buyers who wait for a lower price, which only one rule can see."""

from tests.audit.forgery import forgery_alone, redeclare
from tests.audit.short import quiet, told
from worlds import flight, leg, segment

WAITS = tuple(("wait", {"minutes": 720}) for _ in range(2))


def waiting(**changes):
    """Return a story in which all buyers look up to three times, at one price."""
    patience = {"share_ppm": 1_000_000, "times": 2, "mean_hours": 6}
    patience |= {"belief": "last_seen", **changes}
    config = quiet(
        flights=[flight("AA1", leg("AA1", seats=99))],
        demand=[segment("leisure", buyers=40, days=2, patience=patience)],
        warm_up="simulate",
        task={"deadline_s": 2 * 86_400},
    )
    return told(*WAITS, config=config)


def looks(story, kind, least):
    """Return the first record of a kind that is of a buyer's look so late or later."""
    return story.first(kind, lambda one: one["d"].get("look", 1) >= least)


@forgery_alone("patience")
def a_buyer_says_that_it_comes_back_an_hour_later_than_drawn():
    story = waiting()
    looks(story, "postponed", 2)["d"]["returns"] += 3_600_000
    return story


@forgery_alone("patience")
def a_buyer_waits_more_often_than_it_comes():
    story = waiting()
    looks(story, "postponed", 2)["d"]["look"] = 3
    return story


@forgery_alone("patience")
def who_buys_at_once_waits():
    story = waiting()
    header = story.records[0]["d"]
    header["scenario"]["market"]["demand"][0]["patience"]["belief"] = "myopic"
    redeclare(story)
    return story


@forgery_alone("patience")
def a_buyer_buys_at_a_look_too_many():
    story = waiting()
    looks(story, "seat_sold", 3)["d"]["look"] = 4
    return story


@forgery_alone("patience")
def a_buyer_comes_back_a_second_late():
    story = waiting()
    for record in story.all("seat_sold"):
        after = story.after(record)
        if record["d"].get("look") == 3 and after["t"] > record["t"] + 1000:
            record["t"] += 1000
            return story
    raise AssertionError


@forgery_alone("patience")
def a_buyer_takes_what_it_would_wait_for():
    story = waiting()
    first = story.first("postponed")
    arrival = first["d"]["arrival"]
    mine = [one for one in story.records if one["d"].get("arrival") == arrival]
    for record in mine[1:]:
        story.drop(record)
    first["k"] = "seat_sold"
    for name in ("look", "returns"):
        del first["d"][name]
    return story


@forgery_alone("sales")
def a_buyer_of_an_unknown_segment_waits():
    story = waiting()
    looks(story, "postponed", 2)["d"]["segment"] = "business"
    return story
