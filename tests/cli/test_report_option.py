"""`--report`: a page beside the tables of learn, bench and market."""

import json

import pytest

from test_time_gym.report.bench_page import bench_page
from test_time_gym.report.market_page import market_page
from test_time_gym.report.study import study_page

LEARN = (
    "learn",
    "flights/sfo-mad",
    "--agent",
    "cheapest",
    "--episodes",
    "2",
    "--seeds",
    "2",
    "--workers",
    "1",
    "--out",
    "study",
)
BENCH = ("bench", "--agents", "cheapest", "--scenarios", "flights/sfo-mad")
SHORT = ("--seeds", "2", "--workers", "1")
MARKET = ("market", "flights/emsr", *SHORT, "--no-elasticity")
COMPARE = (*MARKET, "--compare", "declared", "fixed")


@pytest.mark.parametrize("asked", [LEARN, (*BENCH, *SHORT), MARKET, COMPARE])
def test_a_page_is_written_and_the_result_is_the_same(ttgym, folder, asked):
    alone = ttgym(*asked, "--json")
    beside = ttgym(*asked, "--json", "--report", "page.html")

    assert (beside.code, beside.out) == (alone.code, alone.out)
    assert json.loads(beside.out)
    assert "report: page.html" in beside.err.splitlines()
    assert (folder / "page.html").read_bytes().startswith(b"<!doctype html>")


def test_the_pages_are_those_of_python(ttgym, folder):
    import test_time_gym as ttg

    ttgym(*LEARN, "--report", "study.html")
    ttgym(*BENCH, *SHORT, "--report", "bench.html")
    ttgym(*MARKET, "--report", "market.html")
    ttgym(*COMPARE, "--report", "compare.html")

    bench = ttg.evaluate("cheapest", "flights/sfo-mad", seeds=2)
    market = ttg.market("flights/emsr", seeds=2, elasticity=False)
    compared = ttg.compare("flights/emsr", ["declared", "fixed"], seeds=2)
    assert (folder / "study.html").read_bytes() == study_page("study").html
    assert (folder / "bench.html").read_bytes() == bench_page(bench).html
    assert (folder / "market.html").read_bytes() == market_page(market).html
    assert (folder / "compare.html").read_bytes() == market_page(compared).html


@pytest.mark.parametrize("asked", [LEARN, (*BENCH, *SHORT)])
def test_a_file_that_exists_is_refused_before_anything_is_played(ttgym, folder, asked):
    (folder / "page.html").write_text("mine")

    refused = ttgym(*asked, "--report", "page.html")

    assert (refused.code, refused.out) == (2, "")
    assert len(refused.err.splitlines()) == 1
    assert "page.html" in refused.err
    assert (folder / "page.html").read_text() == "mine"
    assert not (folder / "study").exists()
    assert ttgym(*asked, "--report", "page.html", "--overwrite").code == 0
    assert (folder / "page.html").read_text() != "mine"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("study", "the study is kept at study. Choose another name for the page"),
        ("./study/", "the study is kept at study. "),
        ("study/memory.db", "the study is kept at study/memory.db. "),
        ("study/seeds", "the study is kept at study/seeds. "),
        ("a-file/page.html", "is no folder"),
        ("/proc/page.html", "cannot be written"),
        ("x" * 300 + ".html", "File name too long"),
        (".", "exists"),
        ("", "exists"),
    ],
)
def test_a_page_that_cannot_be_is_refused_before_anything_is_played(
    ttgym, folder, name, said
):
    (folder / "a-file").write_text("mine")

    refused = ttgym(*LEARN, "--report", name)

    assert (refused.code, refused.out) == (2, "")
    assert len(refused.err.splitlines()) == 1
    assert said in refused.err
    assert [one.name for one in folder.iterdir()] == ["a-file"]


@pytest.mark.parametrize("name", ["study/page.html", "new/folder/page.html"])
def test_a_page_may_stand_in_the_study_s_folder_or_in_a_new_one(ttgym, folder, name):
    assert ttgym(*LEARN, "--report", name).code == 0

    assert (folder / name).read_bytes().startswith(b"<!doctype html>")


def test_overwriting_a_study_s_own_file_is_refused(ttgym, folder):
    assert ttgym(*LEARN).code == 0
    before = (folder / "study" / "study.json").read_bytes()

    refused = ttgym(*LEARN, "--report", "study/study.json", "--overwrite")

    assert (refused.code, refused.out) == (2, "")
    assert "the study is kept at study/study.json" in refused.err
    assert (folder / "study" / "study.json").read_bytes() == before


def test_overwriting_without_a_page_is_refused(ttgym):
    refused = ttgym(*MARKET, "--overwrite")

    assert (refused.code, refused.out) == (2, "")
    assert "--overwrite is for the page of --report" in refused.err


@pytest.fixture
def journals(ttgym):
    for name, other in (("one", "patient"), ("two", "dummy")):
        asked = ("flights/rush", "--agents", f"cheapest,{other}", "--seed", 7)
        assert ttgym("run", *asked, "--journal", f"{name}.jsonl").code == 0


@pytest.mark.usefixtures("journals")
def test_the_page_of_two_journals_is_written_by_diff_and_by_report(ttgym, folder):
    alone = ttgym("diff", "one.jsonl", "two.jsonl")
    beside = ttgym("diff", "one.jsonl", "two.jsonl", "--report", "diff.html")
    asked = ("report", "one.jsonl", "--against", "two.jsonl", "--out", "report.html")
    told = ttgym(*asked, "--json")

    assert (beside.code, beside.out) == (alone.code, alone.out) == (1, alone.out)
    assert told.code == 1
    assert json.loads(told.out) | {"bytes": 0} == {
        "file": "report.html",
        "title": "Compared: one.jsonl and two.jsonl",
        "kind": "compare",
        "contents": "2 runs, 3 records alike",
        "bytes": 0,
        "findings": [],
    }
    assert (folder / "diff.html").read_bytes() == (folder / "report.html").read_bytes()


@pytest.mark.usefixtures("journals")
def test_what_cannot_be_compared_on_a_page_is_refused(ttgym, folder):
    (folder / "no.jsonl").write_text("hello\n")
    for asked, said in (
        (("diff", "one.jsonl", "two.jsonl", "--structure"), "leave one out"),
        (("diff", "one.jsonl", "no.jsonl"), "no sound record"),
    ):
        refused = ttgym(*asked, "--report", "page.html")
        assert refused.code == 2
        assert said in refused.err
    for more, said in (
        (("two.jsonl", "--against", "one.jsonl"), "name two files"),
        (("--against", "none.jsonl"), "none.jsonl"),
        (("--memory", "memory.db"), "a memory is that of a study"),
        (("--against", "two.jsonl", "--cassette", "c.jsonl"), "cassettes are shown"),
        ((".",), "question.json is missing"),
    ):
        refused = ttgym("report", "one.jsonl", *more, "-o", "page.html")
        assert (refused.code, refused.out) == (2, "")
        assert len(refused.err.splitlines()) == 1
        assert said in refused.err
    assert not (folder / "page.html").exists()


def test_the_folder_of_a_study_is_shown_by_report(ttgym, folder):
    ttgym(*LEARN, "--report", "one.html")
    told = ttgym("report", "study", "-o", "two.html")

    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("two.html: 2 sites, 2 episodes at each, 4 arms, ")
    assert (folder / "one.html").read_bytes() == (folder / "two.html").read_bytes()
