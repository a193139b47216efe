"""Bugs of orders, refunds, instalments, coupons, fees and prices."""

from flight_verbs import plant

from test_time_gym.market import bill as bills
from test_time_gym.market import marketplace
from test_time_gym.market.bill import Bill
from test_time_gym.market.clock import MarketClock
from test_time_gym.market.coupons import Coupon
from test_time_gym.market.fees import Fee
from test_time_gym.market.holds import HoldLine
from test_time_gym.market.marketplace import Marketplace
from test_time_gym.market.orders import Orders, OrderState
from test_time_gym.market.payments.book import PaymentBook
from test_time_gym.market.payments.instalments import Instalments
from test_time_gym.market.payments.processor import PaymentProcessor
from test_time_gym.market.storefront import cart, checkout
from test_time_gym.market.storefront.storefront import Command, Pace


def refunds_are_booked_twice(patch):
    """The ledger pays a refund out two times."""
    once = PaymentBook.refund

    def refund(self, payment, amount):
        once(self, payment, amount)
        batch = (("merchant", -amount), (f"card/{payment.seat}", amount))
        self._ledger.post(self._clock.now_ms, payment.cause, *batch)

    patch.setattr(PaymentBook, "refund", refund)


def refunds_are_sent_twice(patch):
    """What is on its way back is sent once more at the next cancellation."""
    settle = PaymentProcessor.settle

    def forgetful(self, order, cause):
        returning, order.payment.returning_minor = order.payment.returning_minor, 0
        amount = settle(self, order, cause)
        order.payment.returning_minor += returning
        return amount

    patch.setattr(PaymentProcessor, "settle", forgetful)


def a_refund_never_arrives(patch):
    """Money on its way back has no timer."""
    at = MarketClock.at

    def deaf(self, time_ms, phase, callback, what, *rest, **named):
        if what == "refund":
            return None
        return at(self, time_ms, phase, callback, what, *rest, **named)

    patch.setattr(MarketClock, "at", deaf)


def a_refund_ignores_what_was_paid(patch):
    """The bill less what is owed goes back, even when only a part was paid."""

    def settle(self, order, cause):
        payment = order.payment
        payment.cause = cause
        gone = payment.refunded_minor + payment.returning_minor
        excess = payment.amount_minor - order.owed_minor - gone
        if excess > 0:
            payment.returning_minor += excess
            self.book.refund(payment, excess)
        return excess

    patch.setattr(PaymentProcessor, "settle", settle)


def _owe(patch, change):
    owed = marketplace.owed_minor
    patch.setattr(
        marketplace,
        "owed_minor",
        lambda order, lines, fares: change(order, lines, fares, owed),
    )


def parts_that_stay_are_rounded_up(patch):
    """A partial cancellation keeps one minor unit too much."""

    def up(order, lines, fares, owed):
        bill, stays = order.payment.bill, 0
        for bought, left in zip(order.hold.lines, lines, strict=True):
            fare = fares[bought.product]
            seats = left.seats if fare.refundable else bought.seats
            stays += seats * bought.price_minor
        rest = bill.goods_minor * stays % bill.items_minor
        return owed(order, lines, fares) + (rest > 0)

    _owe(patch, up)


def fees_are_refunded(patch):
    """Cancelling gives the shop's fees back."""

    def without_fees(order, lines, fares, owed):
        return owed(order, lines, fares) - order.payment.bill.fees_minor

    _owe(patch, without_fees)


def cancelling_is_free(patch):
    """The fare's cancellation fee is not kept."""

    def free(order, lines, fares, owed):
        fee = sum(
            (bought.seats - left.seats) * fares[bought.product].cancel_fee_minor
            for bought, left in zip(order.hold.lines, lines, strict=True)
        )
        return max(0, owed(order, lines, fares) - fee)

    _owe(patch, free)


def what_is_not_refundable_is_refunded(patch):
    """Fare rules without a refund are not looked at."""

    def kind(order, lines, fares, owed):
        stays = sum(line.seats * line.price_minor for line in lines)
        bill = order.payment.bill
        kept = bill.goods_minor * stays // bill.items_minor + bill.fees_minor
        return min(kept, owed(order, lines, fares))

    _owe(patch, kind)


def a_fee_is_charged_twice(patch):
    """Every fee stands on the bill two times."""
    drawn = checkout.bill_of

    def doubled(market, visitor):
        bill = drawn(market, visitor)
        return Bill(bill.items_minor, bill.discounts, bill.fees * 2)

    patch.setattr(checkout, "bill_of", doubled)


def fees_are_computed_before_discounts(patch):
    """A share is taken of the items, not of what remains."""
    drawn = bills.draw_up

    def before(items_minor, coupons=(), fees=()):
        fees = list(fees)
        bill = drawn(items_minor, coupons, fees)
        added = tuple((fee.name, fee.amount(items_minor)) for fee in fees)
        return Bill(items_minor, bill.discounts, added)

    patch.setattr("test_time_gym.market.storefront.billing.draw_up", before)


def a_card_s_fee_is_taken_of_every_card(patch):
    """The brands of a fee are not looked at."""
    patch.setattr(Fee, "applies", lambda *_, **__: True)


def coupons_come_off_the_full_price(patch):
    """The second coupon forgets what the first has taken off."""
    drawn = bills.draw_up

    def full(items_minor, coupons=(), fees=()):
        coupons, fees = list(coupons), list(fees)
        off = tuple((c.code, c.discount(items_minor)) for c in coupons)
        return Bill(items_minor, off, drawn(items_minor, coupons, fees).fees)

    patch.setattr("test_time_gym.market.storefront.billing.draw_up", full)


