"""Measuring recorded runs: the regret of a journal's agents."""

from pathlib import Path

from test_time_gym.journal.reader import JournalFile, read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.actions import Input
from test_time_gym.market.interface.turns import Turns
from test_time_gym.replay.execute import action_of, start

from .optimum import clairvoyant
from .regret import Decisions, Regret, regret_in

__all__ = ["regret_of"]


def regret_of(path: str | Path, agent: str | None = None) -> dict[str, Regret]:
    """Return the regret of the agents of a recorded run, from its journal alone.

    The journal is re-executed once, and once more for every agent asked for.

    Args:
        path: of a complete journal.
        agent: name of a seat; None: all of them.

    Returns:
        By the seats' names.

    Raises:
        Misuse: the journal cannot be read, is not complete, or comes out
            otherwise; or it has no such agent.
    """
    journal = read_journal(path)
    if journal.structure.status != "complete":
        msg = f"{path} is {journal.structure.status}: {journal.structure.reason}; "
        raise Misuse(msg + "regret is that of a run that has ended")
    turns, decisions, recorded_actions = _played(journal)
    if agent is not None and agent not in turns.by_name:
        msg = f"no seat of {path} is called {agent!r:.40}; seats: "
        raise Misuse(msg + ", ".join(turns.by_name))
    found = {}
    for seat in turns.seats:
        if agent in (None, seat.name):
            best = clairvoyant(
                turns.config,
                turns.world,
                int(journal.header["seed"]),
                list(turns.by_name),
                focal=seat.index,
                recorded_actions=recorded_actions,
                window_ms=turns.window_ms,
                roles=turns.roles,
            )
            optimal = None if best is None else best.price_minor
            found[seat.name] = regret_in(turns, seat, decisions, optimal)
    return found


def _played(journal: JournalFile) -> tuple[Turns, Decisions, dict[int, list[Input]]]:
    """Re-execute a journal's inputs, and check that it ends in the same state."""
    turns, decisions = start(journal.header, None), Decisions()
    recorded_actions: dict[int, list[Input]] = {
        seat.index: [] for seat in turns.participants
    }
    state = None
    try:
        for record in journal.records():
            if record.kind == "act":
                seat = turns.by_name[record.actor]
                action = action_of(record, turns.verbs)
                recorded_actions[seat.index].append(action)
                decisions.act(turns, seat, action)
                turns.advance()
            elif record.kind == "end":
                state = record.data["state"]
    except Exception as error:
        # A forged input may hold anything, and fail anywhere in the market.
        msg = f"{journal.path} cannot be re-executed: {error!r:.200}"
        raise Misuse(msg) from error
    if state != turns.full_digest():
        msg = f"{journal.path} comes out otherwise: ttgym verify tells where"
        raise Misuse(msg)
    return turns, decisions, recorded_actions
