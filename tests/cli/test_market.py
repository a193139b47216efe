"""`ttgym market`: a market without agents as tables, and as one JSON object."""

import json
from pathlib import Path

from tests.support.own_policies import OWN

import test_time_gym as ttg
from test_time_gym.scenarios import SCENARIO_DIR

EMSR = "flights/emsr"
SHORT = ("--seeds", "2", "--workers", "1")
WHOLE = ("--warm-up", "simulate")


def words(line):
    return " ".join(line.split())


def test_tables_have_a_line_for_each_seller_and_one_for_all(ttgym):
    answer = ttgym("market", EMSR, *SHORT, *WHOLE)

    lines = answer.out.splitlines()
    assert (answer.code, answer.err) == (0, "")
    assert lines[0].startswith(f"{EMSR}, seeds 0 to 1: ")
    assert words(lines[2]) == (
        "seller policy revenue EUR sold load factor % yield EUR "
        "EUR / RPK EUR / ASK elasticity cross"
    )
    assert [line.split()[0] for line in lines[3:6]] == ["Lufthansa", "Vueling", "all"]
    assert words(lines[9]) == (
        "seller arrivals that buy % spill spoilage (seats) consumer surplus EUR"
    )
    assert {"Class mix", "By days left"} <= set(lines)


def test_without_elasticities_their_columns_are_left_out(ttgym):
    answer = ttgym("market", EMSR, *SHORT, *WHOLE, "--no-elasticity")

    assert "elasticity" not in answer.out
    assert "cross" not in answer.out


def test_json_is_what_python_returns(ttgym):
    policy = "Vueling=match_rival,undercut_minor=500"

    answer = ttgym("market", EMSR, *SHORT, "--start", "4", "--policy", policy, "--json")

    table = {"kind": "match_rival", "undercut_minor": 500}
    same = ttg.market(EMSR, {"Vueling": table}, seeds=[4, 5])
    assert json.loads(answer.out) == json.loads(json.dumps(same.as_dict()))
    assert answer.err == f"{same.notes[0]}\n"


def test_policies_are_compared_with_the_first(ttgym):
    names = ("declared", "Vueling=fixed", "fixed")

    answer = ttgym("market", EMSR, "--compare", *names, *SHORT, *WHOLE)

    lines = answer.out.splitlines()
    assert (answer.code, answer.err) == (0, "")
    assert [words(line).split(" ")[0] for line in lines[3:6]] == list(names)
    assert "Vueling=fixed less declared, paired by seed" in lines
    assert "fixed less declared, paired by seed" in lines
    header = "seller figure difference 95 % interval correlation "
    header += "variance reduction % seeds for ±1 %"
    assert [words(line) for line in lines].count(header) == 2


def test_a_comparison_as_json_is_what_python_returns(ttgym):
    base = ("--policy", "Lufthansa=fixed")

    answer = ttgym(
        "market", EMSR, "--compare", "declared", "fixed", *base, *SHORT, "--json"
    )

    same = ttg.compare(EMSR, ["declared", "fixed"], base="Lufthansa=fixed", seeds=2)
    assert json.loads(answer.out) == json.loads(json.dumps(same.as_dict()))


def test_a_policy_against_itself_differs_by_nothing(ttgym):
    answer = ttgym("market", EMSR, "--compare", "fixed", "fixed", *SHORT, "--json")

    (pairs,) = json.loads(answer.out)["pairs"]
    assert {
        (p["difference"], p["standard_error"], p["low"], p["high"]) for p in pairs
    } == {(0.0, 0.0, 0.0, 0.0)}


def test_a_policy_of_one_s_own_is_a_file(ttgym):
    Path("mine.py").write_text(OWN)
    policy = "Vueling=mine.py:Half,floor_ppm=500000"

    found = ttgym("market", EMSR, *SHORT, "--policy", policy, "--json")

    data = json.loads(found.out)
    assert [one["policy"] for one in data["sellers"]] == ["emsr_b", "mine.py:Half"]
    assert data["sellers"][1]["yield_per_unit"]["estimate"] < 90_00


def test_a_policy_that_fails_is_told_with_its_name_and_its_view(ttgym):
    Path("mine.py").write_text(OWN)

    answer = ttgym("market", EMSR, *SHORT, "--policy", "Vueling=mine.py:Fails")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(
        "error: policy mine.py:Fails of Vueling failed: KeyError: 'no such flight'; "
        "its view: View(now_ms=0, offers="
    )
    assert answer.err.count("\n") == 1


def test_a_scenario_to_which_nobody_comes_is_no_error(ttgym):
    answer = ttgym("market", "flights/sfo-mad", *SHORT, "--json")
    quiet = Path("quiet.toml")
    text = Path(SCENARIO_DIR / "flights/emsr.toml").read_text()
    quiet.write_text(
        text.replace("buyers_per_departure = 150", "buyers_per_departure = 0").replace(
            "buyers_per_departure = 45", "buyers_per_departure = 0"
        )
    )

    nobody = ttgym("market", "quiet.toml", *SHORT)

    assert answer.code == nobody.code == 0
    assert nobody.err == "nobody comes: the scenario has no background demand\n"
    assert nobody.out.startswith(f"{EMSR}, seeds 0 to 1: 0.0 ± 0.0 arrivals in a run")
