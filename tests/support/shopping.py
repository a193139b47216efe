"""Shoppers that have looked at some pages, and what they may advise."""

from test_time_gym.agents.skills.prices.advice import Advice
from test_time_gym.agents.skills.prices.shopper import Shopper

from .skill_pages import OFFERS, page, results

OWN, OTHER = "2026-06-22", "2026-06-21"
"""The days of the task; see `skill_pages.page`."""


def at(price, day=OWN, **more):
    """Return a page of results on which the two offers that fit cost about as much."""
    form = page()["forms"] | {"date": day}
    rows = [
        {**one, "id": f"{one['id']}-{day}", "price": price + 10 * k}
        for k, one in enumerate(OFFERS[1:])
    ]
    return results(**{"flights": rows, "forms": form, **more})


def seeing(*pages, shopper=None, **settings):
    """Return a shopper that has begun an episode, and searched for pages."""
    shopper = shopper or Shopper(**{"learning": True, "trials": 4, **settings})
    shopper.begin(page())
    for seen in pages:
        search(shopper, seen)
    return shopper


def search(shopper, seen, error=""):
    shopper.took("search_flights", {}, seen, dear=False)
    shopper.look(seen, error)


def wait(shopper, seen, minutes):
    shopper.took("wait", {"minutes": minutes}, seen, dear=False)
    shopper.look(seen, "")


def knowing(*levels, price=200, **settings):
    """Return a shopper that knows both days, and levels of prices by minute."""
    shopper = seeing(at(price), at(price, OTHER), **settings)
    for minute, level in [(0, 0.0), *levels]:
        for _ in range(8):  # Few looks are not trusted.
            shopper.curve.note(minute, level)
    return shopper


def after(minutes, price=200, **more):
    return at(price, minutes_left=240 - minutes, **more)


def look(day=None, *, trial=False):
    return Advice("search_flights", {"date": day} if day else {}, trial)


def pause(minutes, *, trial=False):
    return Advice("wait", {"minutes": minutes}, trial)


LEFT, GONE = True, False


def waited(*still, price=160):
    """Return a shopper that has waited in so many episodes, and what was left then."""
    shopper = knowing((120, -0.2))
    for there in still:
        seeing(at(200), shopper=shopper)
        assert shopper.advise(at(200), trying=False) == pause(120)
        wait(shopper, after(120), 120)
        search(shopper, after(120, price) if there else after(120, flights=[]))
    return seeing(at(200), shopper=shopper)
