"""Card laws: how cards behave, as a scenario declares it."""

from typing import Annotated

from pydantic import Field

from ..config import Code, Config, Minor, Name, Ppm

__all__ = ["TEST_CARDS", "CardLaw"]


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
