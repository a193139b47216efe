"""Pages seen: what every agent had before it at each of its turns, and at the end."""

import json
from typing import Any, Final

__all__ = ["PagesSeen"]

_CHUNK: Final = 64
"""Pages that are unpacked together; the first is whole, of others what changed."""


class PagesSeen:
    """The pages of one agent, in their order.

    Attributes:
        count: how many there are.
        chunks: JSON, each a list of `_CHUNK` pages at most.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.count = 0
        self.chunks: list[bytes] = []
        self._open: list[bytes] = []
        self._last: dict[str, Any] = {}

    def add(self, page: dict[str, Any]) -> None:
        """Keep the next page: whole, or the keys whose values have changed."""
        whole = not self._open or page.keys() != self._last.keys()
        kept = page
        if not whole:
            last = self._last
            kept = {key: value for key, value in page.items() if last[key] != value}
        # In the order in which the trade's page has them.
        self._open.append(json.dumps([int(whole), kept], ensure_ascii=False).encode())
        self._last = page
        self.count += 1
        if len(self._open) == _CHUNK:
            self.close()

    def close(self) -> None:
        """End the open chunk, if there is one."""
        if self._open:
            self.chunks.append(b"[" + b",".join(self._open) + b"]")
            self._open = []
