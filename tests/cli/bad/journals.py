"""Journals that are none, and what is said of each of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.fuzz.journals import chained

from test_time_gym.market.journal import PREFIX

SOUND = (Path(__file__).parents[3] / "replays" / "flights-sfo-mad.jsonl").read_bytes()
LINES = SOUND.splitlines(keepends=True)
BODIES = [b"{" + line[PREFIX:-1] for line in LINES]
END = len(LINES) - 1

INCOMPLETE, CORRUPT, UNSUPPORTED, DIVERGED = 3, 4, 5, 6


class Journal(NamedTuple):
    """A bad journal."""

    name: str
    data: bytes
    code: int
    """What `ttgym verify` exits with."""
    says: str
    """Part of its reason."""
    replay: int | None = None
    """What `ttgym replay` exits with: as `verify`."""
    fork: int | None = None
    """What `ttgym fork` after record 9 exits with: as `verify`."""


def forged(*bodies: bytes) -> bytes:
    """Return a journal of these bodies with a flawless chain."""
    return chained(b"\n".join(bodies))


def spelled(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def instead(n: int, old: bytes, new: bytes) -> bytes:
    """Return a journal with other bytes in one body, and a flawless chain."""
    bodies = list(BODIES)
    assert old in bodies[n]
    bodies[n] = bodies[n].replace(old, new, 1)
    return forged(*bodies)


def edited(n: int, change: Callable[[dict[str, Any]], object]) -> bytes:
    """Return a journal of which one record says something else, well spelled."""
    bodies = list(BODIES)
    value = json.loads(bodies[n])
    change(value)
    bodies[n] = spelled(value)
    return forged(*bodies)


def header(**changes: Any) -> bytes:
    return edited(0, lambda record: record["d"].update(changes))


def scenario(*path: Any, value: Any) -> bytes:
    """Return a journal that declares something else at a place of its scenario."""

    def change(record: dict[str, Any]) -> None:
        here = record["d"]["scenario"]
        for part in path[:-1]:
            here = here[part]
        here[path[-1]] = value

    return edited(0, change)


def act(n: int, **changes: Any) -> bytes:
    return edited(n, lambda record: record["d"].update(changes))


def without(key: str) -> bytes:
    return edited(0, lambda record: record["d"].pop(key))


ACT = b'"k":"act"'
NO_JSON = "it is not valid JSON"
NO_FIELDS = "it does not have the fields of a record"
NO_CANON = "it is not canonical JSON"
NO_FRAME = "the frame is not that of a record"
HASH = "the hash does not match"
LIMIT = "a limit on the size of journals is exceeded"

BYTES = [
    Journal("empty", b"", INCOMPLETE, "no end record"),
    Journal("one newline", b"\n", CORRUPT, NO_FRAME),
    Journal("a byte", b"\xff", INCOMPLETE, "record 0 has no line end"),
    Journal("byte order mark", b"\xef\xbb\xbf" + SOUND, CORRUPT, NO_FRAME),
    Journal("UTF-16", SOUND.decode().encode("utf-16"), CORRUPT, NO_FRAME),
    Journal("CRLF", SOUND.replace(b"\n", b"\r\n"), CORRUPT, HASH),
    Journal("CR only", SOUND.replace(b"\n", b"\r"), INCOMPLETE, "no line end"),
    Journal("NULs", b"\0" * 5000, INCOMPLETE, "no line end"),
    Journal("NULs and lines", b"\0\n" * 50, CORRUPT, NO_FRAME),
    Journal("a NUL at the end", SOUND + b"\0", CORRUPT, "data after the end"),
    Journal("a newline at the end", SOUND + b"\n", CORRUPT, "data after the end"),
    Journal("not JSON", b"hello\n", CORRUPT, NO_FRAME),
    Journal("other JSON Lines", b'{"a":1}\n{"a":2}\n', CORRUPT, NO_FRAME),
    Journal("zip", b"PK\x03\x04" + bytes(range(256)) * 9, CORRUPT, NO_FRAME),
    Journal("a flipped bit", SOUND.replace(b"UA950", b"UA951", 1), CORRUPT, HASH),
    Journal("upper case", LINES[0][:6] + LINES[0][6:38].upper() + LINES[0][38:],
            CORRUPT, HASH),
    Journal("no header", b"".join(LINES[1:]), CORRUPT, HASH),
    Journal("header only", LINES[0], INCOMPLETE, "no end record", fork=2),
    Journal("no end", b"".join(LINES[:-1]), INCOMPLETE, "no end record", fork=0),
    Journal("swapped", b"".join([*LINES[:3], LINES[4], LINES[3], *LINES[5:]]),
            CORRUPT, "record 3: the hash"),
    Journal("doubled", b"".join([*LINES[:4], *LINES[3:]]), CORRUPT, "record 4: the"),
    Journal("dropped", b"".join([*LINES[:3], *LINES[4:]]), CORRUPT, "record 3: the"),
    Journal("a line of 5 MiB", b"x" * (5 << 20) + b"\n", CORRUPT, LIMIT),
    Journal("5 MiB without a line", b"x" * (5 << 20), CORRUPT, LIMIT),
]  # fmt: skip

SPELLINGS = [
    Journal("deep", instead(2, b'"args":{}', b'"args":' + b"[" * 10**5 + b"]" * 10**5),
            CORRUPT, "nested too deeply"),
    Journal("deep, never closed", instead(2, b'"args":{}',
            b'"args":' + b'{"a":' * 10**5),
            CORRUPT, "nested too deeply"),
    Journal("an empty body", forged(b"{"), CORRUPT, NO_JSON),
    Journal("a list", forged(b"{}"), CORRUPT, NO_FIELDS),
    Journal("a number of 400 digits", instead(2, b'"turn":1', b'"turn":' + b"9" * 400),
            CORRUPT, "too many digits"),
    Journal("2**53", instead(2, b'"turn":1', b'"turn":9007199254740992'), CORRUPT,
            "beyond 2**53 - 1"),
    Journal("time 2**53", edited(23, lambda r: r.update(t=2**53)), CORRUPT, "beyond"),
    Journal("a float", instead(2, b'"turn":1', b'"turn":1.0'), CORRUPT,
            "1.0 is no whole number"),
    Journal("an exponent", instead(2, b'"turn":1', b'"turn":1e3'), CORRUPT,
            "1e3 is no whole number"),
    Journal("NaN", instead(2, b'"turn":1', b'"turn":NaN'), CORRUPT, NO_JSON),
    Journal("Infinity", instead(2, b'"turn":1', b'"turn":-Infinity'), CORRUPT, NO_JSON),
    Journal("minus nought", instead(2, b'"turn":1', b'"turn":-0'), CORRUPT, NO_CANON),
    Journal("a leading nought", instead(2, b'"turn":1', b'"turn":01'), CORRUPT,
            NO_JSON),
    Journal("a key twice", instead(2, b'"turn":1', b'"turn":1,"turn":1'), CORRUPT,
            NO_CANON),
    Journal("a field twice", instead(2, b'"n":2', b'"n":2,"n":2'), CORRUPT, NO_CANON),
    Journal("unsorted", instead(2, b'"n":2,"t":0', b'"t":0,"n":2'), CORRUPT, NO_CANON),
    Journal("a space", instead(2, b'"n":2', b'"n": 2'), CORRUPT, NO_CANON),
    Journal("an escape", instead(2, b'"act"', b'"\\u0061ct"'), CORRUPT, NO_CANON),
    Journal("a lone surrogate", instead(2, b'"ok"', b'"\\ud800"'), CORRUPT, "record 2"),
    Journal("no UTF-8", instead(2, b'"ok"', b'"\xff\xfe"'), CORRUPT, NO_JSON),
    Journal("overlong UTF-8", instead(2, b'"ok"', b'"\xc0\xaf"'), CORRUPT, NO_JSON),
    Journal("a raw control character", instead(2, b'"ok"', b'"\x01"'), CORRUPT,
            NO_JSON),
    Journal("a text of 70,000", act(2, status="x" * 70_000), CORRUPT, "too long"),
    Journal("a field less", edited(2, lambda r: r.pop("c")), CORRUPT, NO_FIELDS),
    Journal("a field more", edited(2, lambda r: r.update(z=1)), CORRUPT, NO_FIELDS),
    Journal("a true number", instead(2, b'"n":2', b'"n":true'), CORRUPT, NO_FIELDS),
    Journal("a gap", edited(3, lambda r: r.update(n=4)), CORRUPT, "numbered 4"),
    Journal("number -1", edited(3, lambda r: r.update(n=-1)), CORRUPT, "numbered -1"),
    Journal("time backwards", edited(9, lambda r: r.update(t=1)), CORRUPT,
            "time runs backwards"),
    Journal("a cause to come", edited(9, lambda r: r.update(c=9)), CORRUPT,
            "its cause"),
    Journal("cause -1", edited(9, lambda r: r.update(c=-1)), CORRUPT, "its cause"),
    Journal("an unknown kind", instead(2, ACT, b'"k":"dance"'), UNSUPPORTED, "'dance'"),
    Journal("a kind with escapes", edited(2, lambda r: r.update(k="\x1b[31m\u202e")),
            UNSUPPORTED, "not known here"),
    Journal("a second header", edited(2, lambda r: r.update(k="header")), CORRUPT,
            "a header stands first"),
    Journal("no header but an act", forged(BODIES[2].replace(b'"n":2', b'"n":0')),
            CORRUPT, "a header stands first"),
    Journal("two ends", forged(*BODIES, BODIES[-1].replace(b'"n":23', b'"n":24')),
            CORRUPT, "data after the end"),
    Journal("a wrong count", edited(END, lambda r: r["d"].update(count=7)), CORRUPT,
            "counts other than"),
    Journal("no count", edited(END, lambda r: r["d"].pop("count")), CORRUPT, "counts"),
    Journal("schema 2", header(schema=2), UNSUPPORTED, "schema is 2"),
    Journal("schema true", header(schema=True), UNSUPPORTED, "schema is true"),
    Journal("semantics 99", header(semantics=99), UNSUPPORTED, "semantics is 99"),
    Journal("no semantics", without("semantics"), UNSUPPORTED, "semantics is null"),
    Journal("another format", header(format="\x1b[31m"), UNSUPPORTED, "format is"),
]  # fmt: skip

# The last record seals a run: `replay` shows the state before, and never writes it.
NO_RUN = "the header does not describe a run"

RUNS = [
    Journal("seed -1", header(seed="-1"), DIVERGED, "seed"),
    Journal("seed 2**128", header(seed=str(2**128)), DIVERGED, "seed"),
    Journal("seed text", header(seed="seven"), DIVERGED, NO_RUN),
    Journal("seed of 5000 digits", header(seed="9" * 5000), DIVERGED, NO_RUN),
    Journal("seed list", header(seed=[]), DIVERGED, NO_RUN),
    Journal("seed spelled otherwise", header(seed="007"), DIVERGED, "record 0"),
    Journal("no seed", without("seed"), DIVERGED, "'seed'"),
    Journal("no seats", header(seats=[]), DIVERGED, ""),
    Journal("seats null", header(seats=None), DIVERGED, NO_RUN),
    Journal("seats of numbers", header(seats=[1, 2]), DIVERGED, NO_RUN),
    Journal("a seat without a name", header(seats=[{}]), DIVERGED, "'name'"),
    Journal("a seat's name is a list", header(seats=[{"name": [], "policy": ""}]),
            DIVERGED, NO_RUN),
    Journal("a seat's name is null", header(seats=[{"name": None, "policy": ""}]),
            DIVERGED, ""),
    Journal("two seats of one name",
            header(seats=[{"name": "buyer_0", "policy": "x"}] * 2), DIVERGED, ""),
    Journal("300 seats",
            header(seats=[{"name": f"b{k}", "policy": ""} for k in range(300)]),
            DIVERGED, "seats"),
    Journal("2,000 seats",
            header(seats=[{"name": f"b{k}", "policy": ""} for k in range(2000)]),
            DIVERGED, "seats"),
    Journal("finish soon", header(finish="soon"), DIVERGED, NO_RUN),
    Journal("finish []", header(finish=[]), DIVERGED, NO_RUN),
    Journal("window -5", header(window_ms=-5), DIVERGED, "window"),
    Journal("window text", header(window_ms="5"), DIVERGED, "window"),
    Journal("window true", header(window_ms=True), DIVERGED, "window"),
    Journal("window beyond time", header(window_ms=2**53 - 1), DIVERGED, "window"),
    Journal("turns -1", header(max_turns=-1), DIVERGED, "turns"),
    Journal("turns text", header(max_turns="x"), DIVERGED, "turns"),
    Journal("turns text, long", header(max_turns="9" * 60_000), DIVERGED, "turns"),
    Journal("another tie rule", header(tie_rule=9), DIVERGED, "record 0"),
    Journal("no scenario", without("scenario"), DIVERGED, "'scenario'"),
    Journal("scenario null", header(scenario=None), DIVERGED, "the journal's scenario"),
    Journal("scenario {}", header(scenario={}), DIVERGED, "the journal's scenario"),
    Journal("scenario text", header(scenario="flights/rush"), DIVERGED, "scenario"),
    Journal("scenario without flights", scenario("market", "flights", value=[]),
            DIVERGED, "market.flights"),
    Journal("scenario with a wrong digest", header(scenario_digest="0" * 32), DIVERGED,
            "record 0"),
    Journal("capacity -1",
            scenario("market", "flights", 0, "legs", 0, "seats", value=-1), DIVERGED,
            "seats"),
    Journal("repricing 0", scenario("market", "pricing", "reprice_every_s", value=0),
            DIVERGED, "reprice_every_s"),
    Journal("deadline text", scenario("task", "deadline_s", value="x" * 60_000),
            DIVERGED, "deadline_s"),
    Journal("deadline list", scenario("task", "deadline_s", value=[0] * 10**5),
            DIVERGED, "deadline_s"),
    Journal("holds null", scenario("market", "holds", value=None), DIVERGED, "holds"),
    Journal("an unknown verb", act(2, verb="dance"), DIVERGED, "record 2"),
    Journal("verb null", act(2, verb=None), DIVERGED, "record 2"),
    Journal("verb list", act(2, verb=[]), DIVERGED, "record 2"),
    Journal("args null", act(2, args=None), DIVERGED, "record 2"),
    Journal("args list", act(2, args=[1]), DIVERGED, "record 2"),
    Journal("an unknown argument", act(2, args={"minutes": 5}), DIVERGED, "record 2"),
    Journal("an argument of another type", act(3, args={"max_price": "x"}), DIVERGED,
            "record 3"),
    Journal("a flight that is a list", act(4, args={"flight_id": []}), DIVERGED,
            "record 4"),
    Journal("no argument", act(4, args={}), DIVERGED, "record 4"),
    Journal("wait -5", act(2, verb="wait", args={"minutes": -5}), DIVERGED, "record 2"),
    Journal("wait text", act(2, verb="wait", args={"minutes": "x" * 60_000}), DIVERGED,
            "record 2"),
    Journal("wait list", act(2, verb="wait", args={"minutes": [0] * 10**5}), DIVERGED,
            "record 2"),
    Journal("wait for ever", act(2, verb="wait", args={"minutes": 2**53 - 1}), DIVERGED,
            "record 3"),
    Journal("malformed without why", act(2, status="malformed", args={}), DIVERGED,
            "record 2"),
    Journal("malformed and why is a list",
            act(2, status="malformed", args={"why": [[]]}, verb=""), DIVERGED,
            "record 2"),
    Journal("status null", act(2, status=None), DIVERGED, "record 2"),
    Journal("no status", edited(2, lambda r: r["d"].pop("status")), DIVERGED,
            "record 2"),
    Journal("turn 2 first", act(2, turn=2), DIVERGED, "record 2"),
    Journal("another agent", edited(2, lambda r: r.update(a="buyer_9")), DIVERGED,
            "record 2"),
    Journal("an agent with escapes", edited(2, lambda r: r.update(a="\x1b[31m\u202e")),
            DIVERGED, "record 2"),
    Journal("another price", edited(8, lambda r: r["d"].update(lines=[["UA950", 1,
            1]])),
            DIVERGED, "record 8"),
    Journal("another outcome", edited(END, lambda r: r["d"].update(outcomes={})),
            DIVERGED, f"record {END}", replay=0, fork=0),
    Journal("true outcomes", edited(END, lambda r: r["d"].update(outcomes=True)),
            DIVERGED, f"record {END}", replay=0, fork=0),
    Journal("another opening", edited(1, lambda r: r["d"]["sold"][0].append(1)),
            DIVERGED, "record 1"),
    Journal("header and end", forged(BODIES[0], b'{"a":"","c":0,"d":{"count":1},'
            b'"k":"end","n":1,"t":0}'), DIVERGED, "record 1", fork=2),
    Journal("opening and end", forged(*BODIES[:2], b'{"a":"","c":0,"d":{"count":2},'
            b'"k":"end","n":2,"t":0}'), DIVERGED, "record 2", replay=0, fork=2),
]  # fmt: skip
JOURNALS = [*BYTES, *SPELLINGS, *RUNS]
