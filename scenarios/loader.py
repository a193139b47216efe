"""Reading scenarios: from the package by name, or from a TOML file."""

import re
import tomllib
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from test_time_gym.market.errors import ScenarioError, one_line

from .schema import Habits, Scenario
from .trades import scenario_type

__all__ = [
    "SCENARIO_DIR",
    "habits_of",
    "load_scenario",
    "parse_scenario",
    "path_of",
    "read_data",
    "read_scenario",
    "scenario_names",
    "scenario_of",
]

SCENARIO_DIR = Path(__file__).resolve().parent
"""Where the scenarios that come with the package lie."""

BYTES_MAX = 4 * 1024 * 1024
"""A scenario file larger than this is refused unread."""

_DEEP_KEY = re.compile(
    r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}"""
)
"""A dotted key of too many parts: TOML's reader takes quadratic time for it."""
_INPUT_SHOWN = 60
"""Characters of a wrong value that are shown."""
_SHOWN = 8
"""Mistakes listed at once."""
_LISTS = ("tuple_type", "list_type")
"""What pydantic calls the mistake of a value that is no list."""
_TAG = re.compile("'([^']*)'")
"""A name in pydantic's list of those that a union knows."""

_Model = TypeVar("_Model", bound=BaseModel)


def scenario_names(trade: str = "*") -> list[str]:
    """Return the names of the scenarios of the package, sorted.

    Args:
        trade: of one trade alone, such as ``flights``.
    """
    return sorted(
        path.relative_to(SCENARIO_DIR).with_suffix("").as_posix()
        for path in SCENARIO_DIR.glob(f"{trade}/*.toml")
    )


def load_scenario(source: "str | Path | Scenario") -> Scenario:
    """Return a scenario.

    Args:
        source: a name such as ``flights/rush``, the path of a TOML file, or a
            scenario, which is returned as it is.

    Raises:
        ScenarioError: it does not exist or says something impossible; the text
            names the file and every key that is wrong.
    """
    if isinstance(source, Scenario):
        return source
    path = path_of(source)
    return _packaged(path) if SCENARIO_DIR in path.parents else read_scenario(path)


def path_of(source: str | Path) -> Path:
    """Return the file of a scenario.

    Args:
        source: a name, or the path of a TOML file.

    Raises:
        ScenarioError: it is neither.
    """
    if isinstance(source, Path):
        return source
    if not isinstance(source, str):
        msg = f"a scenario is a name, a path or a Scenario, not {type(source).__name__}"
        raise ScenarioError(msg)
    names = scenario_names()
    if source in names:
        return SCENARIO_DIR / f"{source}.toml"
    if source.endswith(".toml"):
        return Path(source)
    near = get_close_matches(source, names, n=1, cutoff=0.4)
    hint = f"; did you mean {near[0]}?" if near else f"; known: {', '.join(names)}"
    msg = f"unknown scenario {source!r:.80}{hint}"
    raise ScenarioError(msg)


@lru_cache(maxsize=64)
def _packaged(path: Path) -> Scenario:
    return read_scenario(path)


def read_scenario(path: Path) -> Scenario:
    """Read and check the scenario of one TOML file.

    Raises:
        ScenarioError: as `load_scenario`.
    """
    return _without_habits(read_data(path), str(path))


def read_data(path: Path) -> dict[str, Any]:
    """Read one TOML file, and check nothing but that it is one.

    Raises:
        ScenarioError: it cannot be read, or is no TOML.
    """
    try:
        if not path.is_file():
            msg = f"{path}: no such scenario file"
            raise ScenarioError(msg)
        if path.stat().st_size > BYTES_MAX:
            msg = f"{path}: larger than {BYTES_MAX} bytes"
            raise ScenarioError(msg)
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        if isinstance(error, ScenarioError):
            raise
        what = "not UTF-8 text" if isinstance(error, UnicodeError) else str(error)
        msg = f"{path}: cannot be read: {what}"
        raise ScenarioError(msg) from error
    return _parsed(text, str(path))


def parse_scenario(text: str, where: str) -> Scenario:
    """Check the text of a scenario.

    Args:
        text: TOML.
        where: the file's name, for messages.

    Raises:
        ScenarioError: as `load_scenario`.
    """
    return _without_habits(_parsed(text, where), where)


def _parsed(text: str, where: str) -> dict[str, Any]:
    try:
        if _DEEP_KEY.search(text):
            raise ValueError("a key has more than 32 parts")  # noqa: TRY301
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        reason = str(error) or "nested too deeply"
        msg = f"{where}: not valid TOML: {reason[:200]}"
        raise ScenarioError(msg) from error


