"""What one visitor sees of the market, and the commands a visitor may give."""

from .storefront import COMMANDS, Command, Pace, Storefront
from .visitor import CartItem, Message, Shown, Visitor

__all__ = [
    "COMMANDS",
    "CartItem",
    "Command",
    "Message",
    "Pace",
    "Shown",
    "Storefront",
    "Visitor",
]
