"""Pages as a booking site shows them, and steps taken on them."""

from copy import deepcopy

from test_time_gym.agents.skills.perception.page import features
from test_time_gym.agents.skills.skill.trajectory import EXPLORE, Taken

OFFERS = [
    {"id": "PG1", "price": 210, "depart": "06:40", "stops": 1, "airline": "Pegada"},
    {"id": "NV2", "price": 250, "depart": "09:30", "stops": 0, "airline": "Norva"},
    {"id": "PG3", "price": 240, "depart": "13:00", "stops": 0, "airline": "Pegada"},
]
PRICES = {one["id"]: one["price"] for one in OFFERS}
CARDS = [{"token": "card_b", "brand": "amex"}, {"token": "card_a", "brand": "visa"}]
VERBS = ["search_flights", "add_to_cart", "wait", "abort"]


def note(text):
    """Return a message of who it is that its text begins with."""
    return {"from": text.partition(":")[0], "text": text, "untrusted": False}


def page(*, cart=(), coupons=(), total=0, status="none", error=None, **more):
    """Return an observation; ``cart`` names offers, ``more`` replaces fields."""
    shown = {
        "view": "search_results",
        "goal": "Buy a seat.",
        "now": "2026-06-08 09:00:00",
        "deadline": "2026-06-08 13:00:00",
        "minutes_left": 240,
        "turns_left": 40,
        "forms": {"from": "LIS", "to": "HAM", "date": "2026-06-22"},
        "flights": [],
        "selected": None,
        "cart": {
            "items": [{"flight_id": name, "price": PRICES[name]} for name in cart],
            "seats": 1,
            "coupons": list(coupons),
            "fees": [],
            "total": total,
        },
        "payment_state": {
            "status": status,
            "needs_3ds": False,
            "attempts": 0,
            "card": None,
            "instalments": 1,
            "instalments_on_offer": [],
            "hold_expires_in_s": None if status == "none" else 597,
        },
        "constraints": {
            "budget": 260,
            "max_stops": 0,
            "dates": ["2026-06-21", "2026-06-22"],
        },
        "team": [],
        "wallet": CARDS,
        "orders": [],
        "messages": [
            note("Shop: try the code SKY20"),
            note("Shop: try the code JUNE20"),
        ],
        "last_action": None,
        "last_action_error": error and {"code": error},
        "legal_verbs": VERBS,
        **more,
    }
    return deepcopy(shown)


def results(**more):
    return page(**{"flights": OFFERS, **more})


def in_cart(**more):
    legal = ["apply_coupon", "proceed_to_payment", "remove_from_cart", "wait"]
    fields = {"view": "cart", "cart": ["PG3"], "total": 240, "legal_verbs": legal}
    return results(**{**fields, **more})


def paying(status="requires_method", verb="enter_card", **more):
    fields = {"view": "payment", "status": status, "legal_verbs": [verb, "wait"]}
    return in_cart(**{**fields, **more})


def taken(observation, verb, by=EXPLORE, step=None, **args):
    return Taken(observation, features(observation), verb, args, by, step)
