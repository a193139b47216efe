"""Forgeries of what pricing policies decide."""

from tests.audit.forgery import forgery_short
from tests.audit.short import last, quiet, told
from worlds import fare, flight, leg

FORECASTS = [
    {"class": "Y", "mean_milli": 2_000, "sd_milli": 500},
    {"class": "Q", "mean_milli": 2_000, "sd_milli": 0},
]


def priced_by_policies():
    """Return the journal of a search where two sellers have a policy each.

    One keeps two of its four seats for the dear class, the other asks 5 less than
    the cheapest seat of the first.
    """
    fares = [fare("Y", 200_00), fare("Q", 90_00, booking_limit=3)]
    config = quiet(
        flights=[
            flight("AA1", leg("AA1"), fares=fares, airline="Blue"),
            flight("AA3", leg("AA3")),
        ],
        pricing_of={
            "Blue": {
                "kind": "emsr_b",
                "forecasts": FORECASTS,
                "booking_curve": [[0, 0], [1, 1_000_000]],
            },
            "Aurora": {"kind": "match_rival", "undercut_minor": 5_00},
        },
    )
    return told(("wait", {"minutes": 6}), ("search_flights", None), config=config)


def decided(story, seller):
    """Return the data of a seller's first decision."""
    return story.first("repriced", lambda r: r["d"].get("seller") == seller)["d"]


@forgery_short("repricing")
def a_policy_decides_before_it_wakes():
    story = priced_by_policies()
    data = {"prices": [[2, 86_00]], "reasons": ["match"], "seller": "Aurora"}
    story.add(last(story, "act"), "repriced", data, a="", c=0)
    return story


@forgery_short("repricing")
def a_decision_has_no_proper_reason():
    story = priced_by_policies()
    decided(story, "Aurora")["reasons"] = ["because I can"]
    return story


@forgery_short("repricing")
def a_policy_is_woken_by_what_does_not_wake_it():
    story = priced_by_policies()
    decided(story, "Aurora")["trigger"] = "sale"
    return story


@forgery_short("layout")
def a_decision_says_that_it_has_no_reasons():
    story = priced_by_policies()
    decided(story, "Aurora")["reasons"] = []
    return story


@forgery_short("repricing")
def a_policy_prices_what_another_sells():
    story = priced_by_policies()
    decided(story, "Aurora")["prices"] = [[1, 85_00]]
    return story


@forgery_short("repricing")
def a_policy_asks_less_than_it_promises():
    story = priced_by_policies()
    decided(story, "Aurora")["prices"] = [[2, 79_99]]
    return story


@forgery_short("repricing")
def a_bid_price_is_below_nothing():
    story = priced_by_policies()
    decision = decided(story, "Aurora")
    decision.update(bids=[[1, -1]], reasons=["match", "match"])
    return story


@forgery_short("booking_limit")
def a_class_stays_open_below_its_bid_price():
    story = priced_by_policies()
    decision = decided(story, "Aurora")
    decision.update(bids=[[1, 400_00]], reasons=["bid", "match"])
    return story


@forgery_short("booking_limit")
def a_policy_lets_a_class_sell_more_than_is_declared():
    story = priced_by_policies()
    decided(story, "Blue")["limits"] = [[1, 4]]
    return story


@forgery_short("booking_limit")
def a_policy_keeps_a_seat_less_than_its_rule_says():
    story = priced_by_policies()
    decided(story, "Blue")["limits"] = [[1, 3]]
    return story


@forgery_short("booking_limit")
def a_policy_keeps_a_seat_more_than_its_rule_says():
    story = priced_by_policies()
    decided(story, "Blue")["limits"] = [[1, 1]]
    return story


@forgery_short("repricing")
def somebody_decides_who_sells_nothing():
    story = priced_by_policies()
    decided(story, "Aurora")["seller"] = "Nobody"
    return story


@forgery_short("repricing")
def curves_set_a_booking_limit():
    clock = [[0, 1_000_000], [10, 2_000_000]]
    pricing = {"kind": "load_days", "clock_curve": clock, "reprice_every_s": 300}
    story = told(("wait", {"minutes": 6}), config=quiet(pricing=pricing))
    story.first("repriced")["d"].update(limits=[[0, 1]], reasons=["mood"])
    return story
