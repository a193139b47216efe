"""Patience: background buyers who come back, and what they wait for."""

from dataclasses import dataclass
from typing import Any, Final

from .draws import patience_gaps
from .lines import Line
from .scenario import PPM, DeclaredProduct
from .state import AuditState

__all__ = ["PatienceRules"]

_GRAIN_MS: Final = 1
"""By so much two ways to take a logarithm may round a time differently."""

_ANY_MINOR: Final = 10**12
"""As much as any price may be."""

_Name = tuple[str, tuple[str, ...], int]
"""Segment, group and arrival."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What is known of who postponed."""

    look: int
    price: int
    returns: int
    first: int | None
    """The price at its first look; None if it has postponed nothing then."""


class PatienceRules:
    """Who waits, until when, and for which price.

    A look at which nothing is worth its price leaves no record.  So it is not always
    known what a buyer hopes for; the times of all its looks are, from the first that
    is told.

    Args:
        case: the journal.
    """

    def __init__(self, case: AuditState) -> None:
        """Nobody waits."""
        self._state = case
        self._waiting: dict[_Name, _Waiting] = {}

    def postponed(self, record: Line) -> DeclaredProduct | None:
        """Check that a buyer waits, and return what it would have bought."""
        case, data, n = self._state, record.data, record.n
        product = case.scenario.by_id.get(data["product"])
        declared = product is not None and data["segment"] in case.scenario.segments
        text = "{} would buy {}: the scenario does not declare both"
        case.check(declared, "sales", n, text, data["segment"], data["product"])
        case.nobody(record)
        if product is None or not declared:
            return None
        look, returns, name = data["look"], data["returns"], self._name(record, product)
        gaps = self._gaps(name)
        comes = 0 < look <= len(gaps)
        text = "arrival {} of {} postpones at look {}, and comes back {} times"
        case.check(comes, "patience", n, text, name[2], name[0], look, len(gaps))
        if not comes:
            return product
        known = self._waiting.pop(name, None)
        self._in_time(record, known, look, gaps)
        due = record.t + gaps[look - 1]
        near = abs(returns - due) <= _GRAIN_MS and returns < product.sale_ends
        text = "arrival {} comes back at {}, it should at {}, and before {}"
        values = name[2], returns, due, product.sale_ends
        case.check(near, "patience", n, text, *values)
        hope, price = self._hope(name[0], known, look), data["price"]
        text = "arrival {} postpones at {}, and waits for no less than {}"
        fits = hope is None or price > hope
        case.check(fits, "patience", n, text, name[2], price, hope)
        first = None if known is None else known.first
        first = price if look == 1 else first
        self._waiting[name] = _Waiting(look, price, returns, first)
        return product

    def sale(self, record: Line, product: DeclaredProduct) -> None:
        """Check that a buyer may come so often, and does not wait any longer."""
        case, data, n = self._state, record.data, record.n
        look, name = data.get("look", 1), self._name(record, product)
        gaps = self._gaps(name)
        comes = 0 < look <= len(gaps) + 1
        text = "arrival {} of {} buys at look {}, and comes back {} times"
        case.check(comes, "patience", n, text, name[2], name[0], look, len(gaps))
        known = self._waiting.pop(name, None)
        if not comes or not gaps:
            return
        self._in_time(record, known, look, gaps)
        hope, price = self._hope(name[0], known, look), data["price"]
        back = record.t + gaps[look - 1] if look <= len(gaps) else product.sale_ends
        fits = hope is None or price <= hope or back + _GRAIN_MS >= product.sale_ends
        text = "arrival {} buys at {}, waits for {}, and would be back at {}"
        case.check(fits, "patience", n, text, name[2], price, hope, back)

    def _in_time(
        self, record: Line, known: _Waiting | None, look: int, gaps: list[int]
    ) -> None:
        """Check that a buyer who has postponed comes when it said it would."""
        if known is None:
            return
        due = known.returns + sum(gaps[known.look : look - 1])
        grains = (look - known.look) * _GRAIN_MS
        text = "look {} of arrival {} is at {}, it should be at {}, after look {}"
        values = look, record.data["arrival"], record.t, due, known.look
        near = look > known.look and abs(record.t - due) <= grains
        self._state.check(near, "patience", record.n, text, *values)

    def _hope(self, segment: str, known: _Waiting | None, look: int) -> int | None:
        """Return the dearest price a buyer does not wait at; None if it is unknown."""
        patience = self._state.scenario.segments[segment]["patience"]
        if patience["belief"] == "myopic":
            # Whatever is worth its price is bought.
            return _ANY_MINOR
        if look == 1:
            return -1
        if known is None:
            return None
        if patience["belief"] == "last_seen":
            return known.price - 1 if known.look == look - 1 else None
        if known.first is None:
            return None
        share: int = PPM - patience["discount_ppm"]
        return known.first * share // PPM

    def _name(self, record: Line, product: DeclaredProduct) -> _Name:
        data, group = record.data, self._state.scenario.group_of(record.data, product)
        return data["segment"], group, data["arrival"]

    def _gaps(self, name: _Name) -> list[int]:
        """Return the times from each look of a buyer to its next one."""
        scenario = self._state.scenario
        declared: dict[str, Any] | None = scenario.segments[name[0]].get("patience")
        if declared is None:
            return []
        dice = scenario.luck.stream("patience", name[0], *name[1], name[2])
        return patience_gaps(declared, dice.word())
