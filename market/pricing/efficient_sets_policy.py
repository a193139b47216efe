"""Offer sets by dynamic programming, where buyers choose among what is open.

K. T. Talluri and G. J. van Ryzin (2004), Revenue management under a general discrete
choice model of consumer behavior, Management Science 50(1), section 3.

A class is closed by comparing values, so they are whole parts of a minor unit, rounded
down at every step: floats would leave a close call to the machine.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, ClassVar, Final, Literal, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from ..catalog import Product
from ..clock import DAY_MS
from ..config import PPM, Code, Config
from ..curve import Curve, CurvePoints
from ..demand import from_none_to_all
from .learning.learned_choice import LearnedChoice, learned_choice
from .learning.methods import FIRST
from .learning_config import LearningConfig
from .policy import Change, Decision, Offer, Stock, View
from .sellers import Seller

__all__ = ["ChancesOfSet", "EfficientSetsControl", "PricedSet", "best_sets"]

_PART: Final = 32
"""Binary places of a minor unit that values have."""
_NOTHING: Final = 255
"""Place of no set: nothing is offered."""

_Ppm = Annotated[int, Field(ge=0, le=PPM)]


class ChancesOfSet(Config):
    """What a buyer does who is offered these classes and no others."""

    classes: Annotated[
        tuple[Code, ...], Field(min_length=1, max_length=12, strict=False)
    ]
    chances_ppm: Annotated[tuple[_Ppm, ...], Field(strict=False)]
    """That it buys each; the rest buys nothing."""

    @model_validator(mode="after")
    def _is_a_law(self) -> "ChancesOfSet":
        name = f"the set {', '.join(self.classes)}"
        if len(set(self.classes)) != len(self.classes):
            raise ValueError(f"{name} names a class twice")
        if len(self.chances_ppm) != len(self.classes):
            msg = f"{name} has {len(self.chances_ppm)} chances_ppm: one of each class "
            raise ValueError(msg + "is expected")
        if sum(self.chances_ppm) > PPM:
            msg = f"{name} is bought from with {sum(self.chances_ppm)} ppm in all: "
            raise ValueError(msg + f"at most {PPM}")
        return self


class EfficientSetsControl(LearningConfig):
    """Base fares, and the classes of a leg that are open: the best set at each wake.

    ``V_t(x) = V_{t-1}(x) + λ · max_S Σ_{j ∈ S} P_j(S) · (f_j - V_{t-1}(x) +
    V_{t-1}(x - 1))``: with t periods to come and x units left, the set S that reaches
    the maximum is offered, or nothing.  It is always an efficient one.

    Without ``sets`` buyers are taken to choose by a logit among the classes of a leg,
    whose shares and number are learned: sets are then those of the dearest classes,
    which are all that is ever efficient.
    """

    later: ClassVar[tuple[str, ...]] = (
        *LearningConfig.later,
        "sets",
        "periods",
        "booking_curve",
        "market_share_ppm",
    )
    declares: ClassVar[str] = "sets"

    kind: Literal["efficient_sets"]
    sets: Annotated[tuple[ChancesOfSet, ...], Field(max_length=64, strict=False)] = ()
    """Those that may be offered."""
    periods: Annotated[int, Field(ge=1, le=2_000)] | None = None
    """Of a whole sale: each has its equal share of demand, and one buyer at most.  It
    is declared with the sets; of learned buyers there are 500, or as many as buyers."""
    buyer_ppm: Annotated[int, Field(ge=0, le=PPM)] = PPM
    """λ: the chance that a buyer comes in a period."""
    booking_curve: Annotated[CurvePoints, AfterValidator(from_none_to_all)] | None = (
        None
    )
    """``[[days before closing, share still to come in ppm], …]``: of the periods."""
    market_share_ppm: Annotated[int, Field(ge=1, le=PPM - 1)] | None = None
    """Of those who come for a leg, how many buy on it where all is open: what sales
    never tell, and who learns supposes.  None: one half."""

    @model_validator(mode="after")
    def _sets_once(self) -> "EfficientSetsControl":
        sets = [sorted(one.classes) for one in self.sets]
        for one in sets:
            if sets.count(one) > 1:
                msg = f"sets has two sets of the classes {', '.join(one)}"
                raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _is_declared_or_learned(self) -> "EfficientSetsControl":
        for key in ("periods", "booking_curve"):
            if self.sets and getattr(self, key) is None:
                msg = f"sets need {key}; without sets, choices are learned"
                raise ValueError(msg)
        if not (self.sets or self.learns):
            msg = 'forecast = "declared" needs sets, periods and a booking_curve; '
            raise ValueError(msg + "without all four, choices are learned")
        if not self.sets:
            given = ["booking_curve"] if self.booking_curve is not None else []
            given += ["buyer_ppm"] if self.buyer_ppm != PPM else []
            if given:
                msg = f"{given[0]} is of declared sets, and there are none: without "
                raise ValueError(msg + "both, choices are learned")
        if self.market_share_ppm is not None and not self.learns:
            msg = "market_share_ppm is for choices that are learned: forecast is "
            raise ValueError(msg + '"declared", and not "pickup", say')
        self.check_learning()
        return self

    @property
    def supposes(self) -> str:
        """That half of those who come buy, if nothing is said of that."""
        if self.market_share_ppm is not None:
            return ""
        told = ", and supposes that half of those who come buy where all is open: "
        return told + "market_share_ppm may say another share"

    def table_bytes(self, units: Sequence[int]) -> int:
        """Return about how much memory its tables take in a process."""
        rows = sorted((stock + 1 for stock in units), reverse=True)[:_TABLES]
        return (self.periods or _PERIODS) * sum(rows)

    @property
    def classes_named(self) -> tuple[str, ...]:
        """Those of the sets."""
        return tuple(code for one in self.sets for code in one.classes)

    def verify(self, products: Sequence[Product]) -> None:
        """Raise if a class is unknown, or a set can never be offered.

        Raises:
            ValueError: a class is in no set, stands on a leg twice or goes through
                several legs; or a set would close a class of an itinerary and leave a
                cheaper one open.
        """
        for product in products:
            _verify_one_leg(product)
        if not self.sets:
            return
        known = [code for one in self.sets for code in one.classes]
        seen: dict[tuple[int, str], str] = {}
        nests: dict[str, list[str]] = {}
        for product in products:
            code = product.rate
            if code not in known:
                msg = f"efficient_sets has no set with the class {code} of "
                raise ValueError(msg + product.listing_id)
            other = seen.setdefault((product.pools[0], code), product.listing_id)
            if other != product.listing_id:
                msg = f"efficient_sets: {other} and {product.listing_id} both sell the "
                raise ValueError(msg + f"class {code} of one leg")
            nests.setdefault(product.listing_id, []).append(code)
        for listing, nest in nests.items():
            self._verify_nest(listing, nest)

    def _verify_nest(self, listing: str, nest: Sequence[str]) -> None:
        for one in self.sets:
            within = [code in one.classes for code in nest]
            if within != sorted(within, reverse=True):
                closed = nest[within.index(False)]
                msg = f"efficient_sets cannot offer {', '.join(one.classes)}: what is "
                msg += f"cheaper than {closed} in {listing} is closed with it; leave "
                msg += "the set out, or list the classes as itineraries of one each"
                raise ValueError(msg)

    def begin(self, seller: Seller) -> "_OfferSets":
        """Return the policy of one run."""
        del seller
        return _LearnedSets(self) if self.learns else _EfficientSets(self)


def _verify_one_leg(product: Product) -> None:
    if len(product.pools) != 1:
        msg = f"efficient_sets is for one leg, and {product.listing_id} has "
        raise ValueError(msg + f"{len(product.pools)}; dlp knows networks")


class _OfferSets:
    """Offer sets in one run; nothing is remembered between wakes."""

    def __init__(self, config: EfficientSetsControl) -> None:
        self._wakes_at = config.wakes_at

    def decide(self, view: View) -> Decision:
        """Open the best set of every leg that has units left, and close the rest."""
        users: dict[int, list[Offer]] = {}
        for offer in view.offers:
            users.setdefault(offer.pools[0], []).append(offer)
        return Decision(
            limits=[
                change
                for stock in view.stock
                if stock.left > 0
                for change in self.limits(stock, users[stock.pool], view)
            ],
            wake_at_ms=self._wakes_at(view),
        )

    def limits(self, stock: Stock, users: list[Offer], view: View) -> list[Change]:
        """Return the limits of a leg's classes, which each kind says."""
        raise NotImplementedError

    def state(self) -> tuple[()]:
        """Return nothing: each decision follows from the view."""
        return ()


