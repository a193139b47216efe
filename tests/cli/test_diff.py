"""`ttgym diff`: where two journals part; and how `ttgym verify` tells a divergence."""

import json
from dataclasses import asdict

import pytest
from tests.audit.story import Story
from tests.golden.record import REPLAYS
from tests.replay import plants

import test_time_gym as ttg
from test_time_gym.market.errors import MarketBug
from test_time_gym.replay import difference

RUSH = REPLAYS / "flights-rush.jsonl"


@pytest.fixture
def forged(folder):
    """The golden journal in which one buyer enters another card."""
    story = Story(RUSH.read_bytes())
    story.records[50]["d"]["args"] = {"card_token": "tok_ok"}
    path = folder / "forged.jsonl"
    path.write_bytes(story.seal())
    return path


def damaged(path, what):
    data = RUSH.read_bytes()
    lines = data.splitlines(keepends=True)
    path.write_bytes(
        {
            "complete": data,
            "incomplete": b"".join(lines[:99]),
            "torn": data[:-1],
            "corrupt": data.replace(b'"turn":5', b'"turn":6', 1),
            "unsupported": Story(data.replace(b"ttg.journal", b"other", 1)).seal(),
        }[what]
    )
    return path


def test_the_same_journal_twice_is_the_same(ttgym):
    whole = "complete, 314 records"
    assert ttgym("diff", RUSH, RUSH) == (
        0,
        f"a: {RUSH}: {whole}\nb: {RUSH}: {whole}\nthe same: every record\n",
        "",
    )


def test_a_difference_is_shown_with_its_causes_and_states(ttgym, forged):
    answer = ttgym("diff", RUSH, forged)

    assert (answer.code, answer.err) == (1, "")
    assert answer.out.splitlines()[1:] == [
        f"b: {forged}: complete, 314 records",
        "different: the first 50 records are the same, then not",
        "",
        "record 50",
        "  fields    a → b: 1 difference",
        '            /d/args/card_token: "tok_3ds" → "tok_ok"',
        "  causes a  of record 50: from an action of buyer_2",
        '            #50 t=9500 buyer_2 act: enter_card {"card_token": "tok_3ds"}',
        "  causes b  of record 50: from an action of buyer_2",
        '            #50 t=9500 buyer_2 act: enter_card {"card_token": "tok_ok"}',
        "  alike     no digest stands before the difference",
        "  digest    next: a #256 t=5982000; b #256 t=5982000",
        "  streams   at the next digests: the same",
        "  state     after record 49, a → b: the same",
        "  state     after record 50, a → b: 1 difference",
        '            /agents/buyer_2/card: "tok_3ds" → "tok_ok"',
    ]


def test_a_difference_as_json_is_that_of_the_library(ttgym, forged):
    answer = ttgym("diff", RUSH, forged, "--json")

    expected = asdict(ttg.replay.diff(RUSH, forged))
    expected["a"]["file"], expected["b"]["file"] = str(RUSH), str(forged)
    assert (answer.code, answer.err) == (1, "")
    assert json.loads(answer.out) == json.loads(json.dumps(expected))


def test_the_structure_alone_executes_nothing(ttgym, forged, monkeypatch):
    def never(*_):
        raise MarketBug("executed")

    monkeypatch.setattr(difference, "execute_to", never)

    answer = ttgym("diff", RUSH, forged, "--structure")

    assert answer.code == 1
    assert answer.out.splitlines()[-2:] == [
        "  streams   at the next digests: the same",
        "  state     not compared further: nothing was executed",
    ]


@pytest.mark.parametrize(
    ("what", "code", "common"),
    [
        ("incomplete", 3, 99),
        ("torn", 3, 313),
        ("corrupt", 4, 33),
        ("unsupported", 5, 0),
    ],
)
def test_of_a_damaged_journal_the_valid_beginning_is_compared(
    ttgym, folder, what, code, common
):
    path = damaged(folder / "damaged.jsonl", what)

    answers = [ttgym("diff", *files) for files in ((path, RUSH), (RUSH, path))]
    twice = ttgym("diff", path, path)

    assert [(answer.code, answer.err) for answer in (*answers, twice)] == [
        (code, "")
    ] * 3
    for answer, name in zip(answers, "ab", strict=True):
        assert f"{name}: {path}: {what}, {common} records" in answer.out
        assert f"  compared  its valid beginning, {common} records\n" in answer.out
        assert (
            f"the first {common} records are the same, then {name} ends" in answer.out
        ) == (common > 0)
        assert ("nothing can be compared" in answer.out) == (common == 0)


