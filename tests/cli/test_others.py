"""`ttgym scenarios`, `import` and `doctor`."""

import json
import os
import re

import pytest

from test_time_gym.scenarios import load_scenario, scenario_names

TABLE = """\
airline,flight,source_city,departure_time,stops,arrival_time,destination_city,class,duration,days_left,price
SpiceJet,SG-8709,Delhi,Evening,zero,Night,Mumbai,Economy,2.17,1,5953
SpiceJet,SG-8709,Delhi,Evening,zero,Night,Mumbai,Economy,2.17,20,3953
Vistara,UK-995,Delhi,Morning,zero,Afternoon,Mumbai,Economy,2.25,1,7955
Vistara,UK-995,Delhi,Morning,zero,Afternoon,Mumbai,Economy,2.25,20,cheap
Vistara,UK-995,Delhi,Morning,zero,Afternoon,Mumbai,Economy,2.25,30,4955
"""


# -- scenarios -----------------------------------------------------------------------


def test_every_scenario_is_listed_with_its_sentence(ttgym):
    text, data = ttgym("scenarios"), ttgym("scenarios", "--json")

    found = json.loads(data.out)["scenarios"]
    assert (text.code, data.code) == (0, 0)
    assert [one["name"] for one in found] == scenario_names()
    for one in found:
        assert one["description"] == load_scenario(one["name"]).description
        assert f"{one['name']}  (" in text.out
    words = " ".join(text.out.split())
    assert all(" ".join(one["description"].split()) in words for one in found)


def test_one_scenario_is_shown_in_detail(ttgym, shape):
    answer = ttgym("scenarios", "flights/sfo-mad", "--json")

    found = json.loads(answer.out)
    declared = found.pop("declared")
    assert answer.code == 0
    assert declared == load_scenario("flights/sfo-mad").model_dump(
        mode="json", by_alias=True
    )
    assert shape(found) == {
        "name": "str",
        "description": "str",
        "source": "NoneType",
        "agents": "int",
        "agents_most": "int",
        "policies": ["str"],
        "max_turns": "int",
        "currency": "str",
        "opens": "str",
        "flights": "int",
        "seats": "int",
        "pricing": "str",
        "demand": ["str"],
        "requests": ["str"],
        "trade": "str",
        "budgets": ["int"],
        "deadline_s": "int",
        "events": "int",
        "party": "int",
        "team": "bool",
        "habits": [],
        "drifts": [],
        "site": "NoneType",
    }


def test_details_are_words_for_people(ttgym):
    answer = ttgym("scenarios", "flights/sfo-mad")

    assert answer.code == 0
    assert re.findall(r"^(\w+) {2,}", answer.out, re.MULTILINE) == [
        "agents",
        "policies",
        "turns",
        "market",
        "opens",
        "demand",
        "task",
        "budget",
        "events",
        "deadline",
    ]
    assert "SFO to MAD on 2026-06-22" in answer.out


# -- import --------------------------------------------------------------------------


@pytest.fixture
def table(folder):
    path = folder / "fares.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_a_table_becomes_a_scenario_that_can_be_played(ttgym, table):
    made = ttgym("import", table, "-o", "route.toml", "--agents", "2")
    played = ttgym("run", "route.toml", "--agents", "dummy", "--max-turns", "2")

    assert (made.code, played.code) == (0, 0)
    assert made.out.splitlines()[0].startswith("route.toml: flights/")
    assert made.out.splitlines()[-1] == "Play in it: ttgym run route.toml"
    assert made.err.startswith("line 5: price 'cheap' ")
    assert made.err.count("\n") == 1


def test_a_summary_as_json_lists_every_bad_row(ttgym, table, shape):
    answer = ttgym("import", table, "-o", "route.toml", "--json")

    found = json.loads(answer.out)
    bad = found.pop("bad_rows")
    assert (answer.code, answer.err) == (0, "")
    assert [row["line"] for row in bad] == [5]
    assert found.pop("notes") == []
    assert found.pop("elasticities_milli") == {}
    assert shape(found) == {
        "scenario": "str",
        "output": "str",
        "rows_read": "int",
        "rows_used": "int",
        "rows_elsewhere": "int",
        "flights": "int",
        "levels": ["int"],
        "error_ppm": "int",
        "error_p90_ppm": "int",
        "buyers": "int",
        "load_ppm": "int",
        "currency": "str",
        "currency_assumed": "bool",
        "budgets": ["int"],
        "tasks_rehearsed": "int",
        "tasks_met": "int",
    }


