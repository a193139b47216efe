"""Verbs: what agents can do, and with which arguments."""

from typing import Any, Final

__all__ = ["means"]

_ARGS: Final[dict[str, dict[str, type]]] = {
    "abort": {"reason": str},
    "add_to_cart": {"flight_id": str},
    "answer_challenge": {"code": str},
    "apply_coupon": {"code": str},
    "cancel_order": {"flight_id": str, "order_id": str, "seats": int},
    "choose_instalments": {"count": int},
    "confirm_payment": {"idempotency_key": str},
    "enter_card": {"card_token": str},
    "filter_results": {
        "airline": str,
        "depart_after": str,
        "depart_before": str,
        "max_price": int,
        "max_stops": int,
    },
    "proceed_to_payment": {},
    "remove_from_cart": {"flight_id": str},
    "restart": {},
    "search_flights": {"date": str, "from": str, "to": str},
    "select_flight": {"flight_id": str},
    "send_message": {"text": str, "to": str},
    "wait": {"minutes": int},
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
    types = _ARGS.get(verb)
    return (
        types is not None
        and all(type(value) is types.get(name) for name, value in args.items())
        and all(name in args for name in _NEEDED.get(verb, ()))
    )
