"""One figure of theory, and what it came to here."""

from dataclasses import asdict, dataclass
from typing import Any, Protocol

__all__ = ["ValidationCase", "ValidationRow"]


@dataclass(frozen=True, slots=True)
class ValidationRow:
    """A figure of theory beside an estimate of it."""

    id: str
    """Case, and the figure within it: ``A3/emsr-b/2``."""
    quantity: str
    """What the figure is of, in words."""
    theory: float
    estimate: float
    standard_error: float
    """Of the estimate; 0 for a closed form."""
    z: float | None
    """Distance from theory in standard errors; None where there is no error."""
    ok: bool
    kind: str
    """``closed form``, ``simulation``, ``ordering`` or ``shape``."""
    seeds: int
    """Replications, each with a seed of its own; 0 for a closed form."""
    digits: int = 6
    """Decimals that are shown to people."""
    complaints: tuple[str, ...] = ()
    """What is wrong, in sentences."""

    def as_dict(self) -> dict[str, Any]:
        """Return what programs are told: all but the decimals."""
        fields = asdict(self)
        del fields["digits"]
        return fields | {"complaints": list(self.complaints)}


class ValidationCase(Protocol):
    """What a file in `cases` lists: something that gives rows."""

    @property
    def id(self) -> str:
        """Return the case's id, of which those of its rows begin with."""

    @property
    def slow(self) -> bool:
        """Return whether only the long campaign plays it."""

    def rows(self, times: int = 1) -> list[ValidationRow]:
        """Return its figures.

        Args:
            times: how often the replications of a simulation are played over.
        """
