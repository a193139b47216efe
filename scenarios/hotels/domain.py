"""The trade of hotels: its words, its search form, its filters and its settings."""

from typing import Annotated, ClassVar, Final

from pydantic import Field

from test_time_gym.market.bases import Bases
from test_time_gym.market.catalog import Catalog, Product
from test_time_gym.market.choice import ChoiceModel
from test_time_gym.market.config import SignedMilli
from test_time_gym.market.demand import BuyerCount, Segment
from test_time_gym.market.domain import (
    COUNT,
    DATE,
    TEXT,
    Argument,
    Filter,
    Trade,
    Words,
)
from test_time_gym.market.world import MarketConfig
from test_time_gym.scenarios.schema import Scenario

from .hotel import Hotel, Stays, list_stays
from .stay import HotelTask

__all__ = ["HOTELS", "HotelMarket", "HotelScenario"]

_FAR_M: Final = 10_000


def _catalog(market: "HotelMarket") -> Catalog:
    return list_stays(market.hotels, market.stays, market.opens)


def _features(product: Product) -> tuple[float, float, float]:
    """Return the stars, the distance from the centre, and whether breakfast is in."""
    facts = product.facts
    away = min(facts["distance_m"] / _FAR_M, 10.0)
    return facts["stars"] / 5, away, float(facts["breakfast"])


HOTELS: Final = Trade(
    name="hotels",
    words=Words(
        offer="room",
        offers="hotels",
        units="rooms",
        left="rooms_left",
        search="search_hotels",
        select="select_room",
        closed="past_check_in",
        closed_text="is past its check-in",
        together="stay together",
        listed="stays",
        stock="room nights",
    ),
    form=(
        Argument("city", TEXT, meaning="where; default: the form's"),
        Argument("check_in", DATE, meaning="day of arrival; default: the form's"),
        Argument("check_out", DATE, meaning="day of departure; default: the form's"),
    ),
    filters=(
        Filter(
            Argument("min_stars", COUNT, meaning="fewest stars", most=5),
            options="min_stars",
            passes=lambda facts, least: facts["stars"] >= least,
            goal="with at least {} stars",
        ),
        Filter(
            Argument(
                "max_distance_m", COUNT, meaning="metres from the centre", most=10**5
            ),
            options="max_distance_m",
            passes=lambda facts, most: facts["distance_m"] <= most,
            goal="at most {} m from the centre",
            scaled=lambda most: min(most / _FAR_M, 10.0),
        ),
        Filter(
            Argument("hotel", TEXT, meaning="name of the hotel, in any case"),
            options="hotels",
            passes=lambda facts, name: facts["hotel"].casefold() == name.casefold(),
            goal="at {}",
            fact="hotel",
        ),
    ),
    facts=("hotel", "room", "distance_m", "stars", "breakfast", "rate"),
    fact_types={
        "hotel": (str, "name of the hotel"),
        "room": (str, "code of the room type"),
        "distance_m": (int, "metres from the centre"),
        "stars": (int, "of the hotel"),
        "breakfast": (bool, "whether breakfast is included"),
        "rate": (str, "code of the rate"),
    },
    catalog=_catalog,
    features=_features,
    feature_names=(
        ("stars", "stars / 5"),
        ("distance", "distance from the centre, in units of 10 km"),
        ("breakfast", "breakfast is included"),
    ),
)


class HotelChoice(ChoiceModel):
    """How a segment of guests weighs price and distance."""

    drawback_penalty_milli: SignedMilli = Field(500, alias="distance_penalty_milli")
    """Utility lost per kilometre from the centre, in thousandths."""


class HotelSegment(Segment):
    """A kind of background guest."""

    buyers_per_group: BuyerCount | None = Field(None, alias="guests_per_stay")
    """Expected arrivals per city and stay over the whole booking curve."""
    markets: Bases | None = Field(None, alias="cities")
    """Cities that its guests come for, ``Lisbon`` or ``L*``."""
    choice: HotelChoice


class HotelMarket(MarketConfig):
    """A market of hotels."""

    trade: ClassVar[Trade] = HOTELS
    hotels: Annotated[
        tuple[Hotel, ...], Field(min_length=1, max_length=500, strict=False)
    ]
    stays: Stays
    demand: Annotated[tuple[HotelSegment, ...], Field(max_length=50, strict=False)] = ()


class HotelScenario(Scenario):
    """A scenario in which guests book rooms."""

    market: HotelMarket
    task: HotelTask
