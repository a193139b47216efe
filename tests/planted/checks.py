"""Small checks of what the market's random play shows seldom or never, by name."""

from machines import test_found as stories
from machines.scene import PRODUCTS, Scene, timetable
from planted.date_checks import DATE_CHECKS
from planted.demand_checks import DEMAND_CHECKS
from planted.patience_checks import PATIENCE_CHECKS
from planted.price_checks import PRICE_CHECKS

from test_time_gym.market.holds import Hold
from test_time_gym.market.payments.keys import IdempotencyKeys
from test_time_gym.market.storefront.visitor import CartItem


def a_hold_ends_before_its_deadline():
    """At the deadline itself the claim is over, whichever side asks first."""
    hold = Hold(id="h", seat=0, lines=(), placed_at_ms=0, expires_at_ms=10)

    assert [hold.active(now) for now in (0, 9, 10)] == [True, True, False]


def a_key_is_forgotten_at_its_end():
    """A key counts for its time, and not at the instant that ends it."""
    keys = IdempotencyKeys(1000)
    keys.bind(0, "k", ("hold", "card", 1, 1), "pay", 5)

    assert keys.known(0, "k", 1004) == keys.uses[0]
    assert keys.known(0, "k", 1005) is None


def shop(**gateway):
    """Open a market whose gateway takes a second."""
    latency = {"kind": "deterministic", "typical_ms": 1000}
    flights = timetable((9, 9, 9), (None, None, None))
    return Scene(flights=flights, gateway={"latency": latency, **gateway})


def pay(scene, card):
    """Let the first visitor pay for a seat; return the payment when it is answered."""
    visitor = scene.visitors[0]
    scene.act(visitor, "restart")
    visitor.cart = [CartItem(0, PRODUCTS[0][3])]
    scene.act(visitor, "proceed_to_payment")
    visitor.card = card
    scene.act(visitor, "confirm_payment")
    scene.go_to(scene.now_ms + 1000)
    return visitor.payment


def the_code_of_another_challenge_is_wrong():
    """A code answers the challenge that it was sent for, and no other."""
    scene = shop()
    visitor = scene.visitors[0]
    older, newer = (pay(scene, "tok_3ds").code for _ in range(2))
    assert older != newer

    told = scene.act(visitor, "answer_challenge", code=older)

    assert (told, visitor.payment.state.value) == ("challenge_failed", "declined")


def a_card_that_was_refused_for_good_is_not_asked_again():
    """After a hard decline the issuer is left alone."""
    scene = shop()

    reasons = [pay(scene, "tok_decline_hard").reason for _ in range(2)]

    assert reasons == ["hard_decline", "retry_after_hard_decline"]


def an_outage_is_over_at_its_end():
    """A payment that is served when an outage ends gets through."""
    scene = shop(outages_s=[[0, 1]])

    pay(scene, "tok_ok")

    assert scene.visitors[0].status == "captured"


CHECKS = {
    check.__name__: check
    for check in (
        a_hold_ends_before_its_deadline,
        a_key_is_forgotten_at_its_end,
        a_card_that_was_refused_for_good_is_not_asked_again,
        the_code_of_another_challenge_is_wrong,
        an_outage_is_over_at_its_end,
        stories.test_a_late_notice_of_a_challenge_does_not_ask_for_an_answer_again,
        stories.test_a_key_repeats_the_answer_of_a_payment_that_was_captured_unheard,
        *PRICE_CHECKS,
        *DATE_CHECKS,
        *DEMAND_CHECKS,
        *PATIENCE_CHECKS,
    )
}