@pytest.mark.parametrize("place", [0, 1])
def test_what_is_no_journal_is_a_usage_error(ttgym, folder, place):
    for path in (folder, folder / "absent", ""):
        files = [RUSH, RUSH]
        files[place] = path

        answer = ttgym("diff", *files)

        assert (answer.code, answer.out) == (2, "")
        assert answer.err.startswith("error: ")
        assert answer.err.count("\n") == 1


def test_one_file_is_not_enough(ttgym):
    assert ttgym("diff", RUSH).code == 2


def strangers(folder):
    """A journal that says what would steer a terminal, wherever it can."""
    evil = "\x1b[2J\u202e\r" + "x" * 300
    story = Story(RUSH.read_bytes())
    story.records[0]["d"][evil] = {evil: evil}
    for record in story.records[1:]:
        if record["k"] not in ("digest", "end"):
            record["a"] = evil
            record["d"][evil] = [evil]
        if record["k"] == "digest":
            record["d"]["draws"] = [[evil, k] for k in range(3)]
    path = folder / "strangers.jsonl"
    path.write_bytes(story.seal())
    return path


@pytest.mark.parametrize("command", ["diff", "diff --structure", "verify"])
def test_strangers_cannot_steer_the_terminal_nor_fill_it(ttgym, folder, command):
    path = strangers(folder)
    files = ["strangers.jsonl"] if command == "verify" else [path.name, RUSH]

    answer = ttgym(*command.split(), *files)

    assert answer.code == (6 if command == "verify" else 1)
    assert r"\x1b[2J\u202e\r" in answer.out
    shown = answer.out.replace(str(RUSH), "").replace("\n", "")
    assert [c for c in shown if not c.isprintable()] == []
    lines = [line for line in answer.out.splitlines() if str(RUSH) not in line]
    widths = {len(line) for line in lines if "sha256" not in line}
    assert max(widths) == 80


def test_long_lists_are_cut_off_and_whole_as_json(ttgym, folder):
    ttg.run("flights/rush", seed=2, journal=folder / "b.jsonl", regret=False)

    text, data = (
        ttgym("diff", RUSH, "b.jsonl"),
        ttgym("diff", RUSH, "b.jsonl", "--json"),
    )

    states = json.loads(data.out)["states"]
    counts = [len(state["changes"]) for state in states]
    assert [state["record"] for state in states] == [1]
    for count in counts:
        assert f"            … and {count - 12} more; --json has them all" in text.out


# -- verify ------------------------------------------------------------------------


def test_a_divergence_is_told_in_eighty_columns(ttgym, monkeypatch):
    plants.a_reward_has_another_cause(monkeypatch)

    answer = ttgym("verify", RUSH)

    assert (answer.code, answer.err) == (6, "")
    lines = answer.out.splitlines()
    assert [len(line) for line in lines[2:4]] == [80, 80]
    assert [lines[1], *lines[4:-3]] == [
        "  reason    record 35 came out differently",
        "  fields    expected → found: 1 difference",
        "            /c: 33 → 23",
        "  causes    of record 35 in the journal: from an action of buyer_0",
        '            #35 t=7000 buyer_0 reward: terms {"progress": 30}',
        "            #33 t=7000 buyer_0 act: proceed_to_payment",
        "  causes    of record 35 as it came out: from an action of buyer_6",
        '            #35 t=7000 buyer_0 reward: terms {"progress": 30}',
        '            #23 t=3500 buyer_6 act: add_to_cart {"flight_id": "VY1371"}',
        "  alike     no digest stands before the difference",
        "  digest    next: journal #256 t=5982000; re-executed #256 t=5982000",
        "  streams   at the next digests: the same",
    ]


def test_a_divergence_as_json_tells_all(ttgym, forged):
    answer = ttgym("verify", forged, "--json")

    verdict = ttg.replay.verify(forged, reexecute=True)
    assert json.loads(answer.out)["first_divergence"] == json.loads(
        json.dumps(asdict(verdict.first_divergence))
    )
    assert len(verdict.first_divergence.causes) == 2


def test_digests_of_different_times_are_said_to_be_so(ttgym, folder):
    path = folder / "b.jsonl"
    ttg.run("flights/rush", {"buyer_7": "dummy"}, seed=1, journal=path, regret=False)

    lines = ttgym("diff", RUSH, "b.jsonl").out.splitlines()

    at = lines.index("  digest    next: a #256 t=5982000; b #259 t=4200000")
    assert lines[at + 1 : at + 5] == [
        (
            "  streams   at the next digests, which are of different times: "
            "3 differences"
        ),
        "            lottery/1: 37 → 25 words",
        "            lottery/5: 37 → 25 words",
        "            lottery/7: 33 → 80 words",
    ]
