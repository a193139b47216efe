"""Forgeries of tickets, cancellations and instalments."""

from tests.audit.forgery import forgery
from tests.audit.story import NotHere


@forgery("tickets")
def a_ticket_comes_without_a_payment(story):
    started = story.first("payment_started")
    seat = started["d"]["payment"].split("-")[1]
    data = {
        "hold": started["d"]["hold"],
        "order": f"order-{seat}-1",
        "payment": started["d"]["payment"],
        "total": started["d"]["amount"],
    }
    story.add(started, "ticket_issued", data, c=started["n"])


@forgery("tickets")
def a_captured_payment_brings_no_ticket(story):
    story.drop(story.first("ticket_issued"))


@forgery("tickets")
def a_ticket_tells_another_total(story):
    story.first("ticket_issued")["d"]["total"] -= 1


@forgery("cancellation")
def seats_of_a_cancelled_order_are_kept(story):
    cancelled = story.first("order_cancelled")["d"]
    cancelled["seats"] = []


@forgery("cancellation")
def a_cancellation_refunds_more_than_the_fare_rule(story):
    story.first("order_cancelled")["d"]["refund"] += 100


@forgery("cancellation")
def a_cancellation_is_left_out(story):
    cancelled = story.first("order_cancelled", lambda r: not r["d"]["refund"])
    story.drop(cancelled)


@forgery("instalments")
def a_later_part_is_never_charged(story):
    for ticket in story.all("ticket_issued"):
        payment = ticket["d"]["payment"]
        parts = story.of(payment, "payment_authorized")[1:]
        if parts:
            at = story.records.index(parts[0])
            story.drop(*story.records[at : at + 3])
            return
    raise NotHere


@forgery("instalments")
def a_failed_part_is_tried_again_sooner(story):
    failed = story.first("instalment_failed", lambda r: r["d"]["retry"] is not None)
    failed["d"]["retry"] -= 1000


@forgery("default")
def an_order_is_spared_its_default(story):
    story.drop(story.first("order_defaulted", lambda r: not r["d"]["refund"]))


@forgery("default")
def a_default_refunds_what_the_shop_keeps(story):
    story.first("order_defaulted")["d"]["refund"] += 100
