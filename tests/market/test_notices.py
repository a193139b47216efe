"""Notices: they come twice, late, and out of order, and the truth is the same."""

from itertools import permutations

import pytest
from worlds import buy, do, fare, flight, open_market, to_payment, wait_until

ALWAYS = 1_000_000


def texts(visitor):
    return [message.text for message in visitor.messages]


def test_a_lost_reply_is_followed_by_a_notice():
    turns = open_market("tok_timeout", gateway={"notify_after_s": 60})
    visitor = buy(turns, "tok_timeout")
    assert (visitor.status, texts(visitor)) == ("unknown", [])

    wait_until(turns, 120_000)

    assert (visitor.status, visitor.view) == ("captured", "receipt")
    assert texts(visitor) == ["Shop: payment pay-0-1 is captured"]


def test_a_reply_that_was_heard_is_followed_by_nothing():
    turns = open_market()
    visitor = buy(turns)

    wait_until(turns, 400_000)

    assert texts(visitor) == []


def test_a_notice_of_what_was_heard_tells_nothing_new():
    turns = open_market(gateway={"notify_heard_ppm": ALWAYS, "notify_after_s": 60})
    visitor = buy(turns)
    before = visitor.state()

    wait_until(turns, 400_000)

    assert visitor.state() == before


def test_a_notice_that_comes_twice_tells_nothing_the_second_time():
    turns = open_market("tok_timeout", gateway={"notify_duplicate_ppm": ALWAYS})
    visitor = buy(turns, "tok_timeout")

    wait_until(turns, 400_000)

    assert texts(visitor) == ["Shop: payment pay-0-1 is captured"]
    assert [order.id for order in visitor.orders] == ["order-0-1"]


def test_a_notice_of_what_was_asked_for_in_the_meantime_tells_nothing_new():
    turns = open_market("tok_timeout")
    visitor = buy(turns, "tok_timeout")
    do(turns, "confirm_payment")
    before = visitor.state()

    wait_until(turns, 400_000)

    assert visitor.state() == before


def test_a_reply_may_be_lost_on_any_card():
    turns = open_market(gateway={"reply_lost_ppm": ALWAYS, "notify_after_s": 60})

    visitor = buy(turns)

    assert visitor.status == "unknown"
    wait_until(turns, 120_000)
    assert visitor.status == "captured"


def notice_times(**gateway):
    turns = open_market(
        "tok_timeout",
        gateway={"notify_after_s": 60, "notify_duplicate_ppm": ALWAYS, **gateway},
    )
    times, notices = [], turns.market.processor.notices
    notices.on_notice = lambda *_: times.append(turns.market.clock.now_ms)
    buy(turns, "tok_timeout")
    wait_until(turns, 400_000)
    return times


def test_notices_come_after_their_delay_and_within_their_spread():
    served_ms = 8_000

    assert notice_times() == [served_ms + 60_000] * 2

    early, late = notice_times(notify_spread_s=100)
    assert served_ms + 60_000 <= early < late <= served_ms + 160_000


# -- any order, any number: one outcome


def late_and_voided():
    return held_back(
        "tok_timeout",
        holds={"ttl_s": 20},
        latency_ms=30_000,
        gateway={"money_back_after_s": 60},
    )


def late_and_expired():
    return held_back(
        "tok_timeout",
        holds={"ttl_s": 20},
        latency_ms=30_000,
        gateway={"void_lost_ppm": ALWAYS, "authorization_expires_s": 60},
    )


def challenged_and_expired():
    return held_back(
        "tok_3ds", gateway={"reply_lost_ppm": ALWAYS}, challenge={"expires_s": 60}
    )


def declined():
    return held_back("tok_decline_hard", gateway={"reply_lost_ppm": ALWAYS})


def paid_and_refunded():
    return held_back(
        "tok_timeout",
        flights=[flight(fares=[fare("Y", 100_00, refundable=True)])],
        instalments={"counts": [3], "every_days": 1, "retries": 0},
        gateway={"outages_s": [[86_000, 90_000]], "money_back_after_s": 60},
        task={"deadline_s": 200_000},
        days=1,
    )


def held_back(card, gateway=None, days=0, **changes):
    """Pay, and keep every notice back; return who listens, who learns, and of what."""
    turns = open_market(
        card,
        gateway={
            "notify_duplicate_ppm": ALWAYS,
            "notify_after_s": 0,
            **(gateway or {}),
        },
        **changes,
    )
    notices, kept = turns.market.processor.notices, []
    hear = notices.on_notice
    notices.on_notice = lambda payment, version: kept.append((payment, version))
    visitor = to_payment(turns, card)
    if turns.world.config.instalments.counts:
        do(turns, "choose_instalments", 3)
    do(turns, "confirm_payment")
    wait_until(turns, 200_000 + days * 86_400_000)
    assert visitor.status == "unknown"
    return hear, visitor, kept


STORIES = {
    late_and_voided: ("voided", 1),
    late_and_expired: ("expired", 1),
    challenged_and_expired: ("expired", 1),
    declined: ("declined", 1),
    paid_and_refunded: ("captured", 0),
}


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_the_order_and_number_of_notices_do_not_change_what_becomes_known(story):
    _, _, kept = story()
    versions = sorted({version for _, version in kept})
    deliveries = {
        order
        for length in range(len(versions), 2 * len(versions) + 1)
        for order in permutations(versions * 2, length)
        if set(order) == set(versions)
    }
    outcomes = []

    for order in sorted(deliveries):
        hear, visitor, kept = story()
        payment = kept[0][0]
        for version in order:
            hear(payment, version)
        visitor.messages.clear()
        outcomes.append(visitor.state())
        assert (visitor.status, visitor.failed_payments) == STORIES[story]

    assert outcomes == [outcomes[0]] * len(deliveries)


def test_the_stories_hold_more_than_one_notice_where_more_can_happen():
    told = {story.__name__: sorted({v for _, v in story()[2]}) for story in STORIES}

    assert told == {
        "late_and_voided": [2, 3],
        "late_and_expired": [2, 3],
        "challenged_and_expired": [2, 3],
        "declined": [2],
        "paid_and_refunded": [3, 4],
    }
