"""Parts of drawn worlds that are more than one number: flights, cards, coupons."""

from typing import Any, Final, TypeVar

from test_time_gym.market.streams import Stream

__all__ = [
    "CARDS",
    "COUPONS",
    "DAY",
    "EVEN_LATENCY",
    "ONE_FLIGHT",
    "OPENS",
    "TODAY",
    "TRIPS",
    "Data",
    "cards",
    "coupons",
    "fees",
    "flights",
    "latency",
    "pick",
    "trips",
    "wallets",
]

OPENS: Final = "2026-06-01T09:00"
TODAY: Final = "2026-06-01"
DAY: Final = "2026-06-02"

Data = dict[str, Any]

TRIPS: Final[tuple[Data, ...]] = (
    {"from": "SFO", "to": "MAD", "date": DAY},
    {"from": "SFO", "to": "MAD", "date": DAY},
    {"from": "SFO", "to": "MAD", "date": TODAY},
    {"from": "SFO", "to": "EWR", "date": DAY},
    {"from": "EWR", "to": "MAD", "date": DAY},
)

_SEATS: Final = (9, 0, 1, 2, 3, 5, 7)
_LIMITS: Final = (None, None, 0, 1, 2, 4)


_T = TypeVar("_T")


def pick(dice: Stream, *values: _T) -> _T:
    """Return one of some values, each as likely as the others."""
    return values[dice.below(len(values))]


def _leg(flight: str, pair: str, hours: str, seats: int, day: str = DAY) -> Data:
    origin, to = pair.split("-")
    depart, arrive = hours.split("-")
    return {
        "flight": flight,
        "from": origin,
        "to": to,
        "depart": f"{day}T{depart}",
        "arrive": f"{day}T{arrive}",
        "seats": seats,
    }


def _flight(name: str, *legs: Data, fares: list[Data], airline: str = "Aurora") -> Data:
    return {"id": name, "airline": airline, "legs": list(legs), "fares": fares}


ONE_FLIGHT: Final = [
    _flight(
        "DIRECT",
        _leg("AA3", "SFO-MAD", "10:00-18:00", 4),
        fares=[{"code": "Y", "fare_minor": 100_00}],
    )
]


