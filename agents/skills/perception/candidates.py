"""Candidates: the values on a page that an argument can have, by what it is about."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, NamedTuple

from .constraints import name_of
from .vocabulary import Vocabulary

__all__ = ["CandidateValue", "best_offer", "candidates", "feature_of", "known_place"]

_CODE: Final = re.compile(r"\b(?=[A-Z0-9_-]*[A-Z0-9])[A-Z0-9][A-Z0-9_-]{3,}\b")
"""A word of four characters and more without a small letter."""
_PICKED: Final = re.compile(r"wallet\[(\w+=[^\]]+)\]\.token")
_DIGIT: Final = re.compile(r"[0-9]")
_LETTER: Final = re.compile(r"[A-Z]+")


class CandidateValue(NamedTuple):
    """A value, and what is told of it that may hold on other pages, too."""

    value: Any
    features: tuple[str, ...]


def candidates(about: str, observation: dict[str, Any]) -> list[CandidateValue]:
    """Return the values on a page of one sort, the likeliest first.

    Args:
        about: what the argument is about, as the verb table says it; see `Argument`.
        observation: the page, with the usual names of its fields.

    >>> page = {"wallet": [{"token": "card_a", "brand": "visa"}]}
    >>> candidates("card", page)
    [CandidateValue(value='card_a', features=('token=card_a', 'brand=visa'))]
    """
    found = _FINDERS.get(about)
    return found(observation) if found else []


def _cards(observation: dict[str, Any]) -> list[CandidateValue]:
    return [
        CandidateValue(name_of(row), tuple([f"{key}={row[key]}" for key in row]))
        for row in observation["wallet"]
    ]


def _codes(observation: dict[str, Any]) -> list[CandidateValue]:
    """Return the words of messages that look like codes, the newest first."""
    found: dict[str, CandidateValue] = {}
    for message in reversed(observation["messages"]):
        if message["untrusted"]:
            continue
        for word in _words(message["text"]):
            if word not in found:
                told = f"={word}", f"from {message['from']}", f"like {_shape(word)}"
                found[word] = CandidateValue(word, told)
    return list(found.values())


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_CODE.findall(text))


@lru_cache(maxsize=4096)
def _shape(word: str) -> str:
    """Return what a word looks like: digits as 0, runs of letters as A.

    >>> _shape("SKY20"), _shape("482913")
    ('A00', '000000')
    """
    return _DIGIT.sub("0", _LETTER.sub("A", word))


def _parts(observation: dict[str, Any]) -> list[CandidateValue]:
    counts = sorted(observation["payment_state"]["instalments_on_offer"], reverse=True)
    ranks = ["most", *[""] * (len(counts) - 2), *["fewest"] * (len(counts) > 1)]
    return [
        CandidateValue(count, (f"={count}", f"rank={rank}"))
        for count, rank in zip(counts, ranks[: len(counts)], strict=True)
    ]


def _items(observation: dict[str, Any]) -> list[CandidateValue]:
    return [
        CandidateValue(name_of(one), ("item",)) for one in observation["cart"]["items"]
    ]


def _orders(observation: dict[str, Any]) -> list[CandidateValue]:
    return [
        CandidateValue(one["order_id"], (f"status={one['status']}",))
        for one in observation["orders"]
    ]


_FINDERS: Final[dict[str, Callable[[dict[str, Any]], list[CandidateValue]]]] = {
    "card": _cards,
    "code": _codes,
    "parts": _parts,
    "item": _items,
    "order": _orders,
}


def best_offer(words: Vocabulary) -> str:
    """Return where the name of the cheapest offer that fits the task stands.

    >>> from test_time_gym.agents.skills.perception.vocabulary import vocabulary_of
    >>> best_offer(vocabulary_of({"flights": []}))
    'flights[fitting least price].id'
    """
    return f"{words.offers}[fitting least price].{words.offer_fields[0]}"


def known_place(about: str, feature: str) -> tuple[str, str | int | None]:
    """Return where values with a feature stand, as a path, or the value that it is.

    A feature that tells neither, as "" does, is told as ``("", None)``.

    >>> known_place("card", "brand=visa"), known_place("code", "=SKY20")
    (('wallet[brand=visa].token', None), ('', 'SKY20'))
    """
    name, _, value = feature.partition("=")
    if about == "card" and value:
        return f"wallet[{feature}].token", None
    if name or not value:
        return "", None
    return "", int(value) if about == "parts" else value


def feature_of(about: str, path: str, value: str | int | None) -> str:
    """Return the feature that a path, or a value, tells; "" if it tells none.

    >>> feature_of("card", "wallet[brand=visa].token", None)
    'brand=visa'
    >>> feature_of("code", "", "SKY20")
    '=SKY20'
    """
    if about == "card":
        found = _PICKED.fullmatch(path)
        return found[1] if found else "" if value is None else f"token={value}"
    return "" if path or value is None or about not in _FINDERS else f"={value}"
