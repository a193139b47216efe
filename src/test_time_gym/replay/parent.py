"""The parent: the run whose past a forked run shares, as its header names it."""

import re
from dataclasses import dataclass
from typing import Any, Final, Self

__all__ = ["Parent", "parent_in"]

_HASH: Final = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """What a fork's header says of the run that it was forked from."""

    h: str
    """The parent's hash of record ``n``: it stands for all of its past."""
    n: int
    """The last record of the past that both share."""
    seats: tuple[str, ...]
    """Seats that other agents took over after it, in the order of seats."""

    @classmethod
    def of(cls, header: dict[str, Any]) -> Self | None:
        """Return the parent that a header names, if any.

        Raises:
            KeyError, TypeError, ValueError: it names none in the one way there is.
        """
        said = header["parent"]
        if said is None:
            return None
        found = cls(h=said["h"], n=said["n"], seats=tuple(said["seats"]))
        names = [seat["name"] for seat in header["seats"]]
        if (
            said != found.as_dict()
            or type(found.n) is not int
            or found.n < 0
            or _HASH.fullmatch(found.h) is None
            or list(found.seats) != [name for name in names if name in found.seats]
        ):
            raise ValueError(said)
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return it as the header has it."""
        return {"h": self.h, "n": self.n, "seats": list(self.seats)}


def parent_in(header: dict[str, Any]) -> dict[str, Any] | None:
    """Return the parent that a header names, checked, as the header has it.

    Raises:
        KeyError, TypeError, ValueError: it names none in the one way there is.
    """
    parent = Parent.of(header)
    return None if parent is None else parent.as_dict()