def _fares(dice: Stream) -> list[Data]:
    """Draw one to three nested classes, from the dearest to the cheapest."""
    top = pick(dice, 200_00, 200_00, 200_00, 3, 10**9)
    classes = [
        {
            "code": code,
            "fare_minor": max(1, top * share // 100),
            "booking_limit": pick(dice, *_LIMITS),
            "refundable": dice.chance(600_000),
            "cancel_fee_minor": pick(dice, 0, 30_00, 900_00),
        }
        for code, share in (("Y", 100), ("M", 70), ("Q", 45))
    ]
    return classes[: 1 + dice.below(3)]


def flights(dice: Stream) -> list[Data]:
    """Draw itineraries that share legs, nest their classes, and leave early."""
    first = _leg("AA1", "SFO-EWR", "10:00-14:00", pick(dice, *_SEATS))
    onward = _leg("AA2", "EWR-MAD", "15:00-23:00", pick(dice, *_SEATS))
    direct = _leg("AA3", "SFO-MAD", "10:00-18:00", pick(dice, *_SEATS))
    soon = pick(dice, "09:01-17:00", "09:03-17:00", "09:20-17:00", "10:40-19:00")
    early = _leg("AA4", "SFO-MAD", soon, pick(dice, *_SEATS), TODAY)
    everything = [
        _flight("DIRECT", direct, fares=_fares(dice), airline="Borealis"),
        _flight("VIA", first, onward, fares=_fares(dice)),
        _flight("SHORT", first, fares=_fares(dice)),
        _flight("ONWARD", onward, fares=_fares(dice)),
        _flight("EARLY", early, fares=_fares(dice)),
    ]
    kept = [flight for flight in everything if dice.chance(700_000)]
    return kept or everything[:1]


EVEN_LATENCY: Final = {"kind": "deterministic", "typical_ms": 1000}


def latency(dice: Stream) -> Data:
    """Draw a law of the gateway's service times."""
    return pick(
        dice,
        EVEN_LATENCY,
        {"kind": "deterministic", "typical_ms": 1},
        {"kind": "exponential", "typical_ms": 4_000},
        {"kind": "erlang", "typical_ms": 3_000, "shape": 3},
        {"kind": "lognormal", "typical_ms": 2_000, "sigma_ppm": 1_500_000},
        {"kind": "lognormal", "typical_ms": 7_000, "sigma_ppm": 500_000},
    )


CARDS: Final[tuple[Data, ...]] = (
    {"token": "tok_fickle", "challenge_ppm": 500_000, "soft_decline_ppm": 300_000},
    {"token": "tok_silent", "reply_lost_ppm": 500_000, "challenge_ppm": 500_000},
    {"token": "tok_mute", "challenge_ppm": 1_000_000, "code_lost_ppm": 500_000},
    {"token": "tok_small", "brand": "amex", "limit_minor": 100_00},
    {"token": "tok_known", "challenge_ppm": 1_000_000, "frictionless_ppm": 600_000},
    {"token": "tok_thin", "brand": "amex", "soft_decline_ppm": 250_000},
)

_TOKENS: Final = (
    "tok_ok",
    "tok_ok",
    "tok_ok",
    "tok_3ds",
    "tok_3ds",
    "tok_decline_soft",
    "tok_decline_hard",
    "tok_insufficient_funds",
    "tok_timeout",
    *(card["token"] for card in CARDS),
)


def cards(dice: Stream) -> list[Data]:
    """Draw how often the cards that are not test cards misbehave."""
    return [
        {
            key: pick(dice, value, value // 2) if key.endswith("_ppm") else value
            for key, value in card.items()
        }
        for card in CARDS
    ]


def wallets(dice: Stream) -> list[list[str]]:
    """Draw one or two wallets of one to three cards."""
    drawn = []
    for _ in range(1 + dice.below(2)):
        tokens = [pick(dice, *_TOKENS) for _ in range(1 + dice.below(3))]
        drawn.append(list(dict.fromkeys(tokens)))
    return drawn


COUPONS: Final[tuple[Data, ...]] = (
    {"code": "FORTY", "amount_minor": 40_00, "minimum_minor": 150_00, "ends_s": 1800},
    {"code": "PAIR", "percent_ppm": 150_000, "minimum_minor": 195_00},
    {"code": "TENTH", "percent_ppm": 100_000},
    {"code": "SOON", "percent_ppm": 250_000, "ends_s": 20},
    {"code": "SECRET", "amount_minor": 10**9, "advertised": False},
    {"code": "LAYER", "percent_ppm": 70_000, "stackable": True},
    {"code": "TOPUP", "amount_minor": 5_00, "stackable": True},
    {"code": "HALF", "percent_ppm": 500_000, "stackable": True, "ends_s": 2400},
)


def coupons(dice: Stream) -> list[Data]:
    """Draw which coupons there are."""
    return [coupon for coupon in COUPONS if dice.chance(700_000)]


_FEES: Final[tuple[Data, ...]] = (
    {"name": "service", "amount_minor": 3_00, "arises": "cart"},
    {"name": "booking", "percent_ppm": 25_000, "arises": "checkout"},
    {"name": "card", "amount_minor": 1_50, "arises": "card"},
    {"name": "amex", "percent_ppm": 30_000, "arises": "card", "brands": ["amex"]},
)


def fees(dice: Stream) -> list[Data]:
    """Draw which fees the shop adds."""
    return [fee for fee in _FEES if dice.chance(400_000)]


def trips(dice: Stream) -> list[Data]:
    """Draw one to three journeys that tasks may ask for."""
    return [pick(dice, *TRIPS) for _ in range(1 + dice.below(3))]
