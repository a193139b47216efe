"""Values on the command line, read strictly: ASCII digits and nothing else."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated

import typer

__all__ = [
    "SEED_MAX",
    "AllowLong",
    "AsJson",
    "MemoryLimit",
    "Policies",
    "Reward",
    "Workers",
    "durability",
    "listed",
    "microdollars",
    "others",
    "policies",
    "positive",
    "record_number",
    "seed",
    "share_ppm",
    "size",
    "speed",
    "temperature",
    "token_prices",
    "verify_order",
]

SEED_MAX = 2**128 - 1

Reward = Annotated[
    str | None,
    typer.Option(
        metavar="PRESET",
        help="standard or training; by default what the scenario declares.",
    ),
]
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        metavar="AIRLINE=KIND[,KEY=VALUE...]",
        help="The policy of a seller instead of its own, of all with *. Your own: "
        "module:Class or file.py:Class.",
    ),
]
AllowLong = Annotated[
    bool,
    typer.Option(
        "--allow-long",
        help="Play even a scenario that asks for more than some millions of events.",
    ),
]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

_DIGITS = re.compile(r"[0-9]{1,40}")
_SPEED = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,3})?")
_SPEED_MIN, _SPEED_MAX = 0.1, 1000
_SIZE = re.compile(
    r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?([KMGT]i?B)", re.ASCII | re.IGNORECASE
)
_SIZES = {
    name.lower(): size
    for k, unit in enumerate("KMGT", start=1)
    for name, size in ((f"{unit}B", 1000**k), (f"{unit}iB", 1024**k))
}
"""Bytes of each unit of memory."""
_DECIMAL = re.compile(r"(0|1)(?:\.([0-9]{1,6}))?")


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return a reader of whole numbers.

    ``int`` alone would take ``1_000``, `` 1`` and the digits of every script.

    >>> whole(0, 100)("42")
    42
    """

    def read(text: str) -> int:
        # Defaults pass through here as numbers.
        text = str(text)
        if _DIGITS.fullmatch(text) and least <= int(text) <= most:
            return int(text)
        shown = "2**128 - 1" if most == SEED_MAX else f"{most}"
        msg = f"{text[:60]!a} is not a whole number from {least} to {shown}."
        raise typer.BadParameter(msg)

    return read


seed = whole(0, SEED_MAX)
positive = whole(1, 10**9)
record_number = whole(0, 2**53)

Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        parser=whole(1, 1024),
        metavar="W",
        help="Processes; default: cores. The result does not depend on it.",
    ),
]


def verify_order(first: str, start: int, last: str, end: int) -> None:
    """Raise when a range of records ends before it begins.

    Raises:
        BadParameter: there is nothing between its ends.
    """
    if start > end:
        msg = f"{first} {start} comes after {last} {end}: there is nothing between."
        raise typer.BadParameter(msg)


def share_ppm(text: str) -> int:
    """Return parts per million for a share from 0 to 1.

    >>> share_ppm("0.8")
    800000
    """
    found = _DECIMAL.fullmatch(str(text))
    if found is not None:
        ppm = int(found[1]) * 10**6 + int((found[2] or "0").ljust(6, "0"))
        if ppm <= 10**6:
            return ppm
    msg = f"{str(text)[:60]!a} is not a share from 0 to 1, such as 0.8."
    raise typer.BadParameter(msg)


def microdollars(text: str) -> int:
    """Return millionths of a dollar for dollars.

    >>> microdollars("2.50")
    2500000
    """
    found = re.fullmatch(r"([0-9]{1,9})(?:\.([0-9]{1,6}))?", str(text))
    if found is not None:
        return int(found[1]) * 10**6 + int((found[2] or "0").ljust(6, "0"))
    msg = f"{str(text)[:60]!a} is not an amount of dollars, such as 2.50."
    raise typer.BadParameter(msg)


def token_prices(text: str) -> tuple[int, int]:
    """Return prices of a million tokens, in millionths of a dollar.

    >>> token_prices("0.25/2")
    (250000, 2000000)
    """
    prompt, slash, completion = str(text).partition("/")
    if not slash:
        msg = f"{str(text)[:60]!a} is not PROMPT/COMPLETION, such as 0.25/2."
        raise typer.BadParameter(msg)
    return microdollars(prompt), microdollars(completion)


def temperature(text: str) -> float:
    """Return a temperature of a model.

    >>> temperature("0.7")
    0.7
    """
    if re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,6})?", str(text)) is None:
        msg = f"{str(text)[:60]!a} is not a temperature, such as 0.7."
        raise typer.BadParameter(msg)
    return float(text)


def durability(text: str) -> str:
    """Return when a journal is forced onto the disk.

    >>> durability("turn")
    'turn'
    """
    if text not in ("none", "turn", "end"):
        msg = f"{text[:60]!a} is none of none, turn and end."
        raise typer.BadParameter(msg)
    return text


def others(text: str) -> str:
    """Return what the seats of a fork do that nobody takes over.

    >>> others("repeat")
    'repeat'
    """
    if text not in ("play", "repeat"):
        msg = f"{text[:60]!a} is neither play nor repeat."
        raise typer.BadParameter(msg)
    return text


def listed(option: str, text: str | None) -> list[str] | None:
    """Return the names between commas; None: the option was not given.

    Raises:
        Misuse: one of them is missing.

    >>> listed("--arms", "mined, raw")
    ['mined', 'raw']
    """
    from test_time_gym.market.errors import Misuse

    if text is None:
        return None
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        msg = f"{option} {text!r:.60}: a name between the commas is missing"
        raise Misuse(msg)
    return names


def speed(text: str) -> float:
    """Read how many actions are shown in a second.

    >>> speed("0.5")
    0.5
    """
    # Defaults pass through here as numbers.
    text = str(text)
    if _SPEED.fullmatch(text) and _SPEED_MIN <= float(text) <= _SPEED_MAX:
        return float(text)
    raise typer.BadParameter(f"{text!r:.40} is not a number from 0.1 to 1000, as 2.5.")


def size(text: str) -> int:
    """Read an amount of memory, in bytes.

    >>> size("4GB"), size("1.5 MiB")
    (4000000000, 1572864)
    """
    # Defaults pass through here as numbers.
    found = _SIZE.fullmatch(str(text))
    if found and (read := int(Decimal(found[1]) * _SIZES[found[2].lower()])):
        return read
    msg = f"{text!r:.40} is no amount of memory: say it as 4GB, 512MB or 2GiB."
    raise typer.BadParameter(msg)


def policies(given: list[str] | None) -> str:
    """Return the values of ``--policy`` as one text.

    Raises:
        BadParameter: one of them is empty.
    """
    for text in given or ():
        if not text.strip():
            msg = f"--policy {text!r} is not AIRLINE=KIND, such as '*=fixed'"
            raise typer.BadParameter(msg)
    return "; ".join(given or [])


MemoryLimit = Annotated[
    int | None,
    typer.Option(
        "--memory",
        parser=size,
        metavar="SIZE",
        help="As 4GB: a market that is expected to need more is refused before it is "
        "played. Default: what the machine has.",
    ),
]
