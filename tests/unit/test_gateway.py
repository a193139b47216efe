"""The gateway: a queue whose waiting times are those of theory."""

from math import factorial, sqrt
from statistics import fmean, stdev

import pytest

from test_time_gym.market.bill import Bill
from test_time_gym.market.clock import MarketClock, Phase
from test_time_gym.market.distributions import exponential
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


def exponential_waits(rate, mean_service_s, servers, customers):
    """Play an M/M/c queue; return how long each customer waited, in seconds."""
    finished = {}
    clock, queue = gateway(
        lambda done: finished.update({done.id: clock.now_ms}),
        servers=servers,
        latency={"kind": "exponential", "typical_ms": mean_service_s * 1000},
    )
    streams, law = Streams(1), queue._config.latency
    gaps, arrived, now = Streams(2).get("gaps"), {}, 0
    for k in range(customers):
        now += exponential(gaps.word(), round(1000 / rate))
        one = payment(k)
        arrived[one.id] = now
        clock.at(now, Phase.DEMAND, lambda _timer, p=one: queue.submit(p), "come", k)
    clock.advance()
    return [
        (finished[id_] - at - law.draw(streams.at(1, "latency", id_).word())) / 1000
        for id_, at in arrived.items()
    ]


def erlang_c(rate, mean_service_s, servers):
    """Return the probability of waiting and the mean wait of an M/M/c queue."""
    load = rate * mean_service_s
    last = load**servers / factorial(servers) * servers / (servers - load)
    waits = last / (sum(load**k / factorial(k) for k in range(servers)) + last)
    return waits, waits * mean_service_s / (servers - load)


@pytest.mark.parametrize(
    ("rate", "mean_service_s", "servers", "wait_s", "waiting"),
    [
        (0.5, 1, 1, 1, 0.5),
        (0.2, 10, 3, 4.444444, 0.444444),
        (3.2, 1, 4, 0.745541, 0.596432),
    ],
)
def test_waiting_times_are_those_of_an_m_m_c_queue(
    rate, mean_service_s, servers, wait_s, waiting
):
    assert erlang_c(rate, mean_service_s, servers) == pytest.approx(
        (waiting, wait_s), abs=1e-6
    )

    waits = exponential_waits(rate, mean_service_s, servers, 30_000)[1500:]

    # Neighbours wait alike: only means of long batches are nearly independent.
    batches = [waits[k : k + 950] for k in range(0, len(waits), 950)]
    for values, expected in (
        ([fmean(batch) for batch in batches], wait_s),
        ([fmean(wait > 0.001 for wait in batch) for batch in batches], waiting),
    ):
        error = stdev(values) / sqrt(len(values))
        assert error < 0.12 * expected
        assert abs(fmean(values) - expected) <= 4 * error


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
