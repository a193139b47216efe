"""Forgeries of seats, holds, prices and background sales."""

from tests.audit.forgery import forgery, redeclare
from tests.audit.story import NotHere


@forgery("booking_limit")
def a_class_sells_beyond_its_limit(story):
    sale = story.first("seat_sold", lambda r: "-" in r["d"]["product"])
    name, _, code = sale["d"]["product"].rpartition("-")
    for flight in story.market["flights"]:
        for fare in flight["fares"]:
            if flight["id"] == name and fare["code"] == code:
                fare["booking_limit"] = 0
    redeclare(story)


@forgery("header")
def the_scenario_is_not_the_one_of_the_digest(story):
    story.market["holds"]["per_visitor"] += 1


@forgery("price")
def a_hold_locks_another_price(story):
    story.first("hold_placed")["d"]["lines"][0][2] -= 100


@forgery("price")
def a_background_buyer_pays_another_price(story):
    sales = story.all("seat_sold")
    if len(sales) < 2 or sales[0]["d"]["product"] != sales[1]["d"]["product"]:
        raise NotHere
    sales[1]["d"]["price"] += 100


@forgery("repricing")
def prices_move_to_what_no_curve_says(story):
    story.first("repriced")["d"]["prices"][0][1] *= 7


@forgery("repricing")
def prices_move_when_nobody_looks_at_them(story):
    moved = story.first("repriced")
    moved["t"] -= 1
    if story.records[story.records.index(moved) - 1]["t"] > moved["t"]:
        raise NotHere


@forgery("repricing")
def a_move_of_prices_is_left_out(story):
    if story.market["warm_up"] == "draw":
        raise NotHere
    story.drop(story.first("repriced", lambda r: r["d"].get("prices")))


def priced_by_curves(story):
    """Return declared prices, if they can be recomputed, from the opening on."""
    pricing = story.market["pricing"]
    if pricing["kind"] == "fixed" or story.market["warm_up"] == "draw":
        raise NotHere
    return pricing


@forgery("price")
def prices_are_lower_at_another_hour(story):
    priced_by_curves(story)["clock_curve"] = [[0, 500_000]]
    story.first("seat_sold")
    redeclare(story)


@forgery("price")
def another_date_is_the_cheap_one(story):
    if "flights" not in story.market:
        raise NotHere
    day = story.market["flights"][0]["legs"][0]["depart"][:10]
    priced_by_curves(story)["date_factors"] = [[day, 500_000]]
    redeclare(story)


@forgery("hold_quota")
def a_visitor_hoards(story):
    placed = story.all("hold_placed")
    if len({r["a"] for r in placed}) == len(placed):
        raise NotHere
    story.market["holds"]["per_visitor"] = 1
    redeclare(story)


@forgery("hold_terms")
def a_hold_is_extended(story):
    story.first("hold_placed")["d"]["expires"] += 60_000


@forgery("hold_terms")
def a_hold_takes_fewer_seats_than_the_party(story):
    story.first("hold_placed")["d"]["lines"][0][1] += 1


@forgery("hold_expiry")
def a_hold_never_expires(story):
    story.drop(story.first("hold_expired"))


@forgery("hold_expiry")
def a_hold_expires_late(story):
    expired = story.first("hold_expired")
    if story.after(expired)["t"] == expired["t"]:
        raise NotHere
    expired["t"] += 1


@forgery("hold_state")
def a_hold_is_released_twice(story):
    released = story.first("hold_released")
    story.add(released, "hold_released", dict(released["d"]))


@forgery("sales")
def a_buyer_comes_from_a_segment_that_is_not_declared(story):
    story.first("seat_sold")["d"]["segment"] = "pilgrims"


@forgery("sales")
def a_buyer_comes_twice(story):
    sale = story.first("seat_sold")
    story.add(sale, "seat_sold", dict(sale["d"]))
