"""A scenario: an episode's declaration with a name and a sentence of meaning."""

from typing import Annotated

from pydantic import Field, model_validator

from test_time_gym.market.config import Name
from test_time_gym.market.interface.episode import EpisodeConfig
from test_time_gym.market.journal import canonical

__all__ = ["Scenario"]

BYTES_MAX = 7 * 2**19
"""A larger one would not fit into a journal's header, whose line has 4 MiB."""


class Scenario(EpisodeConfig):
    """A declared world that people can name, read and share."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9/_-]{0,63}$")]
    """``family/name``, as in ``flights/rush``."""
    description: Annotated[str, Field(min_length=10, max_length=300)]
    """One sentence: what is hard about it."""
    source: Name | None = None
    """Where real figures come from."""
    policies: Annotated[tuple[Name, ...], Field(strict=False, max_length=64)] = (
        "cheapest",
    )
    """Who plays by default, in turn, when nobody says."""

    @model_validator(mode="after")
    def _fits_into_a_header(self) -> "Scenario":
        size = len(canonical(self.model_dump(mode="json", by_alias=True)))
        if size > BYTES_MAX:
            msg = f"with its defaults it has {size} bytes; a journal's header takes "
            msg += f"{BYTES_MAX}: declare fewer flights or fare classes"
            raise ValueError(msg)
        return self
