"""Arguments of verbs, and the places on a page that their names speak of."""

import re
from functools import lru_cache

from test_time_gym.market.domain import Argument

from .vocabulary import ARGUMENTS

__all__ = ["affinity", "fields_of"]


def fields_of(verb: str) -> tuple[Argument, ...]:
    """Return the arguments of a verb."""
    return ARGUMENTS[verb]


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
