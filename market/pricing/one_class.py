"""Policies for itineraries of one class: what they refuse."""

from collections.abc import Sequence

from ..catalog import Product

__all__ = ["verify_one_class"]


def verify_one_class(kind: str, products: Sequence[Product]) -> None:
    """Raise if an itinerary has several classes: all would have one price.

    Args:
        kind: of the policy, for the message.
        products: of the seller.

    Raises:
        ValueError: one has.
    """
    for product in products:
        if len(product.nest) != 1:
            msg = f"{kind} is for one class, and {product.listing_id} "
            raise ValueError(msg + f"has {len(product.nest)}")
