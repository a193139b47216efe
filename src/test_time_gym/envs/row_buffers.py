"""Row buffers: what all rows of a vector environment see and earn, in one block.

A row is one agent of one market.  The arrays lie in one block of memory, which
processes may share; the process that plays a market writes its rows in place.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["RowBuffers", "RowShape"]

_ALIGN: Final = 64
"""Arrays begin at multiples of a cache line, so that no two share one."""
_FLAGS: Final = 4
"""Ready, accepted, terminations and truncations."""
_TIMES: Final = 3
"""Now, dt and outcome."""
_Parts = list[tuple[type, tuple[int, ...]]]
"""Type and shape of arrays."""


class RowShape(NamedTuple):
    """How long a row is: all of them are of one role."""

    numbers: int
    """Of an observation."""
    actions: int
    terms: tuple[str, ...]
    """Names of the reward terms."""


class RowBuffers:
    """The arrays of some rows; `of` returns those of some of them.

    What is small and of one type lies in one array (``flags``, ``times``, ``earned``),
    so that few copies are made of it; the others are views of its lines.

    Args:
        shape: of one row.
        rows: how many.
        allocate: returns a block of so many bytes, all zero.

    Attributes:
        actions: what each row is to do; −1 for a row that is not ready.
        observations: of each row, as of its last decision.
        action_masks: of each row now.
        ready: whether a row is asked for an action.
        accepted: whether a row's last action was legal.
        terminations: whether a row's episode ended in the last step.
        truncations: whether it was cut short.
        now: the market's time, in milliseconds.
        dt: milliseconds from the row's last action (or the beginning of its episode)
            to its present decision, or to its episode's end.
        outcome: code of how a row's episode has ended; 0: it has not.
        rewards: what each row earned in the last step.
        terms: the same by reward terms.
        final_observations: and so on: of the episode that ended in the last step,
            where another one has begun in it.
    """

    def __init__(
        self,
        shape: RowShape,
        rows: int,
        allocate: Callable[[int], Any] = bytearray,
    ) -> None:
        """Lay out the arrays."""
        self.shape = shape
        seen: _Parts = [
            (np.float32, (rows, shape.numbers)),
            (np.int8, (rows, shape.actions)),
            (np.bool_, (_FLAGS, rows)),
            (np.int64, (_TIMES, rows)),
        ]
        earned = (np.float64, (1 + len(shape.terms), rows))
        parts: _Parts = [(np.int64, (rows,)), *seen, earned, *seen]
        starts, size = [], 0
        for kind, dimensions in parts:
            starts.append(size)
            count = int(np.prod(dimensions, dtype=np.int64))
            size += -(-count * np.dtype(kind).itemsize // _ALIGN) * _ALIGN
        self.block: Any = allocate(max(size, 1))
        self._name(
            [
                np.ndarray(dimensions, kind, self.block, start)
                for (kind, dimensions), start in zip(parts, starts, strict=True)
            ]
        )

    def _name(self, arrays: list[NDArray[Any]]) -> None:
        self._arrays = arrays
        self.actions: NDArray[np.int64] = arrays[0]
        self.observations: NDArray[np.float32] = arrays[1]
        self.action_masks: NDArray[np.int8] = arrays[2]
        self.flags: NDArray[np.bool_] = arrays[3]
        self.times: NDArray[np.int64] = arrays[4]
        self.earned: NDArray[np.float64] = arrays[5]
        self.final_observations: NDArray[np.float32] = arrays[6]
        self.final_action_masks: NDArray[np.int8] = arrays[7]
        self.final_flags: NDArray[np.bool_] = arrays[8]
        self.final_times: NDArray[np.int64] = arrays[9]
        self.ready: NDArray[np.bool_]
        self.accepted: NDArray[np.bool_]
        self.terminations: NDArray[np.bool_]
        self.truncations: NDArray[np.bool_]
        self.ready, self.accepted, self.terminations, self.truncations = self.flags
        self.now: NDArray[np.int64]
        self.dt: NDArray[np.int64]
        self.outcome: NDArray[np.int64]
        self.now, self.dt, self.outcome = self.times
        self.rewards: NDArray[np.float64] = self.earned[0]
        self.terms: NDArray[np.float64] = self.earned[1:]

    def of(self, rows: slice) -> "RowBuffers":
        """Return the buffers of some of the rows; they share the memory."""
        part = object.__new__(RowBuffers)
        part.shape, part.block = self.shape, self.block
        packed: list[NDArray[Any]] = [self.flags, self.times, self.earned]
        packed += [self.final_flags, self.final_times]
        part._name(
            [
                one[:, rows] if any(one is each for each in packed) else one[rows]
                for one in self._arrays
            ]
        )
        return part

    def keep_final(self, row: int) -> None:
        """Take down how a row's episode ended, before another begins."""
        self.final_observations[row] = self.observations[row]
        self.final_action_masks[row] = self.action_masks[row]
        self.final_flags[:, row] = self.flags[:, row]
        self.final_times[:, row] = self.times[:, row]
