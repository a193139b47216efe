"""The gateway: a queue, its outages, and a latency for every submission."""

from test_time_gym.market.bill import Bill
from test_time_gym.market.clock import MarketClock
from test_time_gym.market.payments.gateway import Gateway, GatewayConfig
from test_time_gym.market.payments.payment import Payment
from test_time_gym.market.streams import Streams


def payment(number):
    return Payment(
        id=f"pay-0-{number}",
        seat=0,
        hold_id="hold-0-1",
        card="tok_ok",
        attempt=number,
        bill=Bill(1),
        plan=(1,),
        key=str(number),
        started_at_ms=0,
    )


def gateway(finish, **config):
    clock = MarketClock()
    settings = GatewayConfig.model_validate(config)
    return clock, Gateway(settings, clock, Streams(1), finish)


def test_payments_are_served_first_come_first_served():
    order = []
    clock, queue = gateway(
        lambda done: order.append((clock.now_ms, done.id)),
        servers=2,
        latency={"kind": "deterministic", "typical_ms": 100},
    )
    for k in range(5):
        queue.submit(payment(k))

    assert (queue.serving(), queue.waiting(), queue.busy) == (
        ["pay-0-0", "pay-0-1"],
        ["pay-0-2", "pay-0-3", "pay-0-4"],
        2,
    )
    clock.advance()

    assert order == [
        (100, "pay-0-0"),
        (100, "pay-0-1"),
        (200, "pay-0-2"),
        (200, "pay-0-3"),
        (300, "pay-0-4"),
    ]
    assert (queue.serving(), queue.waiting()) == ([], [])


def test_an_outage_lasts_from_its_start_up_to_its_end():
    _, queue = gateway(print, outages_s=[[10, 20], [30, 31]])

    down = [
        at for at in (9_999, 10_000, 19_999, 20_000, 30_500, 31_000) if queue.down(at)
    ]

    assert down == [10_000, 19_999, 30_500]


def test_a_second_submission_draws_a_latency_of_its_own():
    took = []
    clock, queue = gateway(
        lambda _: took.append(clock.now_ms),
        latency={"kind": "exponential", "typical_ms": 1_000_000},
    )
    one = payment(1)

    queue.submit(one)
    clock.advance()
    queue.submit(one)
    clock.advance()

    law, streams = queue._config.latency, Streams(1)
    draws = [law.draw(streams.at(k, "latency", one.id).word()) for k in (1, 2)]
    assert took == [draws[0], draws[0] + draws[1]]
    assert one.submissions == 2
