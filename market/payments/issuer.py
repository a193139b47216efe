"""The cardholder's bank: decisions are a function of (card, attempt)."""

from dataclasses import dataclass
from typing import Final

from ..streams import Stream, Streams
from .card_law import TEST_CARDS, CardLaw
from .payment import Authentication

__all__ = ["TEST_CARDS", "CardLaw", "Issuer", "IssuerDecision"]


@dataclass(frozen=True, slots=True)
class IssuerDecision:
    """What the issuer says to one attempt."""

    approved: bool
    reason: str = ""
    """``insufficient_funds``, ``soft_decline`` or ``hard_decline``."""
    authentication: Authentication = Authentication.NONE
    """What the issuer has done, or asks for: a challenge is still to be passed."""
    code: str = ""
    """Six digits that answer a challenge; empty where none can be asked for."""
    code_lost: bool = False
    reply_lost: bool = False


_APPROVED: Final = IssuerDecision(approved=True)
"""What is said of a card without chances."""


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
        refusal = self._refusal(law, seat, amount_minor)
        if refusal is None and attempt <= law.soft_declines_first:
            refusal = "soft_decline"
        if refusal is not None:
            return IssuerDecision(approved=False, reason=refusal)
        if not (law.soft_decline_ppm or law.challenge_ppm or law.reply_lost_ppm):
            return _APPROVED
        return self._draw(law, self._streams.at(attempt, "issuer", seat, card))

    def _draw(self, law: CardLaw, dice: Stream) -> IssuerDecision:
        """Return the decision on an attempt that chance may turn either way."""
        soft, challenge = (
            dice.chance(law.soft_decline_ppm),
            dice.chance(law.challenge_ppm),
        )
        if soft:
            return IssuerDecision(approved=False, reason="soft_decline")
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
        if law.hard_decline_ppm:
            dice = self._streams.at(0, "issuer-hard", seat, law.token)
            if dice.chance(law.hard_decline_ppm):
                return "hard_decline"
        if law.limit_minor is not None and amount_minor > law.limit_minor:
            return "insufficient_funds"
        return None
