"""What one visitor sees of the market, and the commands a visitor may give."""

from .storefront import (
    COMMANDS,
    Command,
    Pace,
    Storefront,
    advertisement,
    code_message,
)
from .visitor import MESSAGES_KEPT, CartItem, Message, Shown, Visitor

__all__ = [
    "COMMANDS",
    "MESSAGES_KEPT",
    "CartItem",
    "Command",
    "Message",
    "Pace",
    "Shown",
    "Storefront",
    "Visitor",
    "advertisement",
    "code_message",
]
