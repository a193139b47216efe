"""What one visitor sees of the market, and the commands a visitor may give."""

from .storefront import (
    Command,
    Pace,
    Storefront,
    advertisement,
    always,
    code_message,
)
from .visitor import MESSAGES_KEPT, CartItem, Message, ShownOffer, Visitor

__all__ = [
    "MESSAGES_KEPT",
    "CartItem",
    "Command",
    "Message",
    "Pace",
    "ShownOffer",
    "Storefront",
    "Visitor",
    "advertisement",
    "always",
    "code_message",
]
