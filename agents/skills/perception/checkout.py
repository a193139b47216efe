"""Checkouts: what of a page a value may have moved on the way to a ticket."""

from typing import Any, NamedTuple

from .page import item_names

__all__ = ["Checkout", "checkout_of"]


class Checkout(NamedTuple):
    """What is bought, with what, and for how much."""

    items: tuple[Any, ...]
    coupons: tuple[str, ...]
    card: str | None
    parts: int
    total: float
    paid: bool
    """Whether a payment has just gone through, and left the till behind."""

    @property
    def codes(self) -> int:
        """How many codes are applied."""
        return len(self.coupons)

    def has(self, about: str, value: Any) -> bool:
        """Return whether a value is there already."""
        if about == "code":
            return value in self.coupons
        return bool(value == (self.card if about == "card" else self.parts))

    def scope(self, about: str) -> Any:
        """Return what a failure of a value holds for: the same items, the same card."""
        if about == "code":
            return self.items
        return self.card if about == "parts" else None

    def gain(self, after: "Checkout") -> float:
        """Return how well a value worked that was accepted, from 0 to 1.

        It is better by the share of the total that it has taken off.
        """
        if not self.total or not after.total:
            return 0.5
        return max(0.0, min(1.0, 0.5 + 1 - after.total / self.total))


def checkout_of(observation: dict[str, Any]) -> Checkout:
    """Return the checkout on a page."""
    cart, payment = observation["cart"], observation["payment_state"]
    return Checkout(
        item_names(observation),
        tuple(cart["coupons"]),
        payment["card"],
        payment["instalments"],
        float(cart["total"]),
        payment["status"] == "captured",
    )
