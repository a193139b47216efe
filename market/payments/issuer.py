"""The cardholder's bank: decisions are a function of (card, attempt)."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from ..config import Code, Config, Minor, Name, Ppm
from ..streams import Streams
from .payment import Authentication

__all__ = ["TEST_CARDS", "CardLaw", "Issuer", "IssuerDecision"]


class CardLaw(Config):
    """How a card behaves; the agent must discover it."""

    token: Code
    brand: Name = "visa"
    challenge_ppm: Ppm = 0
    """Chance that an attempt asks for 3DS authentication."""
    frictionless_ppm: Ppm = 0
    """Chance that the bank then recognises the cardholder without a challenge."""
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
class IssuerDecision:
    """What the issuer says to one attempt."""

    approved: bool
    reason: str = ""
    """``insufficient_funds``, ``soft_decline`` or ``hard_decline``."""
    authentication: Authentication = Authentication.NONE
    """What the issuer has done, or asks for: a challenge is still to be passed."""
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

    def decide(
        self, seat: int, card: str, attempt: int, amount_minor: int
    ) -> IssuerDecision:
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
        authentication = Authentication.NONE
        if challenge:
            silent = dice.chance(law.frictionless_ppm)
            authentication = (
                Authentication.FRICTIONLESS if silent else Authentication.CHALLENGE
            )
        refusal = self._refusal(law, seat, amount_minor)
        if refusal is None and (soft or attempt <= law.soft_declines_first):
            refusal = "soft_decline"
        if refusal is not None:
            return IssuerDecision(approved=False, reason=refusal)
        return IssuerDecision(
            approved=True,
            authentication=authentication,
            code=code,
            code_lost=code_lost,
            reply_lost=reply_lost,
        )

    def refuses_part(  # noqa: PLR0917 - what names the try, and the amount
        self, seat: int, card: str, order: str, part: int, tries: int, amount_minor: int
    ) -> str | None:
        """Return why a merchant's charge of a later instalment is declined, or None."""
        law = self._laws[card]
        dice = self._streams.at(tries, "issuer-part", order, part)
        soft = dice.chance(law.soft_decline_ppm)
        refusal = self._refusal(law, seat, amount_minor)
        return "soft_decline" if refusal is None and soft else refusal

    def _refusal(self, law: CardLaw, seat: int, amount_minor: int) -> str | None:
        """Return what no other try would change."""
        dice = self._streams.at(0, "issuer-hard", seat, law.token)
        if dice.chance(law.hard_decline_ppm):
            return "hard_decline"
        if law.limit_minor is not None and amount_minor > law.limit_minor:
            return "insufficient_funds"
        return None
