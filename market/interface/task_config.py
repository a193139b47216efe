"""From which tasks a scenario draws, as it is declared."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from ..catalog import Group
from ..config import Code, Config, Minor, Ppm

__all__ = ["TaskConfig"]


class TaskConfig(Config):
    """From which tasks are drawn; every list is drawn from evenly.

    Each seat's task is a function of (seed, seat) alone, so that adding an
    agent changes nobody else's.  A trade adds what is asked for, and the options
    of its filters.
    """

    budgets_minor: Annotated[tuple[Minor, ...], Field(min_length=1, strict=False)]
    """Most the agent (or, in a team, the whole team) may pay."""
    constrained_ppm: Ppm = 1_000_000
    """Chance that each kind of constraint listed above is asked for at all."""
    party: Annotated[int, Field(ge=1, le=9)] = 1
    """Units that an agent must buy of one offer."""
    wallets: Annotated[
        tuple[Annotated[tuple[Code, ...], Field(strict=False)], ...],
        Field(min_length=1, strict=False),
    ] = (("tok_ok",),)
    """Sets of cards; a seat gets one of them."""
    deadline_s: Annotated[int, Field(ge=60, le=31_536_000)] = 3600
    """Seconds after opening at which the task has failed."""
    ends_on: Literal["receipt", "deadline"] = "receipt"
    """An agent is done when it sees a receipt, or (so that it may cancel and
    buy again) only when it aborts or its time is over."""
    team: bool = False
    """All seats are one team: one budget, and together on one listing."""

    @model_validator(mode="after")
    def _tokens_once(self) -> "TaskConfig":
        for wallet in self.wallets:
            if len(set(wallet)) != len(wallet):
                msg = f"a wallet lists a card twice: {', '.join(wallet)}"
                raise ValueError(msg)
        return self

    def forms(self) -> list[dict[str, str]]:
        """Return the search forms of the tasks, in the words of the trade."""
        raise NotImplementedError

    def groups(self, form: dict[str, str]) -> tuple[Group, ...]:
        """Return every group of offers that will do; usually the form's alone."""
        return (tuple(form.values()),)

    def told(self, form: dict[str, str]) -> dict[str, Any]:
        """Return what an agent is told of `groups`, beside the constraints."""
        del form
        return {}

    def request(self, form: dict[str, str]) -> str:
        """Return what to buy, in words: ``a seat from SFO to MAD on 2026-06-22``."""
        raise NotImplementedError
