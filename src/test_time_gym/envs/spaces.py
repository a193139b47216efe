"""Gymnasium spaces of the JSON door."""

import json
from typing import Any

from gymnasium import spaces
from gymnasium.spaces import Space

from test_time_gym.market.domain import Trade
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.actions import PAYLOAD_MAX
from test_time_gym.market.interface.seller import SELLER_KEYS
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.registration import vector_id

__all__ = ["JsonAction", "JsonObservation", "NotNumbers", "SellerObservation"]

_BEFORE = (
    *("view", "goal", "now", "deadline", "minutes_left", "turns_left"),
    *("currency", "forms"),
)
_AFTER = (
    "selected",
    "cart",
    "payment_state",
    "constraints",
    "team",
    "wallet",
    "orders",
    "messages",
    "last_action",
    "last_action_result",
    "last_action_error",
    "legal_verbs",
)


def _advice(trade: str) -> str:
    """Return what a trainer should take instead."""
    return (
        f"to train, make {vector_id(trade)}, or any environment with "
        'observation="vector"'
    )


class NotNumbers(Misuse, AttributeError, NotImplementedError):
    """Something that trains was given JSON; the message says what to make instead.

    An `AttributeError`, so that `hasattr` and `getattr` with a default tell the truth.
    """


class JsonAction(spaces.Dict):
    """``{"verb": 0…15, "payload": text}``; names and mappings are taken too."""

    def __init__(self, verbs: int = len(Verb), trade: str = "flights") -> None:
        """Describe the two keys; a role has so many verbs."""
        self._advice = _advice(trade)
        super().__init__(
            verb=spaces.Discrete(verbs),
            payload=spaces.Text(PAYLOAD_MAX, min_length=0),
        )

    def contains(self, x: Any) -> bool:
        """Return whether ``x`` has the shape of a structured action."""
        return isinstance(x, dict) and "verb" in x and set(x) <= {"verb", "payload"}

    def sample(self, mask: Any = None, probability: Any = None) -> dict[str, Any]:
        """Return a random verb with an empty payload."""
        del mask, probability
        return {"verb": int(self["verb"].sample()), "payload": ""}

    def __repr__(self) -> str:
        """Return the keys, and what to train with, as trainers print it."""
        return f"JsonAction(verb, payload: structured; {self._advice})"


class JsonObservation(Space[dict[str, Any]]):
    """What the JSON door shows: a dict with a fixed set of keys, text and lists.

    It is for agents that read.  Trainers need numbers: they take the vector ids, such
    as ``TestTimeGym/FlightBookingVector-v0``, and errors of this space say so.
    """

    def __init__(self, trade: Trade) -> None:
        """Take the key that the trade gives its offers."""
        super().__init__(None, None)
        self._advice = _advice(trade.name)
        self.keys: tuple[str, ...] = (*_BEFORE, trade.words.offers, *_AFTER)

    @property
    def shape(self) -> Any:
        """JSON has none.

        Raises:
            NotNumbers: always; it names the environment that has one.
        """
        raise NotNumbers(f"JSON observations have no shape: {self._advice}")

    @property
    def is_np_flattenable(self) -> bool:
        """Text and lists of any length cannot be flattened."""
        return False

    def contains(self, x: Any) -> bool:
        """Return whether ``x`` has the keys and is plain JSON."""
        if not isinstance(x, dict) or tuple(x) != self.keys:
            return False
        try:
            json.dumps(x, allow_nan=False)
        except (TypeError, ValueError):
            return False
        return True

    def sample(self, mask: Any = None, probability: Any = None) -> dict[str, Any]:
        """Return an empty page (observations cannot be sampled usefully)."""
        del mask, probability
        return dict.fromkeys(self.keys)

    def __eq__(self, other: object) -> bool:
        """All observations of one trade are of one space."""
        return isinstance(other, JsonObservation) and other.keys == self.keys

    def __hash__(self) -> int:
        """Equal spaces hash alike."""
        return hash(self.keys)

    def __repr__(self) -> str:
        """Return the name, and what to train with, as trainers print it."""
        return f"{type(self).__name__}(text and lists; {self._advice})"


class SellerObservation(JsonObservation):
    """What the JSON door shows a seller."""

    def __init__(self) -> None:
        """Take the keys of its view."""
        Space.__init__(self, None, None)
        self._advice = 'to train, make the environment with observation="vector"'
        self.keys: tuple[str, ...] = SELLER_KEYS
