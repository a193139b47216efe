"""What a journal must say: the same again, and the rewards that were paid."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from test_time_gym.market.invariants import record_violations
from test_time_gym.replay.verify import verify

from .watch import LawBroken, WatchedTurns

__all__ = ["check_records", "check_replay", "check_rewards"]

_TERMS: Final = {"act": "reward", "reward": "terms", "outcome": "terms"}
"""Kinds of records that hold reward terms, and where."""


def check_rewards(turns: WatchedTurns) -> None:
    """Compare every seat's reward with what its records add up to.

    Raises:
        Broken: they differ.
    """
    told = {seat.name: 0 for seat in turns.seats}
    for record in turns.records:
        place = _TERMS.get(record["k"])
        if place is not None:
            told[record["a"]] += sum(record["d"][place].values())
    paid = {seat.name: seat.total_milli for seat in turns.seats}
    if told != paid:
        raise LawBroken("rewards_follow_from_the_journal", f"{told}, but paid {paid}")


def check_records(turns: WatchedTurns) -> None:
    """Check the laws of a whole journal.

    Raises:
        Broken: one does not hold.
    """
    for violation in record_violations(turns.records):
        raise LawBroken(violation.law, violation.values)


def check_replay(lines: Sequence[bytes], again: WatchedTurns) -> None:
    """Compare a run's journal with a second run, and re-execute it.

    Args:
        lines: of the first run, up to the end of its episode.
        again: the same case, played once more to that point.

    Raises:
        Broken: the journals differ, or re-execution writes other bytes.
    """
    if list(lines) != again.lines:
        n = next(
            (
                k
                for k, pair in enumerate(zip(lines, again.lines, strict=False))
                if pair[0] != pair[1]
            ),
            min(len(lines), len(again.lines)),
        )
        raise LawBroken("the_same_seed_gives_the_same_bytes", f"record {n} differs")
    again.seal()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dst.jsonl"
        path.write_bytes(b"".join(again.lines))
        verdict = verify(path, reexecute=True)
    if not verdict.ok:
        values = f"{verdict.status}, {verdict.replay}: {verdict.reason} "
        raise LawBroken("journals_re_execute", values + str(verdict.first_divergence))
