"""The trade of flights: its words, its search form, its filters and its settings."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field, model_validator

from test_time_gym.market.bases import Bases
from test_time_gym.market.catalog import Catalog, Product
from test_time_gym.market.choice import ChoiceModel
from test_time_gym.market.config import SignedMilli
from test_time_gym.market.demand import BuyerCount, Segment
from test_time_gym.market.domain import (
    COUNT,
    DATE,
    TEXT,
    TIME,
    Argument,
    Filter,
    Kind,
    Trade,
    Words,
)
from test_time_gym.market.ideal_hours import IdealHours
from test_time_gym.market.world import MarketConfig
from test_time_gym.scenarios.schema import Scenario

from .itinerary import Itinerary, list_itineraries
from .trip import FlightTask

__all__ = ["FLIGHTS", "FlightMarket", "FlightScenario"]

_MINUTES_A_DAY: Final = 1440
_MINUTES_AN_HOUR: Final = 60
_STOPS: Final = 4
_CAP: Final = 10.0
_CLOCK: Final = re.compile(r"([0-9]{2}):([0-9]{2})([+-][0-9]+)?$")


def _catalog(market: "FlightMarket") -> Catalog:
    return list_itineraries(market.flights, market.opens)


def _features(product: Product) -> tuple[float, float, float]:
    """Return the time of departure, the duration and the stops."""
    facts = product.facts
    depart: str = facts["depart"]
    minute = int(depart[:2]) * 60 + int(depart[3:])
    lasts = min(facts["minutes"] / _MINUTES_A_DAY, _CAP)
    return minute / _MINUTES_A_DAY, lasts, facts["stops"] / _STOPS


def _read_also(row: Mapping[str, Any]) -> dict[str, str]:
    """Return how long a flight takes by the clocks of both airports.

    >>> _read_also({"depart": "10:40", "arrive": "07:15+1"})
    {'lasts': '20h35'}
    """
    clocks = [_CLOCK.match(str(row.get(name))) for name in ("depart", "arrive")]
    minutes = [
        (int(one[3] or 0) * 24 + int(one[1])) * 60 + int(one[2])
        for one in clocks
        if one is not None
    ]
    if len(minutes) < len(clocks):
        return {}
    hours, rest = divmod(abs(minutes[1] - minutes[0]), 60)
    return {"lasts": f"{'-' if minutes[1] < minutes[0] else ''}{hours}h{rest:02}"}


def _is_airport(text: str) -> bool:
    code = len(text) == len("SFO") and text.isascii()
    return code and text.isalpha() and text.isupper()


AIRPORT: Final = Kind(
    "airport", "a three-letter code such as SFO", _is_airport, "^[A-Z]{3}$"
)

FLIGHTS: Final = Trade(
    name="flights",
    words=Words(
        offer="flight",
        offers="flights",
        units="seats",
        left="seats_left",
        search="search_flights",
        select="select_flight",
        closed="departed",
        closed_text="has departed",
        together="fly together",
    ),
    form=(
        Argument("from", AIRPORT, meaning="origin; default: the form's"),
        Argument("to", AIRPORT, meaning="destination; default: the form's"),
        Argument("date", DATE, meaning="departure date; default: the form's"),
    ),
    filters=(
        Filter(
            Argument("depart_after", TIME, meaning="earliest departure, inclusive"),
            options="depart_after",
            passes=lambda facts, clock: facts["depart"] >= clock,
            goal="departing at or after {}",
        ),
        Filter(
            Argument("depart_before", TIME, meaning="latest departure, inclusive"),
            options="depart_before",
            passes=lambda facts, clock: facts["depart"] <= clock,
            goal="departing at or before {}",
        ),
        Filter(
            Argument("max_stops", COUNT, meaning="most stops", most=99),
            options="max_stops",
            passes=lambda facts, most: facts["stops"] <= most,
            goal="with at most {} stops",
            scaled=lambda most: min(most / _STOPS, _CAP),
        ),
        Filter(
            Argument("airline", TEXT, meaning="name of the airline, in any case"),
            options="airlines",
            passes=lambda facts, name: facts["airline"].casefold() == name.casefold(),
            goal="with {}",
            fact="airline",
        ),
    ),
    facts=("depart", "arrive", "stops", "airline", "fare_class"),
    fact_types={
        "depart": (str, "local time of departure"),
        "arrive": (str, "local time of arrival, with +1 if it is the day after"),
        "stops": (int, "changes and technical stops"),
        "airline": (str, "name of the airline"),
        "fare_class": (str, "code of the fare"),
    },
    read_also=_read_also,
    catalog=_catalog,
    features=_features,
    feature_names=(
        ("depart", "time of departure, as a share of the day"),
        ("lasts", "duration, in days"),
        ("stops", "stops / 4"),
    ),
)


class FlightChoice(ChoiceModel):
    """How a segment of travellers weighs price, stops, airlines and time."""

    later: ClassVar[tuple[str, ...]] = (*ChoiceModel.later, "hour_penalty_milli")

    drawback_penalty_milli: SignedMilli = Field(500, alias="stop_penalty_milli")
    """Utility lost per stop, in thousandths."""
    hour_penalty_milli: Annotated[int, Field(ge=0, le=10_000)] = 0
    """Utility lost per hour from the first departure to the last arrival, in
    thousandths."""

    def penalty_milli(self, drawback: int, seller: str, travel_minutes: int) -> int:
        """Return the utility that a flight loses besides its fare, in thousandths.

        Args:
            drawback: its stops.
            seller: its airline.
            travel_minutes: from departure to arrival; what they cost is rounded half
                up.

        >>> choice = FlightChoice(
        ...     reference_minor=1, scale_minor=1, hour_penalty_milli=100
        ... )
        >>> choice.penalty_milli(1, "Aurora", 90), choice.penalty_milli(0, "Aurora", 1)
        (650, 2)
        """
        lost = super().penalty_milli(drawback, seller, travel_minutes)
        hours = 2 * travel_minutes * self.hour_penalty_milli + _MINUTES_AN_HOUR
        return lost + hours // (2 * _MINUTES_AN_HOUR)


class FlightSegment(Segment):
    """A kind of background traveller."""

    later: ClassVar[tuple[str, ...]] = (*Segment.later, "by_hour")

    buyers_per_group: BuyerCount | None = Field(None, alias="buyers_per_departure")
    """Expected arrivals per city pair and date over the whole booking curve."""
    markets: Bases | None = Field(None, alias="pairs")
    """City pairs that its travellers come for, ``SFO-MAD`` or ``SFO-*``."""
    choice: FlightChoice
    by_hour: IdealHours | None = None
    """When its travellers would like to depart; None: at any time of the day."""

    @model_validator(mode="after")
    def _weighs_hours(self) -> "FlightSegment":
        if self.by_hour is not None and self.choice.kind != "logit":
            msg = f"segment {self.name} has by_hour, and a {self.choice.kind} choice "
            raise ValueError(msg + "looks at prices alone")
        return self

    def ideal_hours(self) -> IdealHours | None:
        """Return when its travellers would like to depart; None: they do not mind."""
        return self.by_hour


class FlightMarket(MarketConfig):
    """A market of flights."""

    trade: ClassVar[Trade] = FLIGHTS
    flights: Annotated[
        tuple[Itinerary, ...], Field(min_length=1, max_length=5000, strict=False)
    ]
    demand: Annotated[
        tuple[FlightSegment, ...], Field(max_length=50, strict=False)
    ] = ()


class FlightScenario(Scenario):
    """A scenario in which travellers buy flights."""

    market: FlightMarket
    task: FlightTask
