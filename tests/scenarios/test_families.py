"""Families of scenarios: sites are drawn from a number, checked, and kept apart."""

import json
from collections import Counter

import pytest

from test_time_gym.market.errors import Misuse, ScenarioError
from test_time_gym.scenarios import load_family, load_scenario
from test_time_gym.scenarios.family import merged
from test_time_gym.scenarios.flights.domain import FlightScenario

BASE = """
name = "my/shops"
description = "Two flights and shops that differ."
[market]
currency = "USD"
opens = "2026-06-01T09:00"
coupons = [{ code = "TEN", amount_minor = 10 }]
[market.pricing]
kind = "load_days"
round_to_minor = 1
[[market.flights]]
id = "AA1"
airline = "Aurora"
fares = [{ code = "Y", fare_minor = 10_000 }]
[[market.flights.legs]]
flight = "AA1"
from = "SFO"
to = "MAD"
depart = "2026-06-02T10:00"
arrive = "2026-06-02T18:00"
seats = 4
[task]
trips = [{ from = "SFO", to = "MAD", date = "2026-06-02" }]
budgets_minor = [50_000]
"""

COUPONS = """
[[habits]]
name = "coupon"
says = "One of three codes holds."
[[habits.options]]
name = "TEN"
[[habits.options]]
name = "TWENTY"
patch.market.coupons = [{ code = "TWENTY", amount_minor = 20 }]
[[habits.options]]
name = "THIRTY"
patch.market.coupons = [{ code = "THIRTY", amount_minor = 30 }]
"""

HOURS = """
[[habits]]
name = "step"
says = "Prices are multiples of one or of two."
[[habits.options]]
name = "one"
[[habits.options]]
name = "two"
patch.market.pricing.round_to_minor = 2
"""

DRIFTS = """
[[drift]]
name = "later"
says = "Another code holds, and one more step is needed."
after_episodes = 9
next_option = ["coupon"]
patch.market.storefront.select_first = true
[[drift]]
name = "sooner"
says = "The turns become fewer."
after_episodes = 3
patch.turns.max_turns = 7
"""


def family_of(folder, *parts):
    path = folder / "shops.toml"
    path.write_text("".join((BASE, *parts)), encoding="utf-8")
    return load_family(path)


def refusal(folder, *parts):
    with pytest.raises(ScenarioError) as caught:
        family_of(folder, *parts)
    return str(caught.value)


# -- drawing sites ---------------------------------------------------------------------


def test_a_site_is_the_base_with_one_option_of_every_habit(tmp_path):
    family = family_of(tmp_path, COUPONS, HOURS)

    for seed in range(20):
        site, has = family.site(seed), family.habits_of(seed)
        found = {
            "coupon": site.market.coupons[0].code,
            "step": ("one", "two")[site.market.pricing.round_to_minor - 1],
        }
        assert found == has
        assert site.name == "my/shops"
        assert site.market.pricing.kind == "load_days"
        assert site.market.flights == family.base.market.flights


def test_every_option_is_drawn_about_as_often(tmp_path):
    family = family_of(tmp_path, COUPONS, HOURS)

    drawn = Counter(tuple(family.habits_of(seed).values()) for seed in range(600))

    assert len(drawn) == 6
    assert min(drawn.values()) > 70


def test_a_site_is_a_function_of_its_number_alone(tmp_path):
    one, other = (family_of(tmp_path, COUPONS, HOURS, DRIFTS) for _ in range(2))

    backwards = {seed: other.site(seed) for seed in reversed(range(9))}

    assert [one.site(seed) for seed in range(9)] == [backwards[k] for k in range(9)]
    assert one.site(3) is one.site(3)


def test_another_habit_moves_no_habit_that_was_there(tmp_path):
    few = family_of(tmp_path, COUPONS)
    more = family_of(tmp_path, HOURS, COUPONS)

    for seed in range(30):
        assert more.habits_of(seed)["coupon"] == few.habits_of(seed)["coupon"]


def test_a_scenario_without_habits_is_a_family_of_one():
    family = load_family("flights/rush")

    assert (family.habits, family.drifts, family.habits_of(3)) == ((), (), {})
    assert family.site(3) == family.base == load_scenario("flights/rush")


def test_the_base_and_the_sites_leave_no_trace_of_habits_in_a_header(tmp_path):
    family = family_of(tmp_path, COUPONS, DRIFTS)

    for scenario in (load_scenario(tmp_path / "shops.toml"), family.site(1)):
        assert type(scenario) is FlightScenario
        text = json.dumps(scenario.model_dump(mode="json", by_alias=True))
        assert not {"habits", "drift"} & set(json.loads(text))
    assert load_scenario(tmp_path / "shops.toml") == family.base


@pytest.mark.parametrize("seed", [-1, 2**128, "3"])
def test_a_number_that_is_no_seed_is_refused(tmp_path, seed):
    with pytest.raises(Misuse, match="a seed is an integer from 0"):
        family_of(tmp_path, COUPONS).site(seed)


# -- which sites are for what ----------------------------------------------------------

RANGES = """
[ranges]
development = [10, 19]
validation = [0, 4]
test = [20, 20]
"""


