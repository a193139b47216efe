"""Searches: the records of a journal that meet all conditions, and nothing executed."""

import pytest
from tests.golden.record import REPLAYS

from test_time_gym import run
from test_time_gym.journal import grep, read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.market.events import KINDS
from test_time_gym.scenarios import load_scenario

RUSH = REPLAYS / "flights-rush.jsonl"
REFUNDS = REPLAYS / "flights-refunds.jsonl"
REFUNDABLE = "UX6061-Y"


def numbers(found):
    return [record.n for record in found]


def records(path):
    return list(read_journal(path).records())


def test_a_search_without_conditions_finds_every_record_in_order():
    assert list(grep(RUSH)) == records(RUSH)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_looked_for(kind):
    expected = [r for r in records(REFUNDS) if r.kind == kind]

    assert list(grep(REFUNDS, kind=kind)) == expected


def test_of_several_kinds_or_agents_any_will_do_and_all_conditions_hold():
    found = list(
        grep(
            RUSH,
            kind=["act", "reward"],
            agent=("buyer_1", "buyer_2"),
            first=20,
            last=200,
        )
    )

    assert found == [
        r
        for r in records(RUSH)
        if r.kind in ("act", "reward")
        and r.actor in ("buyer_1", "buyer_2")
        and 20 <= r.n <= 200
    ]
    assert {r.kind for r in found} == {"act", "reward"}


def test_the_market_itself_has_an_empty_name():
    found = list(grep(RUSH, agent=""))

    assert found == [r for r in records(RUSH) if r.actor == ""]
    assert {"header", "seat_sold", "end"} <= {r.kind for r in found}


def test_a_text_is_looked_for_as_it_is_spelled():
    assert numbers(grep(RUSH, text='"verb":"restart"')) == [
        r.n for r in records(RUSH) if r.data.get("verb") == "restart"
    ]
    assert list(grep(RUSH, text="no such text")) == []
    assert list(grep(RUSH, text='{"h"')) == []


def test_the_story_of_an_order_is_its_hold_its_payments_and_the_actions_behind(story):
    order, path = story

    found = [(r.kind, r.data.get("verb")) for r in grep(path, order=order)]

    assert found == [
        ("act", "proceed_to_payment"),
        ("hold_placed", None),
        ("act", "confirm_payment"),
        ("payment_started", None),
        ("payment_declined", None),
        ("act", "confirm_payment"),
        ("payment_started", None),
        ("payment_authorized", None),
        ("payment_captured", None),
        ("ticket_issued", None),
        ("act", "cancel_order"),
        ("order_cancelled", None),
        ("payment_refunded", None),
    ]


@pytest.fixture
def story(tmp_path):
    """Return an order that was paid at the second try and then given back."""
    steps = iter(
        [
            ("search_flights", None),
            ("add_to_cart", REFUNDABLE),
            ("proceed_to_payment", None),
            ("enter_card", "tok_decline_soft"),
            ("confirm_payment", None),
            ("enter_card", "tok_decline_soft"),
            ("confirm_payment", None),
            ("cancel_order", "order-0-1"),
        ]
    )

    def buyer(_page):
        verb, payload = next(steps, ("wait", 20_000))
        return {"verb": verb, "payload": payload}

    scenario = load_scenario("flights/rush")
    task = scenario.task.model_copy(
        update={"wallets": (("tok_decline_soft",),), "ends_on": "deadline"}
    )
    scenario = scenario.model_copy(update={"task": task})
    path = tmp_path / "story.jsonl"
    run(scenario, [buyer, "cheapest"], seed=1, journal=path, regret=False)
    return "order-0-1", path


def test_an_order_that_never_was_has_no_records():
    assert list(grep(RUSH, order="order-99-1")) == []


@pytest.mark.parametrize(
    ("conditions", "why"),
    [
        ({"kind": "tiket_issued"}, "'tiket_issued'; did you mean ticket_issued"),
        ({"kind": ["act", ""]}, "there is no kind of record ''"),
        ({"agent": "byer_1"}, "there is no seat 'byer_1'; did you mean buyer_1"),
        ({"first": -1}, "numbered from 0, not -1"),
    ],
    ids=str,
)
def test_what_no_journal_can_hold_is_a_mistake_before_the_first_record(conditions, why):
    with pytest.raises(Misuse, match=why.replace("?", r"\?")):
        grep(RUSH, **conditions)


def test_a_damaged_journal_is_searched_as_far_as_it_is_sound(written):
    data = RUSH.read_bytes()
    lines = data.splitlines(keepends=True)
    path = written(b"".join(lines[:50]) + lines[50].replace(b"buyer", b"BUYER"))

    assert numbers(grep(path)) == list(range(50))
    assert list(grep(written(b""), agent="anybody")) == []


def test_what_a_forger_puts_in_the_place_of_an_id_breaks_nothing(forge, written):
    for n in (r.n for r in records(RUSH) if r.kind in ("ticket_issued", "hold_placed")):
        path = written(forge.altered(RUSH, n, lambda r: r["d"].update(hold=[{}])))
        assert list(grep(path, order="order-0-1")) is not None

    path = written(forge.altered(RUSH, 0, lambda r: r["d"].update(seats=[7])))
    with pytest.raises(Misuse, match="there is no seat"):
        grep(path, agent="buyer_0")
