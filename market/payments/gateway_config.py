"""The payment provider, as a scenario declares it."""

from typing import Annotated

from pydantic import AfterValidator, Field

from ..config import Config, Instant, Ppm
from .latency import LatencyLaw

__all__ = ["GatewayConfig"]


def _in_order(window: tuple[int, int]) -> tuple[int, int]:
    if window[1] < window[0]:
        msg = f"an outage ends at {window[1]}, before it begins at {window[0]}"
        raise ValueError(msg)
    return window


Window = Annotated[
    tuple[Instant, Instant], Field(strict=False), AfterValidator(_in_order)
]


class GatewayConfig(Config):
    """The payment provider of a scenario."""

    servers: Annotated[int, Field(ge=1, le=10_000)] = 8
    """Payments worked on at once; the others wait in line."""
    latency: LatencyLaw = LatencyLaw()
    reply_lost_ppm: Ppm = 0
    """Chance that a reply is lost after the effect, on any card."""
    outages_s: Annotated[tuple[Window, ...], Field(strict=False, max_length=100)] = ()
    """``[[from, to), …]`` in seconds since opening: no payment gets through."""
    client_timeout_s: Annotated[int, Field(ge=1, le=3600)] = 30
    """How long the merchant's page waits for a reply."""
    notify_after_s: Annotated[int, Field(ge=0, le=604_800)] = 120
    """Delay of the notice that follows a lost reply, and of later news."""
    notify_spread_s: Annotated[int, Field(ge=0, le=604_800)] = 0
    """A notice comes up to so much later still, so that one may overtake another."""
    notify_duplicate_ppm: Ppm = 0
    """Chance that a notice comes twice."""
    notify_heard_ppm: Ppm = 0
    """Chance that a notice follows although the reply was heard."""
    money_back_after_s: Annotated[int, Field(ge=0, le=5_184_000)] = 0
    """Time until a void or a refund is on the card."""
    void_lost_ppm: Ppm = 0
    """Chance that the issuer never hears of a void: the reservation then expires."""
    authorization_expires_s: Annotated[int, Field(ge=1, le=5_184_000)] = 604_800
    """Life of a reservation that is neither captured nor voided."""
    keys_expire_s: Annotated[int, Field(ge=1, le=31_536_000)] = 86_400
    """So long after its first use an idempotency key is forgotten."""
