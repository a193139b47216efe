"""Shared memory for observations of the JSON door: Gymnasium's `AsyncVectorEnv` asks.

A page has no fixed size, so each environment has room for its text.
"""

import json
import multiprocessing
from collections.abc import Iterator, Sequence
from typing import Any, Final

from gymnasium.vector.utils import (
    create_shared_memory,
    read_from_shared_memory,
    write_to_shared_memory,
)

from test_time_gym.market.errors import Misuse

from .spaces import JsonObservation

__all__ = ["PAGE_BYTES", "SharedPages"]

PAGE_BYTES: Final = 1 << 18
"""Room for one page: some 1,500 offers."""
_LENGTH: Final = 8
"""Bytes in front of a page that tell how long it is."""
_PLACE: Final = _LENGTH + PAGE_BYTES


class SharedPages(Sequence[Any]):
    """The pages of several environments, read as they are asked for.

    A deep copy is a tuple of pages, as `SyncVectorEnv` gives them.

    Args:
        memory: where they are.
        count: of environments.
    """

    def __init__(self, memory: Any, count: int) -> None:
        """Keep the memory."""
        self._memory = memory
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return tuple(self[k] for k in range(*index.indices(self._count)))
        place = range(self._count)[index] * _PLACE
        bytes_of = memoryview(self._memory.get_obj()).cast("B")
        begin = place + _LENGTH
        length = int.from_bytes(bytes_of[place:begin], "little")
        text = bytes(bytes_of[begin : begin + length])
        return json.loads(text) if text else None

    def __iter__(self) -> Iterator[Any]:
        return (self[k] for k in range(self._count))

    def __deepcopy__(self, memo: dict[int, Any]) -> tuple[Any, ...]:
        return tuple(self)


@create_shared_memory.register(JsonObservation)
def _create(space: JsonObservation, n: int = 1, ctx: Any = multiprocessing) -> Any:
    del space
    return ctx.Array("B", n * _PLACE)


@read_from_shared_memory.register(JsonObservation)
def _read(space: JsonObservation, shared_memory: Any, n: int = 1) -> Any:
    del space
    return SharedPages(shared_memory, n)


@write_to_shared_memory.register(JsonObservation)
def _write(space: JsonObservation, index: int, value: Any, shared_memory: Any) -> None:
    del space
    text = json.dumps(value, allow_nan=False).encode()
    if len(text) > PAGE_BYTES:
        msg = f"a page of {len(text)} bytes has no room in shared memory ({PAGE_BYTES} "
        raise Misuse(msg + "each): give vector_kwargs={'shared_memory': False}")
    place = index * _PLACE
    bytes_of = memoryview(shared_memory.get_obj()).cast("B")
    begin = place + _LENGTH
    bytes_of[place:begin] = len(text).to_bytes(_LENGTH, "little")
    bytes_of[begin : begin + len(text)] = text
