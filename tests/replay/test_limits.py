"""Limits: what is read is bounded before it is parsed or kept."""

import ast
import json
import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from test_time_gym.journal import limits, read_journal
from test_time_gym.market.errors import MarketError, Misuse
from test_time_gym.market.journal import canonical
from test_time_gym.replay import state_at, verify

ROOT = Path(__file__).parents[2]
FIRST_ACT = 2  # after the header and the opening stock


def judged(forge, written, small, value: object) -> tuple[str, str]:
    """Return the verdict on a flawless chain in which one action has this argument."""
    path = written(
        forge.altered(
            small, FIRST_ACT, lambda record: record["d"].update(args={"x": value})
        )
    )
    found = verify(path)
    return found.status, found.reason


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


SOUND = ("complete", "")
INSIDE = 3  # the record, its data and its arguments
EDGES = {
    "depth": (
        nested(limits.DEPTH_MAX - INSIDE),
        nested(limits.DEPTH_MAX - INSIDE + 1),
        "record 2: it is nested too deeply",
    ),
    "string": (
        "s" * limits.STRING_MAX,
        "s" * (limits.STRING_MAX + 1),
        "record 2: a string in it is too long",
    ),
    "digits": (
        2**53 - 1,
        10**limits.DIGITS_MAX,
        "record 2: a number in it has too many digits",
    ),
    "size of numbers": (
        -(2**53) + 1,
        -(2**53),
        "record 2: a number in it is beyond 2**53 - 1",
    ),
}


@pytest.mark.parametrize("limit", EDGES)
def test_a_limit_allows_its_last_value_and_refuses_the_next(
    forge, written, small, limit
):
    last, beyond, why = EDGES[limit]

    found = [judged(forge, written, small, value) for value in (last, beyond)]

    assert found == [SOUND, ("corrupt", why)]


def test_brackets_and_digits_inside_of_strings_do_not_count(forge, written, small):
    text = "[{" * 100 + '"\\' + "7" * 100

    assert judged(forge, written, small, text) == SOUND


def test_no_depth_recurses(forge, written, small):
    records = forge.bodies(small)
    before = sys.getrecursionlimit()
    deep = b'"args":' + b'{"a":' * 500_000
    records[FIRST_ACT] = records[FIRST_ACT].replace(b'"args":{}', deep)

    found = verify(written(forge.forged(records)))

    assert (found.status, found.reason) == (
        "corrupt",
        "record 2: it is nested too deeply",
    )
    assert sys.getrecursionlimit() == before


def line_limit(monkeypatch, size: int) -> None:
    monkeypatch.setattr(limits, "LINE_MAX", size)


def test_a_line_may_have_as_many_bytes_as_the_limit_and_no_more(small, monkeypatch):
    longest = max(map(len, small.read_bytes().splitlines(keepends=True)))

    line_limit(monkeypatch, longest)
    fits = verify(small).status
    line_limit(monkeypatch, longest - 1)
    found = verify(small)

    assert fits == "complete"
    assert (found.status, found.reason) == (
        "corrupt",
        "record 0: a limit on the size of journals is exceeded",
    )


def test_a_journal_may_have_as_many_records_as_the_limit_and_no_more(
    small, monkeypatch
):
    count = len(small.read_bytes().splitlines())

    monkeypatch.setattr(limits, "RECORDS_MAX", count)
    fits = verify(small).status
    monkeypatch.setattr(limits, "RECORDS_MAX", count - 1)
    found = verify(small)

    assert fits == "complete"
    assert (found.status, found.records) == ("corrupt", count - 1)


def test_a_file_beyond_the_limit_is_not_opened(tmp_path):
    path = tmp_path / "sparse.jsonl"
    with path.open("wb") as file:
        file.truncate(limits.FILE_MAX + 1)

    with pytest.raises(Misuse, match=f"no more than {limits.FILE_MAX} are read"):
        verify(path)


def test_a_file_that_grows_beyond_the_limit_while_it_is_read_is_corrupt(
    small, monkeypatch
):
    monkeypatch.setattr(limits, "FILE_MAX", small.stat().st_size - 1)

    found = verify(small)

    assert (found.status, found.records) == ("corrupt", found.records)
    assert "a limit on the size" in found.reason


