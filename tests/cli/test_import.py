"""``ttgym import``: strangers' tables from the command line, to a played market."""

import json
import sys
from pathlib import Path

import pytest
from fares import DATA

TABLES = DATA / "tables"
CODES = ("--origin", "AAA", "--destination", "BBB")

IMPORTED = {
    "date-line": CODES,
    "embedded-newline": (),
    "headers-with-spaces": (),
    "no-flight-number": ("--search-date", "2019-03-01"),
    "ordinary-curve": (),
    "same-number-two-airlines": (),
    "spoiled-flight-numbers": (),
}
REFUSED = {
    "date-for-days-left": "days_left '2025-11-17' is a date: say --column",
    "no-flight-number": "no column 'search_date'",
    "sep-line": "columns are missing",
}


@pytest.mark.parametrize("name", IMPORTED)
def test_a_table_that_is_imported_plays_verifies_and_audits_clean(ttgym, name):
    made = ttgym(
        *("import", TABLES / f"{name}.csv", "-o", "mine.toml", "--rehearsals", "4"),
        *IMPORTED[name],
    )
    played = ttgym("run", "mine.toml", "--journal", "x.jsonl", "--seed", "3")
    verified = ttgym("verify", "x.jsonl")
    audited = ttgym("audit", "x.jsonl")

    assert (made.code, played.code) == (0, 0), made.err + played.err
    assert (verified.code, audited.code) == (0, 0), verified.out + audited.out


@pytest.mark.parametrize("name", REFUSED)
def test_a_table_that_is_refused_says_what_helps_and_writes_nothing(
    ttgym, folder, name
):
    answer = ttgym("import", TABLES / f"{name}.csv", "-o", "mine.toml")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert REFUSED[name] in answer.err
    assert "Additional_Info'" not in answer.err.partition("headers that are left")[0]
    assert list(folder.iterdir()) == []


def test_the_summary_says_how_many_tasks_can_be_met(ttgym):
    answer = ttgym("import", TABLES / "ordinary-curve.csv", "-o", "mine.toml", "--json")

    found = json.loads(answer.out)
    assert found["tasks_rehearsed"] == 80
    assert 0.6 <= found["tasks_met"] / 80 <= 0.95
    assert len(found["budgets"]) == 8


def test_fewer_than_half_is_a_warning(ttgym):
    answer = ttgym(
        *("import", TABLES / "ordinary-curve.csv", "-o", "mine.toml"),
        *("--budgets", "100"),
    )

    assert answer.code == 0
    assert "in a rehearsal 0 of 80 tasks can be met" in answer.out
    assert answer.err.startswith("warning: fewer than half of the tasks can be met; ")


def test_notes_say_what_was_mended(ttgym):
    answer = ttgym(
        *("import", TABLES / "spoiled-flight-numbers.csv", "-o", "mine.toml"),
        *("--rehearsals", "1"),
    )

    assert answer.err.splitlines()[:2] == [
        "note: taken as one: '6E-269', '6e-269'",
        "note: flight '6.00E-269' is read as '6E-269': 2 rows, from line 3",
    ]
    assert "line 12: flight '#N/A' is a mark for a missing value" in answer.err


@pytest.mark.skipif(sys.platform == "win32", reason="files have no limits there")
@pytest.mark.parametrize("force", [(), ("--force",)])
def test_a_disk_that_is_full_leaves_what_was_there(process, folder, command, force):
    """A limit of the file's size stands for the disk: writing fails alike."""
    path = folder / "mine.toml"
    if force:
        path.write_text("precious", encoding="utf-8")
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    arguments = (
        *("import", TABLES / "ordinary-curve.csv", "-o", "mine.toml"),
        *("--rehearsals", "1", *force),
    )
    code = (
        "import resource, signal, sys; from test_time_gym.cli import main; "
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)); "
        "sys.exit(main(sys.argv[1:]))"
    )
    command[1:] = ["-c", code]

    answer = process(*arguments)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "error: mine.toml cannot be written: File too large\n"
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_a_symbolic_link_is_not_written_through(ttgym, folder):
    (folder / "precious").write_text("old", encoding="utf-8")
    (folder / "mine.toml").symlink_to("precious")

    answer = ttgym(
        "import", TABLES / "ordinary-curve.csv", "-o", "mine.toml", "--force"
    )

    assert answer.code == 0
    assert not (folder / "mine.toml").is_symlink()
    assert (folder / "precious").read_text(encoding="utf-8") == "old"


def test_an_elasticity_out_of_reach_names_the_nearest_and_writes_nothing(ttgym):
    table = DATA / "fares-sample.csv"

    answer = ttgym("import", table, "-o", "mine.toml", "--elasticity", "business=-19.5")
    wrong = ttgym("import", table, "-o", "mine.toml", "--elasticity", "business=0.7")

    assert (answer.code, wrong.code) == (2, 2)
    assert "business=-19.5 is out of reach" in answer.err
    assert "the nearest is -" in answer.err
    assert "dearer offers are bought by fewer" in wrong.err
    assert not Path("mine.toml").exists()


def test_what_would_not_fit_into_memory_is_refused_and_writes_nothing(ttgym):
    table = DATA / "fares-sample.csv"

    answer = ttgym("import", table, "-o", "mine.toml", "--memory", "20MB")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith(f"error: the scenario made from {table} asks for some")
    assert "and 20 MB are allowed: let fewer buyers come" in answer.err
    assert not Path("mine.toml").exists()
