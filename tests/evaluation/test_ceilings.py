"""Who knows nothing of a family meets no more of it than published; the oracle, all."""

from functools import cache
from pathlib import Path

import pytest
from tests.ceilings.page import table_of
from tests.evaluation.shopping import scenario
from tests.support.worlds import fare, flight

import test_time_gym as ttg
from test_time_gym.cli import main
from test_time_gym.evaluation.bench import NULLS, Ceiling, bench, load_ceilings
from test_time_gym.evaluation.bench.ceiling import ceiling_above
from test_time_gym.scenarios import scenario_names

PAGE = Path(__file__).resolve().parents[2] / "docs" / "evaluation.md"
NAMES = scenario_names()
PUBLISHED = load_ceilings()

SAMPLED = [pytest.param(one, marks=pytest.mark.xdist_group(one)) for one in NAMES]
"""One worker plays a scenario, for all tests of it."""
SAMPLE = {"flights/delhi-mumbai": 2, "flights/refunds": 4}
"""How many seeds; of other scenarios 8. They are none of those that were measured."""
START = 770_000
FEASIBLE = {"flights/rm-network": 36}
"""Episodes that were measured at least, where that takes long; of others 200."""


@cache
def sample(name):
    """Return the rows of a scenario on seeds that were not measured: agent → row."""
    found = ttg.evaluate(
        [*NULLS, "oracle"], name, seeds=SAMPLE.get(name, 8), start=START
    )
    return {row.agent: row for row in found.rows}


# -- what is published ---------------------------------------------------------------


def test_every_scenario_has_a_ceiling_for_every_policy_that_knows_nothing():
    assert sorted(PUBLISHED) == NAMES
    for policies in PUBLISHED.values():
        assert list(policies) == [*NULLS, "oracle"]


@pytest.mark.parametrize("name", NAMES)
def test_every_ceiling_is_above_what_was_measured_in_many_episodes(name):
    for policy in NULLS:
        found = PUBLISHED[name][policy]

        assert found.feasible >= FEASIBLE.get(name, 200)
        assert found.percent == ceiling_above(found.met, found.feasible)


@pytest.mark.parametrize("name", NAMES)
def test_the_oracle_met_all_feasible_tasks(name):
    found = PUBLISHED[name]["oracle"]

    # In a scramble, some offers are gone before anybody could have bought them.
    assert found.met >= found.feasible * (0.97 if name == "flights/scramble" else 1)


def test_the_page_shows_what_the_file_says():
    cells = {
        name: {policy: (one.met, one.feasible) for policy, one in policies.items()}
        for name, policies in PUBLISHED.items()
    }

    assert table_of(cells) in PAGE.read_text("utf-8")


# -- what is true on other seeds -----------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLED)
def test_no_policy_that_knows_nothing_exceeds_its_ceiling(name):
    assert [row.ceiling for row in sample(name).values()][:-1] == [
        PUBLISHED[name][policy].percent for policy in NULLS
    ]
    assert [agent for agent, row in sample(name).items() if row.exceeds] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLED)
def test_the_oracle_meets_every_feasible_task(name):
    row = sample(name)["oracle"]

    missed = round(row.feasible * (1 - row.success.estimate))
    # In a scramble, some offers are gone before anybody could have bought them.
    assert missed <= (1 if name == "flights/scramble" else 0)
    assert row.violation.estimate == 0.0
    assert row.feasible > missed


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLED)
def test_tasks_with_a_certificate_ask_for_an_abort_and_no_others_do(name):
    for agent, right in (("abort-at-once", 1.0), ("oracle", 1.0), ("do-nothing", 0.0)):
        row = sample(name)[agent]

        assert row.feasible + row.certified <= row.episodes
        assert row.correct_abort.estimate == (right if row.certified else None)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["flights/duopoly", "hotels/flexible-rate"])
def test_certificates_were_met_in_the_samples(name):
    assert sample(name)["oracle"].certified > 0


# -- the check can fail ----------------------------------------------------------------


EASY = scenario(flights=[flight("AA1", fares=[fare("Y", 80_00)])])
"""One flight and plenty of money: the first offer will always do."""


def test_a_scenario_that_is_too_easy_is_found_out():
    ceilings = {EASY.name: {"first-offer": 20, "do-nothing": 2}}

    found = ttg.evaluate(NULLS, EASY, seeds=12, ceilings=ceilings)

    (finding,) = found.findings
    assert finding == (
        "first-offer meets 100.0 % of the feasible tasks of tests/regret, "
        "and its ceiling is 20 %"
    )


def test_the_command_line_calls_it_a_finding(monkeypatch, capsys):
    low = {"cheapest": Ceiling(met=1, feasible=100, percent=10)}
    monkeypatch.setattr(bench, "load_ceilings", lambda: {"flights/sfo-mad": low})

    command = ("bench", "--agents", "cheapest", "--scenarios", "flights/sfo-mad")
    code = main([*command, "--seeds", "8", "--workers", "1"])

    assert code == 1
    assert "cheapest meets 100.0 % of the feasible tasks" in capsys.readouterr().err
