"""Faults: what goes wrong in a drawn world, swarm style.

A run draws how rough it is, and every kind of fault is then active with that
chance, which is a quarter in the mean; how often it fires is drawn too.  Runs with
few faults go deep, runs with many show how faults meet; a little of every fault in
every run would do neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from . import parts
from .demand_parts import segment
from .seller_parts import LEARNING

__all__ = ["FAULTS", "ROUGHNESS_PPM", "Fault", "setting", "together"]

ROUGHNESS_PPM: Final = (0, 100_000, 250_000, 650_000)
"""Chances that a kind of fault is active; a run draws one of them."""

Settings = dict[str, Any]
"""Paths of parameters and their values."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault: the settings that bring it about, one of which is drawn."""

    name: str
    ways: Sequence[Settings]


def setting(name: str, path: str, *values: Any) -> Fault:
    """Return a fault that is one setting."""
    return Fault(name, [{path: value} for value in values])


def together(name: str, *ways: Settings) -> Fault:
    """Return a fault that needs several settings at once."""
    return Fault(name, ways)


def _even(typical_ms: int) -> Settings:
    return {"kind": "deterministic", "typical_ms": typical_ms}


_SOMETIMES: Final = (50_000, 250_000, 1_000_000)
"""Rates at which a fault that is active fires."""

_SLOW_MS: Final = (10_000, 60_000, 200_000)

_CLICKS: Final = {"turns.click_ms": 1000, "turns.page_ms": 1000}

_CROWD: Final = segment("crowd", 200, 1, 10**9)