def test_a_link_is_followed_to_a_regular_file_and_to_nothing_else(small, tmp_path):
    journal, device = tmp_path / "journal", tmp_path / "device"
    journal.symlink_to(small)
    device.symlink_to("/dev/zero")

    assert verify(journal) == verify(small)
    with pytest.raises(Misuse, match="is not a regular file"):
        verify(device)


def test_a_pipe_that_takes_the_place_of_the_file_does_not_hang(
    small, tmp_path, monkeypatch
):
    """Between the question what it is and the opening lies time."""
    pipe, real = tmp_path / "pipe", os.open
    os.mkfifo(pipe)
    monkeypatch.setattr(os, "open", lambda _path, flags: real(pipe, flags))

    with pytest.raises(Misuse, match="is not a regular file"):
        verify(small)


EVIL = "raise SystemExit('a journal has loaded a program')\n"


def seated(program: str):
    return lambda header: header["seats"][0].update(policy=program)


def declared(program: str):
    return lambda header: header["scenario"].update(policies=[program])


@pytest.mark.parametrize("program", ["evil_agent:Agent", "evil_agent.py:Agent"])
@pytest.mark.parametrize(
    ("name", "replay"), [(seated, "equal"), (declared, "diverged")]
)
def test_a_header_cannot_name_a_program(
    forge, small, written, tmp_path, monkeypatch, program, name, replay
):
    """A seat's policy is a label: its actions are on record."""
    (tmp_path / "evil_agent.py").write_text(EVIL, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    path = written(forge.altered(small, 0, lambda record: name(program)(record["d"])))

    found = verify(path, reexecute=True)
    with suppress(MarketError):
        state_at(path, 2)

    assert (found.status, found.replay) == ("complete", replay)
    assert "evil_agent" not in sys.modules


FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "yaml", "runpy", "code"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
NAMED_BY_THE_USER = {
    "agents/llm/pages/page_reader.py",  # the safe loader: plain data alone
    "agents/llm/pages/page_writer.py",  # writes
    "agents/skill_memory/front_matter.py",  # the base loader: texts and lists alone
    "market/pricing/__init__.py",  # modules of its own folder
    "scenarios/trades.py",  # folders of the package, and an environment variable
    "src/test_time_gym/serving/fake_model/styled_pages.py",  # as the page reader
    "src/test_time_gym/rollout/load_agent.py",  # on the command line
    "src/test_time_gym/testing/hash_seed.py",  # in the user's own test
    "src/test_time_gym/testing/wrappers.py",  # by a literal
    "src/test_time_gym/validation/campaign.py",  # modules of its own folder
}


def loaders(tree: ast.Module) -> set[str]:
    """Return what in a program could turn data into code."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found |= {alias.name for alias in names} & FORBIDDEN_MODULES
            case ast.ImportFrom(module=module):
                found |= {module} & FORBIDDEN_MODULES
            case ast.Call(func=ast.Name(id=called)) if called in FORBIDDEN_CALLS:
                found.add(called)
            case ast.Attribute(attr="import_module" | "exec_module" as called):
                found.add(called)
            case ast.Name(id="import_module" as called):
                found.add(called)
    return found


def test_nothing_in_the_package_turns_data_into_code():
    found = {}
    for folder in ("market", "agents", "scenarios", "src/test_time_gym"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            here = loaders(ast.parse(path.read_text(encoding="utf-8")))
            if here and name not in NAMED_BY_THE_USER:
                found[name] = here

    assert found == {}


@pytest.mark.parametrize(
    "program",
    [
        "import pickle",
        "from marshal import loads",
        "eval(text)",
        "import importlib\nimportlib.import_module(name)",
        "from importlib import import_module\nimport_module(name)",
        "spec.loader.exec_module(module)",
    ],
)
def test_a_planted_loader_is_found(program):
    assert loaders(ast.parse(program))


def test_whatever_the_reader_accepts_the_standard_library_spells_alike(busy):
    """The canonical form needs no library of ours to check."""
    for record in read_journal(busy).records():
        body = canonical(record)

        value = json.loads(body)

        spelled = json.dumps(
            value, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        assert spelled.encode() == body
