"""Infos: what an environment tells of a step besides observation and reward.

Through the vector door they are numbers: arrays and scalars, with the same keys for
every agent of a role at every step.  Words are for people, and for the JSON door.
"""

from typing import Any, Final, Literal

from test_time_gym.market.interface.participant import OUTCOMES, Participant
from test_time_gym.market.interface.reward import SELLER_TERMS, TERMS

__all__ = ["OUTCOME_CODES", "InfoKind", "InfoWriter", "MaskPlace"]

InfoKind = Literal["numbers", "full"]
"""Numbers alone, or words as well."""
MaskPlace = Literal["obs", "info", "both"]
"""Where a vector environment puts the action mask."""

OUTCOME_CODES: Final[dict[str, int]] = {
    name: code for code, name in enumerate(("running", *OUTCOMES))
}
"""Outcome → its number in infos; ``running`` is 0: the agent's episode goes on."""

_KEYS: Final = {term: f"reward_{term}" for term in (*TERMS, *SELLER_TERMS)}


def _template(terms: tuple[str, ...]) -> dict[str, Any]:
    info: dict[str, Any] = {
        "accepted": True,
        "ready": False,
        "now": 0,
        "dt": 0,
        "outcome": 0,
    }
    return info | {_KEYS[term]: 0.0 for term in terms}


_BUYER: Final = _template(TERMS)
_SELLER: Final = _template(SELLER_TERMS)


class InfoWriter:
    """Writes the infos of agents, but for their masks.

    Args:
        buyers: how many there are; who comes after them is a seller.
        numbers: whether they are numbers, as through the vector door.
        words: whether there are words, as through the JSON door.
    """

    def __init__(self, buyers: int, *, numbers: bool, words: bool) -> None:
        """Choose what infos are made of."""
        self._buyers = buyers
        self._numbers = numbers
        self._words = words
        self.plain: bool = numbers and not words
        """Whether infos are numbers alone."""

    def __reduce__(self) -> tuple[Any, tuple[int, bool, bool]]:
        """Pickle what it was made of: a compiled class is made by its arguments."""
        return _written, (self._buyers, self._numbers, self._words)

    def info(
        self,
        seat: Participant,
        terms: dict[str, Any],
        now_ms: int,
        then_ms: int,
        unit: int = 1,
    ) -> dict[str, Any]:
        """Return an agent's info.

        Args:
            seat: whose.
            terms: of the reward that it is told of.
            now_ms: the clock.
            then_ms: when it acted last.
            unit: so many of the terms' units are a reward of 1; other than 1 only
                where infos are `plain`.
        """
        outcome = seat.outcome
        if not self._numbers:
            return {
                "accepted": seat.accepted,
                "ready": seat.ready,
                "reward_terms": terms,
                "outcome": outcome,
                "now": now_ms,
                "dt": now_ms - then_ms,
            }
        info = (_BUYER if seat.index < self._buyers else _SELLER).copy()
        info["accepted"] = seat.accepted
        info["ready"] = seat.ready
        info["now"] = now_ms
        info["dt"] = now_ms - then_ms
        for term, value in terms.items():
            info[_KEYS[term]] = value / unit
        if outcome is not None:
            info["outcome"] = OUTCOME_CODES[outcome]
        if self._words:
            info["reward_terms"], info["outcome"] = terms, outcome
        return info


def _written(buyers: int, numbers: bool, words: bool) -> InfoWriter:  # noqa: FBT001
    return InfoWriter(buyers, numbers=numbers, words=words)
