"""Sending: a notice's luck and delay come from the stream that is named for it."""

import pytest
from bookkeeping import NOW_MS, Books, payment

from test_time_gym.market.payments.gateway import GatewayConfig
from test_time_gym.market.payments.notices import Notices
from test_time_gym.market.payments.payment import PaymentState
from test_time_gym.market.streams import Streams

EVEN = {
    "reply_lost_ppm": 500_000,
    "notify_heard_ppm": 500_000,
    "notify_duplicate_ppm": 500_000,
    "notify_after_s": 60,
    "notify_spread_s": 1000,
}


def sender(**config):
    """Return notices, the clock that delivers them, and thirty declined payments."""
    clock, known = Books().clock, {f"pay-1-{k}": payment(k) for k in range(1, 31)}
    for one in known.values():
        one.move(PaymentState.PROCESSING)
        one.move(PaymentState.DECLINED, "soft_decline")
    settings = GatewayConfig.model_validate(config)
    return Notices(settings, clock, Streams(1), known.__getitem__), clock, known


def sent(dice, name, version=2):
    """Return the timers of what is sent with these dice, on an even medium."""
    copies = 2 if dice.chance(500_000) else 1
    return [
        (NOW_MS + 60_000 + dice.below(1_000_001), 1, "notice", f"{name}/{version}/{k}")
        for k in range(copies)
    ]


def test_the_luck_of_a_reply_is_drawn_for_its_payment_and_version():
    notices, clock, known = sender(**EVEN)
    heard, timers, replies = [], [], []
    notices.on_reply = lambda one, version: heard.append((one.id, version))
    for name in known:
        dice = Streams(1).at(2, "reply", name)
        lost, told = dice.chance(500_000), dice.chance(500_000)
        timers += sent(dice, name) if lost or told else []
        replies += [] if lost else [(name, 2)]

    for one in known.values():
        notices.reply(one)

    assert heard == replies
    assert clock.pending() == sorted(timers)


def test_the_luck_of_later_news_is_drawn_for_its_payment_and_version():
    notices, clock, known = sender(**EVEN)

    for one in known.values():
        notices.announce(one)

    assert clock.pending() == sorted(
        timer
        for name in known
        for timer in sent(Streams(1).at(2, "notice", name), name)
    )


@pytest.mark.parametrize(
    ("lost", "heard", "due"),
    [(False, [("pay-1-1", 2)], []), (True, [], [[NOW_MS + 120_000, "pay-1-1/2/0"]])],
)
def test_on_a_perfect_medium_only_a_reply_that_is_lost_anyway_is_sent(lost, heard, due):
    notices, clock, known = sender()
    told = []
    notices.on_reply = lambda one, version: told.append((one.id, version))

    notices.reply(known["pay-1-1"], lost=lost)

    assert told == heard
    assert [[when, what] for when, _, _, what in clock.pending()] == due


def test_a_notice_tells_the_version_of_its_sending():
    notices, clock, known = sender()
    told = []
    notices.on_notice = lambda one, version: told.append((one.id, version))
    notices.announce(known["pay-1-1"])
    known["pay-1-1"].history += known["pay-1-1"].history

    clock.advance()
    notices.tell_now(known["pay-1-1"])

    assert told == [("pay-1-1", 2), ("pay-1-1", 4)]


def test_what_nobody_listens_to_is_lost_in_silence():
    notices, clock, known = sender()

    notices.reply(known["pay-1-1"])
    notices.reply(known["pay-1-2"], lost=True)
    clock.advance()

    assert clock.pending() == []