def _without_habits(data: dict[str, Any], where: str) -> Scenario:
    habits_of(data, where)
    return scenario_of(base_of(data), where)


def base_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return a file's data without what makes it a family."""
    return {key: data[key] for key in data if key not in Habits.model_fields}


def habits_of(data: dict[str, Any], where: str) -> Habits:
    """Check what makes a file's data a family; what patches hold is not looked at.

    Raises:
        ScenarioError: as `load_scenario`.
    """
    own = {key: data[key] for key in data if key in Habits.model_fields}
    return _checked(Habits, own, where)


def scenario_of(data: dict[str, Any], where: str) -> Scenario:
    """Check a scenario given as plain data (as in a journal's header).

    Raises:
        ScenarioError: as `load_scenario`.
    """
    return _checked(scenario_type(data, where), data, where)


def _checked(model: type[_Model], data: dict[str, Any], where: str) -> _Model:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        mistakes = _own_mistakes(error.errors())
        lines = [one_line(_explain(item, model)) for item in mistakes]
        more = f"\n  … and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
        told = "\n  ".join(lines[:_SHOWN])
        msg = f"{one_line(where)}: {len(lines)} mistake(s)\n  {told}{more}"
        raise ScenarioError(msg) from error
    except (RecursionError, OverflowError) as error:
        msg = f"{where}: nested too deeply or a number is too large"
        raise ScenarioError(msg) from error


def _own_mistakes(items: list[Any]) -> list[Any]:
    """Leave out what follows from others: a bad leg makes the list too short."""
    places = [item["loc"] for item in items]
    return [
        item
        for item in items
        if item["type"] != "too_short"
        or not any(
            len(place) > len(item["loc"]) and place[: len(item["loc"])] == item["loc"]
            for place in places
        )
    ]


def _explain(item: Any, model: type[BaseModel]) -> str:
    """Return one mistake in words: where, what, and the nearest known key."""
    path = ".".join(f"{part!s:.{_INPUT_SHOWN}}" for part in item["loc"]) or "the file"
    if item["type"] == "extra_forbidden":
        known = _known_keys(model, list(item["loc"][:-1]))
        if len(item["loc"]) == 1:
            known += Habits.model_fields
        return f"{path}: unknown key; {_nearest(item['loc'][-1], known)}"
    if item["type"] == "union_tag_invalid":
        kind, known = item["ctx"]["tag"], _TAG.findall(item["ctx"]["expected_tags"])
        return f"{path}: unknown kind {kind!r:.{_INPUT_SHOWN}}; {_nearest(kind, known)}"
    if item["type"] == "missing":  # what stands around it is long, and says nothing
        return f"{path}: this key is missing"
    if item["type"] == "model_type":
        keys = ", ".join(_known_keys(model, list(item["loc"])))
        return f"{path}: a table is expected, with keys of these: {keys}"
    said = str(item["msg"]).removeprefix("Value error, ")
    if item["type"] in _LISTS:  # one entry alone is often written without them
        said = "a list is expected"
        if isinstance(item["input"], (int, str)):
            said += ", in brackets even with one entry"
    if isinstance(item.get("input"), dict):  # a whole table, which it says nothing of
        return f"{path}: {said}"
    try:
        shown = repr(item.get("input"))
    except ValueError:
        # More digits than Python turns into text.
        shown = "a huge number"
    shown = shown if len(shown) <= _INPUT_SHOWN else shown[: _INPUT_SHOWN - 3] + "..."
    return f"{path}: {said} (got {shown})"


def _nearest(said: object, known: list[str]) -> str:
    """Return which name may have been meant, or all that there are."""
    near = get_close_matches(str(said), known, n=1, cutoff=0.5)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"


def _known_keys(model: type[BaseModel], loc: list[Any]) -> list[str]:
    """Return the keys that are known at a place of the scenario."""
    models = [model]
    for part in loc:
        if isinstance(part, int):
            continue
        inner = [
            found
            for one in models
            for key, field in one.model_fields.items()
            if part in (key, field.alias)
            for found in _models_in(field.annotation)
        ]
        # A union's tag stands in the path too, and names no field but one model; so
        # does the key of a table that is called as people like.
        models = inner or [one for one in models if _has_kind(one, part)] or models
    keys = [
        field.alias or key for one in models for key, field in one.model_fields.items()
    ]
    return sorted(dict.fromkeys(keys))


def _has_kind(model: type[BaseModel], kind: str) -> bool:
    field = model.model_fields.get("kind")
    return field is not None and kind in get_args(field.annotation)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for arg in get_args(annotation) for found in _models_in(arg)]
