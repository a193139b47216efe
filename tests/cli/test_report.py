"""`ttgym report`: where the page is, and what is refused before anything is written."""

import json
import shutil
from pathlib import Path

import pytest

REPLAYS = Path(__file__).parents[2] / "replays"


@pytest.fixture
def journal(folder):
    shutil.copy(REPLAYS / "flights-sfo-mad.jsonl", folder / "j.jsonl")
    return folder / "j.jsonl"


@pytest.mark.usefixtures("journal")
def test_the_page_is_written_and_its_address_is_told(ttgym, folder):
    answer = ttgym("report", "j.jsonl")

    page = folder / "report.html"
    size = f"{page.stat().st_size / 1000:,.0f} kB"
    said = f"report.html: 1 run, 24 records, {size}\n"
    assert answer == (0, f"{said}  open in a browser  {page.as_uri()}\n", "")
    assert page.read_bytes().startswith(b"<!doctype html>")


@pytest.mark.usefixtures("journal")
def test_the_json_object_says_what_the_page_is(ttgym, folder):
    answer = ttgym("report", "j.jsonl", "-o", "new/x.html", "--json")

    assert (answer.code, json.loads(answer.out)) == (
        0,
        {
            "file": "new/x.html",
            "title": "flights/sfo-mad, seed 1",
            "kind": "run",
            "contents": "1 run, 24 records",
            "bytes": (folder / "new/x.html").stat().st_size,
            "findings": [],
        },
    )


@pytest.mark.usefixtures("journal")
def test_an_existing_page_is_refused_unless_it_is_to_be_replaced(ttgym, folder):
    (folder / "report.html").write_text("mine")

    refused = ttgym("report", "j.jsonl")

    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("error: report.html exists: ")
    assert (folder / "report.html").read_text() == "mine"
    assert ttgym("report", "j.jsonl", "--overwrite").code == 0
    assert (folder / "report.html").read_bytes().startswith(b"<!doctype html>")


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["none.jsonl"], "none.jsonl"),
        (["j.jsonl", "none.jsonl"], "none.jsonl"),
        (["j.jsonl#2"], "j.jsonl#2"),
        (["text.txt"], "text.txt is no journal: "),
        (["empty.jsonl"], "empty.jsonl is no journal: "),
        (["."], "."),
        (["j.jsonl", "-o", "."], ". exists"),
        (["j.jsonl", "-o", ".", "--overwrite"], ". is no regular file"),
        (["j.jsonl", "-o", "text.txt/x.html"], "text.txt"),
        (["j.jsonl", "--cassette", "none.jsonl"], "the cassette none.jsonl"),
        (["j.jsonl", "--cassette", "j.jsonl"], "j.jsonl is no cassette"),
        (["j.jsonl", "--llm-price", "cheap"], "cheap"),
        ([], "JOURNAL"),
    ],
)
def test_a_mistake_is_one_sentence_and_writes_nothing(ttgym, folder, arguments, why):
    (folder / "text.txt").write_text("no journal\n")
    (folder / "empty.jsonl").write_text("")
    before = sorted(folder.iterdir())

    answer = ttgym("report", *arguments)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert why in answer.err
    assert sorted(folder.iterdir()) == before


def test_a_journal_that_is_cut_short_is_shown_and_told(ttgym, folder, journal):
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:9]))

    answer = ttgym("report", "j.jsonl")

    assert answer.code == 3
    assert "report.html: 1 run, 9 records" in answer.out
    assert answer.err.startswith("j.jsonl is incomplete: ")
    assert (folder / "report.html").is_file()
