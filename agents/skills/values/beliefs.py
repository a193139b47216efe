"""Beliefs: how often values of a kind worked, by what is told of them."""

from collections.abc import Sequence
from math import log
from typing import Any, Final

from test_time_gym.agents.bandits.choice import Chance
from test_time_gym.agents.bandits.variates import beta
from test_time_gym.agents.skills.perception.candidates import CandidateValue

__all__ = ["Beliefs"]

_Tally = tuple[float, float]
"""Weight of what worked, and of what did not."""
_NOTHING: Final[_Tally] = (0.0, 0.0)
_NEW: Final = 0.25
"""Weight of a feature that was never seen, in looks."""
_EDGE: Final = 1e-3
"""Least chance that is told apart from none."""
_GONE: Final = 0.3
"""Weight below which a feature is forgotten."""
_ONCE: Final = 0.4
"""Weight of one success that has faded a little."""
_MOSTLY: Final = 0.5
"""Share of successes from which on values with a feature are taken."""
_ITSELF: Final = 10
"""Weight of a look at the value itself, beside one at what it has in common."""
_LEAST: Final = 0.12
"""Chance to work below which a value is not worth a step."""


class Beliefs:
    """A beta posterior for each feature of a value.

    Whether a value is worth a step is judged by the mean of its features, where one
    that was seen often weighs more than one that is new. Which of several values is
    taken, when one must be, is judged by the sum of their log odds, as by naive Bayes:
    a card may be known by its brand, by its name or by both, and a feature that tells
    nothing has the same posterior for all, and moves no choice.

    Args:
        dice: chance, for Thompson sampling (see `choice.thompson`).
        keep: factor on all evidence after each episode.
    """

    def __init__(self, dice: Chance, keep: float) -> None:
        """Believe nothing."""
        self._dice = dice
        self._keep = keep
        self._known: dict[str, dict[str, _Tally]] = {}

    def best(
        self, kind: str, found: Sequence[CandidateValue], *, sure: bool = False
    ) -> CandidateValue | None:
        """Return the candidate that is the likeliest to work, by Thompson sampling.

        Args:
            kind: what the values are for, as ``enter_card card_token``.
            found: the candidates.
            sure: return one however small its chance is.

        Returns:
            None, if there is none that is worth a step.
        """
        if not found:
            return None
        if len(found) == 1 and sure:
            return found[0]
        if sure:
            odds = [self._odds(kind, one) for one in found]
            return found[odds.index(max(odds))]
        drawn = [self._draw(kind, one) for one in found]
        top = max(drawn)
        return found[drawn.index(top)] if top >= _LEAST else None

    def share(self, kind: str, one: CandidateValue) -> float:
        """Return the mean chance of a candidate to work."""
        known = self._known.get(kind, {})
        total = weights = 0.0
        for feature in one.features:
            good, bad = known.get(feature, _NOTHING)
            weight = self._weight(feature, good + bad)
            total += weight * (1 + good) / (2 + good + bad)
            weights += weight
        return total / weights

    def seen(self, kind: str, one: CandidateValue) -> bool:
        """Return whether this very value has worked before."""
        good, _ = self._known.get(kind, {}).get(one.features[0], _NOTHING)
        return good >= _ONCE

    def new(self, kind: str, one: CandidateValue) -> bool:
        """Return whether this very value was never tried."""
        good, bad = self._known.get(kind, {}).get(one.features[0], _NOTHING)
        return good + bad < _ONCE

    def favourite(self, kind: str) -> str:
        """Return the feature of which values mostly worked; "" if there is none.

        Of a card that is the brand rather than its name, if both tell as much.
        """
        best, top = "", _MOSTLY
        for feature, (good, bad) in self._known.get(kind, {}).items():
            share = (1 + good) / (2 + good + bad)
            if "=" in feature and good >= _ONCE and share >= top:
                best, top = feature, share
        return best

    def note(self, kind: str, one: CandidateValue, worked: float) -> None:
        """Take in how well a value worked, from 0 to 1.

        Of values with no name but themselves, each says only once what others of its
        sort may do: that one code has ended is not told again by trying it again.
        """
        known = self._known.setdefault(kind, {})
        again = one.features[0].startswith("=") and not self.new(kind, one)
        for feature in one.features[: 1 if again else None]:
            good, bad = known.get(feature, _NOTHING)
            known[feature] = good + worked, bad + 1 - worked

    def expect(self, kind: str, feature: str, good: float, bad: float) -> None:
        """Tell beforehand how often values with a feature work."""
        self._known.setdefault(kind, {})[feature] = good, bad

    def pass_episode(self) -> None:
        """Let all evidence fade; of values that never come again none is kept."""
        keep = self._keep
        for kind, known in self._known.items():
            self._known[kind] = {
                feature: (good * keep, bad * keep)
                for feature, (good, bad) in known.items()
                if good + bad > _GONE
            }

    def _draw(self, kind: str, one: CandidateValue) -> float:
        known = self._known.get(kind, {})
        total = weights = 0.0
        for feature in one.features:
            good, bad = known.get(feature, _NOTHING)
            weight = self._weight(feature, good + bad)
            total += weight * beta(self._dice, 1 + good, 1 + bad)
            weights += weight
        return total / weights

    def _odds(self, kind: str, one: CandidateValue) -> float:
        """Return the sum of the drawn log odds of the features of a value."""
        known, odds = self._known.get(kind, {}), 0.0
        for feature in one.features:
            good, bad = known.get(feature, _NOTHING)
            looks = good + bad + _NEW
            share = beta(self._dice, 1 + good, 1 + bad)
            kept = min(max(share, _EDGE), 1 - _EDGE)
            odds += log(kept / (1 - kept)) * looks / (looks + 1)
        return odds

    @staticmethod
    def _weight(feature: str, looks: float) -> float:
        """Return how much a feature counts: the value itself counts most."""
        return _NEW + looks * (_ITSELF if feature.startswith("=") else 1)

    def dump(self) -> dict[str, Any]:
        """Return all tallies, as plain data."""
        return {kind: dict(known) for kind, known in self._known.items()}

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._known = {
            kind: {feature: (good, bad) for feature, (good, bad) in known.items()}
            for kind, known in data.items()
        }
