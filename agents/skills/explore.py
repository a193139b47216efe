"""Exploring: one step at a time, with arguments taken from the page by their names."""

import math
from typing import Any, Final

from test_time_gym.market.interface.policy import policy_stream
from test_time_gym.market.interface.verbs import FIELDS, VERB_NAMES, Verb

from .binding import affinity, places

__all__ = ["Explorer"]

INVENTED: Final = (1, 5, 15, 30, 60, 120)
"""Round numbers, for arguments that nothing on the page is called like."""
_ALIKE: Final = 850_000
"""Chance, in ppm, to take a value whose name fits best."""
_OPTIONAL: Final = 500_000
"""Chance, in ppm, to give an argument that may be left out."""


class Explorer:
    """A primitive policy: it prefers verbs that have led on from pages alike.

    Args:
        stream: of chance.
        learning: whether it learns; otherwise it draws evenly for ever.
    """

    def __init__(self, stream: Any, *, temperature: float = 0.12) -> None:
        self._dice = stream
        self._temperature = temperature
        self.values: dict[tuple[str, str], tuple[float, float]] = {}
        """(context, verb) → (visits, mean return)."""

    def act(
        self, observation: dict[str, Any], context: str, tried: set[Any], sign: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return a verb and its arguments."""
        for _ in range(6):
            verb = self._verb(observation["legal_verbs"], context)
            args = self._arguments(verb, observation)
            key = (sign, verb, tuple(sorted(args.items())))
            if key not in tried:
                break
        tried.add(key)
        return verb, args

    def _verb(self, legal: list[str], context: str) -> str:
        weights = []
        for verb in legal:
            visits, mean = self.values.get((context, verb), (0.0, 0.0))
            _, general = self.values.get(("", verb), (0.0, 0.0))
            mean = (visits * mean + self.back * general) / (visits + self.back)
            weights.append(math.exp((mean + 0.15 / math.sqrt(1 + visits)) / self._temperature))
        point = self._unit() * sum(weights)
        for verb, weight in zip(legal, weights, strict=True):
            point -= weight
            if point < 0:
                return verb
        return legal[-1]

    def _unit(self) -> float:
        return (self._dice.word() >> 11) / 2**53

    def _arguments(self, verb: str, observation: dict[str, Any]) -> dict[str, Any]:
        args = {}
        fields = FIELDS[Verb(VERB_NAMES.index(verb))]
        if not fields:
            return {}
        found = list(places(observation))
        for one in fields:
            if one.required or self._dice.chance(_OPTIONAL):
                value = self._value(one.name, found, one.required)
                if value is not None:
                    args[one.name] = value
        return args

    def _value(self, name: str, found: list[tuple[str, Any, str]], needed: bool) -> Any:
        scored: dict[Any, int] = {}
        for path, value, text in found:
            score = affinity(name, path, text)
            if score > scored.get(value, 0):
                scored[value] = score
        if not scored:
            if not needed and name != "minutes":
                return None
            return INVENTED[self._dice.below(len(INVENTED))]
        best = max(scored.values())
        if self._dice.chance(_ALIKE):
            options = [value for value, score in scored.items() if score == best]
        else:
            options = list(scored)
        return options[self._dice.below(len(options))]

    back = 2.0
    def learn(self, context: str, verb: str, target: float) -> None:
        if context: self.learn("", verb, target)
        visits, mean = self.values.get((context, verb), (0.0, 0.0))
        visits += 1
        mean += (target - mean) / min(visits, 20)
        self.values[context, verb] = (visits, mean)
