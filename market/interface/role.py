"""A role: what a participant observes, may do, earns, and how its episode is judged.

`Turns` decides who acts next and when, and asks the role for all the rest.
"""

from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from ..errors import Misuse
from .actions import TurnInput
from .ruling import Ruling

if TYPE_CHECKING:
    from .participant import Participant

__all__ = ["ROLES", "Role", "Ruling", "verify_roles"]

ROLES: Final = ("buyer", "seller")
"""Roles that agents can play; every run has buyers."""

P_contra = TypeVar("P_contra", bound="Participant", contravariant=True)


class Role(Protocol[P_contra]):
    """One kind of participant, in one run."""

    @property
    def name(self) -> str:
        """Its name; participants are called ``name_0``, ``name_1`` …."""

    def decode(self, action: object) -> TurnInput:
        """Return what a structured action means; see `decode_action`."""
        ...

    def observe(self, who: P_contra) -> dict[str, Any]:
        """Return what a participant sees now, as JSON-ready data."""
        ...

    def answer(self, who: P_contra, action: TurnInput) -> Ruling:
        """Return whether an action is legal; nothing changes."""
        ...

    def terms(self, answer: Ruling) -> dict[str, int]:
        """Return the reward of an action as such, in thousandths."""
        ...

    def act(self, who: P_contra, action: TurnInput, answer: Ruling) -> None:
        """Carry out a legal action, whose record is ``who.acted``."""

    def refuse(self, who: P_contra) -> None:
        """Go on after an action that changes nothing."""

    def note(self, who: P_contra, answer: Ruling) -> None:
        """Show a participant what became of its last action."""

    def wake(self, who: P_contra) -> None:
        """Reward a participant that is to act now with what it has earned since."""

    def late(self) -> str:
        """Return how an episode ends at its deadline."""
        ...

    def end(self, who: P_contra) -> None:
        """Judge a participant whose turns are over, or leave it to its team's end."""


def verify_roles(roles: object) -> tuple[str, ...]:
    """Return the roles that agents play, in their order.

    Raises:
        Misuse: one is unknown or stands twice, or there are no buyers.

    >>> verify_roles(["seller", "buyer"])
    ('buyer', 'seller')
    """
    given = list(roles) if isinstance(roles, list | tuple) else [roles]
    ordered = tuple(name for name in ROLES if name in given)
    if len(ordered) != len(given) or "buyer" not in given:
        msg = f"roles is ('buyer',) or {ROLES}, not {roles!r:.80}"
        raise Misuse(msg)
    return ordered
