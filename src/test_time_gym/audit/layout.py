"""The layout of data: fields and types of every kind of record."""

import re
from itertools import product
from typing import Any, Final

from .findings import Findings
from .lines import Line

__all__ = ["KINDS", "fits"]

_NONE: Final = type(None)
_Types = type | tuple[type, ...]

KINDS: Final[dict[str, dict[str, _Types]]] = {
    "act": {
        "args": dict,
        "reward": dict,
        "status": str,
        "ticket": int,
        "turn": int,
        "verb": str,
    },
    "market_opened": {"sold": list},
    "hold_placed": {"expires": int, "hold": str, "lines": list},
    "hold_released": {"hold": str},
    "hold_expired": {"hold": str},
    "seat_sold": {
        "arrival": int,
        "group": list,
        "look": int,
        "price": int,
        "product": str,
        "seats": int,
        "segment": str,
    },
    "postponed": {
        "arrival": int,
        "group": list,
        "look": int,
        "price": int,
        "product": str,
        "returns": int,
        "segment": str,
    },
    "background_cancelled": {
        "arrival": int,
        "group": list,
        "product": str,
        "refund": int,
        "seats": int,
        "segment": str,
    },
    "no_show": {
        "arrival": int,
        "group": list,
        "product": str,
        "refund": int,
        "seats": int,
        "segment": str,
    },
    "denied": {
        "arrival": int,
        "compensation": int,
        "group": list,
        "pool": int,
        "product": str,
        "segment": str,
        "shown": int,
    },
    "go_show": {"number": int, "price": int, "product": str},
    "repriced": {
        "authorised": list,
        "bids": list,
        "limits": list,
        "prices": list,
        "reasons": list,
        "seller": str,
        "trigger": str,
    },
    "coupon_applied": {"code": str},
    "payment_started": {
        "amount": int,
        "attempt": int,
        "card": str,
        "discounts": list,
        "fees": list,
        "hold": str,
        "items": int,
        "key": str,
        "payment": str,
        "plan": list,
    },
    "payment_challenged": {"expires": int, "payment": str},
    "challenge_passed": {"payment": str},
    "payment_declined": {"payment": str, "reason": str},
    "payment_authorized": {
        "amount": int,
        "authentication": str,
        "payment": str,
        "postings": list,
    },
    "payment_captured": {"amount": int, "payment": str, "postings": list},
    "payment_voided": {
        "amount": int,
        "payment": str,
        "postings": list,
        "reason": str,
        "state": str,
    },
    "payment_refunded": {"amount": int, "payment": str, "postings": list},
    "payment_closed": {"payment": str, "reason": str, "state": str},
    "ticket_issued": {"hold": str, "order": str, "payment": str, "total": int},
    "order_cancelled": {"order": str, "refund": int, "seats": list, "whole": bool},
    "instalment_failed": {
        "amount": int,
        "order": str,
        "part": int,
        "reason": str,
        "retry": (int, _NONE),
    },
    "order_defaulted": {"order": str, "refund": int, "seats": list},
    "message": {"sender": str, "text": str, "untrusted": bool},
    "reward": {"terms": dict},
    "outcome": {"outcome": str, "paid": (int, _NONE), "terms": dict},
    "digest": {"draws": list, "pending": int, "state": str},
    "end": {"count": int, "outcomes": dict, "state": str, "status": str},
}
"""Field → type, for every kind but the header."""

_OMITTED: Final[dict[str, dict[str, Any]]] = {
    "seat_sold": {"group": [], "look": 1, "seats": 1},
    "postponed": {"group": []},
    "background_cancelled": {"group": [], "seats": 1},
    "no_show": {"group": [], "seats": 1},
    "denied": {"group": []},
    "repriced": {
        "authorised": [],
        "bids": [],
        "limits": [],
        "reasons": [],
        "seller": "",
        "trigger": "",
    },
}
"""Kind → fields that are left out where they have these values."""

_ROWS: Final[dict[str, tuple[tuple[str, tuple[type, ...]], ...]]] = {
    "market_opened": (("sold", (str, int)),),
    "hold_placed": (("lines", (str, int, int)),),
    "repriced": tuple(
        (name, (int, int)) for name in ("authorised", "bids", "limits", "prices")
    ),
    "payment_started": (("discounts", (str, int)), ("fees", (str, int))),
    "payment_authorized": (("postings", (str, int)),),
    "payment_captured": (("postings", (str, int)),),
    "payment_voided": (("postings", (str, int)),),
    "payment_refunded": (("postings", (str, int)),),
    "order_cancelled": (("seats", (str, int)),),
    "order_defaulted": (("seats", (str, int)),),
    "digest": (("draws", (str, int)),),
}
"""What the rows of a list are made of."""

_VALUES: Final[dict[str, tuple[tuple[str, type], ...]]] = {
    "act": (("reward", int),),
    "seat_sold": (("group", str),),
    "postponed": (("group", str),),
    "background_cancelled": (("group", str),),
    "no_show": (("group", str),),
    "denied": (("group", str),),
    "reward": (("terms", int),),
    "outcome": (("terms", int),),
    "end": (("outcomes", str),),
    "payment_started": (("plan", int),),
    "repriced": (("reasons", str),),
}
"""What the values of a mapping or a plain list are."""


_DIGESTED: Final = ("digest", "end")
"""Kinds whose state is a digest."""
_HASH: Final = re.compile("[0-9a-f]{32}")


def _allowed(fields: dict[str, _Types]) -> set[tuple[type, ...]]:
    choices = (
        types if isinstance(types, tuple) else (types,) for types in fields.values()
    )
    return set(product(*choices))


_PLANS: Final = {
    kind: (tuple(fields), _allowed(fields), _ROWS.get(kind, ()), _VALUES.get(kind, ()))
    for kind, fields in KINDS.items()
}


def fits(record: Line, findings: Findings) -> bool:
    """Return whether a record's data are laid out as its kind asks."""
    data, omitted = record.data, _OMITTED.get(record.kind, {})
    names, allowed, lists, mappings = _PLANS[record.kind]
    told = True
    if omitted:
        told = all(data.get(name) != value for name, value in omitted.items())
        data = dict(sorted((omitted | data).items()))
    sound = tuple(data) == names and tuple(map(type, data.values())) in allowed
    if sound:
        if "state" in data and record.kind in _DIGESTED:
            sound = _HASH.fullmatch(data["state"]) is not None
        for name, shape in lists:
            sound = sound and _rows(data[name], shape)
        for name, of in mappings:
            sound = sound and _values(data[name], of)
    text = "the data of {} are not laid out as such"
    return findings.check(sound and told, "layout", record.n, text, record.kind)


def _rows(rows: list[Any], shape: tuple[type, ...]) -> bool:
    for row in rows:
        if type(row) is not list or tuple(map(type, row)) != shape:
            return False
    return True


def _values(values: Any, of: type) -> bool:
    for value in values.values() if type(values) is dict else values:
        if type(value) is not of:
            return False
    return True