def _offered(
    users: Sequence[Offer], opened: Sequence[Offer], units: int
) -> list[Change]:
    return [
        Change(one.product, units, "offer")
        if one in opened
        else Change(one.product, 0, "close")
        for one in users
    ]


class _EfficientSets(_OfferSets):
    """Offer sets of declared chances."""

    def __init__(self, config: EfficientSetsControl) -> None:
        super().__init__(config)
        self._sets, self._buyer = config.sets, config.buyer_ppm
        self._periods = config.periods or 1
        curve = config.booking_curve or ((0, 0),)
        self._to_come = Curve([(x * DAY_MS, y) for x, y in curve])

    def limits(self, stock: Stock, users: list[Offer], view: View) -> list[Change]:
        """Return the limits by which the best set that is declared is open."""
        del view
        fares = {one.rate: one.price_minor for one in users}
        sets = [one for one in self._sets if all(code in fares for code in one.classes)]
        priced = tuple(
            PricedSet(
                sum(one.chances_ppm),
                sum(
                    fares[code] * chance
                    for code, chance in zip(one.classes, one.chances_ppm, strict=True)
                ),
            )
            for one in sets
        )
        closes = max(one.closes_in_ms for one in users)
        ahead = max(1, self._periods * self._to_come.at(closes) // PPM)
        table = best_sets(priced, stock.most, self._periods, self._buyer)
        place = table[ahead - 1][stock.left]
        offered = () if place == _NOTHING else sets[place].classes
        return _offered(
            users, [one for one in users if one.rate in offered], stock.most
        )


_PERIODS: Final = 500
"""Of learned buyers, unless more come or others are declared."""


class _LearnedSets(_OfferSets):
    """Offer sets by what past departures taught of buyers' choices."""

    def __init__(self, config: EfficientSetsControl) -> None:
        super().__init__(config)
        self._declared = _EfficientSets(config) if config.sets else None
        self._steps, self._periods = config.steps, config.periods or _PERIODS
        self._share = config.market_share_ppm or PPM // 2

    def limits(self, stock: Stock, users: list[Offer], view: View) -> list[Change]:
        """Return the limits by which the best of the nested sets is open.

        While past departures are too few, the declared sets count; without any, and
        where nobody has ever bought, all is open.
        """
        dear = sorted(users, key=lambda one: (-one.price_minor, one.rank, one.product))
        known = None
        if len(view.past) >= FIRST:
            products = tuple(one.product for one in dear)
            known = learned_choice(view.past, products, self._steps, self._share)
        elif self._declared is not None:
            return self._declared.limits(stock, users, view)
        opened = len(dear) if known is None else self._best(known, stock, dear)
        return _offered(users, dear[:opened], stock.most)

    def _best(self, known: LearnedChoice, stock: Stock, users: list[Offer]) -> int:
        """Return how many classes to open, the dearest first."""
        fares = [one.price_minor for one in users]
        closes = max(one.closes_in_ms for one in users)
        # Who can no longer buy a class chooses among the dearer ones alone.
        still = sum(closes > end for end in known.sale_ends_ms)
        priced = tuple(
            PricedSet(sum(row), sum(map(int.__mul__, row, fares)))
            for row in known.chances_ppm[:still]
        )
        whole, now = known.buyers.means_milli[0], known.buyers.to_come(closes)
        if not priced or not whole:
            return len(users)
        periods = max(self._periods, -(-whole // 1000))
        ahead = max(1, periods * now // whole)
        table = best_sets(priced, stock.most, periods, whole * 1000 // periods)
        place = table[ahead - 1][stock.left]
        return 0 if place == _NOTHING else place + 1


_TABLES: Final = 256
"""Tables that are remembered."""


class PricedSet(NamedTuple):
    """An offer set, as the programme looks at it."""

    chance_ppm: int
    """That a buyer buys anything."""
    revenue: int
    """Expected from a buyer, in millionths of a minor unit."""


@lru_cache(maxsize=_TABLES)
def best_sets(
    sets: tuple[PricedSet, ...], units: int, periods: int, buyer_ppm: int
) -> tuple[bytes, ...]:
    """Return which set to offer in every state of a leg.

    Remembered: all runs of a scenario ask for the same.

    Args:
        sets: up to 64.
        units: of the leg, that may be sold.
        periods: of a whole sale.
        buyer_ppm: chance that a buyer comes in a period.

    Returns:
        In row t - 1, with t periods to come and x units left, the place of the set; of
        two that are as good, of the one that sells more; 255 for none.

    >>> sets = PricedSet(300_000, 240 * 10**8), PricedSet(800_000, 465 * 10**8)
    >>> [list(row) for row in best_sets(sets, 2, 3, 10**6)]
    [[255, 1, 1], [255, 0, 1], [255, 0, 1]]
    """
    value = [0] * (units + 1)
    table = []
    for _ in range(periods):
        after, row = value, bytearray([_NOTHING] * (units + 1))
        value = [0] * (units + 1)
        for x in range(1, units + 1):
            worth = after[x] - after[x - 1]
            most = chance = 0
            for place, one in enumerate(sets):
                gain = (one.revenue << _PART) - one.chance_ppm * worth
                if (gain, one.chance_ppm) > (most, chance):
                    most, chance, row[x] = gain, one.chance_ppm, place
            value[x] = after[x] + buyer_ppm * most // PPM**2
        table.append(bytes(row))
    return tuple(table)
