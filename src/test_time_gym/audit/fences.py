"""Fences: what background buyers may buy, and would pay for at all."""

from typing import Any

from .flexible_dates import looks_so_far
from .levels import level_ppm
from .lines import Line
from .prices import RepricingRules
from .scenario import DeclaredProduct
from .state import AuditState
from .stock import StockRules

__all__ = ["FenceRules", "most_paid"]


def most_paid(segment: dict[str, Any]) -> int | None:
    """Return the dearest price that a buyer of a segment pays; None without a bound.

    >>> most_paid({"willingness": {"kind": "uniform", "most_minor": 90}})
    90
    >>> table = [[50, 1_000_000], [70, 0], [80, 0]]
    >>> most_paid({"willingness": {"kind": "table", "survival_curve": table}})
    69
    >>> most_paid({"willingness_median_minor": 50})
    """
    law = segment.get("willingness") or {"kind": "lognormal"}
    if law["kind"] == "uniform":
        return int(law["most_minor"])
    if law["kind"] == "table":
        none_pays: int = min(
            price for price, share in law["survival_curve"] if not share
        )
        return none_pays - 1
    return None


class FenceRules:
    """Which offers a segment's buyers may choose from.

    Args:
        case: the journal.
        stock: what can be had.
        prices: what it costs.
    """

    def __init__(
        self, case: AuditState, stock: StockRules, prices: RepricingRules
    ) -> None:
        """Take what is declared."""
        self._state, self._stock, self._prices = case, stock, prices
        self._most = {
            name: most_paid(one) for name, one in case.scenario.segments.items()
        }

    def sale(self, record: Line) -> None:
        """Check a background sale, before its seat is taken."""
        case, n, data = self._state, record.n, record.data
        product = case.scenario.by_id.get(data["product"])
        segment = case.scenario.segments.get(data["segment"])
        if product is None or segment is None:
            return
        name, price = data["segment"], data["price"]
        text = "a buyer of {} buys {}, which is for {}"
        may = _open_to(product, segment)
        case.check(may, "fences", n, text, name, product.id, product.segments)
        told = data.get("group")
        group = case.scenario.group_of(data, product)
        looks = not told or looks_so_far(segment, group, product.group)
        text = "a buyer of {} who came for {} buys {}, and does not look there"
        case.check(looks, "fences", n, text, name, told, product.id)
        wanted = case.scenario.comes_for(name, group)
        text = "a buyer of {} buys {}, and nobody of them comes for {}"
        case.check(wanted, "fences", n, text, name, product.id, group)
        text = "a buyer of {} buys {}, and nobody of them comes for {}"
        day = case.scenario.by_group[group][0].day
        comes = level_ppm(segment, day) > 0
        case.check(comes, "fences", n, text, name, product.id, day)
        most = self._most[name]
        text = "a buyer of {} pays {}, nobody of them pays more than {}"
        case.check(most is None or price <= most, "fences", n, text, name, price, most)
        if segment["choice"].get("kind") == "cheapest_fence":
            cheaper = [
                one.id
                for one in case.scenario.by_group[product.group]
                if _open_to(one, segment)
                and self._costs_less(one, price)
                and self._stock.offers(one, 1, record.t, agents=False)
            ]
            text = "a buyer of {} takes {}, and {} would have been cheaper"
            case.check(not cheaper, "fences", n, text, name, product.id, cheaper)

    def _costs_less(self, product: DeclaredProduct, price: int) -> bool:
        known = self._prices.known[product.index]
        return known is not None and known < price


def _open_to(product: DeclaredProduct, segment: dict[str, Any]) -> bool:
    if segment.get("refundable_only", False) and not product.refundable:
        return False
    return product.segments is None or segment["name"] in product.segments
