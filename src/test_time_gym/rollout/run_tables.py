"""Tables of a run for people: each agent of an episode, and means over all."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from test_time_gym.market.domain import counted
from test_time_gym.market.interface.actions import CRASHES
from test_time_gym.tables import major

if TYPE_CHECKING:
    from .results import AgentResult, EpisodeResult, RunResult

__all__ = ["agent_rows", "market_line", "summary_rows"]

Named = Callable[[str, "AgentResult"], str]
"""Returns who played a seat, in words."""


def _policy(_seat: str, result: "AgentResult") -> str:
    return result.policy


def agent_rows(
    run: "RunResult", episode: "EpisodeResult", named: Named = _policy
) -> list[dict[str, Any]]:
    """Return a row of each agent of an episode, money in major units."""
    currency = run.currency
    models = any(result.usage for result in episode.agents.values())
    return [
        {
            "agent": seat,
            "policy": named(seat, result),
            "outcome": result.outcome,
            "steps": result.steps,
            "reward": f"{result.reward:.2f}",
            f"paid {currency}": major(result.paid, currency),
            f"optimal {currency}": major(result.optimal, currency),
            f"regret {currency}": major(result.regret, currency),
            **_usage([result], models=models),
        }
        for seat, result in episode.agents.items()
    ]


def market_line(run: "RunResult", episode: "EpisodeResult") -> str:
    """Return how the market did in an episode, in one line."""
    market = episode.market
    cut = ", ".join(f"{name} {count:,}" for name, count in market.cut_prices.items())
    return (
        f"{counted(market.sold, run.units)} sold, "
        f"revenue {major(market.revenue, run.currency)} {run.currency}, "
        f"load factor {market.load_factor:.1%}"
        + (f"; prices cut to floor or ceiling: {cut}" if cut else "")
    )


def summary_rows(run: "RunResult", named: Named = _policy) -> list[dict[str, Any]]:
    """Return a row of each agent: means over all episodes."""
    rows: list[dict[str, Any]] = []
    everyone = [one for each in run.episodes for one in each.agents.values()]
    models = any(one.usage for one in everyone)
    # Whose provider failed, or who has spent its budget, says nothing of an agent.
    stopped = any(one.outcome in CRASHES[1:] for one in everyone)
    for seat, first in run.episodes[0].agents.items():
        mine = [episode.agents[seat] for episode in run.episodes]
        regrets = [one.regret for one in mine if one.regret is not None]
        mean = round(Fraction(sum(regrets), len(regrets))) if regrets else None
        met = sum(one.outcome == "success" for one in mine)
        judged = [one for one in mine if one.outcome not in CRASHES[1:]]
        rows.append(
            {
                "agent": seat,
                "policy": named(seat, first),
                "success": f"{met}/{len(judged)}",
                **({"not judged": len(mine) - len(judged)} if stopped else {}),
                "mean steps": f"{sum(one.steps for one in mine) / len(mine):.1f}",
                "mean reward": f"{sum(one.reward for one in mine) / len(mine):.2f}",
                f"mean regret {run.currency}": major(mean, run.currency),
                **_usage(mine, models=models),
            }
        )
    return rows


def _usage(results: Sequence["AgentResult"], *, models: bool) -> dict[str, Any]:
    """Return columns of what models took; none if no model plays.

    The cost is in dollars, and there only if prices were given.
    """
    if not models:
        return {}
    known = [result.usage for result in results if result.usage]
    if not known:
        return {"calls": None, "tokens": None, "cost USD": None}
    costs = [one["cost_microdollars"] for one in known]
    cost = None if None in costs else f"{sum(costs) / 10**6:.4f}"
    tokens = sum(one["prompt_tokens"] + one["completion_tokens"] for one in known)
    calls = sum(one["calls"] for one in known)
    return {"calls": calls, "tokens": f"{tokens:,}", "cost USD": cost}
