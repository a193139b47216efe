"""Overbooking: how many bookings to accept, in front of any other policy."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Context, Decimal
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Final, Literal, get_args

from msgspec.structs import replace
from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from ..catalog import Product
from ..clock import DAY_MS
from ..config import PPM, Minor, Ppm
from ..streams import Streams
from .policy import (
    Change,
    Decision,
    PolicyConfig,
    PricingConfig,
    PricingPolicy,
    Stock,
    View,
)
from .sellers import Seller

__all__ = ["Overbook", "best_level"]

_BITS: Final = 128
"""Binary digits of a chance, besides those that the rarest one needs."""
_MOST: Final = 5
"""Times the capacity: no level is sought beyond."""
_EXACT: Final = Context(prec=30)
_OWN: Final = (
    "floor_ppm",
    "ceiling_ppm",
    "counts_holds",
    "reprice_every_s",
    "wake_on",
)
"""Keys that belong to the policy behind; it says them for both."""


def _kinds(of: type[PricingConfig]) -> dict[str, type[PricingConfig]]:
    """Return the package's kinds of pricing, by their names."""
    kinds: dict[str, type[PricingConfig]] = {}
    for one in of.__subclasses__():
        kinds |= _kinds(one)
        field = one.model_fields.get("kind")
        if field is not None and one.__module__.startswith(f"{__package__}."):
            kinds |= dict.fromkeys(get_args(field.annotation), one)
    return kinds


def _behind(value: Any) -> Any:
    """Return the policy that a table declares.

    Raises:
        ValueError: it is no policy that another can stand in front of.
    """
    if isinstance(value, PricingConfig):
        return value
    kinds = _kinds(PricingConfig)
    usable = [kind for kind in sorted(kinds) if kind not in {"agent", "overbook"}]
    usable = [
        kind
        for kind in usable
        if kind == "fixed" or issubclass(kinds[kind], PolicyConfig)
    ]
    table = {"kind": value} if isinstance(value, str) else value
    kind = table.get("kind") if isinstance(table, Mapping) else None
    if kind not in usable:
        msg = f"overbook stands in front of one of {', '.join(usable)}, not of {kind!r}"
        raise ValueError(msg)
    return kinds[kind].model_validate(table)


