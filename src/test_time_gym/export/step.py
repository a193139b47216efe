"""A step: one agent's action, what it earned, and what the agent saw."""

from dataclasses import dataclass, field
from typing import Any

from test_time_gym.journal.reader import ExitCode, JournalFile, Record
from test_time_gym.market.events import THINKING
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.reward import TERMS
from test_time_gym.market.journal import canonical

from .recording import Rerun, Unexportable

__all__ = ["ExportedStep", "steps_of"]


@dataclass(slots=True)
class ExportedStep:
    """An action, and all that its agent earned until its next one."""

    agent: str
    turn: int
    n: int
    t_ms: int
    verb: str
    args: str
    status: str
    terms: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TERMS, 0))
    """In thousandths, by name."""
    total_milli: int = 0
    """What the agent has earned up to its next action."""
    last: bool = True
    outcome: str | None = None
    paid_minor: int | None = None
    observation: str | None = None
    next_observation: str | None = None

    @property
    def reward_milli(self) -> int:
        """Sum of the terms."""
        return sum(self.terms.values())

    def earn(self, terms: dict[str, int]) -> None:
        """Add reward terms that became known."""
        for name, milli in terms.items():
            self.terms[name] += milli
            self.total_milli += milli


def steps_of(journal: JournalFile, *, observations: bool = False) -> list[ExportedStep]:
    """Return every agent's steps, in the order of the actions.

    An agent that has an outcome but never acted has one step with turn 0 and the
    status ``none``, so that an agent's rewards always sum to what it earned.

    Args:
        journal: as far as it is sound.
        observations: execute it again, and keep the pages that agents saw.

    Raises:
        Unexportable: a record does not hold what records of its kind hold.
        Diverged: executing it again gives other records.
    """
    steps: list[ExportedStep] = []
    now: dict[str, ExportedStep] = {}
    for record in journal.records():
        try:
            _take(record, steps, now)
        except (AttributeError, KeyError, TypeError) as error:
            msg = (
                f"{journal.path}: record {record.n} is no {record.kind}: {error!r:.80}"
            )
            raise Unexportable(msg, ExitCode.DIVERGED) from error
    if observations:
        _look(journal, steps)
    return steps


def _take(
    record: Record, steps: list[ExportedStep], now: dict[str, ExportedStep]
) -> None:
    data, before = record.data, now.get(record.actor)
    if record.kind == "act" and data["status"] == THINKING:
        return
    if record.kind == "act":
        step = _step(record, data["turn"], data["verb"], data["args"], data["status"])
        if before is not None:
            before.last = False
            step.total_milli = before.total_milli
        step.earn(data["reward"])
    elif record.kind in ("reward", "outcome"):
        step = before or _step(record, 0, "", {}, "none")
        step.earn(data["terms"])
        if record.kind == "outcome":
            step.outcome, step.paid_minor = data["outcome"], data["paid"]
    else:
        return
    if step is not before:
        steps.append(step)
        now[record.actor] = step


def _step(record: Record, turn: int, verb: str, args: Any, status: str) -> ExportedStep:
    text = canonical(args).decode()
    return ExportedStep(record.actor, turn, record.n, record.t, verb, text, status)


def _look(journal: JournalFile, steps: list[ExportedStep]) -> None:
    """Fill in what agents saw before each action, and after it."""
    by_number = {step.n: step for step in steps}
    rerun = Rerun(journal, "json")
    open_steps: dict[str, tuple[Buyer, ExportedStep]] = {}

    def page(seat: Buyer) -> str:
        return canonical(observe(rerun.adapter.turns, seat)).decode()  # type: ignore[arg-type]

    def close() -> None:
        for name, (seat, step) in list(open_steps.items()):
            if seat.outcome is not None:
                step.next_observation = page(seat)
                del open_steps[name]

    for record, seat in rerun:
        close()
        step, seen = by_number[record.n], page(seat)
        step.observation = seen
        if seat.name in open_steps:
            open_steps[seat.name][1].next_observation = seen
        open_steps[seat.name] = seat, step
    close()
