"""What agents, scenarios and journals say cannot fake a line of ours."""

import json
import re

import pytest

import test_time_gym as ttg
from test_time_gym.market.errors import one_line

PLAIN = "flights/sfo-mad"
FAKE = "buyer_0  hostile  success  1  9.99  1.00  1.00  0.00"
HOSTILE = f"oops\n{FAKE}\r\n\x1b[2Jcleared\u202ereversed\u2028{FAKE}\x85{FAKE}"

AGENTS = f"""
TEXT = {HOSTILE!a}


def raises(page):
    raise ValueError(TEXT)


def exits(page):
    raise SystemExit(TEXT)


def named(page):
    raise type("A" + TEXT, (Exception,), {{}})


class Broken:
    def __init__(self):
        raise RuntimeError(TEXT)

    def act(self, page):
        pass


class BadEnd:
    def act(self, page):
        return {{"verb": "abort", "payload": {{"reason": TEXT}}}}

    def end(self, result):
        raise RuntimeError(TEXT)


class BadBegin(BadEnd):
    def begin(self, page):
        raise RuntimeError(TEXT)


def talks(page):
    return {{"verb": TEXT, "payload": {{TEXT: TEXT}}}}


def aborts(page):
    return {{"verb": "abort", "payload": {{"reason": TEXT}}}}
"""


@pytest.fixture
def hostile(folder):
    (folder / "hostile.py").write_text(AGENTS)
    return folder


def unsafe(answer):
    """Return the lines that somebody else wrote, and what may steer a terminal."""
    text = answer.out + answer.err
    # Lines as a terminal and as Python know them.
    fake = [line for line in text.splitlines() if line.lstrip().startswith(FAKE)]
    return fake + [line for line in text.split("\n") if one_line(line) != line]


NAMES = ["raises", "exits", "named", "Broken", "BadEnd", "BadBegin", "talks", "aborts"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "command",
    [
        ("run", PLAIN, "--no-regret", "--agents"),
        ("bench", "--scenarios", PLAIN, "--seeds", "1", "--agents"),
        ("learn", PLAIN, "--episodes", "1", "--seeds", "1", "--fresh", "--agent"),
    ],
    ids=lambda line: line[0],
)
@pytest.mark.usefixtures("hostile")
def test_a_hostile_agent_writes_no_line_of_its_own(ttgym, command, name):
    answer = ttgym(*command, f"hostile.py:{name}")

    assert unsafe(answer) == []
    if name in ("raises", "named"):
        assert "oops\\n" in answer.out + answer.err


@pytest.mark.parametrize("name", ["raises", "talks", "aborts"])
@pytest.mark.usefixtures("hostile")
def test_nor_does_its_journal(ttgym, name):
    ttgym(
        "run",
        PLAIN,
        "--no-regret",
        "--journal",
        "j.jsonl",
        "--agents",
        f"hostile.py:{name}",
        "--max-turns",
        "3",
    )

    for line in (
        ("grep", "j.jsonl"),
        ("grep", "j.jsonl", "--json"),
        ("replay", "j.jsonl", "--follow"),
        ("replay", "j.jsonl", "--to", "3"),
        ("audit", "j.jsonl"),
        ("verify", "j.jsonl"),
        (
            "fork",
            "j.jsonl",
            "--at",
            "1",
            "--out",
            "f.jsonl",
            "--agent",
            f"buyer_0=hostile.py:{name}",
        ),
        ("diff", "j.jsonl", "f.jsonl"),
    ):
        answer = ttgym(*line)
        assert answer.code in (0, 1, 2)
        assert unsafe(answer) == []


@pytest.mark.usefixtures("hostile")
def test_the_text_of_a_failure_is_one_line_in_python_and_json_too(ttgym):
    def raises(_page):
        raise ValueError(HOSTILE)

    found = ttg.run(PLAIN, raises, regret=False).episodes[0].agents["buyer_0"].error
    answer = ttgym("run", PLAIN, "--json", "--agents", "hostile.py:raises")

    told = json.loads(answer.out)["episodes"][0]["agents"]["buyer_0"]["error"]
    assert [re.match("ValueError: oops", one) is not None for one in (found, told)]
    assert (one_line(found), one_line(told)) == (found, told)


def declared(where, value):
    """Return a scenario with a text at a place, as TOML."""
    data = ttg.scenarios.load_scenario(PLAIN).model_dump(mode="json", by_alias=True)
    data = json.loads(json.dumps(data, default=str))

    def without_none(value):
        if isinstance(value, dict):
            return {k: without_none(v) for k, v in value.items() if v is not None}
        return [without_none(v) for v in value] if isinstance(value, list) else value

    here = data
    for key in where[:-1]:
        here = here[key]
    here[where[-1]] = value
    import tomli_w

    return tomli_w.dumps(without_none(data))


@pytest.mark.parametrize(
    "where",
    [
        ("description",),
        ("source",),
        ("name",),
        (HOSTILE,),
        ("policies",),
        ("market", "currency"),
        ("market", HOSTILE),
        ("market", "flights", 0, "airline"),
        ("market", "flights", 0, "id"),
        ("task", "airlines"),
        ("page", "renamed"),
    ],
)
def test_nor_does_a_hostile_scenario(ttgym, folder, where):
    value = [HOSTILE] if where[-1] in ("policies", "airlines") else HOSTILE
    value = {HOSTILE: HOSTILE} if where[-1] == "renamed" else value
    (folder / "mine.toml").write_text(declared(where, value))

    for line in (
        ("run", "mine.toml", "--no-regret", "--journal", "j.jsonl", "--force"),
        ("scenarios", "mine.toml"),
        ("bench", "--scenarios", "mine.toml", "--seeds", "1", "--agents", "dummy"),
        ("grep", "j.jsonl"),
        ("replay", "j.jsonl"),
    ):
        assert unsafe(ttgym(*line)) == []
