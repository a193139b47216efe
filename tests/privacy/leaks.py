"""Leaks to plant: ways in which one agent's deeds show in what another one sees."""

from flight_verbs import command_of, plant

from test_time_gym import market_v0
from test_time_gym.envs import adapter, earnings, single
from test_time_gym.envs.aec_books import AECBooks
from test_time_gym.envs.parallel import MarketParallel
from test_time_gym.envs.rendering import market_text
from test_time_gym.envs.vector_codec import VectorCodec
from test_time_gym.market.events import MessageDelivered
from test_time_gym.market.interface import legality, masks, observation
from test_time_gym.market.interface.buyer import BuyerRole
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.payments.issuer import Issuer
from test_time_gym.market.payments.keys import IdempotencyKeys
from test_time_gym.market.payments.processor import PaymentProcessor
from test_time_gym.market.payments.retries import Retries
from test_time_gym.market.storefront.visitor import Visitor

FAILED_AT = [one.name for one in market_v0.vector_fields()].index("payments.failed")


def page_with(patch, change):
    """Let pages show something else; ``change`` gets turns, seat and the page."""
    honest = observation.observe

    def observe(turns, seat):
        page = honest(turns, seat)
        change(turns, seat, page)
        return page

    for module in ("market.interface.buyer", "envs.rendering"):
        patch.setattr(f"test_time_gym.{module}.observe", observe)


def attempts_count_everybodys_payments(patch):
    def change(turns, _seat, page):
        count = len(turns.market.processor.book.by_id)
        page["payment_state"]["attempts"] = count

    page_with(patch, change)


def a_mate_is_trusted(patch):
    tell = Visitor.tell
    patch.setattr(
        Visitor,
        "tell",
        lambda self, sender, text, **_: tell(self, sender, text),
    )


def a_mate_may_speak_for_the_bank(patch):
    """Who has written a message is told by its first words."""
    tell = Visitor.tell

    def speak(self, sender, text, *, untrusted=False):
        name, colon, _ = text.partition(": ")
        known = colon and name in {"Bank", "Shop"}
        tell(self, name if known else sender, text, untrusted=untrusted and not known)

    patch.setattr(Visitor, "tell", speak)


def messages_reach_everybody(patch):
    """What is written to one mate is delivered to all."""

    def deliver(self, seat, args):
        turns = self._turns
        for mate in self.buyers:
            if mate is not seat:
                text = args["text"]
                mate.visitor.tell("Shop", text)
                fact = MessageDelivered(sender=seat.name, text=text, untrusted=True)
                now = turns.clock.now_ms
                turns.journal.emit(fact, now, mate.name, seat.acted)

    patch.setattr(BuyerRole, "_deliver", deliver)


def the_page_tells_when_the_next_hold_ends(patch):
    def change(turns, _seat, page):
        now, open_ = turns.clock.now_ms, turns.market.holds.open.values()
        ends = min((hold.expires_at_ms for hold in open_), default=None)
        if ends is not None:
            page["payment_state"]["hold_expires_in_s"] = (ends - now) // 1000

    page_with(patch, change)


def orders_are_numbered_over_all(patch):
    def change(turns, _seat, page):
        issued = list(turns.market.orders.by_id)
        for order in page["orders"]:
            order["order_id"] = f"order-{issued.index(order['order_id'])}"

    page_with(patch, change)


class _Shared(dict):
    """A counter of each visitor, which is one for all."""

    def __setitem__(self, _key, value):
        super().__setitem__(0, value)

    def get(self, _key, default=None):
        return super().get(0, default)


def payments_are_numbered_over_all(patch):
    opened = PaymentProcessor.__init__

    def init(self, **parts):
        opened(self, **parts)
        self._made = _Shared()

    patch.setattr(PaymentProcessor, "__init__", init)


def the_quota_of_holds_is_one_for_all(patch):
    opened = Marketplace.__init__

    def init(self, world, *args, **options):
        opened(self, world, *args, **options)
        self._placed = _Shared()
        rules = world.config.holds.model_copy(update={"per_visitor": 3})
        config = world.config.model_copy(update={"holds": rules})
        self.world = type(world)(
            **{
                name: getattr(world, name)
                for name in world.__dataclass_fields__
                if name != "config"
            },
            config=config,
        )

    patch.setattr(Marketplace, "__init__", init)


