"""The base of all facts: what the journal records, each in the past tense."""

from typing import ClassVar

from msgspec import Struct

__all__ = ["Fact"]


class Fact(Struct, frozen=True, gc=False):
    """Base of all facts.

    The garbage collector need not look at them: no fact can hold itself.
    """

    kind: ClassVar[str]
