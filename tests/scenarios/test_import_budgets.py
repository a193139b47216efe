"""Budgets of imported tasks: they can mostly be met, and not always."""

import pytest
from fares import DATA, SAMPLE, row, write

from test_time_gym.evaluation import clairvoyant
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.interface.task import draw_task
from test_time_gym.market.streams import Streams
from test_time_gym.market.world import World
from test_time_gym.scenarios.importing import ImportOptions, import_fares
from test_time_gym.scenarios.importing.rehearsal import Rehearsal

ORDINARY = DATA / "tables" / "ordinary-curve.csv"
FRESH = range(500, 560)
"""Seeds that neither set nor checked any budget."""


def share_met(scenario, seeds=FRESH):
    """Return the share of the first agent's tasks that can be met."""
    world = World.of(scenario.market)
    played = Rehearsal(world, scenario.task.deadline_s, seeds)
    met = 0
    for k, seed in enumerate(seeds):
        task = draw_task(scenario.task, world, Streams(seed), 0)
        total = played.least_total(task, k)
        met += total is not None and total <= task.budget_minor
    return met / len(seeds)


def table(folder, flights, *, factor=1, curve=((20, 1), (10, 1.6), (2, 2.5))):
    """Write a table of so many flights whose prices rise towards departure."""
    lines = [
        row(
            flight=f"UK-{k}",
            departure_time=f"{6 + k % 16:02d}:00",
            arrival_time="",
            stops=str(k % 2),
            days_left=str(day),
            price=str(int((4000 + 137 * k % 900) * rise * factor)),
        )
        for k in range(flights)
        for day, rise in curve
    ]
    return write(folder, *lines)


@pytest.mark.parametrize("flights", [1, 3, 12])
@pytest.mark.parametrize("factor", [1, 10])
def test_most_tasks_can_be_met_and_not_all(tmp_path, flights, factor):
    result = import_fares(table(tmp_path, flights, factor=factor))

    assert 0.6 <= share_met(result.scenario) <= 0.95


@pytest.mark.parametrize(
    "curve",
    [
        pytest.param(((49, 1), (30, 2), (1, 4)), id="rising before the opening"),
        pytest.param(((40, 1), (16, 1), (15, 3)), id="a jump at the deadline"),
        pytest.param(((40, 3), (10, 1)), id="falling"),
        pytest.param(((9, 1),), id="one day"),
    ],
)
def test_the_shape_of_the_curve_does_not_matter(tmp_path, curve):
    result = import_fares(table(tmp_path, 5, curve=curve))

    assert 0.6 <= share_met(result.scenario) <= 0.95


def test_the_table_that_nobody_could_buy_from_can_mostly_be_met():
    result = import_fares(ORDINARY)

    assert 0.6 <= share_met(result.scenario) <= 0.95
    assert f"{result.tasks_met} of 80 tasks can be met" in result.summary
    assert not result.hopeless


def test_a_rehearsal_says_what_a_clairvoyant_finds():
    options = ImportOptions(budgets="0%,50%,100%", rehearsals=8)
    scenario = import_fares(ORDINARY, options).scenario
    world, seeds = World.of(scenario.market), range(40, 52)
    played = Rehearsal(world, scenario.task.deadline_s, seeds)
    rehearsed, found = [], []

    for k, seed in enumerate(seeds):
        task = draw_task(scenario.task, world, Streams(seed), 0)
        total = played.least_total(task, k)
        met = total is not None and total <= task.budget_minor
        rehearsed.append(total if met else None)
        best = clairvoyant(
            scenario, world, seed, ["buyer_0"], focal=0, recorded_actions={}
        )
        found.append(best and best.price_minor)

    assert rehearsed == found
    assert None in found


