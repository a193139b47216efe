"""The closed forms give the figures that tables and textbooks print."""

from math import exp

import pytest

from test_time_gym.validation.queueing import (
    attempts,
    erlang_a,
    erlang_b,
    erlang_c,
    gamma_below,
    held_for,
    in_time,
    mean_wait,
    one_attempt,
    pollaczek_khinchine,
)


@pytest.mark.parametrize(
    ("servers", "load", "blocked"),
    [
        (2, 1, 0.2),
        (4, 2, 0.095238095),
        (5, 3, 0.110054348),
        (6, 2, 0.012084592),
        (10, 10, 0.214582343),
        (30, 25, 0.052603172),
        (100, 100, 0.075700453),
        (180, 200, 0.128382819),
        (0, 3, 1),
    ],
)
def test_erlang_b(servers, load, blocked):
    assert erlang_b(servers, load) == pytest.approx(blocked, abs=1e-9)


@pytest.mark.parametrize(
    ("rate", "service_rate", "servers", "waits", "wait"),
    [
        (0.5, 1, 1, 0.5, 1),
        (0.9, 1, 1, 0.9, 9),
        (0.2, 0.1, 3, 0.444444444, 4.444444444),
        (3.2, 1, 4, 0.596432472, 0.745540590),
        (10, 8, 2, 0.480769231, 0.080128205),
        (2, 0.5, 5, 0.554112554, 1.108225108),
    ],
)
def test_erlang_c_and_the_mean_wait(rate, service_rate, servers, waits, wait):
    assert erlang_c(servers, rate / service_rate) == pytest.approx(waits, abs=1e-9)
    assert mean_wait(rate, service_rate, servers) == pytest.approx(wait, abs=1e-9)


@pytest.mark.parametrize(("cv2", "wait"), [(0, 2), (0.5, 3), (1, 4), (2, 6)])
def test_pollaczek_khinchine(cv2, wait):
    assert pollaczek_khinchine(0.8, 1, cv2) == pytest.approx(wait, abs=1e-9)
    assert pollaczek_khinchine(0.008, 100, cv2) == pytest.approx(100 * wait)


def test_one_server_is_a_special_case_of_both_queues():
    assert mean_wait(0.7, 1, 1) == pytest.approx(pollaczek_khinchine(0.7, 1, 1))


@pytest.mark.parametrize(
    ("rate", "mean", "shape", "held", "blocked", "paid"),
    [
        (1, 10, 1, 7.768698399, 0.111298241, 0.776869840),
        (2, 5, 1, 4.751064658, 0.191478592, 0.950212932),
        (1, 7.5, 3, 7.295502998, 0.090846982, 0.938031196),
        (1, 10, 2, 8.755323, 0.156506811, 0.800851727),
    ],
)
def test_holds_that_end_with_the_payment_or_by_their_limit(
    rate, mean, shape, held, blocked, paid
):
    assert in_time(mean, 15, shape) == pytest.approx(paid, abs=1e-9)
    assert held_for(mean, 15, shape) == pytest.approx(held, abs=1e-6)
    load = rate * held_for(mean, 15, shape)
    assert erlang_b(10, load) == pytest.approx(blocked, abs=1e-6)


@pytest.mark.parametrize("shape", [1, 2, 3, 7])
def test_a_cut_off_mean_is_the_area_under_the_chance_to_last(shape):
    steps, mean, limit = 20_000, 10, 15
    middles = [(k + 0.5) * limit / steps for k in range(steps)]

    area = sum(1 - in_time(mean, t, shape) for t in middles) * limit / steps

    assert held_for(mean, limit, shape) == pytest.approx(area, rel=1e-7)


def test_one_exponential_step_stays_below_as_an_exponential_does():
    assert gamma_below(1, 1.5) == pytest.approx(1 - exp(-1.5))


@pytest.mark.parametrize(
    ("rate", "leaving_rate", "servers", "leaves", "line"),
    [
        (3.2, 0.5, 4, 0.094769, 0.606523),
        (5, 0.5, 4, 0.259026, 2.590255),
        (10, 1, 10, 0.125110, 1.2511),
    ],
)
def test_erlang_a(rate, leaving_rate, servers, leaves, line):
    assert erlang_a(rate, 1, leaving_rate, servers) == pytest.approx(
        (leaves, line), abs=1e-6
    )


def test_erlang_a_with_endless_patience_is_erlang_c():
    line = erlang_a(3.2, 1, 1e-9, 4)[1]

    assert line == pytest.approx(3.2 * mean_wait(3.2, 1, 4), rel=1e-6)


@pytest.mark.parametrize(
    ("chances", "success", "done", "each"),
    [
        ((0.3, 0.8, 0.1), 0.846, 0.996347736, 1.177716),
        ((0.2, 0.9, 0.05), 0.931, 0.999671491, 1.073761),
    ],
)
def test_three_tries(chances, success, done, each):
    assert one_attempt(*chances) == pytest.approx(success, abs=1e-9)
    assert attempts(success, 3) == pytest.approx((done, each), abs=1e-6)
    # By hand: 1 + P(the first fails) + P(the first two fail).
    failure = 1 - success
    assert attempts(success, 3)[1] == pytest.approx(1 + failure + failure**2)
