"""How the kit reports: one error that says which check, who, when and what."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class ConformanceError(AssertionError):
    """An environment broke a promise that its users rely on.

    Example:
        >>> print(ConformanceError("check_masks", "the mask is all zero", "buyer_0", 3))
        check_masks: agent 'buyer_0', step 3: the mask is all zero
    """

    check: str
    """The check that found it, as the public function is called."""
    problem: str
    """What is wrong, with the values that show it."""
    agent: str | None
    """Whose turn or data it was, if it was one agent's."""
    step: int | None
    """How many actions had been taken since the reset, if that is known."""

    def __init__(
        self,
        check: str,
        problem: str,
        agent: str | None = None,
        step: int | None = None,
    ) -> None:
        super().__init__(check, problem, agent, step)
        self.check = check
        self.problem = problem
        self.agent = agent
        self.step = step

    def __str__(self) -> str:
        place = [
            *([] if self.agent is None else [f"agent {self.agent!r}"]),
            *([] if self.step is None else [f"step {self.step}"]),
        ]
        where = f"{', '.join(place)}: " if place else ""
        return f"{self.check}: {where}{self.problem}"


@contextmanager
def guarded(
    check: str, call: str, agent: str | None = None, step: int | None = None
) -> Iterator[None]:
    """Turn whatever `call` raises into a finding, keeping the cause."""
    try:
        yield
    except ConformanceError:
        raise
    except Exception as error:
        problem = f"{call} raised {type(error).__name__}: {error}"
        raise ConformanceError(check, problem, agent, step) from error


@contextmanager
def told(story: str) -> Iterator[None]:
    """Add to a finding the circumstances in which it was made."""
    try:
        yield
    except ConformanceError as error:
        raise ConformanceError(
            error.check, f"{error.problem} [{story}]", error.agent, error.step
        ) from error