class Overbook(PolicyConfig):
    """So many bookings are accepted as earn the most; another policy does the rest.

    It takes the first level b at which ``P(S_b ≥ c) ≥ fare / denied``, for binomial
    shows S_b, as the closed form `overbooking` does.  With a hazard of cancellations
    the chance of a show is that of a booking which stands now, and grows with time.
    """

    kind: Literal["overbook"]
    policy: Annotated[SerializeAsAny[PricingConfig], BeforeValidator(_behind)]
    """What decides prices and limits: a policy, or ``fixed``."""
    show_ppm: Annotated[int, Field(ge=1, le=PPM)] = PPM
    """Chance that who has a booking at the departure shows up."""
    cancel_ppm_per_day: Ppm = 0
    """Hazard of a cancellation before."""
    denied_minor: Minor = 0
    """What a denied boarding is taken to cost."""
    fare_minor: Annotated[int, Field(ge=1, le=10**10)] | None = None
    """What a booking more brings; None: the least base fare on the leg, of which each
    leg of a connection has an equal part."""
    overbook_ppm: Annotated[int, Field(ge=0, le=4 * PPM)] | None = None
    """In place of all that: so many more are accepted, as a share of the capacity."""
    reads: ClassVar[tuple[str, ...]] = ("show_ppm", "denied_minor")

    def table_bytes(self, units: Sequence[int]) -> int:
        """Return about how much memory those of the policy behind it take."""
        accepted = PPM * PPM // self.show_ppm
        if self.overbook_ppm is not None:
            accepted = PPM + self.overbook_ppm
        return self.policy.table_bytes([stock * accepted // PPM for stock in units])

    @model_validator(mode="before")
    @classmethod
    def _as_behind(cls, data: Any) -> Any:
        """Take the promises of the policy behind for those of both."""
        if not isinstance(data, dict) or "policy" not in data:
            return data
        behind = _behind(data["policy"])
        own: dict[str, Any] = {key: getattr(behind, key, PPM) for key in _OWN}
        if not own["reprice_every_s"]:  # Fixed prices never wake: overbooking does.
            del own["reprice_every_s"], own["wake_on"]
        for key, said in own.items():
            given = data.get(key, said)
            if (tuple(given) if key == "wake_on" else given) != said:
                msg = f"{key} belongs into the policy that overbook stands in front of"
                raise ValueError(msg)
        return {**data, **own, "policy": behind}

    @model_validator(mode="after")
    def _knows_what_it_needs(self) -> "Overbook":
        given = [key for key in self.reads if key in self.model_fields_set]
        if self.overbook_ppm is None and len(given) < len(self.reads):
            msg = "overbook needs show_ppm and denied_minor, or overbook_ppm"
            raise ValueError(msg)
        return self

    @property
    def past_departures(self) -> int:
        """How many past departures the policy behind is shown."""
        return self.policy.past_departures

    @property
    def past_days(self) -> tuple[int, ...]:
        """Days at which the policy behind has past sales divided."""
        return self.policy.past_days

    @property
    def authorises(self) -> bool:
        """Whether it may authorise more units of a pool than there are."""
        return True

    @property
    def classes_named(self) -> tuple[str, ...]:
        """Those of the policy behind."""
        return self.policy.classes_named

    def verify(self, products: Sequence[Product]) -> None:
        """Raise if the policy behind cannot price these, or no level is the best.

        Raises:
            ValueError: likewise: a denied boarding costs no more than a fare brings.
        """
        self.policy.verify(products)
        if self.overbook_ppm is not None:
            return
        dearest = max(self._fare([p.base_minor], [len(p.pools)]) for p in products)
        if self.denied_minor <= dearest:
            msg = f"overbook has a denied_minor of {self.denied_minor}, not above the "
            msg += f"fare of {dearest}: every booking more would gain"
            raise ValueError(msg)

    def bounds(self, product: Product) -> tuple[int, int]:
        """Return the bounds of the policy behind."""
        return self.policy.bounds(product)

    def begin(self, seller: Seller) -> "_Overbook":
        """Return the policy of a run whose chance nobody has given: that of seed 0."""
        return self.begin_with(seller, Streams(0))

    def begin_with(self, seller: Seller, streams: Streams) -> "_Overbook":
        """Return the policy of one run."""
        behind = self.policy
        if not isinstance(behind, PolicyConfig):
            return _Overbook(self, None)
        return _Overbook(self, behind.begin_with(seller, streams))

    def _fare(self, bases: Sequence[int], legs: Sequence[int]) -> int:
        if self.fare_minor is not None:
            return self.fare_minor
        return max(1, min(b // n for b, n in zip(bases, legs, strict=True)))

    def level(self, stock: Stock, view: View) -> int:
        """Return how many bookings to accept for a pool.

        Args:
            stock: the pool.
            view: what is seen of it.
        """
        if self.overbook_ppm is not None:
            return stock.capacity + stock.capacity * self.overbook_ppm // PPM
        own = [offer for offer in view.offers if stock.pool in offer.pools]
        left_ms = max(offer.closes_in_ms for offer in own)
        fare = self._fare(
            [offer.base_minor for offer in own], [len(offer.pools) for offer in own]
        )
        shows = _stands(self.show_ppm, self.cancel_ppm_per_day, left_ms)
        return best_level(stock.capacity, max(1, shows), fare, self.denied_minor)


class _Overbook:
    """Overbooking in one run, in front of a policy; it remembers nothing itself."""

    def __init__(self, config: Overbook, policy: PricingPolicy | None) -> None:
        self._config, self._policy = config, policy

    def decide(self, view: View) -> Decision:
        """Authorise units, and let the policy decide as if they were all there."""
        levels = {one.pool: self._config.level(one, view) for one in view.stock}
        changes = [Change(one.pool, levels[one.pool], "overbook") for one in view.stock]
        if self._policy is None:
            return Decision(authorised=changes)
        # Where more is taken than the level, nothing is left.
        left = {
            one.pool: max(0, levels[one.pool] - one.authorised + one.left)
            for one in view.stock
        }
        seen = replace(
            view,
            offers=tuple(
                replace(offer, left=min(left[pool] for pool in offer.pools))
                for offer in view.offers
            ),
            stock=tuple(
                one._replace(left=left[one.pool], authorised=levels[one.pool])
                for one in view.stock
            ),
        )
        return replace(self._policy.decide(seen), authorised=changes)

    def state(self) -> Sequence[int | str]:
        """Return what the policy behind remembers."""
        return () if self._policy is None else self._policy.state()


def _stands(show_ppm: int, hazard_ppm: int, left_ms: int) -> int:
    """Return the chance that a booking shows up which has so long to stand yet.

    >>> _stands(900_000, 10_000, 10 * DAY_MS)
    814353
    """
    if not hazard_ppm:
        return show_ppm
    power = _EXACT.divide(Decimal(-hazard_ppm * left_ms), Decimal(DAY_MS * PPM))
    share = _EXACT.multiply(Decimal(show_ppm), _EXACT.exp(power))
    return int(share.to_integral_value(ROUND_FLOOR))


@lru_cache(maxsize=65_536)
def best_level(capacity: int, show_ppm: int, fare: int, denied: int) -> int:
    """Return the best number of bookings to accept, in whole numbers throughout.

    Args:
        capacity: in units.
        show_ppm: chance that a booking shows up, 1 to 1,000,000.
        fare: what one who shows up brings.
        denied: what a denied boarding costs.

    Returns:
        As `overbooking` finds it in floats; five times the capacity at most.

    >>> best_level(100, 900_000, 100_00, 300_00), best_level(0, 900_000, 1, 2)
    (109, 0)
    """
    if not capacity or show_ppm == PPM:
        return capacity
    # The chance of c − 1 shows among b ≥ c, and of c or more.
    power = capacity - 1
    bits = _BITS + capacity * (PPM // show_ppm).bit_length()
    term = (show_ppm**power << bits) // PPM**power
    tail, level = 0, power
    while level < _MOST * capacity:
        tail += term * show_ppm // PPM
        level += 1
        if tail * denied >= fare << bits:
            return level
        term = term * level * (PPM - show_ppm) // ((level - power) * PPM)
    return level
