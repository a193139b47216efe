"""Gymnasium spaces of the JSON door."""

import json
from typing import Any

from gymnasium import spaces
from gymnasium.spaces import Space

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.actions import PAYLOAD_MAX
from test_time_gym.market.interface.seller import SELLER_KEYS
from test_time_gym.market.interface.verbs import Verb

__all__ = ["JsonAction", "JsonObservation", "SellerObservation"]

_BEFORE = ("view", "goal", "now", "deadline", "minutes_left", "turns_left", "forms")
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
    "last_action_error",
    "legal_verbs",
)


class JsonAction(spaces.Dict):
    """``{"verb": 0…15, "payload": text}``; names and mappings are taken too."""

    def __init__(self, verbs: int = len(Verb)) -> None:
        """Describe the two keys; a role has so many verbs."""
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


class JsonObservation(Space[dict[str, Any]]):
    """What the JSON door shows: a dict with a fixed set of keys."""

    def __init__(self, trade: Trade) -> None:
        """Take the key that the trade gives its offers."""
        super().__init__(None, None)
        self.keys: tuple[str, ...] = (*_BEFORE, trade.words.offers, *_AFTER)

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
        """Return the name."""
        return "JsonObservation()"


class SellerObservation(JsonObservation):
    """What the JSON door shows a seller."""

    def __init__(self) -> None:
        """Take the keys of its view."""
        Space.__init__(self, None, None)
        self.keys: tuple[str, ...] = SELLER_KEYS
