"""Results: how agents and market did, per episode and in a whole run."""

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Final

from test_time_gym.tables import Columns, TabularResult, TitledTable

from .run_tables import agent_rows, market_line, summary_rows

__all__ = ["AgentResult", "EpisodeResult", "MarketResult", "RunResult"]


_AS_THEY_ARE: Final = ("policy", "outcome", "reward", "steps", "first_offer", "error")
_MONEY: Final = (
    "paid",
    "optimal",
    "regret",
    "timing",
    "search",
    "execution",
    "lost_surplus",
)
_USAGE: Final = ("calls", "prompt_tokens", "completion_tokens", "cost_microdollars")


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
    cut_prices: dict[str, int] = field(default_factory=dict)
    """Seller → prices that its policy asked beyond floor or ceiling, and that were set
    to these: one for each product and wake.  Who asked for none is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeResult:
    """One episode."""

    seed: int
    journal: str | None
    sha256: str | None
    agents: dict[str, AgentResult]
    market: MarketResult


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult(TabularResult):
    """All episodes of a run."""

    COLUMNS: ClassVar[Columns] = {
        "scenario": str,
        "seed": int,
        "agent": str,
        "policy": str,
        "outcome": str,
        "reward": float,
        "steps": int,
        "first_offer": bool,
        "error": str,
        "currency": str,
        **{f"{name}_minor": int for name in _MONEY},
        **dict.fromkeys(_USAGE, int),
        "market_sold": int,
        "market_revenue_minor": int,
        "market_load_factor": float,
        "journal": str,
        "sha256": str,
    }
    """Columns of `as_rows`: a row is one agent in one episode."""

    scenario: str
    seed: int
    currency: str
    units: str
    """What is counted as sold, in words: ``seats``."""
    episodes: list[EpisodeResult]

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, as ``ttgym run --json`` prints it."""
        return asdict(self)

    def as_rows(self) -> list[dict[str, Any]]:
        """Return a row of each agent of each episode; see `COLUMNS`.

        From ``calls`` to ``cost_microdollars`` it is known of language models alone.
        """
        return [
            {
                "scenario": self.scenario,
                "seed": episode.seed,
                "agent": seat,
                **{name: getattr(one, name) for name in _AS_THEY_ARE},
                "currency": self.currency,
                **{f"{name}_minor": getattr(one, name) for name in _MONEY},
                **{name: (one.usage or {}).get(name) for name in _USAGE},
                "market_sold": episode.market.sold,
                "market_revenue_minor": episode.market.revenue,
                "market_load_factor": episode.market.load_factor,
                "journal": episode.journal,
                "sha256": episode.sha256,
            }
            for episode in self.episodes
            for seat, one in episode.agents.items()
        ]

    def as_tables(self) -> list[TitledTable]:
        """Return what ``ttgym run`` prints: of several episodes their means."""
        first, last = self.episodes[0], self.episodes[-1]
        if first is last:
            title = f"{self.scenario}, seed {first.seed}: {market_line(self, first)}"
            return [TitledTable(title, agent_rows(self, first))]
        title = f"{self.scenario}, seeds {first.seed} to {last.seed}: "
        title += f"{len(self.episodes)} episodes"
        return [TitledTable(title, summary_rows(self))]