def test_what_is_asked_for_is_on_sale():
    """A departure that only a dear connection has, and seats that are soon gone."""
    scenario = import_fares(ORDINARY, ImportOptions(seats=1, buyers=20)).scenario
    world = World.of(scenario.market)
    config = scenario.task.model_copy(update={"constrained_ppm": 1_000_000})
    played = Rehearsal(world, scenario.task.deadline_s, FRESH)

    sold_out = 0
    for k, seed in enumerate(FRESH):
        task = draw_task(config, world, Streams(seed), 0)
        sold_out += played.least_total(task, k) is None

    assert sold_out / len(FRESH) < 0.25


def test_the_first_budget_is_certainly_too_small_and_no_other():
    scenario = import_fares(SAMPLE, ImportOptions(rehearsals=2)).scenario
    world = World.of(scenario.market)
    unconstrained = scenario.task.model_copy(update={"constrained_ppm": 0})

    drawn = {
        (task.budget_minor, task.infeasible is not None)
        for seed in range(200)
        for task in [draw_task(unconstrained, world, Streams(seed), 0)]
    }

    budgets = scenario.task.budgets_minor
    assert len(budgets) == 8
    assert drawn == {(b, b == budgets[0]) for b in budgets}


def test_budgets_can_be_amounts_and_shares():
    options = ImportOptions(budgets="100%, 5000,7000.50,0%", rehearsals=4)

    budgets = import_fares(ORDINARY, options).scenario.task.budgets_minor

    assert budgets[1:3] == (5000_00, 7000_50)
    assert budgets[0] < 4000_00
    assert budgets[3] > 7000_50


def test_a_share_is_the_share_of_tasks_that_can_be_met():
    met = [
        share_met(import_fares(ORDINARY, ImportOptions(budgets=text)).scenario)
        for text in ("0%", "40%", "125%")
    ]

    assert met[0] == 0
    assert 0.2 <= met[1] <= 0.6
    assert met[2] == 1


def test_fewer_than_half_is_said():
    hopeless = import_fares(ORDINARY, ImportOptions(budgets="0%,20%", rehearsals=10))

    assert hopeless.hopeless
    assert hopeless.tasks_met < 40 == hopeless.tasks_rehearsed / 2


def test_prices_that_do_not_move_make_distinct_budgets(tmp_path):
    path = write(tmp_path, row(days_left="20"))
    options = ImportOptions(buyers=1, fill_ppm=0, rehearsals=4)

    budgets = import_fares(path, options).scenario.task.budgets_minor

    assert len(set(budgets)) == 8
    assert list(budgets) == sorted(budgets)


@pytest.mark.parametrize(
    ("budgets", "said"),
    [
        ("", "'' is neither a share of the tasks"),
        ("80%,", "'' is neither a share of the tasks"),
        ("-5", "'-5' is neither a share"),
        ("1001%", "'1001%' is neither a share"),
        ("0", "'0' is not an amount above 0"),
        ("1.234", "'1.234' is not an amount above 0 with at most 2 decimals"),
        (",".join(["50%"] * 51), "51 of them, at most 50"),
    ],
)
def test_budgets_that_are_none_are_refused(budgets, said):
    with pytest.raises(ScenarioError) as caught:
        import_fares(ORDINARY, ImportOptions(budgets=budgets, rehearsals=1))

    assert str(caught.value).startswith(f"--budgets: {said}")


def test_markets_that_are_played_are_told():
    told = []

    import_fares(
        ORDINARY,
        ImportOptions(rehearsals=3),
        rehearsing=lambda done, whole: told.append((done, whole)),
    )

    assert told == [(k, 6) for k in range(1, 7)]


def test_cheap_prices_are_not_rounded_away(tmp_path):
    path = write(tmp_path, row(price="45.5"), row(flight="UK-2", price="47.25"))

    kuwait, euro = (
        import_fares(path, ImportOptions(currency=code, rehearsals=1)).scenario.market
        for code in ("KWD", "EUR")
    )

    assert kuwait.pricing.round_to_minor == 100
    assert euro.pricing.round_to_minor == 10
