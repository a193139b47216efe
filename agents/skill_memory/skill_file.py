"""Skill files: a skill as a SKILL.md that people and models can read."""

import json
import re
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec

from test_time_gym.agents.skills.skill.skill import SCHEMA, Skill, Step

from .errors import StoreError
from .front_matter import read_front_matter, write_front_matter
from .legacy import calls_of
from .naming import telling_name
from .render import description_of, quoted, steps_of, summary_of, what_for
from .track_record import failure_of, where_of, worked

__all__ = [
    "FILE",
    "read_skill",
    "slug_of",
    "text_of",
    "verify_skill",
]

FILE: Final = "SKILL.md"
LARGEST: Final = 256 * 1024
"""Bytes of a file."""

_SLUG: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SLUG_MAX: Final = 64
_RESERVED: Final = re.compile(
    r"true|false|null|yes|no|on|off|y|n|con|nul|prn|aux|(com|lpt)[0-9]"
)
"""What YAML takes for something else than a text, or Windows for a device."""
_NAME_MAX: Final = 200
_COUNT_MAX: Final = 2**53
_VERB: Final = re.compile(r"[a-z][a-z_]*")
_FENCE: Final = "```"
_KEYS: Final = ("name", "description")
_OWN: Final = "ttgym-skill"
"""Key of a skill's own name, by which it is known again."""
_LAYOUT: Final = "ttgym-schema"

_decode = msgspec.json.Decoder(Skill).decode


def slug_of(name: str) -> str:
    """Return what a file without metadata has to be called: the skill's own name.

    Valid are at most 64 lower case letters, digits and single hyphens inside, as the
    Agent Skills standard has it.  Any other name gets a digest, so that two names
    never share a folder.

    >>> slug_of("search-pay-2"), slug_of("../Pay")
    ('search-pay-2', 'pay-f9839493')
    """
    valid = _SLUG.fullmatch(name) and len(name) <= _SLUG_MAX
    if valid and not _RESERVED.fullmatch(name):
        return name
    words = re.findall(r"[a-z0-9]+", name.lower()) or ["skill"]
    if not words[0][0].isalpha():
        words.insert(0, "skill")
    text = name.encode("utf-8", "surrogatepass")
    digest = blake2b(text, digest_size=4).hexdigest()
    return f"{'-'.join(words)[:50].rstrip('-')}-{digest}"


def text_of(skill: Skill, *, name: str = "", failed: int | None = None) -> str:
    """Return the SKILL.md of a skill.

    Args:
        skill: what is told.
        name: of its folder; otherwise `naming.telling_name`.
        failed: the episode in which it failed last, if that is known.

    Raises:
        StoreError: the skill contradicts itself.
    """
    verify_skill(skill)
    name = name or telling_name(skill)
    head = write_front_matter(name, description_of(skill), _metadata(skill, failed))
    body = [
        "",
        f"# {name}",
        "",
        f"{summary_of(skill)}.",
        "",
        what_for(skill),
        "",
        "## Steps",
        "",
        *steps_of(skill),
        "",
        "## Record",
        "",
        *_record(skill, failed),
        "",
        "## Data",
        "",
        "Only this block counts when the file is read back; the words above are made",
        "from it.",
        "",
        f"{_FENCE}json",
        _data(skill),
        _FENCE,
    ]
    lines = [*head, *body, ""]
    text = "\n".join(lines)
    if len(text.encode()) > LARGEST:
        raise StoreError(f"skill {skill.name!r:.60}: more than {LARGEST // 1024} KiB")
    if _parsed(lines) != (name, skill):
        raise StoreError(f"skill {skill.name!r:.60} would not be read back the same")
    return text


def read_skill(path: Path) -> Skill:
    """Read one SKILL.md.

    Raises:
        StoreError: as `skill_folders.read_folders`.
        OSError: the system refuses.
    """
    if path.parent.is_symlink() or path.is_symlink():
        raise StoreError(f"{path}: links are not followed; copy the folder")
    if not path.is_file():
        raise StoreError(f"{path} is missing, or no regular file")
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise StoreError(f"{path}: more than {LARGEST // 1024} KiB")
    try:
        name, skill = _parsed(data.decode("utf-8").replace("\r\n", "\n").split("\n"))
    except UnicodeDecodeError as error:
        raise StoreError(f"{path}: no UTF-8 text: {error}") from error
    except StoreError as error:
        raise StoreError(f"{path}: {error}") from error
    if name != path.parent.name:
        msg = f"{path}: the folder is {path.parent.name!r:.80} and the skill "
        raise StoreError(f"{msg}{name!r}: give both one name")
    return skill


