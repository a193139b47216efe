"""Actions of sellers: their two verbs, and the steps of the vector door."""

import json
from collections.abc import Mapping
from typing import Any, Final

from ..domain import TEXT_MAX
from ..errors import Misuse, shown
from ..integers import as_integer
from .actions import PAYLOAD_MAX, Action, Malformed, SetPrices, money_of
from .verbs import WAIT_MAX, Verb

__all__ = ["SET_PRICES", "STEPS_PPM", "VERBS", "WAIT", "decode_seller_action"]

SET_PRICES: Final = "set_prices"
WAIT: Final = "wait"
VERBS: Final = (SET_PRICES, WAIT)
"""Name of each verb, by its number."""

STEPS_PPM: Final = (-100_000, -50_000, 0, 50_000, 100_000)
"""By what each action of the vector door moves all prices."""


def decode_seller_action(
    action: object, exponent: int
) -> Action | SetPrices | Malformed:
    """Decode a structured action of a seller.

    Args:
        action: ``{"verb": "set_prices", "payload": {product id: price}}``, or
            ``{"verb": "wait", "payload": {"minutes": …}}``; a verb may be its number
            and a payload JSON text.
        exponent: decimal digits of the currency.

    Returns:
        The action with prices in minor units, or what was wrong with it.

    Raises:
        Misuse: the action is None, which is for agents that are done.
    """
    if action is None:
        msg = "None is only for agents that are done"
        raise Misuse(msg)
    try:
        return _decode(action, exponent)
    except Exception:  # noqa: BLE001 - an object may raise anything when it is touched
        return Malformed("something in the action fails when it is read")


def _decode(action: object, exponent: int) -> Action | SetPrices | Malformed:
    if not isinstance(action, Mapping) or any(
        key not in ("verb", "payload") for key in action
    ):
        return Malformed('an action is {"verb": number or name, "payload": ...}')
    verb = action.get("verb")
    number = VERBS.index(verb) if verb in VERBS else as_integer(verb)
    if number is None or not 0 <= number < len(VERBS):
        return Malformed(f"a seller's verb is set_prices or wait, not {shown(verb)}")
    payload = action.get("payload")
    if isinstance(payload, str):
        if len(payload) > PAYLOAD_MAX:
            return Malformed(f"payload is longer than {PAYLOAD_MAX} characters")
        try:
            payload = json.loads(payload) if payload.strip() else None
        except (ValueError, RecursionError):
            return Malformed("payload is not valid JSON")
    if VERBS[number] == WAIT:
        return _wait(payload)
    return _prices(payload, exponent)


def _wait(payload: Any) -> Action | Malformed:
    given = payload if isinstance(payload, Mapping) else {"minutes": payload}
    if any(key != "minutes" for key in given):
        return Malformed("wait takes minutes, and nothing else")
    if given.get("minutes") is None:
        return Action(Verb.WAIT, {})
    minutes = as_integer(given["minutes"])
    if minutes is None or not 0 <= minutes <= WAIT_MAX:
        return Malformed(f"minutes is a whole number from 0 to {WAIT_MAX}")
    return Action(Verb.WAIT, {"minutes": minutes})


def _prices(payload: Any, exponent: int) -> SetPrices | Malformed:
    if not isinstance(payload, Mapping) or not payload:
        return Malformed("the payload of set_prices is {product id: price, ...}")
    prices = {}
    for name, value in payload.items():
        if not isinstance(name, str) or not 1 <= len(name) <= TEXT_MAX:
            return Malformed(
                f"set_prices names products by their id, not {shown(name)}"
            )
        price = money_of(value, exponent)
        if price is None:
            told = f"the price of {shown(name)} is a sum of money"
            return Malformed(f"{told}, not {shown(value)}")
        try:
            name.encode()
        except UnicodeEncodeError:
            return Malformed("set_prices names a product by what is no text")
        prices[str.__str__(name)] = price
    return SetPrices(dict(sorted(prices.items())))
