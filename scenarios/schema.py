"""A scenario: an episode's declaration with a name and a sentence of meaning."""

from typing import Annotated

from pydantic import Field

from test_time_gym.market.config import Name
from test_time_gym.market.interface.episode import EpisodeConfig

__all__ = ["Scenario"]


class Scenario(EpisodeConfig):
    """A declared world that people can name, read and share."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9/_-]{0,63}$")]
    """``family/name``, as in ``flights/rush``."""
    description: Annotated[str, Field(min_length=10, max_length=300)]
    """One sentence: what is hard about it."""
    source: Name | None = None
    """Where real figures come from."""
    policies: Annotated[tuple[str, ...], Field(strict=False, max_length=64)] = (
        "cheapest",
    )
    """Who plays by default, in turn, when nobody says."""
