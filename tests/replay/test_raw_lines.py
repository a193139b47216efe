"""Re-execution before the structural check: it finds what it found after it."""

import random
import sys

import pytest

from test_time_gym.journal import limits
from test_time_gym.journal.raw_lines import RawLines
from test_time_gym.replay import verify

# The package has the function under the module's name.
CHECKING = sys.modules[verify.__module__]


def found_first_and_last(path, monkeypatch):
    """Return the verdicts of re-execution without a structural check, and after it."""
    first = verify(path, reexecute=True)
    with monkeypatch.context() as patch:
        patch.setattr(RawLines, "of", lambda _stream: None)
        return first, verify(path, reexecute=True)


@pytest.fixture
def alike(monkeypatch, written):
    """Write bytes, verify them both ways, and return the one verdict."""

    def judge(data):
        one, other = found_first_and_last(written(data), monkeypatch)
        assert one == other
        return one

    return judge


def test_any_flipped_bit_gives_the_same_verdict(small, alike):
    data, dice = small.read_bytes(), random.Random(3)
    statuses = set()

    for bit in dice.sample(range(len(data) * 8), 150):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        verdict = alike(bytes(flipped))
        statuses.add((verdict.status, verdict.replay))

    assert statuses <= {("corrupt", "skipped"), ("torn", "equal")}


def test_lines_left_out_doubled_or_swapped_give_the_same_verdict(small, alike):
    lines = small.read_bytes().splitlines(keepends=True)
    last = len(lines) - 1

    verdicts = [
        alike(b"".join(changed))
        for n in range(last)
        for changed in (
            lines[:n] + lines[n + 1 :],
            lines[: n + 1] + lines[n:],
            [*lines[:n], lines[n + 1], lines[n], *lines[n + 2 :]],
        )
    ]

    assert {verdict.status for verdict in verdicts} == {"corrupt"}


def test_forged_facts_and_inputs_give_the_same_verdict(forge, small, alike):
    count = len(forge.bodies(small))

    verdicts = [
        alike(forge.altered(small, n, lambda record: record.update(a="nobody")))
        for n in range(1, count)
    ]

    assert {verdict.replay for verdict in verdicts} == {"diverged"}
    assert {verdict.status for verdict in verdicts} == {"complete"}


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data + b"\n",
        lambda data: data + data,
        lambda data: data[:-1] + b"\r\n",
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data[:-1],
        lambda data: b"\n" + data,
        lambda data: data[:0],
        lambda data: data.replace(b'"args":{', b'"args":[', 1),
        lambda data: data.replace(b'"k":"act"', b'"k":"end"', 1),
        lambda data: data.replace(b'"verb":"', b'"verb":"x', 1),
        lambda data: data.replace(b'"d":{"args"', b'"d":{"\xff"', 1),
    ],
)
def test_damage_gives_the_same_verdict(small, alike, change):
    assert alike(change(small.read_bytes())).status != "complete"


def test_a_sound_journal_is_not_checked_twice(busy, monkeypatch):
    def refuse(*_args):
        raise AssertionError("the structure was checked")

    monkeypatch.setattr(CHECKING, "read_journal", refuse)
    monkeypatch.setattr(RawLines, "checked", refuse)

    assert verify(busy, reexecute=True).replay == "equal"


@pytest.mark.parametrize(
    "argument",
    ["7" * limits.STRING_MAX, 2**53, -(2**53), 10**limits.DIGITS_MAX],
    ids=["text", "number", "negative", "digits"],
)
def test_what_may_exceed_a_limit_is_measured_before_it_is_executed(
    forge, small, written, argument
):
    n = forge.acts(small)[1]
    path = written(
        forge.altered(small, n, lambda record: record["d"]["args"].update(x=argument))
    )

    with small.open("rb") as sound, path.open("rb") as long:
        assert RawLines.of(sound).seal is not None
        assert RawLines.of(long).seal is None


def test_a_line_without_an_end_is_not_read_on(written):
    with written(b"7" * (limits.LINE_MAX + 2 * 1024**2)).open("rb") as stream:
        assert RawLines.of(stream) is None
