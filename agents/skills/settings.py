"""Settings: what a learning agent does, and what moves it; each has an off switch."""

from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from test_time_gym.market.interface.policy import AgentError

__all__ = ["Settings"]

_SHARES: Final = ("evidence_decay", "discount", "price_weight", "curiosity")
_WEIGHTS: Final = ("doubt", "trials")


class Settings(Struct, frozen=True, kw_only=True):
    """How a `SkillsAgent` learns."""

    learning: bool = True
    """False: nothing is learned any more; a fresh agent is then its own frozen twin."""
    start: Literal["blank", "clerk"] = "blank"
    """What it knows at first: the verbs alone, or the flow, as curated skills."""
    mining: bool = True
    """Skills are mined from successes; False: only the primitive policy learns."""
    trials: int = 4
    """Most waits of an episode that are tried for the price they bring; 0: none."""
    raw: bool = False
    """Instead of skills, whole successes are kept and replayed."""
    chooser: str = "thompson"
    """Kind of chooser among skills; see `bandits.chooser_kinds`."""
    evidence_decay: float = 0.995
    """Factor on all evidence after each episode."""
    discount: float = 0.97
    """Factor on the reward of a success for each step before its end."""
    price_weight: float = 0.4
    """Share of a success's reward that depends on its price."""
    curiosity: float = 0.7
    """Factor on the reward of exploring where skills are known."""
    doubt: float = 4.0
    """Weight in pulls of the prior against exploring where a skill is first known."""
    upkeep: int = 10
    """Episodes from one tidying up of the library to the next; 0: it is never done."""
    capacity: int = 40
    """Skills that are kept then, retired ones included."""
    half_life: int = 34
    """Episodes after which a try counts half when skills are found to fail."""

    @classmethod
    def of(cls, given: dict[str, Any]) -> "Settings":
        """Return settings by their names; the rest is as usual.

        Raises:
            AgentError: a setting is unknown or out of range.
        """
        try:
            made = msgspec.convert(given, cls)
        except msgspec.ValidationError as error:
            raise AgentError(f"a setting is wrong: {error}") from error
        unknown = [name for name in given if name not in cls.__struct_fields__]
        if unknown:
            known = ", ".join(cls.__struct_fields__)
            raise AgentError(f"unknown setting {unknown[0]!r:.60}; known: {known}")
        made.verify()
        return made

    def verify(self) -> None:
        """Raise `AgentError` for a setting out of range."""
        for name, least in (("upkeep", 0), ("capacity", 1), ("half_life", 1)):
            if getattr(self, name) < least:
                msg = f"{name} is at least {least}, not {getattr(self, name)!r:.40}"
                raise AgentError(msg)
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                msg = f"{name} is a number from 0 to 1, not {getattr(self, name)!r:.40}"
                raise AgentError(msg)
        for name in _WEIGHTS:
            if not 0 <= getattr(self, name) < float("inf"):
                msg = f"{name} is a finite number, at least 0, "
                raise AgentError(f"{msg}not {getattr(self, name)!r:.40}")
