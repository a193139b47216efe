"""The structural check: no damage to a journal goes unnoticed."""

import json
import random
from hashlib import sha256

import pytest

from test_time_gym.journal import read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.market.journal import canonical
from test_time_gym.replay import Verdict, state_at, verify

FLIPS = 500

QUOTES = b'\\"[' * 300_000
"""Were every quote taken for the start of a string, this would take hours."""

NO_FILES = ["a folder", "a pipe", "nothing", "a loop", "no name", "a device"]


def test_a_whole_journal_is_complete_and_equal(small):
    found = verify(small, reexecute=True)

    assert found == Verdict(
        status="complete",
        records=len(small.read_bytes().splitlines()),
        sha256=sha256(small.read_bytes()).hexdigest(),
        replay="equal",
    )


def test_no_flipped_bit_goes_unnoticed(small, written):
    data, dice = small.read_bytes(), random.Random(1)
    statuses = set()

    for bit in dice.sample(range(len(data) * 8), FLIPS):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        statuses.add(verify(written(bytes(flipped))).status)

    assert statuses <= {"corrupt", "torn"}


def test_a_flipped_last_byte_is_torn(small, written):
    data = small.read_bytes()

    assert verify(written(data[:-1] + b"\x0b")).status == "torn"


def test_whole_records_without_an_end_are_incomplete(small, written):
    lines = small.read_bytes().splitlines(keepends=True)

    found = [
        (verdict.status, verdict.records, verdict.replay)
        for n in range(1, len(lines))
        if (verdict := verify(written(b"".join(lines[:n])), reexecute=True))
    ]

    assert found == [("incomplete", n, "equal") for n in range(1, len(lines))]


def test_a_cut_inside_a_record_is_torn_and_keeps_the_records_before(small, written):
    data, dice = small.read_bytes(), random.Random(2)
    ends = {n for n, byte in enumerate(data, 1) if byte == ord("\n")} | {0}
    cuts = [cut for cut in dice.sample(range(len(data)), 500) if cut not in ends]

    found = [verify(written(data[:cut])) for cut in cuts]

    assert [(verdict.status, verdict.records) for verdict in found] == [
        ("torn", data[:cut].count(b"\n")) for cut in cuts
    ]


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_never_complete(written, seed):
    path = written(random.Random(seed).randbytes(500))

    assert verify(path, reexecute=True).status in ("torn", "corrupt")


def test_an_empty_file_is_incomplete(written):
    found = verify(written(b""), reexecute=True)

    assert (found.status, found.records, found.replay) == ("incomplete", 0, "skipped")


def test_dropped_doubled_and_swapped_lines_are_corrupt(small, written):
    lines = small.read_bytes().splitlines(keepends=True)
    last = len(lines) - 1
    damaged = [lines[:n] + lines[n + 1 :] for n in range(last)]
    damaged += [lines[: n + 1] + lines[n:] for n in range(last + 1)]
    damaged += [
        [*lines[:n], lines[n + 1], lines[n], *lines[n + 2 :]] for n in range(last)
    ]

    statuses = {verify(written(b"".join(damage))).status for damage in damaged}

    assert statuses == {"corrupt"}


EDITORS = {
    "windows line ends": lambda data: data.replace(b"\n", b"\r\n"),
    "a byte order mark": lambda data: b"\xef\xbb\xbf" + data,
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "another newline": lambda data: data + b"\n",
    "a record after the end": lambda data: data + data.splitlines(keepends=True)[1],
    "half a record after the end": lambda data: data + b'{"h":"',
    "trailing spaces": lambda data: data.replace(b"}\n", b"} \n"),
    "upper-case digits": lambda data: data[:6] + data[6:38].upper() + data[38:],
    "a blank line before": lambda data: b"\n" + data,
}


@pytest.mark.parametrize("damage", EDITORS)
def test_what_editors_and_transports_do_is_corrupt(small, written, damage):
    path = written(EDITORS[damage](small.read_bytes()))

    assert verify(path).status == "corrupt"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("format", "else"),
        ("schema", 2),
        ("schema", True),
        ("semantics", 999),
        ("semantics", None),
    ],
)
def test_another_format_or_semantics_is_unsupported(forge, small, written, key, value):
    path = written(
        forge.altered(small, 0, lambda record: record["d"].update({key: value}))
    )

    found = verify(path, reexecute=True)

    assert (found.status, found.records, found.replay) == ("unsupported", 0, "skipped")
    assert key in found.reason


