"""The fields that are read from a table, and the headers by which they are known."""

import re
from typing import Final

__all__ = ["ALIASES", "COLUMNS", "IS_NONSTOP", "plain"]

COLUMNS: Final[dict[str, str]] = {
    "airline": "name of the airline",
    "flight": "flight number; without one, airline and departure time name a flight",
    "source_city": "origin: a city or an airport code",
    "departure_time": "clock time, or a period of the day such as Early_Morning",
    "stops": "a number, or words such as non-stop, 1 stop, two_or_more",
    "arrival_time": "clock time, or a period of the day",
    "destination_city": "destination: a city or an airport code",
    "class": "cabin",
    "duration": "hours with decimals, or 2h 50m, 2:50, PT2H50M",
    "duration_minutes": "instead of duration: whole minutes",
    "days_left": "days before departure at which the price was seen",
    "departure_date": "instead of days_left, with search_date: when the flight departs",
    "search_date": "instead of days_left, with departure_date: when the price was seen",
    "price": "in major units",
}
"""Every field that is read, by the header it has when nothing is mapped."""

ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "airline": (
        *("airlines", "airline name", "carrier", "carrier name"),
        "segments airline name",
    ),
    "flight": (
        *("flight number", "flight no", "flight num", "flight code", "flightno"),
        *("flightnumber", "ch code+num code", "airline code+flight number"),
    ),
    "source_city": (
        *("source", "from", "origin", "origin city", "from city", "departure city"),
        *("starting airport", "departure airport", "origin airport", "source airport"),
    ),
    "departure_time": (
        *("dep time", "depart time", "departure", "time of departure"),
        *("dep", "departs", "departs at", "scheduled departure"),
        "segments departure time raw",
    ),
    "stops": (
        *("stop", "total stops", "number of stops", "num stops", "no of stops"),
        *("nb stops", "segments airline code", "is non stop", "non stop", "nonstop"),
    ),
    "arrival_time": (
        *("arr time", "arrive time", "arrival", "time of arrival"),
        *("arr", "arrives", "arrives at", "scheduled arrival"),
        "segments arrival time raw",
    ),
    "destination_city": (
        *("destination", "to", "dest", "to city", "arrival city", "dest city"),
        *("destination airport", "arrival airport", "dest airport"),
    ),
    "class": ("cabin", "cabin class", "travel class", "segments cabin code"),
    "duration": (
        *("time taken", "travel duration", "flight duration", "total duration"),
        *(
            "flight time",
            "travel time",
            "duration hours",
            "duration in hours",
            "duration h",
        ),
    ),
    "duration_minutes": (
        *("duration in minutes", "duration mins", "duration min"),
        *("travel duration minutes", "total duration minutes"),
    ),
    "days_left": (
        *("days before departure", "days until departure", "days to departure"),
        *("days in advance", "advance days", "lead time days", "days before"),
    ),
    "departure_date": (
        *("flight date", "date of journey", "journey date", "travel date"),
        *("date of travel", "date of departure", "dep date", "date"),
    ),
    "search_date": (
        *("date of search", "query date", "scrape date", "booking date"),
        *("date of booking", "observation date", "collection date"),
    ),
    "price": ("fare", "total fare", "ticket price", "total price", "price total"),
}
"""Other headers that mean a field and nothing else, the usual one first."""

IS_NONSTOP: Final = ("is non stop", "non stop", "nonstop")
"""Headers of a column that tells whether a flight has no stops."""

_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def plain(header: str) -> str:
    """Return a header without what does not matter: case, blanks, brackets, ``_``.

    >>> plain(" Days_Left "), plain("searchDate"), plain("Dep. time")
    ('days left', 'search date', 'dep time')
    """
    spaced = re.sub(r"[\s_.()\[\]\-]+", " ", _HUMP.sub(" ", header))
    return spaced.strip().casefold()
