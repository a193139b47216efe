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
    orders: int
    tickets: int
    """Orders that hold what was bought."""

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

    def rise(self, after: "Checkout") -> float:
        """Return the share by which the total has risen since, at least 0."""
        return max(0.0, after.total / self.total - 1) if self.total else 0.0


def checkout_of(observation: dict[str, Any]) -> Checkout:
    """Return the checkout on a page."""
    cart, payment = observation["cart"], observation["payment_state"]
    return Checkout(
        item_names(observation),
        tuple(cart["coupons"]),
        payment["card"],
        payment["instalments"],
        float(cart["total"]),
        len(observation["orders"]),
        sum(one["status"] == "ticketed" for one in observation["orders"]),
    )
