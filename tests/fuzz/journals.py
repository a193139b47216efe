"""Journals that strangers may have made: read, audited, and re-executed."""

import json
import os
import tempfile
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests.crash.mutations import INT_MAX, damage, judged
from tests.fuzz.declared import is_heavy
from tests.fuzz.hostile import changed, places
from tests.fuzz.patience import within

from test_time_gym.audit import audit
from test_time_gym.journal.record import decoded
from test_time_gym.market.errors import MarketError
from test_time_gym.market.journal import PREFIX, chain, genesis
from test_time_gym.market.snapshot import digest_of
from test_time_gym.replay import Verdict, verify
from test_time_gym.scenarios.loader import scenario_of

REPLAYS = Path(__file__).parents[2] / "replays"
FORGED = b"F"
"""In front of bodies, a line each, over which a flawless chain is computed."""
RAW = b"R"
"""In front of bytes that are taken as they are."""
INPUTS_MAX = 60
"""Inputs that are re-executed."""
SECONDS = 20.0
LINES = 60
"""Records of a golden journal that are kept for a seed."""

REPLAYED = ("equal", "diverged", "skipped")


class Enough(BaseException):
    """The bound on the work of one input is reached."""


def chained(bodies: bytes) -> bytes:
    """Return a journal of these bodies, a line each, whose chain is flawless."""
    head, lines = genesis(), []
    for body in bodies.split(b"\n"):
        body = b"{" + body[1:]  # noqa: PLW2901 - the frame gives the first brace
        head = chain(head, body)
        lines.append(b'{"h":"%b",%b\n' % (head.encode(), body[1:]))
    return b"".join(lines)


def bodies_of(journal: bytes) -> bytes:
    """Return what `chained` makes a journal of."""
    return b"\n".join(b"{" + line[PREFIX:] for line in journal.splitlines())


@cache
def _file() -> Path:
    folder = tempfile.mkdtemp(prefix="ttgym-fuzz-")
    return Path(folder) / f"{os.getpid()}.jsonl"


def _written(data: bytes) -> Path:
    path = _file()
    path.write_bytes(data)
    return path


def golden() -> list[bytes]:
    """Return the recorded runs, the smaller ones first."""
    files = sorted(REPLAYS.glob("*.jsonl"), key=lambda file: file.stat().st_size)
    return [file.read_bytes() for file in files[:6]]


# -- reading ---------------------------------------------------------------------


def read(data: bytes) -> str:
    """Read and audit a file; both must say the same, and neither may fail."""
    data = chained(data[1:]) if data[:1] == FORGED else data[1:]
    with within(SECONDS):
        found, lines = judged(data)
        for line in lines:
            decoded(line)
        said = audit(_written(data))
    if (said.status, said.records) != (found.status, found.records):
        msg = f"the reader says {found}, the audit {said.status} of {said.records}"
        raise AssertionError(msg)
    return found.status


def read_seeds() -> list[bytes]:
    """Return sound journals, bare and to be chained."""
    small = golden()[0]
    return [
        RAW + small,
        *(FORGED + bodies_of(_beginning(journal)) for journal in golden()),
        FORGED + bodies_of(small),
    ]


def read_mutated(data: bytes, dice: Random) -> bytes:
    """Damage bytes, or one record of a journal to be chained."""
    if data[:1] == FORGED and dice.random() < 0.8:
        return FORGED + with_record_changed(data[1:], dice)
    return data[:1] + damage(data[1:] or b"?", dice)


def _beginning(journal: bytes) -> bytes:
    return b"".join(journal.splitlines(keepends=True)[:LINES])


def with_record_changed(bodies: bytes, dice: Random, part: str = "") -> bytes:
    """Return bodies of which one or two say something else, there or anywhere."""
    lines = bodies.split(b"\n")
    for _ in range(dice.choice((1, 1, 2))):
        n = dice.choice((0, dice.randrange(len(lines)), dice.randrange(len(lines))))
        try:
            value = json.loads(lines[n])
            if part:
                value[part] = _whole(changed(value[part], dice))
            else:
                value = changed(value, dice)
        except (LookupError, TypeError, ValueError, RecursionError):
            continue
        lines[n] = _spelled(value)
    return b"\n".join(lines)


def _spelled(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode(errors="replace")


def _whole(value: Any) -> Any:
    """Keep numbers within the bounds of journals, so that more than they is tested."""
    for here, key in places(value):
        if type(here[key]) is int:
            here[key] = max(-INT_MAX, min(INT_MAX, here[key]))
    return value


# -- re-executing ----------------------------------------------------------------


def reexecuted(data: bytes) -> str:
    """Re-execute a journal with a flawless chain: it ends in a verdict."""
    header, _, rest = data.partition(b"\n")
    header, heavy = _as_written(header)
    if heavy:
        return "heavy"
    journal = chained(header + b"\n" + rest)
    try:
        with within(SECONDS):
            verdict = verify(_written(journal), reexecute=True, progress=_bounded())
    except Enough:
        return "enough"
    _verify_verdict(verdict)
    return f"{verdict.status} {verdict.replay}"


def _verify_verdict(verdict: Verdict) -> None:
    if verdict.replay not in REPLAYED or not 0 <= verdict.exit_code <= 6:
        raise AssertionError(verdict)
    if (verdict.replay == "diverged") != (verdict.first_divergence is not None):
        raise AssertionError(verdict)


def _bounded():
    left = [INPUTS_MAX]

    def count(_n: int) -> None:
        left[0] -= 1
        if not left[0]:
            raise Enough

    return count


def _as_written(header: bytes) -> tuple[bytes, bool]:
    """Spell a header's scenario as the market would, so that it goes beyond it.

    Returns:
        The header, and whether it declares more work than a test can wait for.
    """
    try:
        value = json.loads(header)
        scenario = scenario_of(value["d"]["scenario"], "it")
        declared = scenario.model_dump(mode="json", by_alias=True)
        value["d"] |= {"scenario": declared, "scenario_digest": digest_of(declared)}
    except (MarketError, LookupError, TypeError, ValueError, RecursionError):
        return header, False
    return _spelled(value), is_heavy(scenario)


def reexecute_seeds() -> list[bytes]:
    """Return the bodies of recorded runs, whole or their beginnings."""
    return [bodies_of(_beginning(journal)) for journal in golden()]


def reexecute_mutated(data: bytes, dice: Random) -> bytes:
    """Change what records say, mostly inputs and the header."""
    return with_record_changed(data, dice, "d")
