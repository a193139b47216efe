"""The site model: where each verb led from each scene, and what that is worth."""

from typing import Any, Final

__all__ = ["FAILURE", "SUCCESS", "VIOLATION", "SiteModel"]

SUCCESS: Final = "=success"
FAILURE: Final = "=failure"
VIOLATION: Final = "=violation"
"""Ends of an episode; no page shows them."""
_WORTH: Final = {SUCCESS: 1.0, FAILURE: 0.0, VIOLATION: -0.5}
_DISCOUNT: Final = 0.95
"""Worth of what comes a step later."""
_HOPE: Final = 0.5
"""Worth of a scene or a verb of which nothing is known."""
_WEIGHT: Final = 0.5
"""Weight of that hope, in looks."""
_SWEEPS: Final = 30
_CLOSE: Final = 1e-3

_Ends = dict[str, float]


class SiteModel:
    """A Markov decision process, counted from what was done.

    What was never tried is hoped for: so whatever is worth most leads to what is
    new, until a way to a success is known and worth more (optimism in the face of
    uncertainty: Brafman and Tennenholtz, "R-max", 2002; values by Gauss-Seidel
    sweeps).

    >>> model = SiteModel()
    >>> model.learn([("cart", "pay")], SUCCESS, {"cart": ("pay", "wait")})
    >>> round(model.worth("cart", "pay"), 2), round(model.worth("cart", "wait"), 2)
    (0.79, 0.47)
    """

    def __init__(self) -> None:
        """Know no scene."""
        self._moves: dict[str, dict[str, _Ends]] = {}
        self._legal: dict[str, tuple[str, ...]] = {}
        self._values: dict[str, float] = {}
        self._stale = False

    def learn(
        self,
        taken: list[tuple[str, str]],
        end: str,
        legal: dict[str, tuple[str, ...]],
    ) -> None:
        """Take in an episode.

        Args:
            taken: scenes and verbs, in order.
            end: one of the three ends, or "": it was cut short.
            legal: the verbs that were possible in its scenes.
        """
        for scene, verbs in legal.items():
            known = self._legal.get(scene, ())
            self._legal[scene] = tuple(dict.fromkeys([*known, *verbs]))
        for k, (scene, verb) in enumerate(taken):
            after = taken[k + 1][0] if k + 1 < len(taken) else end
            if after:
                ends = self._moves.setdefault(scene, {}).setdefault(verb, {})
                ends[after] = ends.get(after, 0.0) + 1.0
        self._stale = True

    def worth(self, scene: str, verb: str) -> float:
        """Return what a verb is worth in a scene, from -0.5 to 1."""
        if self._stale:
            self._evaluate()
        return self._worth(scene, verb)

    def tries(self, scene: str, verb: str) -> float:
        """Return how often a verb was tried in a scene."""
        return sum(self._moves.get(scene, {}).get(verb, {}).values())

    def _worth(self, scene: str, verb: str) -> float:
        ends = self._moves.get(scene, {}).get(verb)
        if not ends:
            return _DISCOUNT * _HOPE
        total, n = _WEIGHT * _HOPE, _WEIGHT
        for after, count in ends.items():
            known = _WORTH.get(after)
            if known is None:
                known = self._values.get(after, _HOPE)
            total += count * known
            n += count
        return _DISCOUNT * total / n

    def _evaluate(self) -> None:
        """Compute the worth of all scenes again."""
        self._stale = False
        values = self._values
        scenes = list(self._legal)
        scenes.reverse()
        for _ in range(_SWEEPS):
            moved = 0.0
            for scene in scenes:
                legal = self._legal[scene]
                best = max([self._worth(scene, verb) for verb in legal], default=0.0)
                moved = max(moved, abs(best - values.get(scene, _HOPE)))
                values[scene] = best
            if moved < _CLOSE:
                break

    def dump(self) -> dict[str, Any]:
        """Return all counts, and the worths from which the next sweep sets out."""
        return {
            "moves": {
                scene: {verb: dict(ends) for verb, ends in moves.items()}
                for scene, moves in self._moves.items()
            },
            "legal": {scene: list(verbs) for scene, verbs in self._legal.items()},
            "values": dict(self._values),
            "stale": self._stale,
        }

    def load(self, data: dict[str, Any]) -> None:
        """Take over what `dump` returned."""
        self._moves = {
            scene: {verb: dict(ends) for verb, ends in moves.items()}
            for scene, moves in data["moves"].items()
        }
        self._legal = {scene: tuple(verbs) for scene, verbs in data["legal"].items()}
        self._values, self._stale = dict(data["values"]), data["stale"]
