"""Random play among what is legal: a floor for every comparison."""

from typing import Any

from test_time_gym.market.interface.policy import policy_stream

from .page import offer_named, offers_of, whole_field

__all__ = ["RandomLegal"]

_MINUTES = (0, 1, 10, 60)


class RandomLegal:
    """Draws a legal verb evenly, then an argument evenly.

    Args:
        seed: of its own stream; the same seed and observations, the same play.
    """

    def __init__(self, seed: int = 0) -> None:
        """Open the stream."""
        self._dice = policy_stream(seed)
        self._whole: str | None = None
        """A field of offers that can be filtered by a largest number."""

    def act(self, observation: dict[str, Any]) -> dict[str, Any]:
        """Return a legal action; never `abort`, which would end the play."""
        verbs = [v for v in observation["legal_verbs"] if v != "abort"]
        verb = verbs[self._dice.below(len(verbs))]
        self._whole = whole_field(observation) or self._whole
        key = "select" if verb.startswith("select_") else verb
        options = _options(observation, self._whole).get(key, [{}])
        payload: Any = options[self._dice.below(len(options))]
        return {"verb": verb, "payload": payload}


def _options(observation: dict[str, Any], whole: str | None) -> dict[str, list[Any]]:
    shown = [offer["id"] for offer in offers_of(observation)]
    in_cart = [offer_named(item) for item in observation["cart"]["items"]]
    codes = [
        message["text"][-6:]
        for message in observation["messages"]
        if message["from"] == "Bank" and message["text"][-6:].isdigit()
    ]
    budget = observation["constraints"]["budget"]
    fewest = {f"max_{whole}": 1} if whole else {}
    return {
        "filter_results": [{"max_price": budget}, fewest, {}],
        "select": shown or [{}],
        "add_to_cart": [{}]
        if observation["selected"] not in {None, *in_cart}
        else [name for name in shown if name not in in_cart] or [{}],
        "remove_from_cart": in_cart or [{}],
        "enter_card": [{"card_token": c["token"]} for c in observation["wallet"]],
        "answer_challenge": [{"code": code} for code in codes[-1:]]
        or [{"code": "000000"}],
        "apply_coupon": [{"code": "GUESS"}],
        "choose_instalments": [{"count": 1}],
        "cancel_order": [
            {"order_id": order["order_id"]}
            for order in observation["orders"]
            if order["status"] == "ticketed"
        ]
        or [{}],
        "wait": [{"minutes": minutes} for minutes in _MINUTES],
        "send_message": [{"to": mate, "text": "hello"} for mate in observation["team"]]
        or [{}],
    }
