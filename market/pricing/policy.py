"""What a pricing policy is: what it promises, what it sees, what it decides.

Two kinds stand behind one interface.  `PriceRules` are pure: the price is a function
of time and load, and a world remembers it for all of its runs.  A `PolicyConfig`
begins a `PricingPolicy` with each run, which `control` wakes.
"""

from collections.abc import Callable, Sequence
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    NamedTuple,
    Protocol,
)

from msgspec import Struct
from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from ..catalog import Product
from ..config import PPM, Config
from ..money import share_of
from ..streams import Streams
from .past_sales import PastDeparture

if TYPE_CHECKING:
    from .sellers import Seller

__all__ = [
    "Change",
    "Decision",
    "FollowingPolicy",
    "Moved",
    "Offer",
    "PolicyConfig",
    "PriceRule",
    "PriceRules",
    "PricingConfig",
    "PricingPolicy",
    "Shown",
    "Stock",
    "View",
    "WakeOn",
    "follows",
]

WakeOn = Literal["sale", "cancellation", "rival"]
"""What may wake a policy besides the time."""

PriceRule = Callable[[int, int], int]
"""Price in minor units, from milliseconds to closing and load factor in ppm."""


class PricingConfig(Config):
    """A declared way to price what a seller offers; ``kind`` names it."""

    if TYPE_CHECKING:

        @property
        def kind(self) -> str:
            """Its name in a scenario."""

        @property
        def counts_holds(self) -> bool:
            """Whether held units are seen, and count as load like sold ones."""

        @property
        def reprice_every_s(self) -> int:
            """Least simulated seconds between two looks at prices; 0 means never."""

    @property
    def authorises(self) -> bool:
        """Whether it may authorise more units of a pool than there are."""
        return False

    @property
    def past_departures(self) -> int:
        """How many past departures it is shown; 0 if it does not learn from any."""
        return 0

    @property
    def supposes(self) -> str:
        """What it takes for granted as it learns, as the end of a sentence, if much."""
        return ""

    @property
    def past_days(self) -> tuple[int, ...]:
        """Days before closing at which their sales are divided, the farthest first."""
        return ()

    @property
    def classes_named(self) -> tuple[str, ...]:
        """Codes of the fare classes that its keys speak of; somebody sells each."""
        return ()

    def verify(self, products: Sequence[Product]) -> None:
        """Raise what is missing or wrong for what a seller offers.

        Raises:
            ValueError: these products cannot be priced so.
        """

    def table_bytes(self, units: Sequence[int]) -> int:
        """Return about how much memory its tables take in a process.

        Args:
            units: of each pool that it prices.
        """
        del units
        return 0

    def bounds(self, product: Product) -> tuple[int, int]:
        """Return the least and the greatest price the product can ever have.

        Certificates of infeasible tasks rest on the least.
        """
        raise NotImplementedError


class PriceRules(PricingConfig):
    """Prices that follow from the time and the load alone."""

    @property
    def timeless(self) -> bool:
        """Whether they follow from the load alone: without it, none moves."""
        return False

    def rule_for(self, product: Product) -> PriceRule:
        """Return the price rule of one product; called once per world."""
        raise NotImplementedError


