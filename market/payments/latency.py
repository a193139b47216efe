"""How long the gateway takes: a latency law, drawn in whole milliseconds."""

from typing import Annotated, Literal

from pydantic import Field

from ..config import Config
from ..distributions import erlang, exponential
from ..lognormal import Lognormal

__all__ = ["LatencyLaw"]


class LatencyLaw(Config):
    """A law of service times in milliseconds, never below 1 ms."""

    kind: Literal["deterministic", "exponential", "erlang", "lognormal"] = "lognormal"
    typical_ms: Annotated[int, Field(ge=1, le=86_400_000)] = 1500
    """The value, the mean, the mean, or the median, in the order of the kinds."""
    sigma_ppm: Annotated[int, Field(ge=0, le=3_000_000)] = 500_000
    """σ of the logarithm (lognormal only)."""
    shape: Annotated[int, Field(ge=1, le=50)] = 2
    """Equal exponential steps that a service is made of (erlang only)."""

    def draw(self, word: int) -> int:
        """Return the service time that a 64-bit word stands for."""
        if self.kind == "deterministic":
            return self.typical_ms
        if self.kind == "exponential":
            return max(1, exponential(word, self.typical_ms))
        if self.kind == "erlang":
            return max(1, erlang(word, self.typical_ms, self.shape))
        return max(1, Lognormal.of(self.typical_ms, self.sigma_ppm).at(word))
