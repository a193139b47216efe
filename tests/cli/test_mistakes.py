"""Mistakes: one clear message, the right exit code, never a traceback."""

import re

import pytest

from test_time_gym.scenarios import SCENARIO_DIR

SFO = "flights/sfo-mad"
SOUND = (SCENARIO_DIR / "flights" / "sfo-mad.toml").read_text(encoding="utf-8")

LINES = [
    ("nonsense",),
    ("--nonsense",),
    ("run",),
    ("run", SFO, "rest"),
    ("run", SFO, "--sed", "7"),
    ("run", SFO, "--se=7"),
    ("run", SFO, "-x"),
    ("run", SFO, "--seed"),
    ("run", SFO, "--durability", "often"),
    ("replay", "j.jsonl", "--follow", "--from", "5", "--to", "1"),
    ("replay", "j.jsonl", "--from", "5"),
    ("grep", "j.jsonl", "--from", "5", "--to", "4"),
    ("repair",),
    ("repair", "no-such.jsonl"),
    ("run", "flights/rusj"),
    ("run", "../sfo-mad"),
    ("run", "flights/sfo-mad.toml"),
    ("run", "x" * 5000),
    ("run", ""),
    ("run", "\udcff.toml"),
    ("run", "red\x1b[31m"),
    ("run", SFO, "--agents", ""),
    ("run", SFO, "--agents", "cheepest"),
    ("run", SFO, "--agents", "cheapest,,patient"),
    ("run", SFO, "--agents", "cheapest,patient", "--n-agents", "1"),
    ("run", SFO, "--agents", "no_such_module:Agent"),
    ("run", SFO, "--agents", "no_such_file.py:Agent"),
    ("run", SFO, "--agents", "json:nothing"),
    ("run", SFO, "--agents", "json:JSONDecoder"),
    ("run", SFO, "--agents", "json:__name__"),
    ("run", SFO, "--agents", ":"),
    ("run", SFO, "--agents", "json:"),
    ("run", SFO, "--agents", ":act"),
    ("run", SFO, "--agents", "..:act"),
    ("run", SFO, "--agents", "json.decoder"),
    ("run", SFO, "--agent", "buyer_0"),
    ("run", SFO, "--agent", "=patient"),
    ("run", SFO, "--agent", "seller=patient"),
    ("run", SFO, "--agent", "buyer_999=patient"),
    ("run", SFO, "--n-agents", "0"),
    ("run", SFO, "--n-agents", "65"),
    ("run", SFO, "--n-agents", "1000000000"),
    ("run", SFO, "--episodes", "0"),
    ("run", SFO, "--episodes", "-1"),
    ("run", SFO, "--max-turns", "0"),
    ("run", SFO, "--journal", "."),
    ("run", SFO, "--journal", ""),
    ("run", SFO, "--journal", "file/j.jsonl"),
    ("run", SFO, "--journal", "x" * 300),
    ("verify",),
    ("verify", "absent"),
    ("verify", "."),
    ("replay", "absent"),
    ("replay", "."),
    ("fork", "absent", "--at", "1", "--out", "x.jsonl"),
    ("grep", "absent"),
    ("grep", "."),
    ("scenarios", "nonsense"),
    ("import", "absent.csv", "-o", "x.toml"),
    ("import", "file", "-o", "x.toml"),
    ("demo", "--seed", "x"),
    ("doctor", "rest"),
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line!a:.60}")
def test_a_mistake_is_one_message(ttgym, folder, line):
    (folder / "file").touch()

    answer = ttgym(*line)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert "Traceback" not in answer.err
    assert "\x1b" not in answer.err
    assert len(answer.err) < 2000
    assert not (folder / "runs").exists()


SEEDS = ["-1", "1_000", "0x1", "1e3", " 1", "1 ", "+1", "", "\u0661", "1.0", "nan"]


@pytest.mark.parametrize("seed", [*SEEDS, str(2**128), "9" * 5000], ids=ascii)
def test_a_seed_is_ascii_digits_within_its_range(ttgym, seed):
    answer = ttgym("run", SFO, "--seed", seed)

    assert (answer.code, answer.out) == (2, "")
    assert "is not a whole number from 0 to 2**128 - 1" in answer.err


