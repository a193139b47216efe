"""Closed forms of queueing theory, in floats: what the market must come near to.

Rates are per unit of time; a mean is in the same unit.
"""

from itertools import count
from math import exp, factorial

__all__ = [
    "attempts",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "gamma_below",
    "held_for",
    "in_time",
    "mean_wait",
    "one_attempt",
    "pollaczek_khinchine",
]


def erlang_b(servers: int, load: float) -> float:
    """Return the share of customers who find all servers busy and go.

    By the usual recursion on the number of servers, which is stable.  It holds
    for every law of service with the same mean (Sevastyanov 1957).
    """
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Return the share of customers of an M/M/c queue who must wait."""
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1 - blocked))


def mean_wait(rate: float, service_rate: float, servers: int) -> float:
    """Return the mean wait in line of an M/M/c queue."""
    load = rate / service_rate
    return erlang_c(servers, load) / (servers * service_rate - rate)


def pollaczek_khinchine(rate: float, mean: float, cv2: float) -> float:
    """Return the mean wait in line of an M/G/1 queue.

    Args:
        rate: of arrivals.
        mean: of a service.
        cv2: the squared coefficient of variation of a service.
    """
    used = rate * mean
    return used * mean * (1 + cv2) / (2 * (1 - used))


def gamma_below(shape: int, x: float) -> float:
    """Return P(a sum of ``shape`` unit exponential steps <= x)."""
    return 1 - exp(-x) * sum(x**j / factorial(j) for j in range(shape))


def in_time(mean: float, limit: float, shape: int = 1) -> float:
    """Return the chance that an Erlang time stays below a limit."""
    return gamma_below(shape, limit * shape / mean)


def held_for(mean: float, limit: float, shape: int = 1) -> float:
    """Return the mean of an Erlang time that is cut off at a limit.

    E[min(L, T)] = E[L; L < T] + T · P(L >= T), and the first is the mean times
    the chance that a law with one step more stays below the limit.
    """
    x = limit * shape / mean
    return mean * gamma_below(shape + 1, x) + limit * (1 - gamma_below(shape, x))


def erlang_a(
    rate: float, service_rate: float, leaving_rate: float, servers: int
) -> tuple[float, float]:
    """Return (share who leave unserved, mean length of the line) of M/M/c+M.

    From the stationary law of the birth and death chain, up to a state that has
    no weight left.
    """
    weight = total = 1.0
    line = 0.0
    for n in count(1):
        waiting = max(0, n - servers)
        weight *= rate / (min(n, servers) * service_rate + waiting * leaving_rate)
        total += weight
        line += waiting * weight
        if waiting and weight < 1e-18 * total:
            break
    line /= total
    return leaving_rate * line / rate, line


def one_attempt(challenged: float, passed: float, declined: float) -> float:
    """Return the chance that one attempt to pay succeeds."""
    return (1 - challenged + challenged * passed) * (1 - declined)


def attempts(success: float, tries: int) -> tuple[float, float]:
    """Return (chance to succeed at last, mean attempts) with so many tries."""
    failure = 1 - success
    return 1 - failure**tries, (1 - failure**tries) / success
