"""What was played: as tables for people, as one JSON object for programs."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .output import emit, fields, table
from .progress import Progress
from .terminal import note, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from test_time_gym.replay import Verdict
    from test_time_gym.rollout.results import AgentResult, RunResult

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


def verified(
    result: "RunResult", programs: "Mapping[str, str] | None" = None
) -> "list[Verdict]":
    """Re-execute the journal of every episode.

    Args:
        result: of the run.
        programs: seller → the program that decided for it.
    """
    from test_time_gym.replay import verify

    verdicts = []
    with Progress("records") as progress:
        for episode in result.episodes:
            path = episode.journal or ""

            def report(done: int, path: str = path) -> None:
                progress(f"replaying {path}", done)

            verdicts.append(
                verify(path, reexecute=True, airlines=programs or None, progress=report)
            )
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
    from test_time_gym.rollout.run_tables import agent_rows, market_line

    episodes = played.result.episodes
    for k, episode in enumerate(episodes[:_TABLES_MAX]):
        say(f"{played.result.scenario}, seed {episode.seed}")
        say()
        table(agent_rows(played.result, episode, played.policy))
        say()
        line = market_line(played.result, episode)
        say(f"market   {played.result.scenario}: {line}")
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
    from test_time_gym.rollout.run_tables import summary_rows

    result, episodes = played.result, played.result.episodes
    say()
    say(f"All {len(episodes)} episodes, seeds {result.seed} to {episodes[-1].seed}")
    say()
    table(summary_rows(result, played.policy))
    equal = sum(verdict.replay == "equal" for verdict in played.verdicts)
    say()
    say(f"journals {episodes[0].journal} … {episodes[-1].journal}")
    if played.verdicts:
        say(f"replay   {equal} of {len(episodes)} equal")
