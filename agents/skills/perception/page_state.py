"""Page states: an observation, and the features that an agent reads off it."""

from functools import cached_property
from typing import Any

from .page import Page, coarse_time, features, page_signature, trouble
from .place_key import context_key, place_key
from .places import places

__all__ = [
    "PageState",
]


class PageState:
    """An observation with all that is asked of it again and again.

    Args:
        observation: the page.

    Attributes:
        page: its features.
        where: its place.
        context: the bucket in which choices are alike.
        trouble: code of what was refused just now, or "".
    """

    def __init__(self, observation: dict[str, Any]) -> None:
        """Read the page."""
        self.observation = observation
        self.page: Page = features(observation)
        self.where = place_key(self.page)
        self.context = context_key(self.page)
        self.trouble = trouble(observation)

    @cached_property
    def moment(self) -> tuple[Any, ...]:
        """What may make a skill worth another try: time, message, payment, price."""
        seen = self.observation
        return (
            coarse_time(seen),
            len(seen["messages"]),
            seen["payment_state"]["attempts"],
            seen["cart"]["total"],
        )

    @cached_property
    def places(self) -> list[tuple[str, Any, str]]:
        """Every place that an argument could come from; see `binding.places`."""
        return places(self.observation)

    @cached_property
    def signature(self) -> tuple[Any, ...]:
        """What makes the page the same again; see `page.signature`."""
        return page_signature(self.observation)
