"""The plan of faults: which of them meets which call."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from .model_fault import ModelFault
from .skilled_policy import drawn

__all__ = ["FaultPlan", "PlannedCall"]

_COUNTED: Final = 65_536
"""Sessions and requests that are counted; the oldest begin again."""


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A call as the plan sees it."""

    number: int
    """In its session, from 1."""
    fault: ModelFault | None
    """The first of the plan that meets it."""


class FaultPlan:
    """Counts calls, and says what goes wrong with each.

    Faults by number count the calls of a session.  Faults by share are drawn for each
    request, and again each time that it is repeated: which call came first does not
    matter.

    >>> plan = FaultPlan([ModelFault.parse("500@2")], seed=7)
    >>> [plan.next("a", "digest").fault is not None for _ in range(3)]
    [False, True, False]
    """

    def __init__(self, faults: Iterable[ModelFault], seed: int) -> None:
        """Have counted nothing."""
        self._faults, self._seed = tuple(faults), seed
        self._counts: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = Lock()

    def next(self, session: str, digest: str) -> PlannedCall:
        """Count a call.

        Args:
            session: whose.
            digest: of its request.
        """
        with self._lock:
            number = self._counted("session", session)
            again = self._counted("request", digest)
        for k, fault in enumerate(self._faults):
            if fault.share_ppm is None:
                met = fault.first <= number <= (fault.last or number)
            else:
                key = f"{k}/{digest}/{again}"
                met = drawn(self._seed, fault.share_ppm, "fault", key)
            if met:
                return PlannedCall(number, fault)
        return PlannedCall(number, None)

    def _counted(self, kind: str, name: str) -> int:
        count = self._counts.pop((kind, name), 0) + 1
        self._counts[kind, name] = count
        if len(self._counts) > _COUNTED:
            self._counts.popitem(last=False)
        return count