def a_coupon_works_twice(patch):
    """Nobody asks whether a coupon was used."""
    patch.setattr(PaymentProcessor, "spends_coupon", lambda *_: False)


def a_coupon_sticks_to_its_visitor(patch):
    """A coupon that was used comes off the next bill, too."""
    drawn = checkout.bill_of

    def sticky(market, visitor):
        applied, used = visitor.coupons, visitor.coupons_used[:1]
        visitor.coupons = applied or [market.world.coupons[code] for code in used]
        bill = drawn(market, visitor)
        visitor.coupons = applied
        return bill

    patch.setattr(checkout, "bill_of", sticky)


def _refuse(patch, codes):
    refusal = Coupon.refusal

    def lax(self, total_minor, now_ms):
        code = refusal(self, total_minor, now_ms)
        return None if code in codes else code

    patch.setattr(Coupon, "refusal", lax)


def a_coupon_s_minimum_is_ignored(patch):
    """A coupon works on a cart that is too cheap for it."""
    _refuse(patch, ["coupon_minimum_not_met"])


def a_coupon_works_after_its_end(patch):
    """A coupon has no end."""
    _refuse(patch, ["coupon_expired"])


def every_coupon_stacks(patch):
    """A coupon that works alone is added to others."""

    def apply(market, visitor, args, cause):
        coupon = market.world.coupons[args["code"]]
        before, visitor.coupons = visitor.coupons, []
        cart.apply_coupon(market, visitor, args, cause)
        visitor.coupons = [*before, coupon]

    plant(patch, "apply_coupon", Command(lambda *_: None, apply, Pace.CLICK))


def an_instalment_is_skipped(patch):
    """After the first part comes the third."""
    schedule = Instalments.schedule

    def skipping(self, order, part=1):
        schedule(self, order, part + (part == 1 and len(order.plan) > 2))

    patch.setattr(Instalments, "schedule", skipping)


def no_instalment_is_charged(patch):
    """Only the first part of a plan is ever paid."""
    patch.setattr(Instalments, "schedule", lambda *_: None)


def an_instalment_is_charged_twice(patch):
    """Every part comes due two times."""
    schedule = Instalments.schedule

    def doubled(self, order, part=1):
        schedule(self, order, part)
        schedule(self, order, part)

    patch.setattr(Instalments, "schedule", doubled)


def an_instalment_is_charged_after_cancelling(patch):
    """A part is charged in full, whatever is still owed."""
    collect = Instalments._collect

    def blind(self, order, part, tries):
        owed, order.owed_minor = order.owed_minor, order.payment.amount_minor
        collect(self, order, part, tries)
        order.owed_minor = owed

    patch.setattr(Instalments, "_collect", blind)


def the_rest_of_the_rounding_is_lost(patch):
    """All parts are equal, and do not sum to the total."""

    def equal(total_minor, count):
        return (total_minor // count,) * count

    patch.setattr(checkout, "split", equal)


def a_failed_part_is_not_tried_again(patch):
    """An order is in default at the first failure."""
    collect = Instalments._collect
    patch.setattr(
        Instalments, "_collect", lambda s, order, part, _: collect(s, order, part, 99)
    )


def a_default_keeps_the_seats(patch):
    """An order in default goes on holding its seats."""

    def default(_self, order):
        order.state = OrderState.DEFAULTED
        order.owed_minor = order.payment.kept_minor

    patch.setattr(Marketplace, "_default", default)


def a_default_is_still_asked_to_pay(patch):
    """An order in default owes what it owed."""
    default = Marketplace._default

    def owing(self, order):
        owed = order.owed_minor
        default(self, order)
        order.owed_minor = owed

    patch.setattr(Marketplace, "_default", owing)


def an_order_is_entered_under_a_taken_id(patch):
    """The second order of a visitor is called as the first."""

    def issue(self, order):
        self.by_id[order.id] = order
        self.by_seat.setdefault(order.seat, []).append(order)
        order.id = f"order-{order.seat}-1"

    patch.setattr(Orders, "issue", issue)


def a_ticket_is_lost(patch):
    """Money is captured, and no order is made."""
    patch.setattr(PaymentProcessor, "_issue", lambda *_: None)


def tickets_are_dated_by_the_hold_s_end(patch):
    """A ticket says that it was issued when its hold ended."""
    issue = Orders.issue

    def dated(self, order):
        order.ticketed_at_ms = order.hold.expires_at_ms
        issue(self, order)

    patch.setattr(Orders, "issue", dated)


def an_old_page_s_price_is_locked(patch):
    """A hold locks another price than the one of the moment."""

    def old_line(product, seats, price_minor):
        return HoldLine(product, seats, price_minor - 1)

    patch.setattr(checkout, "HoldLine", old_line)


def the_price_is_not_locked(patch):
    """The bill is drawn up at the prices of the moment, not at the hold's."""

    def of_the_moment(market, visitor):
        lines = visitor.hold.lines
        return Bill(sum(ln.seats * market.prices[ln.product] for ln in lines))

    patch.setattr(checkout, "bill_of", of_the_moment)


def paying_prolongs_the_hold(patch):
    """A hold gets another second when its payment begins."""
    start = PaymentProcessor.start

    def longer(self, hold, *rest, **named):
        hold.expires_at_ms += 1000
        return start(self, hold, *rest, **named)

    patch.setattr(PaymentProcessor, "start", longer)


BUGS = [
    bug
    for name, bug in list(globals().items())
    if callable(bug) and getattr(bug, "__module__", "") == __name__ and name[0] != "_"
]
