"""The declared part of a choice: what a segment makes of price and drawbacks."""

from .config import Config, Minor, SignedMilli

__all__ = ["ChoiceModel"]


class ChoiceModel(Config):
    """How a segment weighs price and drawbacks."""

    reference_minor: Minor
    """Price at which an offer without drawbacks is worth as much as not buying."""
    scale_minor: Minor
    """Price difference that changes the odds by a factor of e."""
    drawback_penalty_milli: SignedMilli = 500
    """Utility lost per drawback of an offer, in thousandths."""