def verify_skill(skill: Skill) -> None:
    """Raise when a skill contradicts itself.

    Raises:
        StoreError: the key that is wrong, and why.
    """
    if not 0 < len(skill.name) <= _NAME_MAX:
        raise StoreError(f"name: between 1 and {_NAME_MAX} characters")
    if not skill.steps:
        raise StoreError("steps: at least one is needed")
    for number, step in enumerate(skill.steps):
        _verify_step(f"steps[{number}]", step)
    for name in ("support", "born", "tries", "completions", "used"):
        if not 0 <= getattr(skill, name) < _COUNT_MAX:
            raise StoreError(f"{name}: a number from 0 on")
    if skill.completions > skill.tries:
        raise StoreError(f"arrivals: {skill.completions}, in only {skill.tries} tries")


def _verify_step(where: str, step: Step) -> None:
    if not _VERB.fullmatch(step.verb):
        raise StoreError(f"{where}.verb: {step.verb!r:.60} is none")
    for name in step.optional:
        if name not in step.args:
            raise StoreError(f"{where}.optional: {name!r:.60} is no argument")
    for name, bindings in step.args.items():
        for k, one in enumerate(bindings):
            if bool(one.path) == (one.value is not None):
                at = f"{where}.args.{name!s:.60}[{k}]"
                raise StoreError(f"{at}: either a path or a value, and one of them")


def _metadata(skill: Skill, failed: int | None) -> dict[str, str]:
    metadata = {_OWN: skill.name, _LAYOUT: str(SCHEMA), "ttgym-state": skill.state}
    where = where_of(skill)
    if where:
        metadata["ttgym-where"] = where
    if skill.tries:
        metadata["ttgym-tries"] = str(skill.tries)
        metadata["ttgym-arrivals"] = str(skill.completions)
        metadata["ttgym-last-used"] = f"episode {skill.used}"
        metadata["ttgym-last-failure"] = failure_of(skill, failed)
    return metadata


def _record(skill: Skill, failed: int | None) -> list[str]:
    maker = "by hand" if skill.by_hand else "mined from successes"
    origin = ", ".join([quoted(one) for one in skill.origin]) or "not recorded"
    tried = worked(skill).capitalize()
    if skill.tries:
        tried += f"; last used in episode {skill.used}; last failure: "
        tried += failure_of(skill, failed)
    return [
        f"- State: {skill.state}, {maker}, in episode {skill.born}.",
        f"- Seen in {skill.support} successes; its origin: {origin}.",
        f"- {tried}.",
    ]


def _data(skill: Skill) -> str:
    """Return the data as JSON in which nothing can end its block."""
    text = json.dumps(msgspec.to_builtins(skill), indent=2)
    # These characters stand in strings only, and there they may be escaped.
    return text.replace("`", "\\u0060").replace("<", "\\u003c")


def _parsed(lines: list[str]) -> tuple[str, Skill]:
    """Return the name at the top of a file, and the skill in its data."""
    values, line = read_front_matter(lines, _KEYS)
    more = values.get("metadata")
    # Files of version 0.1 have no metadata, and their schema at the top.
    metadata: dict[str, Any] = more if isinstance(more, dict) else {}
    known = values.get("schema", metadata.get(_LAYOUT, str(SCHEMA)))
    if known != str(SCHEMA):
        raise StoreError(f"schema: {known!r:.20} is unknown, and {SCHEMA} is known")
    skill = _from_data(lines, line)
    name = str(values["name"]).strip()
    if _OWN not in metadata and name != slug_of(skill.name):
        msg = f"name: {name!r:.80} above and {slug_of(skill.name)!r} for the data: "
        raise StoreError(f"{msg}they have to agree, or metadata has to have {_OWN}")
    own = metadata.get(_OWN, skill.name)
    if own != skill.name:
        msg = f"metadata: {_OWN} is {own!r:.60} and the data's name {skill.name!r:.60}"
        raise StoreError(f"{msg}: they have to agree")
    if slug_of(name) != name:
        raise StoreError(f"name: {name!r:.80}: only a-z, 0-9 and single hyphens inside")
    return name, skill


def _from_data(lines: list[str], line: int) -> Skill:
    rest = lines[line:]
    starts = [k for k, text in enumerate(rest) if text.rstrip() == f"{_FENCE}json"]
    if len(starts) != 1:
        msg = f"one block {_FENCE}json is needed, and there are {len(starts)}"
        raise StoreError(msg)
    inside = rest[starts[0] + 1 :]
    ends = [k for k, text in enumerate(inside) if text.rstrip() == _FENCE]
    if not ends:
        raise StoreError(f"the block {_FENCE}json has no end")
    data = "\n".join(inside[: ends[0]])
    for k, called in calls_of(data).items():
        msg = f"steps[{k}] calls the skill {called!r:.60}, which is no longer done: "
        raise StoreError(f"{msg}write the steps of {called:.60} in its place")
    try:
        skill = _decode(data)
    except (msgspec.MsgspecError, RecursionError) as error:
        first = line + starts[0] + 2
        raise StoreError(f"the data from line {first} on: {error}") from error
    verify_skill(skill)
    return skill