def test_a_kind_from_the_future_is_unsupported(forge, small, written):
    path = written(
        forge.altered(small, 3, lambda record: record.update(k="teleported"))
    )

    assert verify(path).status == "unsupported"


FIRST_ACT = 2  # after the header and the opening stock


def with_body(change):
    """Return a function that replaces the arguments of record 2."""
    return lambda body: body.replace(b'"args":{}', b'"args":' + change, 1)


def canonical_backwards(body: bytes) -> bytes:
    value = json.loads(body)
    return json.dumps(
        dict(reversed(value.items())), separators=(",", ":"), ensure_ascii=False
    ).encode()


NOT_CANONICAL = {
    "a space": lambda body: body.replace(b":", b": ", 1),
    "keys in another order": canonical_backwards,
    "a key twice": lambda body: body.replace(b'"k":"act"', b'"k":"act","k":"act"'),
    "an escape that is not needed": lambda body: body.replace(b"act", b"\\u0061ct", 1),
    "a float": with_body(b'{"x":1.5}'),
    "a float that is whole": with_body(b'{"x":1.0}'),
    "an exponent": with_body(b'{"x":1e3}'),
    "not a number": with_body(b'{"x":NaN}'),
    "minus zero": with_body(b'{"x":-0}'),
    "a number beyond 2**53": with_body(b'{"x":9007199254740992}'),
    "a number beyond 2**64": with_body(b'{"x":36893488147419103232}'),
    "a thousand digits": with_body(b'{"x":' + b"7" * 1000 + b"}"),
    "depth beyond 32": with_body(b'{"x":' + b"[" * 33 + b"]" * 33 + b"}"),
    "depth beyond every stack": with_body(b"[" * 100_000 + b"]" * 100_000),
    "quotes and brackets without end": lambda body: body[:-1] + b',"z":"' + QUOTES,
    "a lone surrogate": with_body(b'{"x":"\\ud800"}'),
    "bytes that are no UTF-8": with_body(b'{"x":"\xff"}'),
    "a missing field": lambda body: body.replace(b'"c":0,', b"", 1),
    "a field too many": lambda body: body.replace(b'"c":0,', b'"b":0,"c":0,', 1),
    "a truth for a number": lambda body: body.replace(b'"c":0,', b'"c":false,', 1),
    "a cause from the future": lambda body: body.replace(b'"c":0,', b'"c":9,', 1),
    "another number": lambda body: body.replace(b'"n":2,', b'"n":3,', 1),
    "time running backwards": lambda body: body.replace(b'"t":0}', b'"t":-1}'),
    "a second header": lambda body: body.replace(b'"k":"act"', b'"k":"header"'),
    "no object": lambda _body: b"{}",
}


@pytest.mark.parametrize("damage", NOT_CANONICAL)
def test_a_flawless_chain_over_a_forbidden_record_is_corrupt(
    forge, small, written, damage
):
    records = forge.bodies(small)
    original = records[FIRST_ACT]
    records[FIRST_ACT] = NOT_CANONICAL[damage](original)

    found = verify(written(forge.forged(records)), reexecute=True)

    assert records[FIRST_ACT] != original
    assert (found.status, found.records) == ("corrupt", FIRST_ACT)
    assert found.replay == "skipped"


@pytest.mark.parametrize("kind", ["end", "message"])
def test_a_record_chained_to_the_end_is_corrupt(forge, small, written, kind):
    records = forge.bodies(small)
    more = json.loads(records[-1]) | {"n": len(records), "k": kind}
    more["d"] |= {"count": len(records)}

    found = verify(written(forge.forged([*records, canonical(more)])))

    assert (found.status, found.records) == ("corrupt", len(records))


def test_an_end_that_counts_wrong_is_corrupt(forge, small, written):
    last = len(forge.bodies(small)) - 1
    path = written(
        forge.altered(small, last, lambda record: record["d"].update(count=last + 1))
    )

    assert verify(path).status == "corrupt"


def test_a_line_too_long_is_corrupt_and_not_read_whole(written):
    assert verify(written(b"x" * (5 * 1024 * 1024))).status == "corrupt"


@pytest.mark.parametrize("what", NO_FILES)
def test_what_is_no_file_is_the_caller_s_mistake(no_file, what):
    for read in (verify, read_journal, lambda path: state_at(path, 0)):
        with pytest.raises(Misuse):
            read(no_file(what))
