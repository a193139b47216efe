"""Wrong rules to plant in the market: search, filters, cart, coupons and bills.

Each is a rule that a page of documentation states and that no law mentions: money
and seats still add up, only that they are not those that were promised.
"""

from dataclasses import replace

from flight_verbs import command_of, plant

from test_time_gym.market.coupons import Coupon
from test_time_gym.market.domain import Trade
from test_time_gym.market.errors import Refused
from test_time_gym.market.fees import Fee
from test_time_gym.market.interface import observation
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.storefront import (
    CartItem,
    Storefront,
    billing,
    cart,
    checkout,
)
from test_time_gym.market.storefront.visitor import Visitor


def act_otherwise(patch, verb, act):
    """Let a verb have another effect; ``act`` is given the honest one first."""
    command = command_of(verb)
    honest = command.act
    changed = replace(command, act=lambda *args: act(honest, *args))
    plant(patch, verb, changed)


def allow(patch, verb, why_not):
    """Let another rule say whether a verb is legal."""
    plant(patch, verb, replace(command_of(verb), why_not=why_not))


# -- search and filters -----------------------------------------------------------


def the_party_is_not_looked_at(patch):
    """Offers with one seat are listed, however many are needed."""

    def act(honest, market, visitor, args, cause):
        party, visitor.party = visitor.party, 1
        honest(market, visitor, args, cause)
        visitor.party = party

    act_otherwise(patch, "search_flights", act)


def results_are_in_the_order_of_the_catalog(patch):
    def act(honest, market, visitor, args, cause):
        honest(market, visitor, args, cause)
        visitor.results.sort(key=lambda offer: offer.product)

    act_otherwise(patch, "search_flights", act)


def the_form_forgets_a_search(patch):
    """What was searched for is not what the form shows afterwards."""

    def act(honest, market, visitor, args, cause):
        form = visitor.form
        honest(market, visitor, args, cause)
        visitor.form = form

    act_otherwise(patch, "search_flights", act)


def a_search_keeps_what_was_selected(patch):
    def act(honest, market, visitor, args, cause):
        selected = visitor.selected
        honest(market, visitor, args, cause)
        visitor.selected = selected

    act_otherwise(patch, "search_flights", act)


def departed_flights_are_listed(patch):
    """A search shows what has seats, whether or not it has left."""

    def act(honest, market, visitor, args, cause):
        on_sale = market.on_sale
        market.on_sale = market.inventory.available
        honest(market, visitor, args, cause)
        market.on_sale = on_sale

    act_otherwise(patch, "search_flights", act)


def filters_add_up(patch):
    """A filter goes over what the last one has left, not over the results."""

    def act(_honest, market, visitor, args, _cause):
        visitor.filters = dict(args)
        products, passes = market.catalog.products, market.world.trade.passes
        visitor.shown = [
            offer
            for offer in visitor.shown
            if passes(products[offer.product], offer.price_minor, args)
        ]
        visitor.selected = None
        visitor.view = "search_results"

    act_otherwise(patch, "filter_results", act)


def _passing(patch, change):
    honest = Trade.passes

    def passes(self, product, price_minor, wanted):
        changed = change(product, price_minor, dict(wanted))
        return honest(self, product, price_minor, changed)

    patch.setattr(Trade, "passes", passes)


def the_earliest_departure_is_excluded(patch):
    def change(product, _price, wanted):
        if wanted.get("depart_after") == product.facts["depart"]:
            wanted["depart_after"] = "23:59"
        return wanted

    _passing(patch, change)


def the_most_stops_are_excluded(patch):
    def change(_product, _price, wanted):
        if "max_stops" in wanted:
            wanted["max_stops"] -= 1
        return wanted

    _passing(patch, change)


def the_dearest_price_is_doubled(patch):
    """A filter by price lets everything pass up to twice the price."""

    def change(_product, _price, wanted):
        if "max_price" in wanted:
            wanted["max_price"] *= 2
        return wanted

    _passing(patch, change)


def the_airline_is_not_filtered(patch):
    def change(_product, _price, wanted):
        wanted.pop("airline", None)
        return wanted

    _passing(patch, change)


# -- cart, hold and restart -------------------------------------------------------


def the_cart_takes_the_price_of_the_moment(patch):
    """Not the one that the page has shown."""

    def act(honest, market, visitor, args, cause):
        honest(market, visitor, args, cause)
        item = visitor.cart[-1]
        visitor.cart[-1] = CartItem(item.product, market.prices[item.product])

    act_otherwise(patch, "add_to_cart", act)


def a_fifth_item_fits_the_cart(patch):
    patch.setattr(cart, "CART_MAX", 5)


def another_item_keeps_the_hold_open(patch):
    """Seats of the old cart stay held until their time is over."""
    _drop_nothing(patch, "add_to_cart")


def a_removed_item_keeps_the_hold_open(patch):
    _drop_nothing(patch, "remove_from_cart")


def a_restart_keeps_the_seats(patch):
    _drop_nothing(patch, "restart")


