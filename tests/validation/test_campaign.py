"""Which cases there are, which are chosen, and what a figure that is missed says."""

import re
from dataclasses import replace

import pytest

from test_time_gym.market.errors import Misuse
from test_time_gym.validation import ClosedForm, all_cases, chosen, validate

CASES = all_cases()
CLOSED = [case for case in CASES if isinstance(case, ClosedForm)]


def of(*ids, slow=()):
    """Return cases that have nothing but ids."""

    class Slow(ClosedForm):
        slow = True

    return [
        (Slow if one in slow else ClosedForm)(one, "a figure", "1", lambda: 1)
        for one in ids
    ]


def names(cases):
    return [case.id for case in cases]


def test_every_closed_form_comes_to_the_figure_that_is_printed():
    rows = list(validate(CLOSED))

    assert [row.complaints for row in rows if not row.ok] == []
    assert len(rows) == len(CLOSED) > 190


def test_every_case_of_theory_is_there():
    heads = dict.fromkeys(case.id.split("/")[0] for case in CLOSED)

    assert list(heads) == [
        *("A1", "A2", "A3", "A3r", "A4", "A5", "A6", "A7", "A8", "A9", "A10"),
        *("B1", "B2", "B3", "B4", "C", "D10", "D11", "E1", "E2", "E3"),
    ]


@pytest.mark.parametrize("case", CLOSED, ids=lambda case: case.id)
def test_a_figure_that_is_off_in_its_last_digit_is_missed(case):
    digits = len(case.printed.partition(".")[2])
    for step in (-1, 1):
        planted = f"{float(case.printed) + step * 10**-digits:.{digits}f}"

        (row,) = replace(case, printed=planted).rows()

        assert not row.ok
        assert row.complaints[0].endswith(f", not {planted}")


def test_ids_are_paths_without_spaces_and_none_is_there_twice():
    ids = names(CASES)

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-H][0-9]*r?(/[\w.-]+)*", one) for one in ids)


def test_cases_are_chosen_by_the_beginnings_of_their_ids():
    cases = of("A3/b/1", "A3/b/2", "A30", "B1")

    assert names(chosen(cases)) == ["A3/b/1", "A3/b/2", "A30", "B1"]
    assert names(chosen(cases, ["A3"])) == ["A3/b/1", "A3/b/2"]
    assert names(chosen(cases, ["A3/b/2", "B"])) == ["A3/b/2", "B1"]
    assert names(chosen(cases, ["A"])) == ["A3/b/1", "A3/b/2", "A30"]


@pytest.mark.parametrize("only", ["", "A4", "A3/", "a3", "A3/b/3", "/", "1"])
def test_a_beginning_of_no_case_is_told(only):
    with pytest.raises(Misuse, match=r"no case is called .*: there are A3, B1"):
        chosen(of("A3/b/1", "B1"), [only])


def test_slow_cases_are_played_in_the_long_campaign_alone():
    cases = of("A1", "A2", slow=["A2"])

    assert names(chosen(cases)) == ["A1"]
    assert names(chosen(cases, long=True)) == ["A1", "A2"]
    with pytest.raises(Misuse, match="'A2' is played in the long campaign alone"):
        chosen(cases, ["A2"])


def test_progress_hears_of_each_case_before_it_is_played():
    heard = []

    played = list(validate(of("A1", "A2"), progress=lambda *what: heard.append(what)))

    assert names(played) == ["A1", "A2"]
    assert heard == [("A1", 0), ("A2", 1)]


def test_a_figure_is_told_with_all_that_programs_need():
    (row,) = ClosedForm("A1", "a third", "0.334", lambda: 1 / 3).rows()

    assert row.as_dict() == {
        "id": "A1",
        "quantity": "a third",
        "theory": 0.334,
        "estimate": 1 / 3,
        "standard_error": 0.0,
        "z": None,
        "ok": False,
        "kind": "closed form",
        "seeds": 0,
        "complaints": ["a third is 0.333333333333, not 0.334"],
    }