@pytest.mark.parametrize("seed", ["0", "007", str(2**128 - 1)])
def test_a_seed_within_its_range_is_taken(ttgym, seed):
    answer = ttgym("run", SFO, "--seed", seed, "--max-turns", "2", "--no-regret")

    assert answer.code == 0
    assert f"seed {int(seed)}" in answer.out


FILES = {
    "empty": b"",
    "byte": b"\xff",
    "nul": b"\0" * 100,
    "utf-16": SOUND.encode("utf-16"),
    "no toml": b"{]",
    "deep": b"x = " + b"[" * 100_000 + b"]" * 100_000,
    "twice": b'name = "a/b"\n' + SOUND.encode(),
    "nan": SOUND.replace("900_00", "nan").encode(),
    "infinite": SOUND.replace("900_00", "inf").encode(),
    "float": SOUND.replace("900_00", "900.0").encode(),
    "text": SOUND.replace("900_00", '"90000"').encode(),
    "truth": SOUND.replace("900_00", "true").encode(),
    "negative": SOUND.replace("900_00", "-1").encode(),
    "huge": SOUND.replace("900_00", "9" * 4000).encode(),
    "unknown key": SOUND.encode() + b"\nspeed = 3\n",
    "name with a path": SOUND.replace("flights/sfo-mad", "../../x").encode(),
    "name with escapes": SOUND.replace("flights/sfo-mad", "\\u001b[31m").encode(),
    "currency": SOUND.replace('"USD"', '"dollars"').encode(),
}


@pytest.mark.parametrize("command", ["run", "scenarios"])
@pytest.mark.parametrize("what", FILES)
def test_a_wrong_scenario_file_is_a_message_that_names_it(ttgym, folder, command, what):
    (folder / "wrong.toml").write_bytes(FILES[what])

    answer = ttgym(command, "wrong.toml")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: wrong.toml: ")
    assert "Traceback" not in answer.err
    assert "\x1b" not in answer.err


def test_a_flag_is_never_guessed(ttgym):
    answer = ttgym("run", SFO, "--episode", "2")

    first, second = answer.err.splitlines()
    assert answer.code == 2
    # The sentence is Typer's or Click's, and differs between their releases.
    assert re.match(r"error: No such option:? '?--episode\b", first)
    assert re.search(r" '?--episodes'?[)?.,']*$", first)
    assert second == "Try: ttgym run --help"


def test_help_is_there_for_every_command(ttgym):
    commands = ["demo", "scenarios", "run", "verify", "replay", "fork", "grep"]
    commands += ["import", "dst", "doctor"]

    first = ttgym("--help")
    answers = [
        ttgym(command, flag) for command in commands for flag in ("-h", "--help")
    ]

    assert ttgym() == first
    assert first.code == 0
    assert all(f"\n  {command} " in first.out for command in commands)
    assert all(answer.code == 0 and not answer.err for answer in answers)
    assert all("Usage: ttgym " in answer.out for answer in answers)
    assert "completion" not in first.out


def test_the_version_is_told(ttgym):
    from test_time_gym import __version__

    assert ttgym("--version") == (0, f"ttgym {__version__}\n", "")


def broken(*_args, **_options):
    message = "impossible\x1b[31m"
    raise ZeroDivisionError(message)


@pytest.mark.parametrize("wanted", ["", "1"])
def test_a_bug_of_ours_says_so_and_hides_its_traceback(ttgym, monkeypatch, wanted):
    monkeypatch.setattr("test_time_gym.scenarios.load_scenario", broken)
    monkeypatch.setenv("TTGYM_TRACEBACK", wanted)

    answer = ttgym("run", SFO)

    assert (answer.code, answer.out) == (1, "")
    assert ("Traceback" in answer.err) == bool(wanted)
    assert answer.err.endswith(
        "error: this is a bug, please report it: "
        "ZeroDivisionError: impossible\\x1b[31m\n"
        "Set TTGYM_TRACEBACK=1 to see where it happened.\n"
    )