def all_seats_left_are_told(patch):
    """Who sees how many of many seats are left, sees every hold of the others."""
    patch.setattr(observation, "LEFT_SHOWN", 10**6)


class Dearer:
    """An order of offers in which each costs something more."""

    def __init__(self, order, more):
        self.order, self.more = order, more

    def of(self, group):
        return [(price + self.more, product) for price, product in self.order.of(group)]


def prices_rise_with_holds(patch):
    """A results page adds something for every seat that is held right now."""
    command = command_of("search_flights")

    def act(market, visitor, args, cause):
        honest = market.price_order
        market.price_order = Dearer(honest, len(market.holds.open))
        command.act(market, visitor, args, cause)
        market.price_order = honest

    dearer = type(command)(command.why_not, act, command.pace)
    plant(patch, "search_flights", dearer)


def infos_count_events(patch):
    in_aec, in_parallel = AECBooks._info, MarketParallel._show

    def of_aec(self, seat):
        return in_aec(self, seat) | {"events": self._turns.clock.events}

    def of_parallel(self, seat):
        observation, info = in_parallel(self, seat)
        return observation, info | {"events": self.turns.clock.events}

    patch.setattr(AECBooks, "_info", of_aec)
    patch.setattr(MarketParallel, "_show", of_parallel)


def infos_tell_who_has_ended(patch):
    honest = single.MarketSingle._shown

    def shown(self):
        observation, info = honest(self)
        stopped = sum(seat.stopped for seat in self.turns.seats)
        return observation, info | {"ended": stopped}

    patch.setattr(single.MarketSingle, "_shown", shown)


def rewards_are_told_to_the_wrong_agent(patch):
    """The terms of all that were earned are in everybody's."""
    honest = earnings.collect

    def summed(several):
        every = {}
        for terms in several:
            for term, value in terms.items():
                every[term] = every.get(term, 0) + value
        return every

    def collect(turns, share_ppm):
        earned = honest(turns, share_ppm)
        every = summed(terms for _, terms in earned)
        return [(seat, dict(every)) for seat, _ in earned]

    def terms(self, _seat):
        return summed(earnings.as_floats(one.terms) for one in self._turns.participants)

    patch.setattr(adapter, "collect", collect)
    patch.setattr(earnings, "collect", collect)
    patch.setattr(earnings.Earnings, "terms", terms)


def acceptance_is_that_of_the_last_who_acted(patch):
    honest = Turns.act

    def act(self, seat, action):
        accepted = honest(self, seat, action)
        for other in self.seats:
            other.accepted = accepted
        return accepted

    patch.setattr(Turns, "act", act)


def the_text_of_a_page_shows_the_market(patch):
    """What one agent is rendered tells of every agent, as a spectator's text does."""
    patch.setattr(
        "test_time_gym.envs.rendering.page_text",
        lambda turns, _seat: market_text(turns),
    )


def the_spectators_text_shows_carts(patch):
    """It counts what everybody has put into a cart."""
    honest = market_text

    def text(turns):
        items = sum(len(seat.visitor.cart) for seat in turns.seats)
        return f"{honest(turns)}\n  {items} items in carts"

    patch.setattr("test_time_gym.envs.rendering.market_text", text)


def the_wallet_is_everybodys(patch):
    def change(turns, _seat, page):
        tokens = sorted({t for seat in turns.seats for t in seat.visitor.wallet})
        page["wallet"] = [{"token": token} for token in tokens]

    page_with(patch, change)


def the_budget_is_the_least_of_all(patch):
    def change(turns, _seat, page):
        budgets = [seat.task.budget_minor for seat in turns.seats]
        page["constraints"]["budget"] = min(budgets)

    page_with(patch, change)


def verbs_are_remembered_without_the_status(patch):
    """The first agent in a situation has decided for all what is legal there."""
    honest = legality._situation
    patch.setattr(legality, "_situation", lambda *args: honest(*args)[1:])


