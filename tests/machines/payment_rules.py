"""The rules of payment that a machine draws, and the market that they make."""

from hypothesis import strategies as st
from machines.desk import CARD_LIMIT
from machines.scene import Scene, timetable
from worlds import COUPONS, FEES

SURE = 1_000_000
OWN_CARDS = [
    {"token": "tok_amex", "brand": "amex"},
    {"token": "tok_frictionless", "challenge_ppm": SURE, "frictionless_ppm": SURE},
    {"token": "tok_mute", "challenge_ppm": SURE, "code_lost_ppm": SURE},
    {"token": "tok_limit", "limit_minor": CARD_LIMIT},
]


def some(*values):
    return st.sampled_from(values)


RULES = st.fixed_dictionaries(
    {
        "per_visitor": some(3, 50),
        "ttl_s": st.integers(1, 4),
        "latency_ms": some(1, 1, 900, 1999, 2000, 2001, 30_000),
        "servers": some(1, 2),
        "outages_s": some(
            [], [], [], [[1, 2]], [[3, 9]], [[86_000, 87_000]], [[86_000, 400_000]]
        ),
        "reply_lost_ppm": some(0, SURE),
        "client_timeout_s": some(1, 30),
        "notify_after_s": some(0, 5, 40),
        "notify_spread_s": some(0, 60),
        "notify_duplicate_ppm": some(0, SURE),
        "notify_heard_ppm": some(0, SURE),
        "money_back_after_s": some(0, 30, 172_800),
        "void_lost_ppm": some(0, SURE),
        "authorization_expires_s": some(60, 604_800),
        "keys_expire_s": some(2, 20, 86_400),
        "expires_s": some(2, 300),
        "code_after_s": some(0, 5),
        "most": some(1, 2, 3, 15),
        "window_days": some(1, 30),
        "stop_after_hard_decline": st.booleans(),
        "every_days": some(1, 2),
        "retries": st.integers(0, 2),
        "retry_after_days": some(1, 2),
        "fees": some([], FEES),
    }
)
GATEWAY = (
    "servers",
    "outages_s",
    "reply_lost_ppm",
    "client_timeout_s",
    "notify_after_s",
    "notify_spread_s",
    "notify_duplicate_ppm",
    "notify_heard_ppm",
    "money_back_after_s",
    "void_lost_ppm",
    "authorization_expires_s",
    "keys_expire_s",
)


def pick(rules, *names):
    return {name: rules[name] for name in names}


def scene_of(rules, seats, limits):
    latency = {"kind": "deterministic", "typical_ms": rules["latency_ms"]}
    return Scene(
        flights=timetable(seats, limits),
        holds=pick(rules, "ttl_s", "per_visitor"),
        gateway={"latency": latency, **pick(rules, *GATEWAY)},
        challenge=pick(rules, "expires_s", "code_after_s"),
        retries=pick(rules, "most", "window_days", "stop_after_hard_decline"),
        instalments={
            "counts": [2, 3],
            **pick(rules, "every_days", "retries", "retry_after_days"),
        },
        cards=OWN_CARDS,
        coupons=COUPONS,
        fees=rules["fees"],
    )