def test_a_family_declares_which_sites_are_for_what(tmp_path):
    assert family_of(tmp_path, COUPONS, RANGES).ranges == {
        "development": range(10, 20),
        "validation": range(5),
        "test": range(20, 21),
    }
    assert family_of(tmp_path, COUPONS).ranges == {
        "development": range(100),
        "validation": range(100, 200),
        "test": range(500, 600),
    }


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        (
            "[0, 4]",
            "[0, 10]",
            "the ranges validation and development share the site 10",
        ),
        ("[0, 4]", "[4, 0]", "the range validation ends before it begins"),
        ("[20, 20]", "[20, 1000]", "ranges.test.1"),
        ("[20, 20]", "[20]", "ranges.test.1"),
        ("test =", "tests =", "ranges.tests: unknown key; did you mean 'test'?"),
    ],
)
def test_ranges_that_share_sites_or_hold_none_are_refused(
    tmp_path, wrong, right, words
):
    assert words in refusal(tmp_path, COUPONS, RANGES.replace(wrong, right))


# -- what happens to sites -------------------------------------------------------------


def test_a_drift_moves_a_habit_to_its_next_option_and_patches(tmp_path):
    family = family_of(tmp_path, COUPONS, DRIFTS)
    codes = ["TEN", "TWENTY", "THIRTY"]

    for seed in range(9):
        before, after = family.site(seed), family.site(seed, ("later",))
        place = codes.index(before.market.coupons[0].code)
        assert after.market.coupons[0].code == codes[(place + 1) % 3]
        assert family.habits_of(seed, ["later"]) == {"coupon": codes[(place + 1) % 3]}
        assert after.market.storefront.select_first
        assert not before.market.storefront.select_first


def test_drifts_add_up_in_whatever_order_they_are_named(tmp_path):
    family = family_of(tmp_path, COUPONS, DRIFTS)

    both = family.site(1, ["sooner", "later"])

    assert both is family.site(1, ("later", "sooner"))
    assert (both.turns.max_turns, both.market.storefront.select_first) == (7, True)


def test_drifts_are_due_after_their_number_of_episodes(tmp_path):
    family = family_of(tmp_path, COUPONS, DRIFTS)

    assert [family.due(episodes) for episodes in (2, 3, 8, 9)] == [
        (),
        ("sooner",),
        ("sooner",),
        ("later", "sooner"),
    ]


def test_a_drift_that_is_none_is_refused(tmp_path):
    with pytest.raises(
        ScenarioError, match="my/shops has no drift 'late'; known: later, sooner"
    ):
        family_of(tmp_path, COUPONS, DRIFTS).site(1, ["late"])


# -- mistakes in files -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        ("market.coupons = [{ code = ", "market.copons = [{ code = ", "copons"),
        ("amount_minor = 20", "amount_minor = -20", "market.coupons.0.amount_minor"),
        ("patch.market.coupons", "patch.name", "name"),
    ],
)
def test_a_wrong_patch_is_told_with_file_habit_option_and_key(
    tmp_path, wrong, right, words
):
    text = refusal(tmp_path, COUPONS.replace(wrong, right, 1))

    assert text.startswith(f"{tmp_path / 'shops.toml'}: habit coupon, 'TWENTY': ")
    assert words in text


def test_a_patch_may_not_change_the_name(tmp_path):
    named = DRIFTS.replace("patch.turns.max_turns = 7", 'patch.name = "my/others"')

    text = refusal(tmp_path, COUPONS, named)

    assert text.endswith("shops.toml: drift sooner: a patch may not change the name")


def test_a_wrong_drift_is_told_with_file_drift_and_key(tmp_path):
    text = refusal(tmp_path, COUPONS, DRIFTS.replace("max_turns", "max_turn"))

    assert f"{tmp_path / 'shops.toml'}: drift sooner: 1 mistake(s)" in text
    assert "turns.max_turn: unknown key; did you mean 'max_turns'?" in text


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((COUPONS, COUPONS), "two habits are called coupon"),
        ((DRIFTS,), "drift later moves the habit coupon, which is none of no habits"),
        ((COUPONS.replace("THIRTY", "TEN"),), "two options of habit coupon are"),
        ((COUPONS, DRIFTS.replace("later", "sooner")), "two drifts are called sooner"),
        ((COUPONS.replace("says", "say"),), "habits.0.say: unknown key; did you mean"),
        ((COUPONS.replace("habits", "habit"),), "habit: unknown key; did you mean"),
        (
            (COUPONS, COUPONS.replace('"coupon"', '"code"')),
            "the habits coupon and code both change market.coupons",
        ),
        (
            ('[[drift]]\nname="no"\nsays="Nothing at all."\nafter_episodes=1\n',),
            "drift no changes nothing: give next_option or patch",
        ),
        (
            (COUPONS, DRIFTS.replace("after_episodes = 3", "after_episodes = 0")),
            "drift.1.after_episodes",
        ),
    ],
)
def test_what_does_not_hang_together_is_refused(tmp_path, parts, words):
    assert words in refusal(tmp_path, *parts)


def test_load_scenario_finds_mistakes_in_the_form_of_habits(tmp_path):
    path = tmp_path / "shops.toml"
    path.write_text(BASE + COUPONS.replace("says", "say"), encoding="utf-8")

    with pytest.raises(ScenarioError, match=r"habits\.0\.say: unknown key"):
        load_scenario(path)


@pytest.mark.parametrize("source", ["flights/site", "nowhere.toml", 3])
def test_a_family_that_does_not_exist_is_refused(source):
    with pytest.raises(ScenarioError):
        load_family(source)


def test_merging_changes_neither_part():
    data, patch = {"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": {"x": 3}}, "d": [2]}

    result = merged(data, patch)

    assert result == {"a": {"b": {"x": 3}, "c": 2}, "d": [2]}
    assert data == {"a": {"b": 1, "c": 2}, "d": [1]}
