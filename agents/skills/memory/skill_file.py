"""Skill files: skills as folders with a SKILL.md that people and models can read."""

import json
import os
import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from test_time_gym.agents.skills.skill.skill import SCHEMA, Skill, Step
from test_time_gym.atomic_file import verify_writable, write_atomically

from .errors import StoreError
from .front_matter import read_front_matter, write_front_matter
from .legacy import calls_of
from .record import SkillChange
from .render import description_of, quoted, steps_of, what_for

__all__ = [
    "adopt",
    "export_skills",
    "import_skills",
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

_decode = msgspec.json.Decoder(Skill).decode


def slug_of(name: str) -> str:
    """Return what a skill's folder is called: its name if that is a valid one.

    Valid are at most 64 lower case letters, digits and single hyphens inside, as the
    Agent Skills convention has it.  Any other name gets a digest, so that two names
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


def text_of(skill: Skill) -> str:
    """Return the SKILL.md of a skill.

    Raises:
        StoreError: the skill contradicts itself.
    """
    verify_skill(skill)
    head = write_front_matter(
        {
            "name": slug_of(skill.name),
            "description": description_of(skill),
            "schema": SCHEMA,
        }
    )
    body = [
        "",
        f"# {slug_of(skill.name)}",
        "",
        what_for(skill),
        "",
        "## Steps",
        "",
        *steps_of(skill),
        "",
        "## Record",
        "",
        *_record(skill),
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
    if _parsed(lines) != skill:
        raise StoreError(f"skill {skill.name!r:.60} would not be read back the same")
    return text


def export_skills(
    skills: Iterable[Skill], folder: Path | str, *, overwrite: bool = False
) -> list[Path]:
    """Write ``<folder>/<name>/SKILL.md`` for each skill.

    Args:
        skills: of different names.
        folder: made if need be.
        overwrite: replace files that are there; other files stay.

    Returns:
        The files, in the order of the skills.

    Raises:
        StoreError: a file is there, two skills have one name, a skill contradicts
            itself (and nothing was written); or the system refuses.
    """
    target = Path(folder)
    texts: dict[str, str] = {}
    for skill in skills:
        slug = slug_of(skill.name)
        if slug in texts:
            raise StoreError(f"two skills are named {skill.name!r:.60}")
        texts[slug] = text_of(skill)
    files = {target / slug / FILE: text for slug, text in texts.items()}
    try:
        for path in files:
            _verify_free(path, overwrite=overwrite)
        for path, text in files.items():
            write_atomically(path, text, overwrite=overwrite)
    except ValueError as error:
        raise StoreError(str(error)) from error
    return list(files)


def import_skills(folder: Path | str) -> list[Skill]:
    """Read every ``<folder>/<name>/SKILL.md``, in the order of the folders' names.

    Raises:
        StoreError: the file, the place in it and what is wrong there. Links, files
            above 256 KiB, a layout that is not known, two skills of one name and
            skills that call others are refused.
    """
    source = Path(folder)
    try:
        inside = [one for one in sorted(source.iterdir()) if one.name[0] != "."]
        found = [one for one in inside if one.is_dir() or one.is_symlink()]
        skills = [read_skill(one / FILE) for one in found]
    except OSError as error:
        raise StoreError(f"cannot read {error.filename}: {error.strerror}") from error
    if not skills:
        raise StoreError(f"{source}: there is no folder with a {FILE} in it")
    return skills


def read_skill(path: Path) -> Skill:
    """Read one SKILL.md.

    Raises:
        StoreError: as `import_skills`.
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
        skill = _parsed(data.decode("utf-8").replace("\r\n", "\n").split("\n"))
    except UnicodeDecodeError as error:
        raise StoreError(f"{path}: no UTF-8 text: {error}") from error
    except StoreError as error:
        raise StoreError(f"{path}: {error}") from error
    if slug_of(skill.name) != path.parent.name:
        # So two skills of one name cannot stand in two folders.
        msg = f"{path}: the folder is {path.parent.name!r:.60} and the skill "
        msg += f"{slug_of(skill.name)!r}: rename the folder, or write one name "
        raise StoreError(msg + "at the top and in the data")
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


def adopt(
    library: Sequence[Skill], found: Iterable[Skill], episode: int
) -> tuple[list[Skill], list[SkillChange]]:
    """Take skills that were read from files into a library.

    One that is new, or does something else than the library has it do, is from now on
    by hand.  A new one is in use at once.  What the library counts of a known skill
    is kept.

    Args:
        library: as it is; skills that were not found in files stay.
        found: as read.
        episode: in which this happens.

    Returns:
        The library as it is then, and what has changed.
    """
    skills = {skill.name: skill for skill in library}
    changes = []
    for skill in found:
        known = skills.get(skill.name)
        if known is None:
            # A person vouches for it: it need not prove itself.
            live = "confirmed" if skill.state == "probation" else skill.state
            what, new = "born", replace(skill, state=live)
        else:
            what, new = "edited", _edited(known, skill)
        if new != known:
            skills[skill.name] = replace(new, by_hand=True)
            changes.append(
                SkillChange(episode=episode, skill=skill.name, what=what, why="by hand")
            )
    return list(skills.values()), changes


def _edited(known: Skill, found: Skill) -> Skill:
    return replace(
        known,
        precondition=found.precondition,
        steps=found.steps,
        postcondition=found.postcondition,
        state=found.state,
    )


def _record(skill: Skill) -> list[str]:
    maker = "by hand" if skill.by_hand else "mined from successes"
    origin = ", ".join([quoted(one) for one in skill.origin]) or "not recorded"
    tried = f"Tried {skill.tries} times, arrived {skill.completions} times"
    return [
        f"- State: {skill.state}, {maker}, in episode {skill.born}.",
        f"- Seen in {skill.support} successes; its origin: {origin}.",
        f"- {tried}; last used in episode {skill.used}.",
    ]


def _data(skill: Skill) -> str:
    """Return the data as JSON in which nothing can end its block."""
    text = json.dumps(msgspec.to_builtins(skill), indent=2)
    # These characters stand in strings only, and there they may be escaped.
    return text.replace("`", "\\u0060").replace("<", "\\u003c")


def _parsed(lines: list[str]) -> Skill:
    values, line = read_front_matter(lines, _KEYS)
    found = values.get("schema", str(SCHEMA))
    if found != str(SCHEMA):
        raise StoreError(f"schema: {found!r:.20} is unknown, and {SCHEMA} is known")
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
    if values["name"].strip() != slug_of(skill.name):
        msg = f"name: {values['name']!r:.60} above and {slug_of(skill.name)!r} "
        raise StoreError(msg + "for the data: they have to agree")
    return skill


def _verify_free(path: Path, *, overwrite: bool) -> None:
    for one in (path.parent, path):
        if one.is_symlink():
            raise StoreError(f"{one} is a link: links are not followed")
    if not overwrite and os.path.lexists(path):
        msg = f"{path} exists: choose another folder or ask to overwrite it"
        raise StoreError(msg)
    verify_writable(path, overwrite=overwrite)