def _drop_nothing(patch, verb):
    def act(honest, market, visitor, args, cause):
        release = market.release
        market.release = lambda *_: None
        honest(market, visitor, args, cause)
        market.release = release

    act_otherwise(patch, verb, act)


def a_restart_keeps_the_cart(patch):
    def act(honest, market, visitor, args, cause):
        kept = visitor.cart
        honest(market, visitor, args, cause)
        visitor.cart = kept

    act_otherwise(patch, "restart", act)


def a_restart_keeps_the_results(patch):
    def act(honest, market, visitor, args, cause):
        kept = visitor.results, visitor.shown
        honest(market, visitor, args, cause)
        visitor.results, visitor.shown = kept

    act_otherwise(patch, "restart", act)


def a_restart_leaves_the_challenge_open(patch):
    """The payment that waits for its code is not given up."""

    def act(honest, market, visitor, args, cause):
        visitor.status = "unknown" if visitor.unsettled else visitor.status
        honest(market, visitor, args, cause)

    act_otherwise(patch, "restart", act)


def a_price_that_has_fallen_is_not_taken(patch):
    """Seats are held at the price of the page, though they are cheaper now."""

    def act(honest, market, visitor, args, cause):
        prices = market.prices
        market.prices = list(prices)
        for item in visitor.cart:
            now = market.prices[item.product]
            market.prices[item.product] = max(now, item.price_minor)
        try:
            honest(market, visitor, args, cause)
        finally:
            market.prices = prices

    act_otherwise(patch, "proceed_to_payment", act)


def a_price_that_has_risen_is_accepted(patch):
    """Seats are held at the dearer price at once; nobody is asked."""

    def act(honest, market, visitor, args, cause):
        if not visitor.hold_active(market.clock.now_ms):
            visitor.cart = [
                CartItem(item.product, market.prices[item.product])
                for item in visitor.cart
            ]
        honest(market, visitor, args, cause)

    act_otherwise(patch, "proceed_to_payment", act)


def the_quota_counts_open_holds(patch):
    """Holds that are over are forgiven."""
    honest = Marketplace._verify_visitor

    def verify(self, seat, lines):
        placed = self._placed.get(seat, 0)
        self._placed[seat] = sum(h.seat == seat for h in self.holds.open.values())
        try:
            honest(self, seat, lines)
        finally:
            self._placed[seat] = placed

    patch.setattr(Marketplace, "_verify_visitor", verify)


# -- coupons and bills -------------------------------------------------------------


def a_minimum_must_be_exceeded_by_a_tenth(patch):
    honest = Coupon.refusal
    patch.setattr(
        Coupon,
        "refusal",
        lambda self, total, now: honest(self, total * 10 // 11, now),
    )


def coupons_end_a_minute_late(patch):
    honest = Coupon.refusal
    patch.setattr(
        Coupon,
        "refusal",
        lambda self, total, now: honest(self, total, max(0, now - 60_000)),
    )


def a_coupon_that_lost_its_minimum_stays(patch):
    patch.setattr(checkout, "_check_coupons", lambda *_: None)


def any_coupon_joins_others(patch):
    """Only the coupons in the cart are asked whether they stack, not the new one."""

    def act(honest, market, visitor, args, cause):
        kept = visitor.coupons
        if kept and all(coupon.code != args["code"] for coupon in kept):
            visitor.coupons = []
            try:
                honest(market, visitor, args, cause)
            finally:
                visitor.coupons = kept + visitor.coupons
        else:
            honest(market, visitor, args, cause)

    act_otherwise(patch, "apply_coupon", act)


def an_unknown_coupon_is_accepted_in_silence(patch):
    def act(honest, market, visitor, args, cause):
        try:
            honest(market, visitor, args, cause)
        except Refused as refusal:
            if refusal.code != "coupon_unknown":
                raise

    act_otherwise(patch, "apply_coupon", act)


def secret_coupons_are_advertised(patch):
    honest = Storefront.__init__

    def opened(self, market, visitors):
        honest(self, market, visitors)
        for coupon in market.world.config.coupons:
            if not coupon.advertised:
                for visitor in visitors:
                    visitor.tell("Shop", f"Shop: try the code {coupon.code}")

    patch.setattr(Storefront, "__init__", opened)


def the_bill_is_for_one_seat(patch):
    """The cart's total forgets the party until the seats are held."""
    honest = Visitor.cart_total

    def total(self):
        if self.hold is not None:
            return honest(self)
        return sum(item.price_minor for item in self.cart)

    patch.setattr(Visitor, "cart_total", total)


def fees_arise_with_the_cart(patch):
    """A fee of the checkout is on the bill before the seats are held."""
    honest = Fee.applies
    patch.setattr(
        Fee, "applies", lambda self, *, brand, **_: honest(self, held=True, brand=brand)
    )


def the_page_hides_interest(patch):
    """What the page shows of a bill in parts is less than what is charged."""
    honest = billing.bill_of

    def without(market, visitor):
        count, visitor.instalments = visitor.instalments, 1
        bill = honest(market, visitor)
        visitor.instalments = count
        return bill

    patch.setattr(observation, "bill_of", without)
