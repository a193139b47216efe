"""Arguments of verbs, and the places on a page that their names speak of."""

import re
from functools import cache, lru_cache

from test_time_gym.market.domain import Argument

from .vocabulary import every_verb

__all__ = ["VALUES", "affinity", "fields_of", "is_learned", "verb_names"]

VALUES = ("card", "code", "item", "order", "parts")
"""What arguments are about whose values are chosen by what worked."""


@cache
def _verbs() -> dict[str, tuple[Argument, ...]]:
    return every_verb()


def verb_names() -> tuple[str, ...]:
    """Return the verbs of all trades."""
    return tuple(_verbs())


def fields_of(verb: str) -> tuple[Argument, ...]:
    """Return the arguments of a verb; of one that trades share, those of all trades."""
    return _verbs()[verb]


@lru_cache(maxsize=1024)
def is_learned(verb: str, argument: str) -> bool:
    """Return whether an argument's values are chosen by what worked.

    >>> is_learned("enter_card", "card_token"), is_learned("filter_results", "airline")
    (True, False)
    """
    found = [one for one in fields_of(verb) if one.name == argument]
    return any(one.about in (*VALUES, "offer", "minutes") for one in found)


@lru_cache(maxsize=65536)
def affinity(argument: str, path: str, text: str = "") -> int:
    """Return how much an argument's name and a place have in common, in words.

    Args:
        argument: its name.
        path: of the place.
        text: of which the value is a word; it may speak of the argument.

    >>> affinity("flight_id", "flights[least price].id")
    2
    >>> affinity("card_token", "wallet[0].token")
    1
    """
    asked = _tokens(argument)
    return len(asked & _tokens(path)) + len(asked.intersection(text.split()))


@lru_cache(maxsize=65536)
def _tokens(text: str) -> frozenset[str]:
    plain = re.sub(r"\[[^\]]*\]|~.*", "", text)
    return frozenset(word.rstrip("s") for word in re.split(r"[._]", plain) if word)
