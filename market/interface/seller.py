"""The role of a seller: it sets the prices of what it sells, and earns its revenue."""

from typing import TYPE_CHECKING, Any, Final

from ..catalog import Product
from ..clock import MINUTE_MS
from ..config import PPM
from ..errors import Misuse
from ..money import share_of, show
from ..pricing.agent import AgentPricing
from ..pricing.policy import Change, Decision, Offer, View
from ..pricing.sellers import Seller
from ..streams import Stream
from ..world import World
from .actions import Action, Crashed, Malformed, SetPrices, TurnInput
from .observation import moment
from .participant import Participant
from .participant_state import SellerState
from .reward import MILLI
from .ruling import Ruling
from .seller_actions import SET_PRICES, STEPS_PPM, WAIT, decode_seller_action
from .verbs import Verb

if TYPE_CHECKING:
    from .turns import Turns

__all__ = [
    "SELLER_KEYS",
    "SellerAgent",
    "SellerRole",
    "SellerState",
    "played_sellers",
    "seller_names",
]

SELLER_KEYS: Final = (
    "view",
    "seller",
    "goal",
    "now",
    "deadline",
    "minutes_left",
    "turns_left",
    "decides_every_s",
    "decimals",
    "offers",
    "rivals",
    "revenue",
    "last_action",
    "last_action_error",
    "legal_verbs",
)
"""Keys of what a seller sees."""

_REASON: Final = "agent"
"""Why a price changes that an agent sets."""


class SellerAgent(Participant):
    """One agent that plays a seller.

    Args:
        index: see `Participant`, as the next three.
        name: of the agent.
        role: of all sellers.
        lottery: of its tickets.
        seller: whom it plays.
        ends_ms: the deadline of the buyers' task, and when the market closes for it.
        full_minor: what it takes if every unit is sold at the base price of its
            dearest class.
    """

    __slots__ = (
        "earned_milli",
        "ends_ms",
        "full_minor",
        "last_action",
        "last_error",
        "seller",
    )

    def __init__(
        self,
        *,
        index: int,
        name: str,
        role: "SellerRole",
        lottery: Stream,
        seller: Seller,
        ends_ms: int,
        full_minor: int,
    ) -> None:
        """Begin with nothing sold."""
        Participant.__init__(
            self,
            index=index,
            name=name,
            role=role,
            lottery=lottery,
            deadline_ms=ends_ms,
        )
        self.seller: Seller = seller
        self.ends_ms: int = ends_ms
        self.full_minor: int = full_minor
        self.earned_milli: int = 0
        """Rewards for revenue so far."""
        self.last_action: str | None = None
        self.last_error: tuple[str, str] | None = None

    def state(self) -> SellerState:
        """Return the turn's part of the state, for the digest."""
        return SellerState(
            ticket=self.ticket,
            turn=self.turn,
            stopped=self.stopped,
            reason=self.reason,
            outcome=self.outcome,
            paid=None,
            reached=self.reached,
            total=self.total_milli,
            earned=self.earned_milli,
        )


def played_sellers(world: World) -> list[Seller]:
    """Return the sellers whose prices are an agent's, in the order of the catalog.

    Raises:
        Misuse: there are none.
    """
    found = [one for one in world.sellers if isinstance(one.pricing, AgentPricing)]
    if not found:
        msg = "no seller of this scenario can be played: give one in "
        raise Misuse(msg + '[market.pricing_of.NAME] the kind "agent"')
    return found


def seller_names(world: World) -> list[str]:
    """Return the names of the agents that can play sellers.

    Raises:
        Misuse: there are none.
    """
    return [f"seller_{k}" for k, _ in enumerate(played_sellers(world))]


def _full_minor(seller: Seller, capacity: tuple[int, ...] | list[int]) -> int:
    dearest = [product for product in seller.products if product.rank == 0]
    whole = sum(
        product.base_minor * min(capacity[pool] for pool in product.pools)
        for product in dearest
    )
    # Who has nothing to sell takes nothing, of whatever.
    return max(1, whole)