def test_every_option_reaches_the_scenario(ttgym, folder):
    header, rest = TABLE.replace(",price\n", ",Fare\n").split("\n", 1)
    (folder / "fares.csv").write_text(f"{header}\n{rest}", encoding="utf-8")

    answer = ttgym(
        *("import", "fares.csv", "-o", "new/route.toml", "--column", "price=Fare"),
        *("--name", "flights/my-route", "--source", "my shop", "--currency", "EUR"),
        *("--description", "Two buyers look for one seat.", "--class", "Economy"),
        *("--from-city", "Delhi", "--to-city", "Mumbai", "--origin", "AAA"),
        *("--destination", "BBB", "--date", "2026-10-01", "--opens-days", "20"),
        *("--deadline-days", "5", "--seats", "30", "--fill", "0.5"),
        *("--buyers", "40", "--agents", "2"),
    )

    made = load_scenario(folder / "new" / "route.toml")
    market, trip = made.market, made.task.trips[0]
    assert answer.code == 0
    assert (made.name, made.source) == ("flights/my-route", "my shop")
    assert made.description == "Two buyers look for one seat."
    assert (market.currency, market.opens[:10]) == ("EUR", "2026-09-11")
    assert (trip.origin, trip.destination, trip.date) == ("AAA", "BBB", "2026-10-01")
    assert (made.task.deadline_s, made.agents.count) == (5 * 86_400, 2)
    assert {flight.legs[0].seats for flight in market.flights} == {30}


def test_an_existing_scenario_is_replaced_only_on_demand(ttgym, table, folder):
    (folder / "route.toml").write_text("precious", encoding="utf-8")

    refused = ttgym("import", table, "-o", "route.toml")
    kept = (folder / "route.toml").read_text(encoding="utf-8")
    forced = ttgym("import", table, "-o", "route.toml", "--force")

    assert (refused.code, kept, forced.code) == (2, "precious", 0)
    assert refused.err == (
        "error: route.toml exists: choose another name, or say --force to replace it\n"
    )


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("absent.csv", "-o", "x.toml"), "no such file"),
        (("fares.csv", "-o", "fares.csv", "--force"), "the table itself"),
        (("fares.csv", "-o", "."), "a folder"),
        (("fares.csv",), "Missing option '-o'"),
        (("fares.csv", "-o", "x.toml", "--column", "price"), "price='Fare in INR'"),
        (("fares.csv", "-o", "x.toml", "--column", "price=Fare"), "no column 'Fare'"),
        (("fares.csv", "-o", "x.toml", "--column", "cost=price"), "known fields"),
        (("fares.csv", "-o", "x.toml", "--seats", "0"), "whole number from 1"),
        (("fares.csv", "-o", "x.toml", "--seats", "1001"), "--seats"),
        (("fares.csv", "-o", "x.toml", "--fill", "80%"), "share from 0 to 1"),
        (("fares.csv", "-o", "x.toml", "--fill", "1.1"), "share from 0 to 1"),
        (("fares.csv", "-o", "x.toml", "--date", "tomorrow"), "--date"),
        (("fares.csv", "-o", "x.toml", "--name", "../x"), "name"),
        (("fares.csv", "-o", "x.toml", "--from-city", "Pune"), "Pune"),
    ],
    ids=str,
)
def test_a_wrong_import_is_one_message_and_writes_nothing(
    ttgym, folder, arguments, message
):
    answer = ttgym("import", *arguments)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert message in answer.err
    assert [path.name for path in folder.iterdir()] == ["fares.csv"]


# -- doctor --------------------------------------------------------------------------


def test_the_doctor_proves_that_runs_repeat(ttgym):
    answer = ttgym("doctor", "--json")

    found = json.loads(answer.out)
    proof = found["determinism"]
    assert (answer.code, found["findings"]) == (0, [])
    assert sorted(found) == [
        "compiled",
        "dependencies",
        "determinism",
        "extras",
        "findings",
        "package",
        "platform",
        "python",
        "version",
    ]
    pure = ["another process, pure Python"] if found["compiled"]["used"] else []
    assert list(proof["sha256"]) == [
        "this process",
        "this process again",
        "another process",
        *pure,
    ]
    assert proof["equal"]
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in proof["sha256"].values())
    assert all(found["dependencies"].values())


def test_the_doctor_finds_a_market_that_does_not_repeat(process, folder, environment):
    """A package on the path that stirs the market's luck by the hash seed."""
    (folder / "sitecustomize.py").write_text(
        "from test_time_gym.market.streams import Stream\n"
        "word = Stream.word\n"
        "Stream.word = lambda self: word(self) ^ (hash('x') & 255) << 40\n",
        encoding="utf-8",
    )
    path = os.pathsep.join([str(folder), environment["PYTHONPATH"]])

    answer = process("doctor", PYTHONPATH=path, PYTHONHASHSEED="5", TTGYM_PURE="1")

    assert answer.code == 1
    assert "NOT EQUAL" in answer.out
    assert "finding: the same run gave different journals" in answer.out
