"""The gateway as a queue: how long payments wait for one of its servers."""

from functools import partial
from math import exp, sqrt

from tests.theory.formulas import erlang_c, mean_wait, pollaczek_khinchine
from tests.theory.parts import Arrivals, line, payment
from tests.theory.verdict import Case, Claim

from test_time_gym.market.streams import Streams

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

    def __init__(self, seed, *, rate, latency, servers, customers):
        self._clock, self._gateway = line(seed, servers, latency, self._done)
        self._servers = servers
        self._customers = customers
        self._warm = customers // 10
        self._sent = {}
        self._waited = self._total_ms = 0
        gaps = Streams(seed).get("theory", "gaps")
        everybody = customers + self._warm
        Arrivals(self._clock, gaps, round(UNIT_MS / rate), everybody, self._send)

    def play(self, mean):
        """Play until all payments are done; take the mean service off the mean time."""
        self._clock.advance()
        total = self._total_ms / self._customers / UNIT_MS
        return {
            "share that waits": self._waited / self._customers,
            "mean wait": total - mean,
        }

    def _send(self, number):
        one = payment(number)
        if number >= self._warm:
            self._waited += self._gateway.busy == self._servers
            self._sent[one.id] = self._clock.now_ms
        self._gateway.submit(one)

    def _done(self, one):
        if one.id in self._sent:
            self._total_ms += self._clock.now_ms - self._sent[one.id]


def play(seed, *, rate, latency, mean, servers=1, customers=5000):
    """Play one replication; ``mean`` is that of the latency law, in units."""
    settings = {"rate": rate, "latency": latency, "servers": servers}
    return Sender(seed, customers=customers, **settings).play(mean)


# ------------------------------------------------------------------- the cases


def markovian(rate, service_rate, servers, customers=5000, **options):
    """Declare an M/M/c queue."""
    load, more = rate / service_rate, servers + 1
    waits = [erlang_c(number, load) for number in (servers, more)]
    wait = [mean_wait(rate, service_rate, number) for number in (servers, more)]
    return Case(
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
        **options,
    )


def one_server(name, latency, mean, cv2, customers=7000):
    """Declare an M/G/1 queue whose server is busy four fifths of the time."""
    used = 0.8
    rate = used / mean
    even = pollaczek_khinchine(rate, mean, 1)
    return Case(
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


def exponential(mean_ms):
    """Return settings of a latency law."""
    return {"kind": "exponential", "typical_ms": mean_ms}


def unit(**settings):
    """Return settings of a latency law whose typical value is one unit."""
    return {"typical_ms": UNIT_MS, **settings}


def wide():
    """Return settings, mean and cv² of a lognormal law with cv² 2: σ² = ln 3."""
    typical_ms = round(UNIT_MS / sqrt(3))
    settings = {"kind": "lognormal", "typical_ms": typical_ms, "sigma_ppm": 1_048_147}
    return settings, typical_ms * sqrt(3) / UNIT_MS, exp(1.048_147**2) - 1


CASES = [
    markovian(0.5, 1, 1),
    markovian(0.9, 1, 1, 40_000, slow=True),
    markovian(0.2, 0.1, 3, 7000),
    markovian(3.2, 1, 4, 8000),
    markovian(10, 8, 2),
    markovian(2, 0.5, 5, 8000),
    one_server("fixed", unit(kind="deterministic"), 1, 0),
    one_server("Erlang 2", unit(kind="erlang", shape=2), 1, 0.5),
    one_server("lognormal, cv² 2", *wide(), 10_000),
]