class SellerRole:
    """All sellers of one run that agents play.

    Args:
        turns: the run.
        played: those sellers.

    Attributes:
        sellers: the agents that play them, in the same order.
    """

    name = "seller"

    def __init__(self, turns: "Turns", played: list[Seller]) -> None:
        """Nothing has been sold."""
        self._turns = turns
        self._penalty = turns.config.reward.penalty
        buyers, streams = len(turns.market.names), turns.market.streams
        self.sellers: list[SellerAgent] = [
            SellerAgent(
                index=buyers + k,
                name=f"seller_{k}",
                role=self,
                lottery=streams.get("lottery", buyers + k),
                seller=seller,
                ends_ms=turns.config.task.deadline_s * 1000,
                full_minor=_full_minor(seller, turns.world.catalog.capacity),
            )
            for k, seller in enumerate(played)
        ]

    # -- what it sees and may do ---------------------------------------------------

    def decode(self, action: object) -> TurnInput:
        """Return what a structured action means."""
        return decode_seller_action(action, self._turns.world.exponent)

    def view(self, who: SellerAgent) -> View:
        """Return what it may see: its own sales and stock, and what rivals show."""
        return self._turns.market.control.view(who.seller.name)

    def revenue_minor(self, who: SellerAgent) -> int:
        """Return what its units have been sold for since the opening."""
        return self._turns.market.sales_minor(who.seller.indices)

    def observe(self, who: SellerAgent) -> dict[str, Any]:
        """Return its view in words; money in major units."""
        turns, view = self._turns, self.view(who)
        world = turns.world
        opens, exponent = world.catalog.opens_minute, world.exponent
        error = who.last_error
        return {
            "view": "prices",
            "seller": who.seller.name,
            "goal": f"Set the prices of {who.seller.name} so that it takes the most "
            f"{world.config.currency} by the deadline.",
            "now": moment(opens, view.now_ms),
            "deadline": moment(opens, who.ends_ms),
            "minutes_left": max(0, who.ends_ms - view.now_ms) // MINUTE_MS,
            "turns_left": max(0, turns.max_turns - who.turn),
            "decides_every_s": who.seller.every_ms // 1000,
            "decimals": exponent,
            "offers": [self._offer(offer) for offer in view.offers],
            "rivals": [
                {
                    "group": list(rival.group),
                    "seller": rival.seller,
                    "price": show(rival.price_minor, exponent),
                }
                for rival in view.rivals
            ],
            "revenue": show(self.revenue_minor(who), exponent),
            "last_action": who.last_action,
            "last_action_error": error and {"code": error[0], "text": error[1]},
            "legal_verbs": self.legal_verbs(who, view),
        }

    def _offer(self, offer: Offer) -> dict[str, Any]:
        exponent = self._turns.world.exponent
        return {
            "id": self._product(offer.product).id,
            "group": list(offer.group),
            "rate": offer.rate,
            "price": show(offer.price_minor, exponent),
            "base": show(offer.base_minor, exponent),
            "lowest": show(offer.floor_minor, exponent),
            "highest": show(offer.ceiling_minor, exponent),
            "limit": offer.limit,
            "sold": offer.sold,
            "held": offer.held,
            "left": offer.left,
            "capacity": offer.capacity,
            "closes_in_minutes": offer.closes_in_ms // MINUTE_MS,
        }

    def _product(self, index: int) -> Product:
        return self._turns.world.catalog.products[index]

    def legal_verbs(self, who: SellerAgent, view: View) -> list[str]:
        """Return the verbs that have a legal payload."""
        able = view.offers and not who.stopped
        return [SET_PRICES, WAIT] if able else [WAIT]

    def stepped(self, who: SellerAgent, step: int) -> SetPrices:
        """Return what moves all prices by a step of the vector door, within bounds.

        Args:
            who: whose prices.
            step: index into `STEPS_PPM`; it may leave every price where it is.
        """
        prices = {}
        for offer in self.view(who).offers:
            wanted = share_of(offer.price_minor, PPM + STEPS_PPM[step])
            price = min(max(wanted, offer.floor_minor), offer.ceiling_minor)
            if price != offer.price_minor:
                prices[self._product(offer.product).id] = price
        return SetPrices(dict(sorted(prices.items())))

    def why_not(self, who: SellerAgent, prices: dict[str, int]) -> str | None:
        """Return the rule against prices of a seller, in minor units, or None."""
        if who.stopped:
            return "your episode is over: only wait is legal"
        exponent = self._turns.world.exponent
        known = {
            self._product(offer.product).id: offer for offer in self.view(who).offers
        }
        for name, price in prices.items():
            offer = known.get(name)
            if offer is None:
                return f"{name!r:.40} is nothing that {who.seller.name} sells now"
            low, high = offer.floor_minor, offer.ceiling_minor
            if not low <= price <= high:
                least, most = show(low, exponent), show(high, exponent)
                return f"{name} costs {least} to {most}, not {show(price, exponent)}"
        return None

    def answer(self, who: SellerAgent, action: TurnInput) -> Ruling:
        """Return whether an action is legal."""
        if isinstance(action, SetPrices):
            reason = self.why_not(who, action.prices)
            status, why = ("ok", "") if reason is None else ("illegal", reason)
            return Ruling(SET_PRICES, action.prices, status, why)
        if isinstance(action, Action):
            if action.verb is Verb.WAIT:
                return Ruling(WAIT, action.args, "ok", "")
            action = Malformed("a seller sets prices or waits")
        if isinstance(action, Crashed):
            return Ruling("", {"why": action.why}, action.outcome, action.why)
        return Ruling("", {"why": action.why}, "malformed", action.why)

    def terms(self, answer: Ruling) -> dict[str, int]:
        """Return the penalty of an action that is not legal; time costs nothing."""
        return {} if answer.status == "ok" else {"penalty": self._penalty}

    def note(self, who: SellerAgent, answer: Ruling) -> None:
        """Keep the last action, and what was wrong with it."""
        who.last_action = answer.verb or answer.status
        who.last_error = (answer.status, answer.why) if answer.why else None

    # -- what it does ----------------------------------------------------------------

    def refuse(self, who: SellerAgent) -> None:
        """Go on at the next decision point."""
        self._next(who, 0)

    def act(self, who: SellerAgent, action: TurnInput, answer: Ruling) -> None:
        """Set the prices; any action ends a decision point."""
        turns = self._turns
        if isinstance(action, SetPrices):
            index_of = {one.id: one.index for one in who.seller.products}
            changes = [
                Change(index_of[name], price, _REASON)
                for name, price in action.prices.items()
            ]
            decision = Decision(prices=changes)
            turns.market.control.apply(who.seller.name, decision, who.name, who.acted)
        self._next(who, answer.args.get("minutes", 0) if answer.verb == WAIT else 0)

    def _next(self, who: SellerAgent, minutes: int) -> None:
        turns = self._turns
        pause = max(who.seller.every_ms, minutes * MINUTE_MS)
        turns.schedule(who, turns.clock.now_ms + pause)

    # -- what it earns, and how its episode ends ---------------------------------------

    def _revenue(self, who: SellerAgent) -> dict[str, int]:
        """Return the reward for what was sold since the last one."""
        total = self.revenue_minor(who) * MILLI // who.full_minor
        new, who.earned_milli = total - who.earned_milli, total
        return {"revenue": new} if new else {}

    def wake(self, who: SellerAgent) -> None:
        """Reward the sales since the last decision."""
        terms = self._revenue(who)
        if terms:
            self._turns.reward(who, terms, who.acted)

    def late(self) -> str:
        """Return that the market has closed."""
        return "closed"

    def end(self, who: SellerAgent) -> None:
        """End its episode: there is no success to judge, only the last sales."""
        self._turns.conclude(who, who.reason, self._revenue(who), who.acted)
