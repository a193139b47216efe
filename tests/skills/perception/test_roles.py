"""Roles: what a page calls by other names is found by what comes of it."""

import ast
import json
from pathlib import Path

import pytest
from tests.learning.playing import lived
from tests.support.skill_pages import OFFERS, page, results

import test_time_gym as ttg
from test_time_gym.agents.skills.perception.field_renames import FieldRenames
from test_time_gym.agents.skills.perception.prices import asked
from test_time_gym.scenarios import load_family

USUAL = {"id": "ref", "price": "cost", "depart": "leaves", "stops": "pauses"}
ALL = results()["flights"]


def strange(rows):
    """Return rows as a site shows them that has names of its own."""
    return [{USUAL.get(key, key): value for key, value in row.items()} for row in rows]


def offers(*rows, **more):
    return results(flights=strange(rows or ALL), **more)


def bought(row, price=None, **more):
    """Return the page after an offer was put into the cart."""
    item = {"flight_id": row["id"], "price": price or row["price"]}
    fields = {"last_action": "add_to_cart", **more}
    seen = offers(**fields)
    seen["cart"] |= {"items": [item], "total": item["price"]}
    return seen


def read(*pages):
    """Return the names that an episode's pages bring to light."""
    reading = FieldRenames()
    for seen in pages:
        verb, args, observation = seen if isinstance(seen, tuple) else ("", {}, seen)
        reading.took(verb, args)
        reading.usual(observation)
    again = FieldRenames()
    again.load(json.loads(json.dumps(reading.dump())))
    again.begin()
    return list(again.usual(offers())["flights"][0])


def test_the_cart_tells_what_is_the_name_and_what_the_price():
    names = read(bought(OFFERS[1]), bought(OFFERS[2]))

    assert names == ["id", "price", "leaves", "pauses", "airline"]


def test_once_may_be_chance():
    assert read(bought(OFFERS[1])) == ["ref", "cost", "leaves", "pauses", "airline"]


def test_a_price_that_moved_since_tells_nothing():
    later = {"price": 999, "last_action": "wait"}
    names = read(*[bought(OFFERS[k], **later) for k in (1, 2)])

    assert names == ["id", "cost", "leaves", "pauses", "airline"]


def sifted(limit, value, *left):
    """Return two pages: all offers, and what a filter has left of them."""
    after = offers(*left, last_action="filter_results")
    return offers(), ("filter_results", {limit: value}, after)


def test_a_filter_tells_what_its_limits_are_about():
    names = read(
        *sifted("max_stops", 0, OFFERS[1], OFFERS[2]),
        *sifted("depart_after", "09:00", OFFERS[1], OFFERS[2]),
        *sifted("depart_after", "12:00", OFFERS[2]),
        *sifted("max_stops", 0, OFFERS[1], OFFERS[2]),
    )

    assert names == ["ref", "cost", "depart", "stops", "airline"]


def test_a_refused_filter_tells_nothing():
    error = {"last_action_error": {"code": "malformed"}}
    refused = offers(OFFERS[1], OFFERS[2], **error)
    once = (offers(), ("filter_results", {"max_stops": 0}, refused))

    assert read(*once, *once) == list(strange(ALL)[0])


def test_the_payment_tells_what_is_a_card():
    wallet = [{"ref": "card_b", "scheme": "amex"}, {"ref": "card_a", "scheme": "visa"}]
    paid = page(wallet=wallet)
    paid["payment_state"]["card"] = "card_a"
    reading = FieldRenames()
    for _ in range(2):
        assert reading.usual(paid)["wallet"] == wallet
    reading.begin()

    shown = reading.usual(paid)["wallet"]
    assert [list(row) for row in shown] == [["token", "scheme"]] * 2


def test_a_price_without_a_name_is_no_price():
    assert asked(offers()) is None


def literals(tree):
    """Yield every text by which a program looks something up."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript):
            yield node.slice
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from node.args[:1] if node.func.attr in ("get", "pop") else ()
        elif isinstance(node, ast.Compare):
            yield from (node.left, *node.comparators)


def test_no_agent_knows_a_name_that_a_drift_brings():
    family = load_family("flights/sites")
    page_of = family.site(0, drifts=["renamed-fields"]).page
    hidden = set(page_of.renamed.values())
    assert "fare" in hidden

    found = [
        (path.name, node.value)
        for path in sorted((Path(ttg.__file__).parent / "agents").rglob("*.py"))
        for node in literals(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in hidden
    ]

    assert found == []


@pytest.mark.slow
def test_it_learns_a_site_that_has_names_of_its_own_from_the_first_page():
    site = load_family("flights/sites").site(6)
    names = {**USUAL, "airline": "carrier", "token": "handle"}
    renamed = site.page.model_copy(update={"renamed": names})
    met = [
        outcome
        for outcome, _ in lived(site.model_copy(update={"page": renamed}), 6, 60)
    ]

    assert met.count("violation") == 0
    assert met[-20:].count("success") >= 10
