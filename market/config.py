"""Base of all declared settings: frozen, strict, and unable to be wrong.

Every setting is an integer with its unit in the name: ``_minor`` is money in
minor units, ``_ppm`` a share in parts per million, ``_s`` seconds and ``_ms``
milliseconds of simulated time.
"""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

__all__ = [
    "MAX_MINOR",
    "PPM",
    "Code",
    "Config",
    "GrownConfig",
    "Instant",
    "LocalDate",
    "LocalTime",
    "Minor",
    "Moment",
    "Name",
    "Ppm",
    "SignedMilli",
    "by_name",
]

PPM = 1_000_000
"""One whole, in parts per million."""

MAX_MINOR = 10**12
"""Largest amount of money that may appear anywhere, in minor units."""

Ppm = Annotated[int, Field(ge=0, le=PPM)]
"""A probability or share in parts per million."""

Minor = Annotated[int, Field(ge=0, le=MAX_MINOR)]
"""An amount of money in minor units."""

Instant = Annotated[int, Field(ge=0, le=10**12)]
"""Seconds since opening; in milliseconds it still fits into a journal."""

SignedMilli = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
"""A signed quantity in thousandths (rewards, utilities)."""

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
"""An identifier inside a scenario: letters, digits, dot, dash, underscore."""

Name = Annotated[str, Field(min_length=1, max_length=200)]
"""Short text for people."""

LocalDate = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
"""Calendar date, ``2026-06-15``."""

LocalTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
"""Time of day, ``07:15``."""

Moment = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]$"),
]
"""Local date and time, ``2026-06-15T07:15``."""


def by_name(value: Any) -> Any:
    """Return the settings of a kind that is given by its name alone.

    >>> by_name("poisson")
    {'kind': 'poisson'}
    """
    return {"kind": value} if isinstance(value, str) else value


class Config(BaseModel):
    """A frozen setting; an unknown key or a wrong type is an error."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True
    )


class GrownConfig(Config):
    """A setting that has got keys since: where they say nothing, they are not written.

    So scenarios that are older than a key keep their digest.
    """

    later: ClassVar[tuple[str, ...]] = ()
    """Keys that came later; each has a default."""

    def left_out(self) -> Iterator[str]:
        """Yield the keys that are not written."""
        fields = type(self).model_fields
        for name in self.later:
            if getattr(self, name) == fields[name].default:
                yield name

    @model_serializer(mode="wrap")
    def _as_before(self, dump: SerializerFunctionWrapHandler) -> Any:
        data, fields = dump(self), type(self).model_fields
        for name in self.left_out():
            data.pop(name, None)
            data.pop(fields[name].alias, None)
        return data
