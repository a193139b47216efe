"""D11, played: who shows up is drawn for each booking, and beyond the seats denied."""

from functools import cache, partial

from test_time_gym.market.journal import JournalWriter
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.pricing import overbooking
from test_time_gym.market.world import World
from test_time_gym.scenarios.flights.domain import FlightMarket

from ..departures import UNIT_MINOR, DepartureClass, departures
from ..simulation import Claim, Samples, Simulation

__all__ = ["CASES", "oversold", "play_oversold"]

_SEATS, _SHOW_PPM, _FARE, _DENIED = 100, 900_000, 100, 300
_DAYS = 20
"""Departures of a replication."""
_LEVEL = 130
"""Authorised where denials are measured: at the best level there are few."""


@cache
def oversold(level: int | None) -> World:
    """Return departures for which more buyers come than are accepted.

    Args:
        level: bookings that are accepted; None: as the policy finds.
    """
    everybody = {"kind": "rounded_normal", "mean_milli": 135_000, "sd_milli": 0}
    world = departures(
        [DepartureClass(_FARE, count=everybody)],
        seats=_SEATS,
        curves=[[[0, 0], [10, 1_000_000]]],
        days=_DAYS,
    )
    data = world.config.model_dump(mode="json", by_alias=True)
    data["denied_minor"] = _DENIED * UNIT_MINOR
    data["demand"][0]["no_show_ppm"] = 1_000_000 - _SHOW_PPM
    for flight in data["flights"]:
        # Fares are paid by those who show up: the others get all of it back.
        flight["fares"][0]["refundable"] = True
        if level is not None:
            flight["legs"][0]["authorised"] = level
    if level is None:
        data["pricing"] = {
            "kind": "overbook",
            "policy": "fixed",
            "show_ppm": _SHOW_PPM,
            "denied_minor": _DENIED * UNIT_MINOR,
            # Nothing changes the level: it is set as the market opens.
            "reprice_every_s": 31_536_000,
        }
    return World.of(FlightMarket.model_validate(data))


def play_oversold(seed: int, *, level: int | None) -> Samples:
    """Play departures; return their figures of one.

    Args:
        seed: of the run.
        level: as of `oversold`.
    """
    market = Marketplace(oversold(level), seed, [], JournalWriter(None))
    market.open()
    market.clock.advance(market.catalog.last_closing_ms)
    boardings = market.afterwards.boardings if market.afterwards else []
    return {
        "profit": sum(market.background_minor) / UNIT_MINOR / _DAYS,
        "bookings": sum(market.background_sold) / _DAYS,
        "shows": sum(one.shown for one in boardings) / _DAYS,
        "denied": sum(one.denied for one in boardings) / _DAYS,
    }


_BEST = overbooking(_SEATS, _SHOW_PPM, _FARE, _DENIED)
_MORE = 0.9 * (_BEST.level + 1)

CASES = [
    Simulation(
        "D11/market",
        "100 seats, 0.9 show up, overbooked by the policy, in the market",
        [
            Claim("bookings", _BEST.level, "a booking more", _BEST.level + 1, 0.01),
            Claim("shows", 0.9 * _BEST.level, "a booking more", _MORE, 0.01),
            Claim(
                "profit",
                _BEST.profit,
                "the deterministic level",
                _BEST.profit_at(_BEST.deterministic),
                0.01,
            ),
        ],
        partial(play_oversold, level=None),
        75,
    ),
    # At the best level few are denied.
    Simulation(
        "D11/market-130",
        "100 seats, 0.9 show up, 130 accepted, in the market",
        [
            Claim(
                "denied",
                _BEST.denied_at(_LEVEL),
                "a booking more",
                _BEST.denied_at(_LEVEL + 1),
                0.01,
            ),
        ],
        partial(play_oversold, level=_LEVEL),
        35,
    ),
]
