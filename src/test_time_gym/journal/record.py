"""A record: one line of a journal, decoded."""

from typing import Any, Final, NoReturn, TypedDict

import msgspec

from test_time_gym.market.journal import PREFIX, canonical

from .limits import TooMuch, verify_tokens

__all__ = ["InputRecord", "NoRecord", "Record", "decoded", "input_in", "record_of"]


class Record(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"actor": "a", "cause": "c", "data": "d", "kind": "k"},
):
    """One line of a journal, without its hash.

    The fields stand in the order of their keys in the file: ``a``, ``c``, ``d``,
    ``k``, ``n``, ``t``.
    """

    actor: str
    cause: int
    data: dict[str, Any]
    kind: str
    n: int
    t: int


class _Data(TypedDict, total=False):
    args: Any
    status: Any
    verb: Any


class InputRecord(msgspec.Struct, rename={"actor": "a", "data": "d", "kind": "k"}):
    """What to carry out an input takes of its record; the rest is not decoded."""

    actor: str
    data: _Data
    kind: str
    n: int


class NoRecord(Exception):
    """These bytes are no record; the text says why."""


class _Float(ValueError):
    """There are no floats in a journal."""


def _refuse_float(spelled: str) -> NoReturn:
    msg = f"{spelled:.40} is no whole number"
    raise _Float(msg)


_decode: Final = msgspec.json.Decoder(Record, float_hook=_refuse_float).decode
_decode_input: Final = msgspec.json.Decoder(
    InputRecord, float_hook=_refuse_float
).decode


def decoded(line: bytes) -> Record:
    """Return the record in a line that has been checked before."""
    return _decode(b"{" + line[PREFIX:-1])


def input_in(line: bytes) -> InputRecord | None:
    """Return the input in a line, or the end; None: it is a line of another kind."""
    # Quotes inside a string are escaped: few other lines have these bytes.
    if b'"k":"act"' not in line and b'"k":"end"' not in line:
        return None
    record = _decode_input(line)
    return record if record.kind in ("act", "end") else None


def record_of(body: bytes) -> Record:
    """Return the record that a body spells, if it is spelled canonically.

    Args:
        body: canonical JSON with the leading brace and without the newline.

    Raises:
        NoRecord: a limit is exceeded, the body is no JSON or not canonical, or
            it has other fields than a record.
    """
    try:
        large = verify_tokens(body)
        record = _decode(body)
        # One spelling for each value: anyone who compares bytes compares values.
        if canonical(record) != body:
            raise NoRecord("it is not canonical JSON")
    except TooMuch as error:
        raise NoRecord(str(error)) from error
    except msgspec.ValidationError as error:
        msg = f"it does not have the fields of a record: {error!s:.120}"
        raise NoRecord(msg) from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise NoRecord("it is not valid JSON") from error
    if large and _beyond([record.t, record.data]):
        raise NoRecord("a number in it is beyond 2**53 - 1")
    return record


def _beyond(value: object) -> bool:
    """Return whether an integer beyond 2**53 - 1 stands in a value."""
    if type(value) is int:
        return abs(value) >= 2**53
    if type(value) is list:
        return any(map(_beyond, value))
    return type(value) is dict and any(map(_beyond, value.values()))
