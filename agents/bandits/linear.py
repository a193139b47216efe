"""Thompson sampling with a linear model of the reward for each arm."""

from collections.abc import Sequence
from itertools import chain
from math import fsum, inf, isfinite, sqrt
from operator import mul
from typing import Any, ClassVar, Final

from test_time_gym.market.interface.policy import AgentError

from .argmax_probability import normal_wins
from .base import BaseChooser
from .choice import Chance, verify_share, verify_weight
from .variates import normals

__all__ = ["LinearThompson"]

_HALF: Final = 0.5
"""Mean reward before anything is known."""


class LinearThompson(BaseChooser[tuple[float, float]]):
    """Draws a mean reward for each arm from its linear model, and takes the largest.

    The model of an arm is reward = 0.5 + w·x + noise with x = (1, *features) and a
    posterior N(A⁻¹ b, A⁻¹) of w, where A = ``precision`` I + Σ x xᵀ / ``noise`` and
    b = Σ x (reward - 0.5) / ``noise``. The score w·x of an arm is then normal, and
    scores of different arms are independent. With ``keep`` below 1 the evidence in
    A and b fades, and the prior stays. The context is logged, but not used.

    A and b are all that is stored; a Cholesky factor of A is made when it is needed.

    Sources: Agrawal and Goyal, "Thompson sampling for contextual bandits with linear
    payoffs" (2013); one model per arm as in Li et al., "A contextual-bandit approach
    to personalized news article recommendation" (2010); discounting as in Russac,
    Vernade and Cappé, "Weighted linear bandits for non-stationary environments"
    (2019).

    Args:
        stream: the chooser's own chance.
        keep: see `BaseChooser`.
        precision: of the prior, 1 / variance of each weight; above 0.
        noise: variance of a reward around its mean, above 0; 0.25 is the most that
            rewards from 0 to 1 can have.
    """

    kind: ClassVar[str] = "linear"

    def __init__(
        self,
        stream: Chance,
        *,
        keep: float = 1.0,
        precision: float = 1.0,
        noise: float = 0.25,
    ) -> None:
        """Know the prior alone."""
        super().__init__(stream, keep=keep)
        for name, value in (("precision", precision), ("noise", noise)):
            if not 0 < value < inf:
                msg = f"{name} is a finite number above 0, not {value!r:.40}"
                raise AgentError(msg)
        self._precision = precision
        self._noise = noise
        self._size = 0
        self._models: dict[str, _Model] = {}

    def _settings(self) -> dict[str, float]:
        return {
            "keep": self._keep,
            "precision": self._precision,
            "noise": self._noise,
        }

    def _known(
        self, context: str, features: Sequence[float], arms: tuple[str, ...]
    ) -> list[tuple[float, float]]:
        x = self._vector(features)
        new = (_HALF, sqrt(fsum([part * part for part in x]) / self._precision))
        models = [self._models.get(arm) for arm in arms]
        return [model.score(x, self._precision) if model else new for model in models]

    def _belief(
        self, known: list[tuple[float, float]]
    ) -> tuple[Sequence[float], Sequence[float]]:
        return [mean for mean, _ in known], [spread for _, spread in known]

    def _shares(self, known: list[tuple[float, float]]) -> Sequence[float]:
        return normal_wins(known)

    def _pick(self, known: list[tuple[float, float]]) -> tuple[int, float]:
        pairs = [normals(self._chance) for _ in known[::2]]
        normal = chain.from_iterable(pairs)
        draws = [mean + spread * next(normal) for mean, spread in known]
        at = draws.index(max(draws))
        return at, normal_wins(known)[at]

    def learn(
        self, context: str, features: Sequence[float], arm: str, reward: float
    ) -> None:
        """Take in what an arm brought with these features, from 0 to 1."""
        x = self._vector(features)
        centred = verify_share(reward, "reward") - _HALF
        self._size = len(x)
        self._model(arm).add(x, centred, 1 / self._noise)

    def pass_episode(self) -> None:
        """Let all evidence fade by the factor ``keep``."""
        if self._keep < 1:
            for model in self._models.values():
                model.fade(self._keep)

    def forget(self, arm: str) -> None:
        """Drop an arm's model."""
        self._models.pop(arm, None)

    def prior(self, context: str, arm: str, mean: float, weight: float) -> None:
        """Count ``weight`` pulls of this mean where all features are 0."""
        pulls = verify_weight(weight)
        centred = verify_share(mean, "mean") - _HALF
        self._model(arm).add([1.0], centred, pulls / self._noise)

    def _state(self) -> dict[str, Any]:
        models = {arm: model.state() for arm, model in self._models.items()}
        return {"size": self._size, "models": models}

    def _restore(self, state: dict[str, Any]) -> None:
        self._size = state["size"]
        self._models = {arm: _Model(*held) for arm, held in state["models"].items()}

    def _vector(self, features: Sequence[float]) -> list[float]:
        x = [1.0, *features]
        if not isfinite(sum(x)):
            msg = f"features are finite numbers, not {list(features)!r:.80}"
            raise AgentError(msg)
        if self._size and len(x) != self._size:
            msg = f"{len(x) - 1} features, but {self._size - 1} the first time: "
            msg += "a linear chooser takes the same features every time"
            raise AgentError(msg)
        return x

    def _model(self, arm: str) -> "_Model":
        model = self._models.get(arm)
        if model is None:
            model = self._models[arm] = _Model([], [])
        return model


