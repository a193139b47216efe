"""What guests ask for: a room in a city from one day to another."""

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from test_time_gym.market.config import Config, LocalDate, Name
from test_time_gym.market.interface.task import TaskConfig

__all__ = ["HotelTask", "Stay"]


class Stay(Config):
    """A stay that a task may ask for."""

    city: Name
    check_in: LocalDate
    check_out: LocalDate

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Stay":
        if date.fromisoformat(self.check_out) <= date.fromisoformat(self.check_in):
            msg = f"a stay from {self.check_in} ends later than {self.check_out}"
            raise ValueError(msg)
        return self


class HotelTask(TaskConfig):
    """From which tasks of guests are drawn."""

    stays: Annotated[tuple[Stay, ...], Field(min_length=1, strict=False)]
    min_stars: Annotated[
        tuple[Annotated[int, Field(ge=1, le=5)], ...], Field(strict=False)
    ] = ()
    max_distance_m: Annotated[
        tuple[Annotated[int, Field(ge=0, le=100_000)], ...], Field(strict=False)
    ] = ()
    hotels: Annotated[tuple[Name, ...], Field(strict=False, max_length=50)] = ()

    def forms(self) -> list[dict[str, str]]:
        """Return the search forms of the stays."""
        return [
            {"city": stay.city, "check_in": stay.check_in, "check_out": stay.check_out}
            for stay in self.stays
        ]

    def request(self, form: dict[str, str]) -> str:
        """Return what to book, in words."""
        rooms = "a room" if self.party == 1 else f"{self.party} rooms"
        return (
            f"{rooms} in {form['city']} from {form['check_in']} to {form['check_out']}"
        )
