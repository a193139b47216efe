"""The cardholder's bank: decisions are a function of (card, attempt)."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from ..config import Code, Config, Minor, Name, Ppm
from ..streams import Streams

__all__ = ["TEST_CARDS", "CardLaw", "Decision", "Issuer"]


class CardLaw(Config):
    """How a card behaves; the agent must discover it."""

    token: Code
    brand: Name = "visa"
    challenge_ppm: Ppm = 0
    """Chance that an attempt asks for a 3DS challenge."""
    soft_decline_ppm: Ppm = 0
    """Chance of a decline that may pass when tried again."""
    hard_decline_ppm: Ppm = 0
    """Chance that the card is refused for good (drawn once a card)."""
    soft_declines_first: Annotated[int, Field(ge=0, le=20)] = 0
    """So many first attempts are always declined softly."""
    limit_minor: Minor | None = None
    """Dearest amount the issuer approves; None: no limit."""
    reply_lost_ppm: Ppm = 0
    """Chance that the merchant's page never hears the answer."""
    code_lost_ppm: Ppm = 0
    """Chance that the challenge's code never reaches the cardholder."""


TEST_CARDS: dict[str, CardLaw] = {
    law.token: law
    for law in (
        CardLaw(token="tok_ok"),  # noqa: S106 - a test card's public name
        CardLaw(token="tok_3ds", challenge_ppm=1_000_000),  # noqa: S106
        CardLaw(token="tok_decline_soft", soft_declines_first=1),  # noqa: S106
        CardLaw(token="tok_decline_hard", hard_decline_ppm=1_000_000),  # noqa: S106
        CardLaw(token="tok_insufficient_funds", limit_minor=0),  # noqa: S106
        CardLaw(token="tok_timeout", reply_lost_ppm=1_000_000),  # noqa: S106
    )
}
"""Cards every scenario knows, named after the habit of payment test cards."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the issuer says to one attempt."""

    approved: bool
    reason: str = ""
    """``insufficient_funds``, ``soft_decline`` or ``hard_decline``."""
    challenge: bool = False
    code: str = ""
    """Six digits that answer the challenge."""
    code_lost: bool = False
    reply_lost: bool = False


class Issuer:
    """Decides attempts; knows nothing of seats or prices."""

    __slots__ = ("_laws", "_streams")

    def __init__(self, laws: dict[str, CardLaw], streams: Streams) -> None:
        """Take the card laws of the scenario and the run's streams."""
        self._laws = laws
        self._streams = streams

    def decide(self, seat: int, card: str, attempt: int, amount_minor: int) -> Decision:
        """Return the decision on the ``attempt``-th use of a card by a visitor."""
        law = self._laws[card]
        dice = self._streams.at(attempt, "issuer", seat, card)
        soft, challenge = (
            dice.chance(law.soft_decline_ppm),
            dice.chance(law.challenge_ppm),
        )
        reply_lost, code_lost = (
            dice.chance(law.reply_lost_ppm),
            dice.chance(law.code_lost_ppm),
        )
        code = f"{dice.below(1_000_000):06d}"
        hard = self._streams.at(0, "issuer-hard", seat, card).chance(
            law.hard_decline_ppm
        )
        if hard:
            return Decision(approved=False, reason="hard_decline")
        if law.limit_minor is not None and amount_minor > law.limit_minor:
            return Decision(approved=False, reason="insufficient_funds")
        if soft or attempt <= law.soft_declines_first:
            return Decision(approved=False, reason="soft_decline")
        return Decision(
            approved=True,
            challenge=challenge,
            code=code,
            code_lost=code_lost,
            reply_lost=reply_lost,
        )
