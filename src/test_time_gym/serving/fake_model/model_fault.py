"""Faults of a model's server: their kinds, and how they are written."""

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from test_time_gym.market.config import PPM
from test_time_gym.market.errors import Misuse, shown

__all__ = ["FAULT_KINDS", "ModelFault", "faults_of"]

FAULT_KINDS: Final = {
    "429": "rate limit; a value is Retry-After in seconds",
    "429-date": "rate limit; Retry-After is the date so many seconds from now (1)",
    "401": "the key is refused",
    "500": "internal error",
    "503": "overloaded; a value is Retry-After in seconds",
    "context": "400, the code is context_length_exceeded",
    "timeout": "no answer for so many seconds (--stall-s)",
    "drop": "the connection is closed before any answer",
    "half": "the connection is closed in the middle of the body, or of the stream",
    "malformed-json": "a body that is no JSON; in a stream, an event",
    "stream-error": "an error in the middle of a stream; 500 where nothing is streamed",
    "malformed-arguments": "a call whose arguments are no JSON",
    "unknown-tool": "a call of a tool that does not exist",
    "two-calls": "two calls at once",
    "refusal": "message.refusal, no call",
    "content-filter": "an empty message; finish_reason is content_filter",
    "text": "plain text instead of a call",
    "length": "cut off; finish_reason is length",
    "huge": "so many MiB of text beside the call (4)",
    "empty-choices": "no choices in the reply",
}
"""Kind → what the client meets."""

_VALUED: Final = ("429", "429-date", "503", "timeout", "huge")
_VALUE_MAX: Final = 86_400
_HUGE_MAX: Final = 256
_FAULT: Final = re.compile(
    r"([a-z0-9-]+)(?::([0-9]{1,6}(?:\.[0-9]{1,3})?))?"
    r"(?:@([0-9]{1,9})(-([0-9]{1,9})?)?|%((?:0|1)(?:\.[0-9]{1,6})?))"
)
_FILE_MAX: Final = 1 << 20
_FORM: Final = (
    "a fault is KIND@CALL or KIND%SHARE, as 429:2@3 (Retry-After: 2, at the third "
    "call), 500@5-6, timeout@9- or text%0.1"
)


@dataclass(frozen=True, slots=True)
class ModelFault:
    """Something that goes wrong at some calls.

    >>> str(ModelFault.parse("500@5-6"))
    '500@5-6'
    """

    kind: str
    """One of `FAULT_KINDS`."""
    first: int = 1
    """The first call that it meets, counted from 1 in each session."""
    last: int | None = None
    """The last one; None: it never ends."""
    share_ppm: int | None = None
    """Instead: how likely it meets a call, in parts per million."""
    value_milli: int | None = None
    """Seconds or MiB, in thousandths; None: the kind's own."""

    @classmethod
    def parse(cls, text: str) -> "ModelFault":
        """Read one fault.

        Raises:
            Misuse: it is none, or of an unknown kind.
        """
        found = _FAULT.fullmatch(text)
        if found is None:
            raise Misuse(f"{shown(text)}: {_FORM}")
        kind, value, first, more, last, share = found.groups()
        _verify(kind, value)
        milli = None if value is None else _thousandths(value)
        if share is not None:
            ppm = _parts(share)
            if ppm > PPM:
                raise Misuse(f"{text}: a share is from 0 to 1")
            return cls(kind, share_ppm=ppm, value_milli=milli)
        start = int(first)
        end = start if more is None else int(last) if last else None
        if start < 1 or (end is not None and end < start):
            raise Misuse(f"{text}: calls are counted from 1, the first one first")
        return cls(kind, start, end, value_milli=milli)

    def __str__(self) -> str:
        """Return it as it is written."""
        value = "" if self.value_milli is None else f":{self.value_milli / 1000:g}"
        if self.share_ppm is not None:
            return f"{self.kind}{value}%{self.share_ppm / PPM:g}"
        upto = "" if self.last == self.first else f"-{self.last or ''}"
        return f"{self.kind}{value}@{self.first}{upto}"


def faults_of(told: Any) -> tuple[ModelFault, ...]:
    """Return faults, however they are told.

    Args:
        told: faults separated by commas, a list of faults, the path of a JSON file
            (its name ends with ``.json``) with a list of texts, or None.

    Raises:
        Misuse: one of them is none, or the file cannot be used.

    >>> [fault.kind for fault in faults_of("429@3,timeout@9")]
    ['429', 'timeout']
    """
    if told is None or told == "":
        return ()
    if isinstance(told, Path) or (isinstance(told, str) and told.endswith(".json")):
        told = _read(Path(told))
    if isinstance(told, str):
        told = [one.strip() for one in told.split(",")]
    try:
        listed = list(told)
    except TypeError:
        raise Misuse(f"{shown(told)}: {_FORM}") from None
    return tuple(
        one if isinstance(one, ModelFault) else ModelFault.parse(str(one))
        for one in listed
    )


def _read(path: Path) -> list[Any]:
    try:
        with path.open("rb") as file:
            raw = file.read(_FILE_MAX + 1)
    except OSError as error:
        raise Misuse(f"cannot read {path}: {error.strerror}") from error
    try:
        listed = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Misuse(f"{path}: no JSON: {error!s:.100}") from error
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise Misuse(f'{path}: a list of faults is wanted, as ["429@3", "500@5-6"]')
    return listed


def _verify(kind: str, value: str | None) -> None:
    if kind not in FAULT_KINDS:
        near = get_close_matches(kind, FAULT_KINDS, n=1, cutoff=0.6)
        known = ", ".join(FAULT_KINDS)
        hint = f"did you mean {near[0]}?" if near else f"known: {known}"
        raise Misuse(f"unknown fault {shown(kind)}; {hint}")
    if value is None:
        return
    if kind not in _VALUED:
        raise Misuse(f"{kind}:{value}: only {', '.join(_VALUED)} have a value")
    most = _HUGE_MAX if kind == "huge" else _VALUE_MAX
    if _thousandths(value) > most * 1000:
        raise Misuse(f"{kind}:{value}: the value is at most {most}")


def _thousandths(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole) * 1000 + int(rest.ljust(3, "0"))


def _parts(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole) * PPM + int(rest.ljust(6, "0"))
