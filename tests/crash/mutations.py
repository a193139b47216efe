"""Random damage to a journal, and what the reader must say of it."""

import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NoReturn

from test_time_gym import run
from test_time_gym.journal.reader import Structure, structure_in
from test_time_gym.market.journal import PREFIX, chain, genesis

TOKENS = [
    *(b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\n", b"\r\n", b"\0", b"\xff"),
    *(b" ", b"-", b"0", b"-0", b"1.5", b"1e9", b"9" * 16, b"9" * 400, b"NaN"),
    *(b"null", b"true", b'""', b'"a":1,', b'"k":"act",', b"\\u0061", b"\\ud800"),
    *(
        b"[" * 40,
        b'{"a":' * 2000,
        "é\u2028\x7f".encode(),
        b'"\\n\\u001f"',
        b"\xef\xbb\xbf",
    ),
]
INT_MAX = 2**53 - 1


def victim(folder: Path, max_turns: int | None = None) -> bytes:
    """Return a small journal with several kinds of records."""
    path = folder / "victim.jsonl"
    run(
        "flights/sfo-mad",
        "cheapest",
        seed=7,
        journal=path,
        regret=False,
        max_turns=max_turns,
    )
    return path.read_bytes()


def judged(data: bytes) -> tuple[Structure, list[bytes]]:
    """Return what the reader says of these bytes, and what it keeps of them."""
    lines: list[bytes] = []
    return structure_in(io.BytesIO(data), lines), lines


def undetected(sound: bytes, damaged: bytes) -> tuple[str, str]:
    """Return what the reader says, and why the damage went unnoticed, if it did.

    Whole records may be missing at the end: that is what `incomplete` says.
    Whatever the reader keeps must be a part of the sound journal.
    """
    found, lines = judged(damaged)
    if damaged != sound and found.status == "complete":
        return found.status, "it passes for complete"
    if not sound.startswith(b"".join(lines)):
        return found.status, "a record that was never written is kept"
    if found.records != len(lines):
        return found.status, "it counts other records than it keeps"
    return found.status, ""


def damage(sound: bytes, dice: Random) -> bytes:
    """Return the bytes with one to three accidents."""
    data = sound
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        data = dice.choice(ACCIDENTS)(data, dice) or b"?"
    return data


def _part(data: bytes, dice: Random) -> tuple[int, int]:
    start = dice.randrange(len(data))
    return start, min(len(data), start + dice.choice((1, 2, 8, 40, 512, 4096)))


def _flip(data: bytes, dice: Random) -> bytes:
    flipped = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 8))):
        flipped[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(flipped)


def _overwrite(data: bytes, dice: Random) -> bytes:
    start, stop = _part(data, dice)
    length = stop - start
    filling = dice.choice((b"\0" * length, dice.randbytes(length), b" " * length))
    return data[:start] + filling + data[stop:]


def _insert(data: bytes, dice: Random) -> bytes:
    start, _ = _part(data, dice)
    return data[:start] + dice.choice(TOKENS) + data[start:]


def _delete(data: bytes, dice: Random) -> bytes:
    start, stop = _part(data, dice)
    return data[:start] + data[stop:]


def _repeat(data: bytes, dice: Random) -> bytes:
    start, stop = _part(data, dice)
    return data[:stop] + data[start:stop] + data[stop:]


def _truncate(data: bytes, dice: Random) -> bytes:
    return data[: dice.randrange(len(data))]


def _lines(change: Callable[[list[bytes], Random], None]) -> Callable[..., bytes]:
    def accident(data: bytes, dice: Random) -> bytes:
        lines = data.splitlines(keepends=True)
        change(lines, dice)
        return b"".join(lines)

    return accident


def _drop(lines: list[bytes], dice: Random) -> None:
    del lines[dice.randrange(len(lines))]


def _double(lines: list[bytes], dice: Random) -> None:
    lines.insert(dice.randrange(len(lines) + 1), dice.choice(lines))


def _shuffle(lines: list[bytes], dice: Random) -> None:
    one, two = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]


ACCIDENTS: tuple[Callable[[bytes, Random], bytes], ...] = (
    _flip,
    _overwrite,
    _insert,
    _delete,
    _repeat,
    _truncate,
    _lines(_drop),
    _lines(_double),
    _lines(_shuffle),
)


def forge(sound: bytes, dice: Random) -> tuple[int, bytes, bytes]:
    """Damage one record's body, and compute a flawless chain over it.

    Returns:
        The record's number, its new body, and the journal.
    """
    bodies = [b"{" + line[PREFIX:-1] for line in sound.splitlines(keepends=True)]
    n = dice.randrange(len(bodies))
    body = dice.choice((_flip, _insert, _delete, _repeat))(bodies[n], dice)
    bodies[n] = body = b"{" + body[1:].replace(b"\n", b"")
    head, lines = genesis(), []
    for each in bodies:
        head = chain(head, each)
        lines.append(b'{"h":"%b",%b\n' % (head.encode(), each[1:]))
    return n, body, b"".join(lines)


def wrongly_accepted(n: int, body: bytes, forged: bytes) -> str:
    """Return why a forged record should not have been kept."""
    _, lines = judged(forged)
    if len(lines) <= n or spelled(body):
        return ""
    return "a record is kept that the standard library spells otherwise"


def spelled(body: bytes) -> bool:
    """Return whether a body is canonical, by the standard library alone."""
    try:
        value = json.loads(
            body.decode(),
            parse_float=_refuse,
            parse_constant=_refuse,
            parse_int=_small,
        )
    except (ValueError, RecursionError):
        return False
    again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return again.encode(errors="replace") == body


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


def _small(text: str) -> int:
    number = int(text)
    if abs(number) > INT_MAX:
        raise ValueError(text)
    return number


def mutate(sound: bytes, count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Damage a journal again and again, every fourth time with a flawless chain.

    Returns:
        How often the reader said what, and what it failed to notice.
    """
    dice, said, missed = Random(seed), Counter[str](), []
    for number in range(count):
        if number % 4 == 3:
            n, body, damaged = forge(sound, dice)
            why = wrongly_accepted(n, body, damaged)
            said["forged"] += 1
        else:
            damaged = damage(sound, dice)
            status, why = undetected(sound, damaged)
            said["unchanged" if damaged == sound else status] += 1
        if why:
            missed.append(f"mutation {number} of seed {seed}: {why}")
    return said, missed