FAULTS: Final = (
    setting("reply_lost", "market.gateway.reply_lost_ppm", *_SOMETIMES),
    setting(
        "outage",
        "market.gateway.outages_s",
        [[0, 60]],
        [[10, 90], [600, 1200]],
        [[0, 5000]],
    ),
    setting("page_gives_up", "market.gateway.client_timeout_s", 1, 3),
    setting("late_notice", "market.gateway.notify_after_s", 0, 900, 3600),
    setting("slow_gateway", "market.gateway.latency", *map(_even, _SLOW_MS)),
    setting("notices_twice", "market.gateway.notify_duplicate_ppm", *_SOMETIMES),
    setting("notices_scatter", "market.gateway.notify_spread_s", 30, 900, 7200),
    setting("needless_notices", "market.gateway.notify_heard_ppm", *_SOMETIMES),
    setting("money_is_slow", "market.gateway.money_back_after_s", 1, 600, 90_000),
    together(
        "voids_lost",
        {"market.gateway.void_lost_ppm": 500_000},
        {
            "market.gateway.void_lost_ppm": 1_000_000,
            "market.gateway.authorization_expires_s": 300,
        },
    ),
    setting("keys_forgotten", "market.gateway.keys_expire_s", 1, 20, 60),
    setting("few_tries", "market.retries.most", 1, 2),
    setting("one_server", "market.gateway.servers", 1),
    setting("challenges", "market.cards.*.challenge_ppm", *_SOMETIMES),
    setting("cardholders_known", "market.cards.*.frictionless_ppm", *_SOMETIMES),
    setting("codes_lost", "market.cards.*.code_lost_ppm", *_SOMETIMES),
    setting("soft_declines", "market.cards.*.soft_decline_ppm", *_SOMETIMES),
    setting("hard_declines", "market.cards.*.hard_decline_ppm", *_SOMETIMES),
    together(
        "parts_fail",
        {
            "market.instalments.counts": [2, 3],
            "market.instalments.every_days": 1,
            "market.instalments.retries": 0,
            "market.cards.*.soft_decline_ppm": 500_000,
            "task.wallets": [["tok_thin", "tok_fickle"]],
        },
        {
            "market.instalments.counts": [3],
            "market.instalments.retries": 1,
            "market.cards.*.soft_decline_ppm": 500_000,
            "task.wallets": [["tok_thin"]],
        },
    ),
    together(
        "outage_when_parts_are_due",
        {
            "market.instalments.counts": [2],
            "market.instalments.every_days": 1,
            "market.gateway.outages_s": [[86_400, 90_000]],
        },
    ),
    setting("late_code", "market.challenge.code_after_s", 60, 299, 300, 301),
    setting("short_challenge", "market.challenge.expires_s", 1, 2, 5),
    setting("short_hold", "market.holds.ttl_s", 1, 3, 8),
    setting("few_holds", "market.holds.per_visitor", 1, 2, 3),
    together(
        "hold_as_long_as_latency",
        # A page and one or two clicks lie between the hold and its payment.
        {"market.holds.ttl_s": 5, "market.gateway.latency": _even(3000), **_CLICKS},
        {"market.holds.ttl_s": 5, "market.gateway.latency": _even(2000), **_CLICKS},
        {"market.holds.ttl_s": 5, "market.gateway.latency": _even(5000)},
    ),
    together(
        "challenge_outlasts_hold",
        {"market.holds.ttl_s": 20, "market.challenge.expires_s": 300},
        {"market.holds.ttl_s": 20, "market.challenge.expires_s": 19},
        {"market.holds.ttl_s": 20, "market.challenge.expires_s": 21},
    ),
    together(
        "late_money_unheard",
        {
            "market.holds.ttl_s": 5,
            "market.gateway.latency": _even(8000),
            "market.gateway.client_timeout_s": 1,
            "market.gateway.reply_lost_ppm": 1_000_000,
            "market.gateway.notify_after_s": 3600,
            "market.gateway.money_back_after_s": 60,
        },
        {
            "market.holds.ttl_s": 5,
            "market.gateway.latency": _even(8000),
            "market.gateway.client_timeout_s": 3,
            "market.gateway.reply_lost_ppm": 500_000,
            "market.gateway.notify_after_s": 900,
            "market.gateway.money_back_after_s": 0,
        },
    ),
    together(
        "coupon_in_doubt",
        # Who starts over does not know that the coupon is spent.
        {
            "market.coupons": [parts.COUPONS[2]],
            "task.wallets": [["tok_ok"]],
            "market.gateway.reply_lost_ppm": 1_000_000,
            "market.gateway.notify_after_s": 3600,
            "market.gateway.client_timeout_s": 3,
        },
    ),
    together(
        "parts_fail_before_departure",
        {
            "market.instalments.counts": [3],
            "market.instalments.every_days": 1,
            "market.instalments.retries": 0,
            "market.flights.*.fares.*.refundable": True,
            "market.flights.*.fares.*.cancel_fee_minor": 1,
            "market.gateway.outages_s": [[86_400, 180_000]],
        },
    ),
    together("coarse_time", {"market.gateway.latency": _even(1000), **_CLICKS}),
    setting("scarce_seats", "market.flights.*.legs.*.seats", 0, 1, 1, 2),
    setting("demand_spike", "market.demand", [_CROWD]),
    together(
        "second_thoughts",
        {
            "market.warm_up": "simulate",
            "market.demand.*.cancel_ppm_per_day": 900_000,
            "market.flights.*.fares.*.refundable": True,
        },
        {
            "market.warm_up": "none",
            "market.demand.*.cancel_ppm_per_day": 300_000,
            "market.demand.*.no_show_ppm": 150_000,
            "market.flights.*.legs.*.authorised": 12,
            "market.denied_minor": 500_00,
        },
        {
            "market.warm_up": "simulate",
            "market.demand.*.no_show_ppm": 300_000,
            "market.denied_minor": 500_00,
            "market.pricing": {
                "kind": "overbook",
                "policy": "fixed",
                "overbook_ppm": 500_000,
                "wake_on": ["sale", "cancellation", "rival"],
            },
        },
        {
            "market.warm_up": "simulate",
            "market.demand.*.no_show_ppm": 200_000,
            "market.denied_minor": 500_00,
            "market.pricing": {
                "kind": "overbook",
                "policy": LEARNING,
                "overbook_ppm": 300_000,
            },
        },
        {
            "market.warm_up": "simulate",
            "market.demand.*.cancel_ppm_per_day": 200_000,
            "market.demand.*.no_show_ppm": 400_000,
            "market.denied_minor": 500_00,
            "market.flights.*.fares.*.go_shows_milli": 1_500,
            "market.pricing": {
                "kind": "overbook",
                "policy": {"kind": "emsr_b", "history": 10},
                "overbook_ppm": 300_000,
            },
        },
    ),
    setting(
        "prices_jump",
        "market.pricing",
        {
            "kind": "load_days",
            "load_curve": [[0, 100_000], [1_000_000, 10_000_000]],
            "reprice_every_s": 300,
            "round_to_minor": 1,
        },
    ),
    setting("ties_shuffled", "run.shuffle_ties", True),
    setting("garbage", "run.garbage_ppm", *_SOMETIMES[:2]),
    setting("crash", "run.crash_ppm", 5_000, 30_000),
    setting("twice", "run.twice_ppm", *_SOMETIMES[:2]),
    setting("out_of_turn", "run.out_of_turn_ppm", *_SOMETIMES),
    setting("distracted", "run.distracted_ppm", *_SOMETIMES[:2]),
)
"""All kinds of faults; a new one is one more line."""
