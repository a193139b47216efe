"""Changes: where two JSON values differ, as JSON pointers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["ValueChange", "changes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChange:
    """One place where two JSON values differ."""

    pointer: str
    """A JSON pointer (RFC 6901); empty for the whole value."""
    what: Literal["changed", "added", "removed"]
    """``added``: only the second value has the place; ``removed``: only the first."""
    old: Any
    """What the first value has there; None when `what` is ``added``."""
    new: Any
    """What the second value has there; None when `what` is ``removed``."""


def changes(old: Any, new: Any, pointer: str = "") -> Iterator[ValueChange]:
    """Yield every place where two JSON values differ, in the order of their keys.

    Objects are compared by key, lists of one length by place.  Lists of different
    lengths differ as a whole: nobody can say which of their places is which.

    >>> [(c.pointer, c.old, c.new) for c in changes({"a": [1, 2]}, {"a": [1, 3]})]
    [('/a/1', 2, 3)]
    """
    if type(old) is dict and type(new) is dict:
        for key in sorted({**old, **new}):
            place = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            if key not in new:
                yield ValueChange(pointer=place, what="removed", old=old[key], new=None)
            elif key not in old:
                yield ValueChange(pointer=place, what="added", old=None, new=new[key])
            else:
                yield from changes(old[key], new[key], place)
    elif type(old) is list and type(new) is list and len(old) == len(new):
        for k, pair in enumerate(zip(old, new, strict=True)):
            yield from changes(*pair, f"{pointer}/{k}")
    # In Python, True equals 1; in JSON they are not the same.
    elif type(old) is not type(new) or old != new:
        yield ValueChange(pointer=pointer, what="changed", old=old, new=new)
