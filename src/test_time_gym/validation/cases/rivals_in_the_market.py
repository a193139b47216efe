"""E1 and E2, played: rivals who answer each other's prices, under logit demand.

Each airline sees what the others show, and sets the price that is best against it.
Where one airline has all the flights, that is the price that is best for all together.
"""

from collections.abc import Callable
from functools import partial

from test_time_gym.market.clock import DAY_MS
from test_time_gym.market.pricing import logit_bertrand
from test_time_gym.market.world import World

from ..rivals import SALE_DAYS, Rival, rivals, watch
from ..simulation import Claim, Samples, Simulation

__all__ = ["CASES"]

_UNIT = 1_000_000
"""Minor units that stand for one unit of money of theory."""
_QUALITY, _NOTHING, _SCALE, _COST = 2.0, 0.0, 0.25, 1.0
_STARTS = (1.9, 1.2, 1.6, 2.4)
"""Base fares, from which the airlines set out."""
_BUYERS = 1600
_PROFIT = "profit of each, from a buyer"
_SETTLED = SALE_DAYS * DAY_MS // 4
"""From then on sales count: by then prices have come to rest."""
_PRICING = {
    "kind": "logit_best_response",
    "reference_minor": round((_QUALITY - _NOTHING) * _UNIT),
    "scale_minor": round(_SCALE * _UNIT),
    "cost_minor": round(_COST * _UNIT),
    "floor_ppm": 100_000,
    "ceiling_ppm": 5_000_000,
    "reprice_every_s": 10_800,
}
_DEMAND = {
    "name": "all",
    "buyers_per_departure": _BUYERS,
    "booking_curve": [[0, 0], [SALE_DAYS, 1_000_000]],
    "willingness": {"kind": "uniform", "least_minor": 10**9, "most_minor": 10**9},
    "choice": {
        "reference_minor": _PRICING["reference_minor"],
        "scale_minor": _PRICING["scale_minor"],
    },
}


def _play(seed: int, *, flights: int, world: Callable[[], World]) -> Samples:
    """Play a departure; return the last price, and the profit of each flight."""
    seen = watch(seed, world)
    profit = sum(
        price / _UNIT - _COST for at_ms, _, price in seen.sales if at_ms >= _SETTLED
    )
    buyers = _BUYERS * 3 / 4
    return {
        "price": sum(seen.closing) / len(seen.closing) / _UNIT,
        _PROFIT: profit / buyers / flights,
    }


def _claims(flights: int, kind: str) -> list[Claim]:
    """Return price and profit of a kind, Nash or joint, and those with a rival more."""
    (price, profit), (other_price, other_profit) = (
        (getattr(found, f"{kind}_price"), getattr(found, f"{kind}_profit"))
        for found in (
            logit_bertrand(n, _QUALITY, _NOTHING, _SCALE, _COST)
            for n in (flights, flights + 1)
        )
    )
    return [
        # Prices are whole minor units: half of one, and what the last answers move.
        Claim("price", price, "a rival more", other_price, within=2 / _UNIT),
        Claim(_PROFIT, profit, "a rival more", other_profit, 0.01, "profit"),
    ]


def _case(flights: int, *, together: bool) -> Simulation:
    """Declare rivals with a flight each, or one airline with all of them."""
    starts = [round(start * _UNIT) for start in _STARTS[:flights]]
    sellers = (
        (Rival(_PRICING, starts[0], flights),)
        if together
        else tuple(Rival(_PRICING, start) for start in starts)
    )
    kind = "joint" if together else "nash"
    head = "E1/market" if flights == 2 else f"E2/market/{flights}"  # noqa: PLR2004
    return Simulation(
        f"{head}/{kind}",
        f"{flights} flights of {'one airline' if together else 'rivals'} that answer "
        "the prices shown, in the market",
        _claims(flights, kind),
        partial(
            _play,
            flights=flights,
            world=partial(rivals, sellers, seats=1000, demand=(_DEMAND,)),
        ),
        20,
    )


CASES = [
    _case(flights, together=together)
    for flights in (2, 3, 4)
    for together in (False, True)
]
