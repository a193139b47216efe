"""Fees: what a shop adds to a bill, and where on the way to a ticket it says so."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .config import Code, Config, Minor, Name, Ppm
from .money import share_of

__all__ = ["Fee", "Stage"]

Stage = Literal["cart", "checkout", "card"]
"""When a fee arises: with the first item, with the hold, or with the card."""


class Fee(Config):
    """An amount or a share that is added to every order; it is never refunded."""

    name: Code
    amount_minor: Minor = 0
    percent_ppm: Ppm = 0
    """Share of what the items cost after discounts."""
    arises: Stage = "checkout"
    brands: Annotated[tuple[Name, ...], Field(strict=False, max_length=20)] = ()
    """Brands of cards that it is taken for; none: all. Only where a card is known."""

    @model_validator(mode="after")
    def _adds_something(self) -> "Fee":
        if (self.percent_ppm > 0) == (self.amount_minor > 0):
            msg = f"fee {self.name}: give percent_ppm or amount_minor, not both"
            raise ValueError(msg)
        if self.brands and self.arises != "card":
            msg = f'fee {self.name}: brands need arises = "card"'
            raise ValueError(msg)
        return self

    def amount(self, goods_minor: int) -> int:
        """Return what it adds to goods of this price.

        >>> Fee(name="card", percent_ppm=20_000, arises="card").amount(10_000)
        200
        """
        return self.amount_minor or share_of(goods_minor, self.percent_ppm)

    def applies(self, *, held: bool, brand: str | None) -> bool:
        """Return whether it has arisen.

        Args:
            held: whether the seats are held, so that the payment page is open.
            brand: of the card that is entered; None before.
        """
        if self.arises == "card":
            return brand is not None and (not self.brands or brand in self.brands)
        return self.arises == "cart" or held
