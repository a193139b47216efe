"""Results: how agents and market did, per episode and in a whole run."""

from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["AgentResult", "EpisodeResult", "MarketResult", "RunResult"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentResult:
    """How one agent did in one episode; money in minor units."""

    policy: str
    outcome: str
    reward: float
    steps: int
    paid: int | None
    """Total of its tickets; None without any."""
    optimal: int | None = None
    """Clairvoyant optimum; None when the task could not be met, or not asked."""
    regret: int | None = None
    """paid − optimal, for successes."""
    timing: int | None = None
    """What of the regret came from deciding when the market was dearer."""
    search: int | None = None
    """What of it came from a cheaper offer that was not on its page."""
    execution: int | None = None
    """What of it came from paying more than the page asked for at best."""
    first_offer: bool | None = None
    """Whether what it bought stood first on its page when it went into the cart."""
    lost_surplus: int | None = None
    """budget − optimal, for failures at a task that could be met; not in a team."""
    error: str | None = None
    """What ended the agent's own program, and where, when its outcome is
    ``error``; the journal keeps only the exception's class."""
    usage: dict[str, Any] | None = None
    """What a language model took: calls, tokens, retries, cost, latency; None of other
    agents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketResult:
    """How the market did in one episode."""

    sold: int
    """Units sold when the episode ended, those before opening included."""
    revenue: int
    """Money taken since opening, less refunds, in minor units."""
    load_factor: float
    """Units sold / capacity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeResult:
    """One episode."""

    seed: int
    journal: str | None
    sha256: str | None
    agents: dict[str, AgentResult]
    market: MarketResult


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """All episodes of a run."""

    scenario: str
    seed: int
    currency: str
    units: str
    """What is counted as sold, in words: ``seats``."""
    episodes: list[EpisodeResult]

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, as ``ttgym run --json`` prints it."""
        return asdict(self)
