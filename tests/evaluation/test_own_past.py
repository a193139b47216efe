"""A policy of one's own sees its own past departures, and nothing of others'."""

import json

import msgspec
import pytest

import test_time_gym as ttg
from test_time_gym.market.errors import Misuse
from test_time_gym.market.pricing.emsr_b_policy import EmsrB
from test_time_gym.market.pricing.past_sales import PastSales
from test_time_gym.market.pricing.policy import Change, Decision, Offer, Shown, Stock

SCENARIO, AIRLINE = "flights/rm-leg", "Isar Air"
POINTS = [21, 7]
LEARNING = {"forecast": "pickup", "untruncate": "em", "history": 10}


class Looks:
    """Keeps the views that it sees, and changes nothing."""

    seen = ()

    def decide(self, view):
        Looks.seen = (*Looks.seen, view)
        return Decision()


class Fills:
    """Asks for more where the past departures were full in the mean."""

    def decide(self, view):
        sold = sum(sum(row.taken) for trip in view.past for row in trip)
        dear = sold > 40 * len(view.past) > 0
        return Decision(
            prices=[
                Change(one.product, one.base_minor * (11 if dear else 10) // 10, "own")
                for one in view.offers
            ]
        )


class Learns(EmsrB):
    """EMSR-b under another name."""

    kind: str = "learns"


def views(scenario=SCENARIO, **settings):
    """Return the views of a run, and of the departures before it."""
    Looks.seen = ()
    own = {"*": {"kind": Looks, **settings}}
    ttg.market(scenario, own, seeds=1, elasticity=False)
    return Looks.seen


@pytest.fixture(scope="module")
def shown():
    return views(history=3, dcp_days=POINTS)


def test_each_departure_shows_those_before_it_and_a_run_the_last(shown):
    numbers = list(dict.fromkeys(len(view.past) for view in shown))

    assert numbers == [0, 1, 2, 3]
    assert shown[-1].past[:2] == next(v for v in shown if len(v.past) == 2).past
    assert all(type(row) is PastSales for row in shown[-1].past[0])


def test_it_is_divided_at_the_decision_points_at_which_the_policy_wakes(shown):
    day = 86_400_000
    dearest, *fenced = shown[-1].past[0]

    assert dearest.starts_ms[1:] == (21 * day, 7 * day)
    # Sold no longer than its advance purchase allows, a class has shorter ones.
    assert fenced[-1].starts_ms[1:] == (21 * day, 21 * day)
    assert {len(row.taken) for row in shown[-1].past[0]} == {len(POINTS) + 1}
    # As the sale opens, and at the two points, of each of four departures.
    assert len(shown) == 4 * (1 + len(POINTS))


def test_without_decision_points_a_departure_is_one_interval():
    past = views(history=1)[-1].past

    assert {len(row.taken) for row in past[0]} == {1}


def test_without_history_nothing_is_shown_of_the_past():
    assert {view.past for view in views(dcp_days=POINTS)} == {()}


def leaves(value):
    """Yield all that can be reached from a view, as kinds and plain values."""
    if isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from leaves(getattr(value, field))
    elif isinstance(value, tuple):
        for one in value:
            yield from leaves(one)
    else:
        yield value


def test_a_walk_through_the_view_finds_own_whole_numbers_and_what_rivals_show():
    view = views("flights/three-airlines", history=2, dcp_days=[7])[-1]
    mine = {one.product for one in view.offers}

    assert {type(one) for one in leaves(view)} <= {int, str, bool, type(None)}
    assert {row.product for trip in view.past for row in trip} == mine
    assert {type(one) for one in view.offers} == {Offer}
    assert {type(one) for one in view.stock} == {Stock}
    assert {type(one) for one in view.rivals} == {Shown}
    assert Shown._fields == ("group", "seller", "price_minor")
    known = ("product", "starts_ms", "taken", "closed", "prices_minor")
    assert PastSales._fields == known
    assert view.__struct_fields__ == ("now_ms", "offers", "rivals", "stock", "past")


def test_a_kind_of_one_s_own_learns_as_the_package_s_does():
    market = ttg.load_scenario(SCENARIO).market
    told = market.pricing_of[AIRLINE].model_dump(mode="json", by_alias=True)
    table = {**told, **LEARNING}
    both = [
        ttg.market(SCENARIO, {AIRLINE: {**table, "kind": kind}}, seeds=2).sellers[0]
        for kind in ("emsr_b", Learns)
    ]

    assert both[0].revenue == both[1].revenue
    assert both[0].sold == both[1].sold


def test_a_run_with_a_past_is_executed_again_from_its_journal(tmp_path):
    path = tmp_path / "past.jsonl"
    settings = {"history": 2, "dcp_days": POINTS, "ceiling_ppm": 1_200_000}
    ttg.run(
        SCENARIO,
        "cheapest",
        airlines={AIRLINE: {"kind": Fills, **settings}},
        journal=path,
        regret=False,
    )

    header = json.loads(path.read_text("utf-8").splitlines()[0])["d"]
    told = header["scenario"]["market"]["pricing_of"][AIRLINE]
    assert (told["history"], told["dcp_days"]) == (2, POINTS)
    again = ttg.replay.verify(path, reexecute=True, airlines={AIRLINE: Fills})
    assert again.ok


def test_trials_of_a_policy_of_one_s_own_begin_after_what_it_learns_from():
    own = {AIRLINE: {"kind": Fills, "history": 4, "dcp_days": POINTS}}
    found = ttg.compare(
        SCENARIO, [own, "declared"], seeds=1, trials=2, samples=2, burn_in=4
    )

    assert found.labels[0] == "Isar Air=Fills"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"history": -1}, "history: Input should be greater than or equal to 0"),
        ({"history": 2.5}, "history: Input should be a valid integer"),
        ({"dcp_days": [3, 7]}, "dcp_days has 7 after 3"),
        ({"past": 3}, "past"),
    ],
)
def test_what_the_past_cannot_be_is_told(settings, said):
    with pytest.raises(Misuse, match=said):
        ttg.market(SCENARIO, {AIRLINE: {"kind": Looks, **settings}}, seeds=1)
