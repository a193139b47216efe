"""Verbs: what agents can do, and with which arguments."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final

__all__ = ["means"]

_TEXT_MAX: Final = 200
_COUNT_MAX: Final = 525_600
_MONEY_MAX: Final = 10**18
_AIRPORT: Final = re.compile("[A-Z]{3}")
_DATE: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


def _text(value: object) -> bool:
    return type(value) is str and 1 <= len(value) <= _TEXT_MAX


def _airport(value: object) -> bool:
    return type(value) is str and _AIRPORT.fullmatch(value) is not None


def _day(value: object) -> bool:
    if type(value) is not str or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _time(value: object) -> bool:
    return type(value) is str and _TIME.fullmatch(value) is not None


def _count(value: object) -> bool:
    return type(value) is int and 0 <= value <= _COUNT_MAX


def _money(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MONEY_MAX


_ARGS: Final[dict[str, dict[str, Callable[[object], bool]]]] = {
    "abort": {"reason": _text},
    "add_to_cart": {"flight_id": _text},
    "answer_challenge": {"code": _text},
    "apply_coupon": {"code": _text},
    "cancel_order": {"flight_id": _text, "order_id": _text, "seats": _count},
    "choose_instalments": {"count": _count},
    "confirm_payment": {"idempotency_key": _text},
    "enter_card": {"card_token": _text},
    "filter_results": {
        "airline": _text,
        "depart_after": _time,
        "depart_before": _time,
        "max_price": _money,
        "max_stops": _count,
    },
    "proceed_to_payment": {},
    "remove_from_cart": {"flight_id": _text},
    "restart": {},
    "search_flights": {"date": _day, "from": _airport, "to": _airport},
    "select_flight": {"flight_id": _text},
    "send_message": {"text": _text, "to": _text},
    "wait": {"minutes": _count},
}
_NEEDED: Final = {
    "answer_challenge": ("code",),
    "apply_coupon": ("code",),
    "cancel_order": ("order_id",),
    "choose_instalments": ("count",),
    "enter_card": ("card_token",),
    "remove_from_cart": ("flight_id",),
    "select_flight": ("flight_id",),
    "send_message": ("text", "to"),
}


def means(verb: str, args: dict[str, Any]) -> bool:
    """Return whether these are a verb and arguments of it.

    >>> means("wait", {"minutes": 3}), means("wait", {"until": "noon"})
    (True, False)
    """
    shapes = _ARGS.get(verb)
    return (
        shapes is not None
        and all(name in shapes and shapes[name](value) for name, value in args.items())
        and all(name in args for name in _NEEDED.get(verb, ()))
    )
