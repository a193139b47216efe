"""`--site` and `--drift`: one site of a family, and what happened to it."""

import json

import pytest

from test_time_gym.journal import read_journal
from test_time_gym.scenarios import load_family

SITES = "flights/sites"
HABITS = ["card", "coupon", "day", "hour", "fee"]
DRIFTS = ["coupon-gone", "card-swap", "late-fee", "extra-step", "renamed-fields"]


def test_habits_and_drifts_are_shown_with_their_sentences(ttgym):
    answer, family = ttgym("scenarios", SITES), load_family(SITES)

    shown = " ".join(answer.out.split())
    for habit in family.habits:
        options = "; ".join(option.name for option in habit.options)
        assert f"habit {habit.name} {habit.says} One of: {options}." in shown
    for drift in family.drifts:
        when = f"after {drift.after_episodes} episodes"
        assert f"drift {drift.name}, {when} {drift.says}" in shown
    assert (answer.code, answer.err) == (0, "")


def test_a_site_is_shown_with_its_options_and_what_has_happened(ttgym):
    answer = ttgym("scenarios", SITES, "--site", "3", "--drift", "extra-step")

    shown = " ".join(answer.out.split())
    for option in load_family(SITES).habits_of(3).values():
        assert f"Site 3: {option}." in shown
    assert "drift extra-step, has happened" in shown
    assert "drift late-fee, after 140 episodes" in shown


def test_the_json_object_holds_what_is_learnable_and_what_a_site_declares(ttgym):
    base = json.loads(ttgym("scenarios", SITES, "--json").out)
    site = json.loads(ttgym("scenarios", SITES, "--json", "--site", "3").out)
    other = json.loads(ttgym("scenarios", "flights/rush", "--json").out)

    family = load_family(SITES)
    assert [habit["name"] for habit in base["habits"]] == HABITS
    assert [drift["name"] for drift in base["drifts"]] == DRIFTS
    assert base["habits"] == site["habits"]
    assert base["site"] is None
    assert "or up to 1 day earlier or later" in base["requests"][0]
    assert site["site"] == {"number": 3, "habits": family.habits_of(3), "drifts": []}
    declared = family.site(3).model_dump(mode="json", by_alias=True)
    assert site["declared"] == declared != base["declared"]
    assert (other["habits"], other["drifts"], other["site"]) == ([], [], None)


def test_the_journal_of_a_site_declares_that_site_alone(ttgym, tmp_path):
    path = tmp_path / "site.jsonl"

    answer = ttgym(
        *("run", SITES, "--site", "3", "--drift", "late-fee", "--agents", "oracle"),
        *("--journal", str(path)),
    )

    scenario = read_journal(path).header["scenario"]
    site = load_family(SITES).site(3, ["late-fee"])
    assert scenario == site.model_dump(mode="json", by_alias=True)
    assert "equal: re-execution wrote the same bytes" in answer.out
    assert answer.code == 0


def test_a_site_has_a_journal_of_its_own(ttgym, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    ttgym("run", SITES, "--site", "3", "--no-verify")
    ttgym("run", SITES, "--no-verify")

    names = sorted(path.name for path in (tmp_path / "runs").glob("*.jsonl"))
    assert names == ["flights-sites-seed7.jsonl", "flights-sites-site3-seed7.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", SITES, "--site", "3", "--drift", "rain"), "has no drift 'rain'"),
        (("run", SITES, "--drift", "late-fee"), "say which with --site NUMBER"),
        (("run", "flights/rush", "--site", "3"), "flights/rush declares no habits"),
        (("scenarios", "flights/rush", "--site", "3"), "declares no habits"),
        (("scenarios", "--site", "3"), "--site and --drift need the NAME"),
        (("scenarios", SITES, "--site", "x"), "is not a whole number from 0"),
    ],
)
def test_a_site_that_is_none_is_a_mistake_of_the_user(ttgym, arguments, words):
    answer = ttgym(*arguments)

    assert (answer.code, answer.out) == (2, "")
    assert words in " ".join(answer.err.split())
