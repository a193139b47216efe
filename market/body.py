"""The body of a record: all of it but its hash."""

from msgspec import Struct

from .events import Fact

__all__ = ["Body"]


class Body(Struct, gc=False):
    """A record without its hash; the fields stand in the order of their names."""

    a: str
    c: int
    d: Fact
    k: str
    n: int
    t: int
