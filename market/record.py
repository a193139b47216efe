"""A record of the journal, before it is hashed."""

from msgspec import Struct

from .events import Fact

__all__ = ["Record"]


class Record(Struct):
    """A record without its hash; the fields stand in the order of their names."""

    a: str
    c: int
    d: Fact
    k: str
    n: int
    t: int
