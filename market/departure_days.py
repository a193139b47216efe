"""How much is wanted of a departure by its weekday and its date."""

from datetime import date
from functools import lru_cache
from typing import Annotated, ClassVar, Final

from pydantic import AfterValidator, Field

from .config import PPM, GrownConfig, LocalDate

__all__ = ["DateFactors", "WeekdayFactors", "weekday_of"]

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Factor = Annotated[int, Field(ge=0, le=10 * PPM)]
"""A multiple of the buyers who are expected otherwise, in millionths; ten at most."""


@lru_cache(maxsize=4096)
def weekday_of(day: str) -> str:
    """Return the weekday of a date, as scenarios write it.

    >>> weekday_of("2026-06-15")
    'mon'
    """
    return _WEEKDAYS[date.fromisoformat(day).weekday()]


class WeekdayFactors(GrownConfig):
    """A multiple for each day of the week, in millionths."""

    later: ClassVar[tuple[str, ...]] = _WEEKDAYS

    mon: Factor = PPM
    tue: Factor = PPM
    wed: Factor = PPM
    thu: Factor = PPM
    fri: Factor = PPM
    sat: Factor = PPM
    sun: Factor = PPM

    def of(self, day: str) -> int:
        """Return the multiple of a date.

        >>> WeekdayFactors(mon=700_000).of("2026-06-15")
        700000
        """
        factor: int = getattr(self, weekday_of(day))
        return factor


def _of_the_calendar(day: str) -> str:
    try:
        date.fromisoformat(day)
    except ValueError as error:
        msg = f"{day} is no date of the calendar"
        raise ValueError(msg) from error
    return day


DateFactors = dict[Annotated[LocalDate, AfterValidator(_of_the_calendar)], Factor]
"""Date of a departure → its multiple, on top of its weekday's."""
