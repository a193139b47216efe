"""D6 and D7: the gateway as a queue: how long payments wait for one of its servers."""

from functools import partial
from math import exp, sqrt
from typing import Any

from test_time_gym.market.payments.payment import Payment
from test_time_gym.market.streams import Streams

from ..queueing import erlang_c, mean_wait, pollaczek_khinchine
from ..shop import PoissonArrivals, gateway_line, new_payment
from ..simulation import Claim, Samples, Simulation

__all__ = ["CASES"]

UNIT_MS = 100_000
"""The unit of time of these cases: rounding to milliseconds does not show."""


class Sender:
    """Sends payments to a gateway at random, and watches it from the outside.

    Args:
        seed: of arrivals and services.
        rate: payments per unit of time.
        latency: settings of the latency law.
        servers: of the gateway.
        customers: how many are measured, after a tenth more to warm up.
    """

    def __init__(
        self,
        seed: int,
        *,
        rate: float,
        latency: dict[str, Any],
        servers: int,
        customers: int,
    ) -> None:
        self._clock, self._gateway = gateway_line(seed, servers, latency, self._done)
        self._servers = servers
        self._customers = customers
        self._warm = customers // 10
        self._sent: dict[str, int] = {}
        self._waited = self._total_ms = 0
        gaps = Streams(seed).get("theory", "gaps")
        everybody = customers + self._warm
        PoissonArrivals(self._clock, gaps, round(UNIT_MS / rate), everybody, self._send)

    def play(self, mean: float) -> Samples:
        """Play until all payments are done; take the mean service off the mean time."""
        self._clock.advance()
        total = self._total_ms / self._customers / UNIT_MS
        return {
            "share that waits": self._waited / self._customers,
            "mean wait": total - mean,
        }

    def _send(self, number: int) -> None:
        one = new_payment(number)
        if number >= self._warm:
            self._waited += self._gateway.busy == self._servers
            self._sent[one.id] = self._clock.now_ms
        self._gateway.submit(one)

    def _done(self, one: Payment) -> None:
        if one.id in self._sent:
            self._total_ms += self._clock.now_ms - self._sent[one.id]


def play(
    seed: int,
    *,
    rate: float,
    latency: dict[str, Any],
    mean: float,
    servers: int = 1,
    customers: int = 5000,
) -> Samples:
    """Play one replication; ``mean`` is that of the latency law, in units."""
    sender = Sender(
        seed, rate=rate, latency=latency, servers=servers, customers=customers
    )
    return sender.play(mean)


# ------------------------------------------------------------------- the cases


def markovian(
    case: str,
    rate: float,
    service_rate: float,
    servers: int,
    customers: int = 5000,
    *,
    slow: bool = False,
) -> Simulation:
    """Declare an M/M/c queue."""
    load, more = rate / service_rate, servers + 1
    waits = [erlang_c(number, load) for number in (servers, more)]
    wait = [mean_wait(rate, service_rate, number) for number in (servers, more)]
    return Simulation(
        case,
        f"M/M/{servers}, {rate:g} arrivals, {service_rate:g} services",
        [
            Claim("share that waits", waits[0], "a server more", waits[1]),
            Claim("mean wait", wait[0], "a server more", wait[1], 0.04),
        ],
        partial(
            play,
            rate=rate,
            latency=exponential(round(UNIT_MS / service_rate)),
            mean=1 / service_rate,
            servers=servers,
            customers=customers,
        ),
        slow=slow,
    )


def one_server(
    case: str,
    name: str,
    latency: dict[str, Any],
    mean: float,
    cv2: float,
    *,
    customers: int = 7000,
) -> Simulation:
    """Declare an M/G/1 queue whose server is busy four fifths of the time."""
    used = 0.8
    rate = used / mean
    even = pollaczek_khinchine(rate, mean, 1)
    return Simulation(
        case,
        f"M/G/1, {used:g} arrivals, 1 service, {name}",
        [
            Claim("share that waits", used, "services a tenth longer", 1.1 * used),
            Claim(
                "mean wait",
                pollaczek_khinchine(rate, mean, cv2),
                "exponential services",
                even,
                0.04,
            ),
        ],
        partial(play, rate=rate, latency=latency, mean=mean, customers=customers),
    )


def exponential(mean_ms: int) -> dict[str, Any]:
    """Return settings of a latency law."""
    return {"kind": "exponential", "typical_ms": mean_ms}


def unit(**settings: Any) -> dict[str, Any]:
    """Return settings of a latency law whose typical value is one unit."""
    return {"typical_ms": UNIT_MS, **settings}


def wide() -> tuple[dict[str, Any], float, float]:
    """Return settings, mean and cv² of a lognormal law with cv² 2: σ² = ln 3."""
    typical_ms = round(UNIT_MS / sqrt(3))
    settings = {"kind": "lognormal", "typical_ms": typical_ms, "sigma_ppm": 1_048_147}
    return settings, typical_ms * sqrt(3) / UNIT_MS, exp(1.048_147**2) - 1


CASES = [
    markovian("D6/1", 0.5, 1, 1),
    markovian("D6/2", 0.9, 1, 1, 40_000, slow=True),
    markovian("D6/3", 0.2, 0.1, 3, 7000),
    markovian("D6/4", 3.2, 1, 4, 8000),
    markovian("D6/5", 10, 8, 2),
    markovian("D6/6", 2, 0.5, 5, 8000),
    one_server("D7/fixed", "fixed", unit(kind="deterministic"), 1, 0),
    one_server("D7/erlang", "Erlang 2", unit(kind="erlang", shape=2), 1, 0.5),
    one_server("D7/lognormal", "lognormal, cv² 2", *wide(), customers=10_000),
]
