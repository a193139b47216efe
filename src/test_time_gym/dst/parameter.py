"""Parameters: the settings of a drawn world, one line each.

A parameter is the path of a setting in a scenario, and the values that it may have.
Its draw has a stream of its own, so that a new parameter moves no other.  Paths that
begin with ``run.`` are not of the scenario: they say how the case is played.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from test_time_gym.market.streams import Stream

from . import demand_parts as buyers
from . import parts, seller_parts

__all__ = ["PARAMETERS", "SIMPLEST", "Parameter", "made", "one_of", "put"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A setting that every case draws."""

    path: str
    simplest: Any
    """What minimising tries instead of the value that was drawn."""
    draw: Callable[[Stream], Any]


def one_of(path: str, *values: Any) -> Parameter:
    """Return a parameter that takes one of these values evenly, the simplest first."""
    return Parameter(path, values[0], lambda dice: values[dice.below(len(values))])


def made(path: str, draw: Callable[[Stream], Any], simplest: Any) -> Parameter:
    """Return a parameter whose values are made by a function."""
    return Parameter(path, simplest, draw)


PARAMETERS: Final = (
    one_of("market.currency", "USD", "USD", "JPY", "KWD"),
    one_of("market.opens", parts.OPENS),
    made("market.flights", parts.flights, parts.ONE_FLIGHT),
    made("market.pricing", seller_parts.pricing, {"kind": "fixed"}),
    made("market.pricing_of", seller_parts.pricing_of, {}),
    made("market.demand", buyers.demand, []),
    one_of("market.demand.*.count", *buyers.COUNTS),
    one_of("market.demand.*.party_sizes", *buyers.PARTY_SIZES),
    one_of("market.demand.*.by_weekday", *buyers.BY_WEEKDAY),
    one_of("market.demand.*.by_date", *buyers.BY_DATE),
    one_of("market.demand.*.by_hour", *buyers.BY_HOUR),
    one_of("market.demand.*.flexible_dates", *buyers.FLEXIBLE_DATES),
    one_of("market.demand.*.pairs", *buyers.PAIRS),
    one_of("market.demand.*.patience", *buyers.PATIENCE),
    one_of("market.demand.*.refundable_only", *(False,) * 5, True),
    one_of("market.demand.*.choice.scale_sigma_ppm", *(0,) * 4, 400_000, 1_500_000),
    one_of("market.demand.*.choice.hour_penalty_milli", *buyers.HOUR_PENALTIES),
    one_of("market.demand.*.choice.seller_penalty_milli", *buyers.SELLER_PENALTIES),
    one_of("market.demand_shocks", *buyers.SHOCKS),
    one_of("market.flights.*.fares.*.go_shows_milli", *(0,) * 5, 400, 2_500),
    one_of("market.flights.*.legs.*.distance_km", *(None,) * 4, 1, 25_000),
    one_of("market.warm_up", "none", "draw", "simulate"),
    one_of("market.storefront.select_first", False, False, False, False, False, True),
    one_of("market.holds.ttl_s", 900, 30, 120, 120),
    one_of("market.holds.per_visitor", 20, 20, 20, 4),
    one_of("market.gateway.servers", 8, 1, 2),
    made("market.gateway.latency", parts.latency, parts.EVEN_LATENCY),
    one_of("market.gateway.client_timeout_s", 30, 10, 60),
    one_of("market.gateway.notify_after_s", 120, 5, 40),
    one_of("market.gateway.notify_spread_s", 0, 0, 60, 600),
    one_of("market.gateway.notify_duplicate_ppm", 0, 0, 300_000),
    one_of("market.gateway.notify_heard_ppm", 0, 0, 500_000),
    one_of("market.gateway.money_back_after_s", 0, 0, 60, 3600, 172_800),
    one_of("market.gateway.void_lost_ppm", 0, 0, 200_000),
    one_of("market.gateway.authorization_expires_s", 604_800, 600, 7200),
    one_of("market.gateway.keys_expire_s", 86_400, 86_400, 90, 900),
    one_of("market.challenge.expires_s", 300, 300, 30),
    one_of("market.challenge.code_after_s", 5, 0, 20),
    made("market.cards", parts.cards, list(parts.CARDS)),
    made("market.coupons", parts.coupons, []),
    made("market.fees", parts.fees, []),
    one_of("market.instalments.counts", [], [2, 3], [2], [3, 12]),
    one_of("market.instalments.every_days", 30, 1, 1),
    one_of("market.instalments.apr_ppm", 0, 0, 240_000, 3_000_000),
    one_of("market.instalments.retries", 0, 1, 2),
    one_of("market.instalments.retry_after_days", 1, 3),
    one_of("market.retries.most", 15, 15, 4, 2),
    one_of("market.retries.window_days", 30, 1),
    one_of("market.retries.stop_after_hard_decline", True, True, False),
    made("task.trips", parts.trips, [parts.TRIPS[0]]),
    one_of(
        "task.budgets_minor", [500_00], [10**7], [10**7], [150_00, 400_00], [100, 10**6]
    ),
    one_of("task.max_stops", [], [0, 1]),
    one_of("task.depart_after", [], [], [], ["10:00"], ["10:01", "15:00"]),
    one_of("task.depart_before", [], [], [], ["10:00"]),
    one_of("task.airlines", [], [], [], ["Borealis"]),
    one_of("task.flexible_days", 0, 0, 0, 1),
    made("task.wallets", parts.wallets, [["tok_ok"]]),
    one_of("task.party", 1, 1, 2),
    one_of("task.deadline_s", 7200, 3600, 90_000),
    one_of("task.ends_on", "deadline", "deadline", "receipt"),
    one_of("task.team", False, False, True),
    one_of("turns.click_ms", 1000, 1, 400),
    one_of("turns.page_ms", 1000, 1, 2500),
    one_of("turns.max_turns", 60, 30, 90, 120),
    one_of("run.window_ms", 0, 0, 5000),
    one_of("run.finish", "idle", "leave"),
    one_of("page.renamed", {}, {}, {}, {"price": "fare", "token": "card_ref"}),
    one_of("run.browsing_ppm", 0, 0, 50_000, 250_000),
    one_of("run.calm_from", 10**6, 10**6, 25, 60),
)
"""All parameters; a new setting of the scenario is one more line."""

SIMPLEST: Final = {one.path: one.simplest for one in PARAMETERS}


def put(data: Any, path: str, value: Any) -> None:
    """Set a value deep in plain data; ``*`` stands for every item of a list.

    >>> data = {"cards": [{"token": "a"}, {"token": "b"}]}
    >>> put(data, "cards.*.ppm", 7)
    >>> data
    {'cards': [{'token': 'a', 'ppm': 7}, {'token': 'b', 'ppm': 7}]}
    """
    first, _, rest = path.partition(".")
    if not rest:
        data[first] = value
    elif first == "*":
        for item in data:
            put(item, rest, value)
    else:
        put(data.setdefault(first, {}), rest, value)
