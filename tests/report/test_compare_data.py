"""The page of two runs says what `diff` says, and how both ended."""

import json
import zlib
from base64 import b64decode

import pytest

import test_time_gym as ttg
from test_time_gym.market.errors import Misuse
from test_time_gym.replay import diff
from test_time_gym.report.compare_page import compare_page

AGENTS = (("one", ["cheapest", "patient"]), ("two", ["cheapest", "dummy"]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for name, agents in AGENTS:
        ttg.run("flights/rush", agents, seed=7, journal=folder / f"{name}.jsonl")
    return folder


def data_of(made):
    start = made.html.index(b'id="data">') + len(b'id="data">')
    packed = made.html[start : made.html.index(b"</script>", start)]
    return json.loads(zlib.decompress(b64decode(packed)))


def section_of(data, name):
    return next(one for one in data["sections"] if one["id"] == name)


def test_the_first_lines_say_who_plays_otherwise_and_what_either_does(tmp_path):
    for name, third in (("one", "first-offer"), ("two", "patient")):
        policies = ["cheapest", "patient", third, *["cheapest"] * 9]
        path = tmp_path / f"{name}.jsonl"
        ttg.run("flights/scramble", policies, seed=5, journal=path)

    made = compare_page(tmp_path / "one.jsonl", tmp_path / "two.jsonl")

    assert data_of(made)["lead"] == [
        (
            "A is one.jsonl: flights/scramble, seed 5, 304 records. "
            "B is two.jsonl: flights/scramble, seed 5, 314 records."
        ),
        (
            "They are alike in 19 records beside the headers, and part at record 20 "
            "at 0:00:02.5 after opening."
        ),
        "Played by other policies: buyer_2 first-offer in A and patient in B.",
        "In A, buyer_2 does filter_results.",
        "In B, buyer_2 does filter_results, max_price 60 EUR.",
        (
            "At the end: buyer_2 in A (violation, paid 97.00 EUR), "
            "in B (infeasible aborted)."
        ),
    ]


def test_the_page_leads_to_the_first_record_that_differs(folder):
    one, two = folder / "one.jsonl", folder / "two.jsonl"
    found = diff(one, two)
    made = compare_page(one, two)
    data = data_of(made)

    assert (made.kind, made.exit_code) == ("compare", 1)
    assert made.contents == f"2 runs, {found.common} records alike"
    told = section_of(data, "parting")["parts"]
    header, sides, fields = told[:3]
    assert [row[0] for row in header["rows"]] == [x.pointer for x in found.header]
    for side, links in zip(
        sides["columns"], (found.first.causes_a, found.first.causes_b), strict=True
    ):
        rows = side["parts"][0]["rows"]
        assert [(row[0], row[4]) for row in rows] == [(str(x.n), x.text) for x in links]
    assert [row[0] for row in fields["rows"]] == [
        x.pointer for x in found.first.changes
    ]
    states = [part for part in told[3:] if part["type"] == "table"]
    assert [row[0] for row in states[-1]["rows"]] == [
        x.pointer for x in found.states[-1].changes
    ]
    assert section_of(data, "after")["parts"] == [
        {"type": "followed", "from": found.first.n}
    ]


def test_the_outcomes_are_those_of_the_runs(folder):
    data = data_of(compare_page(folder / "one.jsonl", folder / "two.jsonl"))
    (told,) = section_of(data, "outcomes")["parts"]

    found = [
        ttg.run("flights/rush", agents, seed=7).episodes[0].agents
        for _, agents in AGENTS
    ]
    for row in told["rows"]:
        agents = [one[row[0]] for one in found]
        assert row[3:5] == [one.outcome for one in agents]
        assert row[5:7] == [
            "–" if one.paid is None else f"{one.paid / 100:.2f}" for one in agents
        ]
        assert row[7:9] == [f"{one.reward:+.3f}" for one in agents]


def test_the_same_journal_twice_has_a_page_that_says_so(folder):
    made = compare_page(folder / "one.jsonl", folder / "one.jsonl")
    data = data_of(made)

    assert made.exit_code == 0
    assert data["lead"][1:] == ["They are the same: every record."]
    assert [one["id"] for one in data["sections"]] == [
        "parting",
        "outcomes",
        "money",
        "files",
    ]


def test_a_journal_that_ends_earlier_is_compared_as_far_as_it_goes(folder, tmp_path):
    lines = (folder / "one.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "short.jsonl").write_bytes(b"".join(lines[:30]))

    made = compare_page(folder / "one.jsonl", tmp_path / "short.jsonl")
    data = data_of(made)

    assert data["lead"][1] == "They are alike in the first 30 records; then B ends."
    assert "there is no such record; it has ended." in " ".join(data["lead"])
    assert made.exit_code == 3
    assert made.findings == (
        "short.jsonl is incomplete: "
        + diff(folder / "one.jsonl", tmp_path / "short.jsonl").b.reason,
    )


def test_a_file_that_is_no_journal_is_refused(folder, tmp_path):
    (tmp_path / "no.jsonl").write_text("hello\n")

    with pytest.raises(Misuse, match=r"no\.jsonl has no sound record to compare"):
        compare_page(folder / "one.jsonl", tmp_path / "no.jsonl")


def test_one_call_makes_reports_of_all_that_is_measured(folder, tmp_path):
    study = ttg.learn(
        "flights/sfo-mad", "cheapest", episodes=1, seeds=1, out=tmp_path / "study"
    )
    bench = ttg.evaluate("dummy", "flights/sfo-mad", seeds=1)
    market = ttg.market("flights/emsr", seeds=1, elasticity=False)
    one, two = folder / "one.jsonl", folder / "two.jsonl"

    made = [
        ttg.report(study),
        ttg.report(tmp_path / "study"),
        ttg.report(bench),
        ttg.report(market),
        ttg.report(one, against=two),
    ]

    assert [(one.kind, one.contents) for one in made] == [
        ("study", "1 site, 1 episode at each, 4 arms"),
        ("study", "1 site, 1 episode at each, 4 arms"),
        ("bench", "1 row, 1 seed each"),
        ("market", "1 run"),
        ("compare", compare_page(one, two).contents),
    ]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda one: ttg.report(one, one, against=one), "name two files"),
        (
            lambda one: ttg.report(one, memory="memory.db"),
            "that of a study",
        ),
        (lambda one: ttg.report(one.parent), "question.json is missing"),
    ],
)
def test_reports_that_cannot_be_are_refused(folder, asked, said):
    with pytest.raises(Misuse, match=said):
        asked(folder / "one.jsonl")
