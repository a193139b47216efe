"""A simulated case complains of what is wrong, and of what shows nothing."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from test_time_gym.validation import all_cases, chosen, validate
from test_time_gym.validation.campaign import TIMES
from test_time_gym.validation.simulation import Claim, Simulation


def case(theory, *, slipped=5.0, sharp=0.02, spread=0.1):
    """Return a case whose six replications are around 10."""
    values = [10 + spread * d for d in (-2, -1, -1, 1, 1, 2)]
    return Simulation(
        "X",
        "ten",
        [Claim("size", theory, "a slip", slipped, sharp)],
        lambda seed: {"size": values[seed % 2**32]},
        replications=6,
    )


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        (case(10.2), ()),
        (case(10.3), ("size 10 ± 0.063 is not 10.3",)),
        (case(9.7), ("size 10 ± 0.063 is not 9.7",)),
        (case(10, sharp=0.006), ("size 10 ± 0.063 is too blunt",)),
        (case(10, slipped=10.2), ("size 10 ± 0.063 would not notice a slip (10.2)",)),
        (case(10, spread=0), ()),
        (case(11, spread=0), ("size 10 ± 0 is not 11",)),
    ],
)
def test_a_claim_must_be_true_sharp_and_telling(planted, said):
    (row,) = planted.rows()

    assert row.complaints == said
    assert row.ok == (not said)


def test_a_figure_is_told_with_its_error_and_its_seeds():
    (row,) = case(10.2).rows()

    # Squares of the deviations sum to 0.12; five degrees of freedom, six runs.
    error = (0.12 / 5 / 6) ** 0.5
    assert row.standard_error == pytest.approx(error)
    assert row.z == pytest.approx(-0.2 / error)
    assert (row.id, row.quantity) == ("X/size", "size: ten")
    assert (row.kind, row.seeds, row.theory) == ("simulation", 6, 10.2)
    assert row.estimate == pytest.approx(10)


def test_without_spread_there_is_no_distance_in_errors():
    (row,) = case(11, spread=0).rows()

    assert (row.standard_error, row.z, row.ok) == (0, None, False)


def test_a_case_plays_the_same_again_and_no_other_case_plays_like_it():
    seeds = []
    one = Simulation("1", "one", [], seeds.append, replications=2)
    other = Simulation("2", "other", [], seeds.append, replications=2)

    for played in (one, one, other):
        played.rows()

    assert seeds[:2] == seeds[2:4]
    assert len(set(seeds)) == 4


def test_the_long_campaign_plays_more_and_what_is_slow():
    seeds = []

    def play(seed):
        seeds.append(seed)
        return {"size": 10}

    quick = replace(case(10), play=play, replications=2)
    planted = [quick, replace(quick, id="Y", slow=True)]

    short_rows = list(validate(chosen(planted)))
    short = len(seeds)
    long_rows = list(validate(chosen(planted, long=True), long=True))

    assert (short, len(seeds) - short) == (2, 2 * 2 * TIMES)
    assert [row.seeds for row in short_rows] == [2]
    assert [(row.id, row.seeds) for row in long_rows] == [
        ("X/size", 2 * TIMES),
        ("Y/size", 2 * TIMES),
    ]


def test_a_case_is_found_in_a_file_of_its_own(monkeypatch):
    planted = SimpleNamespace(CASES=[case(10)])
    names = []

    def imported(name):
        names.append(name)
        return planted if name.endswith(".holds") else SimpleNamespace(CASES=[])

    monkeypatch.setattr("test_time_gym.validation.campaign.import_module", imported)

    assert [one.id for one in all_cases()] == ["X"]
    assert names == sorted(names)


def test_two_cases_of_one_id_are_refused(monkeypatch):
    planted = SimpleNamespace(CASES=[case(10)])
    monkeypatch.setattr(
        "test_time_gym.validation.campaign.import_module", lambda _name: planted
    )

    with pytest.raises(RuntimeError, match="two cases have the id X"):
        all_cases()


def test_every_simulated_case_is_there():
    heads = {
        re.split("[/]", one.id)[0] for one in all_cases() if isinstance(one, Simulation)
    }

    assert sorted(heads) == [
        *("A10", "A2", "A3r", "A8", "B3", "B5", "B6", "C"),
        *("D1", "D11", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9"),
        *("E1", "E2", "E3", "F1", "H"),
    ]