def masks_are_remembered_without_the_payment(patch):
    """The mask of who stands at the same page is shown: cards, holds, orders aside."""
    honest = masks._situation
    patch.setattr(masks, "_situation", lambda *args: (*honest(*args)[:8], *[None] * 10))


def cards_are_refused_to_everybody(patch):
    """The tries of one person's card count against the same card of others."""
    count, objection = Retries.count, Retries.objection
    patch.setattr(
        Retries, "count", lambda self, _s, card, now: count(self, 0, card, now)
    )
    patch.setattr(
        Retries,
        "objection",
        lambda self, _s, card, attempt, now: objection(self, 0, card, attempt, now),
    )


def keys_are_known_to_everybody(patch):
    known, bind = IdempotencyKeys.known, IdempotencyKeys.bind
    patch.setattr(
        IdempotencyKeys, "known", lambda self, _s, key, now: known(self, 0, key, now)
    )
    patch.setattr(
        IdempotencyKeys,
        "bind",
        lambda self, _seat, *args, **how: bind(self, 0, *args, **how),
    )


def a_coupon_works_once_for_all(patch):
    patch.setattr(
        PaymentProcessor,
        "spends_coupon",
        lambda self, _seat, code: any(
            code in payment.coupons and payment.spends_coupons
            for payment in self.book.by_id.values()
        ),
    )


def the_issuer_draws_from_one_stream(patch):
    """What the bank says depends on how often it was asked by anybody."""
    asked = {}
    honest = Issuer.decide

    def decide(self, seat, card, attempt, amount):
        asked[id(self)] = asked.get(id(self), 0) + 1
        return honest(self, seat, card, attempt + asked[id(self)], amount)

    patch.setattr(Issuer, "decide", decide)


def vectors_count_everybodys_failures(patch):
    honest = VectorCodec.observe

    def observe(self, seat, **how):
        seen = honest(self, seat, **how)
        failed = sum(s.visitor.failed_payments for s in self._turns.seats)
        numbers = seen if self._flatten else seen["observation"]
        numbers[FAILED_AT] = failed
        return seen

    patch.setattr(VectorCodec, "observe", observe)


def errors_are_shown_to_everybody(patch):
    def change(turns, _seat, page):
        errors = [s.visitor.last_error for s in turns.seats if s.visitor.last_error]
        told = {"code": errors[0][0], "text": errors[0][1]} if errors else None
        page["last_action_error"] = told

    page_with(patch, change)


def forms_are_one_for_all(patch):
    """A search fills in the form of the agent that looks next."""
    command = command_of("search_flights")

    def act(market, visitor, args, cause):
        command.act(market, visitor, args, cause)
        market.form = visitor.form

    shared = type(command)(command.why_not, act, command.pace)
    plant(patch, "search_flights", shared)

    def change(turns, _seat, page):
        page["forms"] = dict(getattr(turns.market, "form", page["forms"]))

    page_with(patch, change)


LEAKS = {
    attempts_count_everybodys_payments: 2,
    a_mate_is_trusted: 0,
    a_mate_may_speak_for_the_bank: 0,
    messages_reach_everybody: 0,
    the_page_tells_when_the_next_hold_ends: 2,
    orders_are_numbered_over_all: 33,
    payments_are_numbered_over_all: 2,
    the_quota_of_holds_is_one_for_all: 12,
    all_seats_left_are_told: 21,
    prices_rise_with_holds: 21,
    infos_count_events: 2,
    infos_tell_who_has_ended: 5,
    rewards_are_told_to_the_wrong_agent: 0,
    acceptance_is_that_of_the_last_who_acted: 0,
    the_text_of_a_page_shows_the_market: 1,
    the_spectators_text_shows_carts: 2,
    the_wallet_is_everybodys: 2,
    the_budget_is_the_least_of_all: 2,
    verbs_are_remembered_without_the_status: 123,
    masks_are_remembered_without_the_payment: 14,
    cards_are_refused_to_everybody: 7,
    keys_are_known_to_everybody: 0,
    a_coupon_works_once_for_all: 14,
    the_issuer_draws_from_one_stream: 94,
    vectors_count_everybodys_failures: 7,
    errors_are_shown_to_everybody: 1,
    forms_are_one_for_all: 1,
}
"""Every planted leak, and the story to begin with."""
