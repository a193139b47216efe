"""What the machines have found in the market, each as a short story."""

from machines.scene import PRODUCTS, Scene, timetable

from test_time_gym.market.storefront.visitor import CartItem


def scene(**changes):
    latency = {"kind": "deterministic", "typical_ms": 1000}
    gateway = {"latency": latency, **changes.pop("gateway", {})}
    nothing = (None, None, None)
    return Scene(flights=timetable((9, 9, 9), nothing), gateway=gateway, **changes)


def check_out(the, seat=0):
    visitor = the.visitors[seat]
    the.act(visitor, "restart")
    visitor.cart = [CartItem(0, PRODUCTS[0][3])]
    the.act(visitor, "proceed_to_payment")
    return visitor


def confirm(the, visitor, card, key):
    visitor.card = card
    return the.act(visitor, "confirm_payment", idempotency_key=key)


def test_a_key_repeats_the_answer_of_a_payment_that_was_captured_unheard():
    the = scene(gateway={"client_timeout_s": 5, "notify_after_s": 500})
    visitor = check_out(the)
    confirm(the, visitor, "tok_timeout", "k")
    the.go_to(6000)
    assert visitor.status == "unknown"

    told = confirm(the, visitor, "tok_timeout", "k")

    assert (told, visitor.status, visitor.failed_payments) == (None, "captured", 0)
    assert [order.id for order in visitor.orders] == ["order-0-1"]


def test_a_late_notice_of_a_challenge_does_not_ask_for_an_answer_again():
    the = scene(
        gateway={
            "latency": {"kind": "deterministic", "typical_ms": 3000},
            "client_timeout_s": 4,
            "notify_after_s": 5,
            "reply_lost_ppm": 1_000_000,
        }
    )
    visitor = check_out(the)
    confirm(the, visitor, "tok_3ds", "k")
    the.go_to(7000)
    confirm(the, visitor, "tok_3ds", "k")
    assert visitor.status == "requires_challenge"
    the.act(visitor, "answer_challenge", code=visitor.payment.code)

    the.go_to(9000)

    assert visitor.status == "processing"


def test_tries_that_came_later_do_not_use_up_a_card_s_limit():
    the = scene(retries={"most": 1})
    for key in ("first", "second"):
        visitor = check_out(the)
        confirm(the, visitor, "tok_insufficient_funds", key)
        visitor.status, visitor.awaiting = "unknown", False

    the.go_to(2000)

    reasons = [p.reason for p in the.market.processor.book.by_id.values()]
    assert reasons == ["insufficient_funds", "retry_limit"]