class PolicyConfig(PricingConfig):
    """Prices and booking limits that a policy decides each time it wakes.

    The promise, whatever is decided: no price leaves its floor and ceiling, and no
    booking limit exceeds the one that the rate declares.
    """

    floor_ppm: Annotated[int, Field(ge=0, le=PPM)] = PPM
    """Least price, as a share of the base price."""
    ceiling_ppm: Annotated[int, Field(ge=PPM, le=100 * PPM)] = PPM
    """Greatest price, as a share of the base price."""
    counts_holds: bool = False
    """Whether the policy sees held units; if not, they look free to it."""
    reprice_every_s: Annotated[int, Field(ge=1, le=31_536_000)] = 3600
    """So often the policy wakes, if it asks for no later time."""
    wake_on: Annotated[tuple[WakeOn, ...], Field(strict=False, max_length=3)] = ()
    """What wakes it besides: its own sales or cancellations, or a rival's price."""
    later: ClassVar[tuple[str, ...]] = ("wake_on",)
    """Keys that came later: with their default they are not written."""

    @model_serializer(mode="wrap")
    def _without_later(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        data, fields = dump(self), type(self).model_fields
        for name in self.later:
            if getattr(self, name) == fields[name].default:
                data.pop(name, None)
        return data  # type: ignore[no-any-return]

    def bounds(self, product: Product) -> tuple[int, int]:
        """Return the declared shares of the base price, at least one minor unit."""
        base = product.base_minor
        low, high = share_of(base, self.floor_ppm), share_of(base, self.ceiling_ppm)
        return max(low, 1), max(high, 1)

    def begin(self, seller: "Seller") -> "PricingPolicy":
        """Return the policy of one run; called once for each run.

        Args:
            seller: whose prices it decides, and what that seller offers.
        """
        raise NotImplementedError

    def begin_with(self, seller: "Seller", streams: Streams) -> "PricingPolicy":
        """Return the policy of one run, as `begin`; for those who leave it to chance.

        Args:
            seller: whose prices it decides, and what that seller offers.
            streams: of the run; a policy draws by a purpose of its own.
        """
        del streams
        return self.begin(seller)


class Offer(Struct, frozen=True):
    """One of the seller's own products at the instant of a wake."""

    product: int
    """Position in the catalog."""
    listing_id: str
    """What is sold at this rate and at others: an itinerary, a stay."""
    rate: str
    group: tuple[str, ...]
    """Products that serve the same wish: city pair and date."""
    nest: tuple[int, ...]
    """Products of the same itinerary, from the dearest class to the cheapest."""
    rank: int
    """Position in `nest`."""
    pools: tuple[int, ...]
    """Pools that a sale takes a unit from; bid prices are theirs."""
    base_minor: int
    price_minor: int
    floor_minor: int
    ceiling_minor: int
    limit: int | None
    """Most units of this class and all cheaper ones, as it stands."""
    sold: int
    held: int
    """0 for a policy that does not count holds."""
    left: int
    """Of the scarcest pool, units that may be sold and are not, nor held if counted."""
    capacity: int
    """All units of that pool."""
    closes_in_ms: int
    """Until it can no longer be bought."""


class Stock(NamedTuple):
    """One of the pools that the seller's offers take units from: a leg, say."""

    pool: int
    left: int
    """Units that may be sold and are not, nor held if the policy counts holds."""
    capacity: int
    authorised: int
    """How many may be sold: what there is, or more where it is oversold."""

    @property
    def most(self) -> int:
        """Return how many units may ever be left of it now.

        >>> Stock(0, left=7, capacity=100, authorised=109).most
        109
        """
        return max(self.capacity, self.authorised)


class Shown(NamedTuple):
    """A rival's product that can be bought now, as every visitor sees it."""

    group: tuple[str, ...]
    seller: str
    price_minor: int


class View(Struct, frozen=True):
    """All that a policy sees: its own sales and stock, and what rivals show."""

    now_ms: int
    offers: tuple[Offer, ...]
    """Own products that can still be sold, in the order of the catalog."""
    rivals: tuple[Shown, ...]
    """Of the groups in which the seller offers anything; never their stock."""
    stock: tuple[Stock, ...] = ()
    """Own pools that these offers use, in the order of their numbers."""
    past: tuple[PastDeparture, ...] = ()
    """Own past departures, the oldest first, for a policy that learns from them."""


class Moved(Struct, frozen=True):
    """What has moved since a policy's last look, for one that need not see the rest."""

    now_ms: int
    offers: tuple[Offer, ...]
    """Own products of which more than the time has moved, in the catalog's order."""
    closed: tuple[int, ...]
    """Own products that could be sold at the last look, and can no longer be."""
    gone: tuple[Shown, ...]
    """What rivals showed at the last look, and show no longer."""
    come: tuple[Shown, ...]
    """What they show now; of a price that moved, the old one is in `gone`."""


class Change(NamedTuple):
    """A price, booking limit or bid price that is to change, and why."""

    of: int
    """The product; of a bid price and of authorised units, the pool."""
    to: int
    """Minor units, or units of a booking limit, or that are authorised."""
    reason: str
    """A short code: letters, digits, dot, dash, underscore."""


class Decision(Struct, frozen=True):
    """What a policy decides; what it leaves out stays as it is."""

    prices: Sequence[Change] = ()
    limits: Sequence[Change] = ()
    bids: Sequence[Change] = ()
    """Bid prices of pools.  A class that costs less than its pools' bid prices
    together is closed: its booking limit becomes what it has sold and holds."""
    authorised: Sequence[Change] = ()
    """How many units of pools may be sold, in a market that oversells."""
    wake_at_ms: int | None = None
    """When to wake next; None, or too soon: after ``reprice_every_s``."""
    cut_besides: int = 0
    """Of prices that are left out, how many a look at all would ask at a bound in place
    of beyond it: they are counted as those are that it does ask."""


class PricingPolicy(Protocol):
    """A policy in one run; it may remember what it likes.

    Its class may have a `decide_moved` besides: see `FollowingPolicy`.
    """

    def decide(self, view: View) -> Decision:
        """Return what is to change; called by `control` alone."""

    def state(self) -> Sequence[int | str]:
        """Return all that the next decisions depend on besides the view."""


class FollowingPolicy(PricingPolicy, Protocol):
    """A policy that, after its first view, is told only of what has moved.

    A seller of thousands of products that wakes every minute decides so at the cost of
    what happened in that minute.
    """

    def decide_moved(self, moved: Moved) -> Decision:
        """Return what `decide` would change, if it saw everything as it is now.

        Called in its place in every wake but the first.
        """


def follows(policy: object) -> bool:
    """Return whether a policy is told of what has moved, in place of its view.

    Its class says so.  One that has a `decide` of its own, and only inherits
    `decide_moved`, decides on views.
    """
    for kind in type(policy).__mro__:
        if "decide_moved" in vars(kind):
            return "decide" not in getattr(policy, "__dict__", {})
        if "decide" in vars(kind):
            return False
    return False
