"""What was played: as tables for people, as one JSON object for programs."""

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .output import emit, fields, table
from .progress import Progress
from .terminal import note, say

if TYPE_CHECKING:
    from test_time_gym.replay import Verdict
    from test_time_gym.rollout.results import AgentResult, EpisodeResult, RunResult

__all__ = ["PlayedRun", "show", "verified"]

_TABLES_MAX = 3
"""Episodes that are shown one by one."""


@dataclass(frozen=True, slots=True)
class PlayedRun:
    """A run, and whether its journals replay."""

    result: "RunResult"
    labels: dict[str, str]
    """What the user called agents of their own, by seat."""
    verdicts: "list[Verdict]"
    """One for each episode, or none at all."""

    @property
    def exit_code(self) -> int:
        """The worst of the verdicts."""
        return max((int(verdict.exit_code) for verdict in self.verdicts), default=0)

    def policy(self, seat: str, result: "AgentResult") -> str:
        """Return who played a seat, as the user said it."""
        return self.labels.get(seat, result.policy)


def verified(result: "RunResult") -> "list[Verdict]":
    """Re-execute the journal of every episode."""
    from test_time_gym.replay import verify

    verdicts = []
    with Progress("records") as progress:
        for episode in result.episodes:
            path = episode.journal or ""

            def report(done: int, path: str = path) -> None:
                progress(f"replaying {path}", done)

            verdicts.append(verify(path, reexecute=True, progress=report))
    return verdicts


def show(played: PlayedRun, *, as_json: bool = False) -> None:
    """Print a run; its JSON is one object, money in minor units."""
    emit(played, _show, as_json=as_json, data=_data)


def _data(played: PlayedRun) -> dict[str, Any]:
    data: dict[str, Any] = played.result.as_dict()
    for k, episode in enumerate(data["episodes"]):
        for seat, label in played.labels.items():
            episode["agents"][seat]["policy"] = label
        verdict = asdict(played.verdicts[k]) if played.verdicts else None
        episode["verdict"] = verdict
    return data


def _show(played: PlayedRun) -> None:
    from test_time_gym.market.interface.actions import CRASHES

    episodes = played.result.episodes
    for k, episode in enumerate(episodes[:_TABLES_MAX]):
        say(f"{played.result.scenario}, seed {episode.seed}")
        say()
        _show_agents(played, episode)
        say()
        _show_market(played, episode)
        _show_journal(played, k)
        if k + 1 < len(episodes):
            say()
    if len(episodes) > 1:
        _show_summary(played)
    for episode in episodes:
        for seat, result in episode.agents.items():
            if result.error is not None and result.outcome in CRASHES[1:]:
                why = result.error.removeprefix("AgentStopped: ")
                note(f"{seat} stopped, {result.outcome}: {why}")
            elif result.error is not None:
                note(f"{seat}'s own program failed: {result.error}")
    for verdict in played.verdicts:
        if verdict.first_divergence is not None:
            note(f"record {verdict.first_divergence.n} came out differently")


def _show_agents(played: PlayedRun, episode: "EpisodeResult") -> None:
    currency = played.result.currency
    models = any(result.usage for result in episode.agents.values())
    table(
        [
            {
                "agent": seat,
                "policy": played.policy(seat, result),
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
    )


def _usage(results: "list[AgentResult]", *, models: bool) -> dict[str, Any]:
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


def _show_market(played: PlayedRun, episode: "EpisodeResult") -> None:
    market, currency = episode.market, played.result.currency
    say(
        f"market   {market.sold} {played.result.units} sold, "
        f"revenue {major(market.revenue, currency)} {currency}, "
        f"load factor {market.load_factor:.1%}"
    )


def _show_journal(played: PlayedRun, k: int) -> None:
    episode = played.result.episodes[k]
    fields({"journal": episode.journal, "sha256": episode.sha256}, width=8)
    if played.verdicts:
        verdict = played.verdicts[k]
        again = {
            "equal": "equal: re-execution wrote the same bytes",
            "diverged": "DIVERGED: re-execution wrote other bytes",
        }.get(verdict.replay, verdict.replay)
        fields({"replay": f"{again}, {verdict.records} records"}, width=8)


def _show_summary(played: PlayedRun) -> None:
    """Print means over all episodes."""
    from test_time_gym.market.interface.actions import CRASHES

    result, episodes = played.result, played.result.episodes
    say()
    say(f"All {len(episodes)} episodes, seeds {result.seed} to {episodes[-1].seed}")
    say()
    rows: list[dict[str, Any]] = []
    everyone = [one for each in episodes for one in each.agents.values()]
    models = any(one.usage for one in everyone)
    # Whose provider failed, or who has spent its budget, says nothing of an agent.
    stopped = any(one.outcome in CRASHES[1:] for one in everyone)
    for seat, first in episodes[0].agents.items():
        mine = [episode.agents[seat] for episode in episodes]
        regrets = [one.regret for one in mine if one.regret is not None]
        mean = round(Fraction(sum(regrets), len(regrets))) if regrets else None
        met = sum(one.outcome == "success" for one in mine)
        judged = [one for one in mine if one.outcome not in CRASHES[1:]]
        rows.append(
            {
                "agent": seat,
                "policy": played.policy(seat, first),
                "success": f"{met}/{len(judged)}",
                **({"not judged": len(mine) - len(judged)} if stopped else {}),
                "mean steps": f"{sum(one.steps for one in mine) / len(mine):.1f}",
                "mean reward": f"{sum(one.reward for one in mine) / len(mine):.2f}",
                f"mean regret {result.currency}": major(mean, result.currency),
                **_usage(mine, models=models),
            }
        )
    table(rows)
    equal = sum(verdict.replay == "equal" for verdict in played.verdicts)
    say()
    say(f"journals {episodes[0].journal} … {episodes[-1].journal}")
    if played.verdicts:
        say(f"replay   {equal} of {len(episodes)} equal")


def major(minor: int | None, currency: str) -> str | None:
    """Return an amount as people read it, thousands apart.

    >>> major(1234500, "INR"), major(-1250, "USD"), major(None, "USD")
    ('12,345', '-12.50', None)
    """
    from test_time_gym.market.money import exponent_of, show

    if minor is None:
        return None
    shown = show(abs(minor), exponent_of(currency))
    whole, point, rest = str(shown).partition(".")
    return f"{'-' if minor < 0 else ''}{int(whole):,}{point}{rest}"