class _Model:
    """Evidence of one arm: Σ x xᵀ / noise (lower triangle, by rows), and b.

    Both are as large as the longest x so far: a prior knows x = (1) alone.
    """

    __slots__ = ("_factor", "_gain", "_matrix")

    def __init__(
        self, matrix: Sequence[Sequence[float]], gain: Sequence[float]
    ) -> None:
        self._matrix = [list(row) for row in matrix]
        self._gain = list(gain)
        self._factor: tuple[list[list[float]], list[float]] | None = None

    def add(self, x: list[float], centred: float, weight: float) -> None:
        """Add an observation of this weight."""
        gain = self._gain
        while len(gain) < len(x):
            gain.append(0.0)
            self._matrix.append([0.0] * len(gain))
        for i, part in enumerate(x):
            if part:
                scaled = part * weight
                gain[i] += scaled * centred
                row = self._matrix[i]
                for j in range(i + 1):
                    row[j] += scaled * x[j]
        self._factor = None

    def fade(self, keep: float) -> None:
        """Shrink the evidence."""
        self._matrix = [[part * keep for part in row] for row in self._matrix]
        self._gain = [part * keep for part in self._gain]
        self._factor = None

    def score(self, x: list[float], precision: float) -> tuple[float, float]:
        """Return mean and deviation of 0.5 + w·x.

        With A = L Lᵀ they follow from L⁻¹x alone: the mean is L⁻¹x · L⁻¹b, the
        variance |L⁻¹x|².
        """
        if self._factor is None or len(self._factor[1]) < len(x):
            extra = range(len(self._gain), len(x))
            matrix = self._matrix + [[0.0] * (size + 1) for size in extra]
            factor = _cholesky(matrix, precision)
            right = self._gain + [0.0 for _ in extra]
            self._factor = factor, _solved(factor, right)
        factor, gain = self._factor
        z = _solved(factor, x)
        return _HALF + fsum(map(mul, z, gain)), sqrt(fsum(map(mul, z, z)))

    def state(self) -> list[Any]:
        """Return a copy as plain data."""
        return [[list(row) for row in self._matrix], list(self._gain)]


def _cholesky(matrix: list[list[float]], diagonal: float) -> list[list[float]]:
    """Return the lower Cholesky factor of a matrix with this added to its diagonal."""
    factor: list[list[float]] = []
    for i, row in enumerate(matrix):
        new: list[float] = []
        for j, other in enumerate(factor):
            rest = row[j]
            for k in range(j):
                rest -= new[k] * other[k]
            new.append(rest / other[j])
        rest = row[i] + diagonal
        for part in new:
            rest -= part * part
        new.append(sqrt(rest))
        factor.append(new)
    return factor


def _solved(factor: list[list[float]], right: Sequence[float]) -> list[float]:
    """Return z with L z = right, by forward substitution."""
    z: list[float] = []
    for row, value in zip(factor, right, strict=True):
        z.append((value - fsum(map(mul, row, z))) / row[-1])  # as far as z goes
    return z
