"""Skill folders: a library as folders with a SKILL.md, as the standard wants it."""

import os
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.atomic_file import verify_writable, write_atomically

from .errors import StoreError
from .naming import names_of
from .skill_file import FILE, read_skill, text_of

__all__ = ["export_skills", "import_skills", "read_folders"]


def export_skills(
    skills: Iterable[Skill],
    folder: Path | str,
    *,
    overwrite: bool = False,
    failures: Mapping[str, int] | None = None,
) -> list[Path]:
    """Write ``<folder>/<name>/SKILL.md`` for each skill.

    Folders are named by what skills do; see `naming.names_of`.

    Args:
        skills: of different names.
        folder: made if need be.
        overwrite: replace files that are there; other files stay. A folder that holds
            one of the skills under another name is renamed.
        failures: the episodes in which skills failed last, by their own names.

    Returns:
        The files, in the order of the skills.

    Raises:
        StoreError: a file is there, two skills have one name, a skill contradicts
            itself (and nothing was written); or the system refuses.
    """
    target, every = Path(folder), list(skills)
    failed = failures or {}
    names = names_of(every)
    if len(names) < len(every):
        own = sorted([one.name for one in every])
        twice = next(a for a, b in pairwise(own) if a == b)
        raise StoreError(f"two skills are named {twice!r:.60}")
    files = {
        target / names[one.name] / FILE: text_of(
            one, name=names[one.name], failed=failed.get(one.name)
        )
        for one in every
    }
    moved = _moved(target, names)
    try:
        for path in files:
            _verify_free(path, overwrite=overwrite)
        for path, new in moved.items():
            _verify_movable(path, new, overwrite=overwrite)
        for path, new in moved.items():
            path.rename(new)
        for path, text in files.items():
            write_atomically(path, text, overwrite=overwrite)
    except ValueError as error:
        raise StoreError(str(error)) from error
    except OSError as error:
        raise StoreError(f"cannot write {error.filename}: {error.strerror}") from error
    return list(files)


def import_skills(folder: Path | str) -> list[Skill]:
    """Read every ``<folder>/<name>/SKILL.md``, in the order of the folders' names.

    Raises:
        StoreError: as `read_folders`.
    """
    return list(read_folders(folder).values())


def read_folders(folder: Path | str) -> dict[Path, Skill]:
    """Return the skill in every folder that has a SKILL.md, by the folder.

    Raises:
        StoreError: the file, the place in it and what is wrong there. Links, files
            above 256 KiB, a layout that is not known, two skills of one name and
            skills that call others are refused.
    """
    source = Path(folder)
    try:
        inside = [one for one in sorted(source.iterdir()) if one.name[0] != "."]
        found = [one for one in inside if one.is_dir() or one.is_symlink()]
        skills = {one: read_skill(one / FILE) for one in found}
    except OSError as error:
        raise StoreError(f"cannot read {error.filename}: {error.strerror}") from error
    if not skills:
        raise StoreError(f"{source}: there is no folder with a {FILE} in it")
    places: dict[str, Path] = {}
    for place, skill in skills.items():
        other = places.setdefault(skill.name, place)
        if other != place:
            msg = f"{place / FILE}: it is the skill {skill.name!r:.60}, and so is "
            msg += f"{other.name!r:.80}: delete one of them, or give it a name of its "
            raise StoreError(f"{msg}own at the top, in metadata and in the data")
    return skills


def _moved(target: Path, names: Mapping[str, str]) -> dict[Path, Path]:
    """Return folders that hold one of the skills under another name → the new one."""
    found = {}
    for place in sorted(target.glob(f"*/{FILE}")):
        try:
            name = read_skill(place).name
        except (StoreError, OSError):
            continue  # It is not ours.
        new = names.get(name, place.parent.name)
        if new != place.parent.name:
            found[place.parent] = target / new
    return found


def _verify_movable(path: Path, new: Path, *, overwrite: bool) -> None:
    if not overwrite:
        msg = f"{path} exists and holds what goes to {new.name}: choose another folder "
        raise StoreError(f"{msg}or ask to overwrite it")
    if os.path.lexists(new):
        msg = f"{path} holds what goes to {new.name}, which exists, too: "
        raise StoreError(f"{msg}delete one of them, or choose another folder")


def _verify_free(path: Path, *, overwrite: bool) -> None:
    for one in (path.parent, path):
        if one.is_symlink():
            raise StoreError(f"{one} is a link: links are not followed")
    if not overwrite and os.path.lexists(path):
        msg = f"{path} exists: choose another folder or ask to overwrite it"
        raise StoreError(msg)
    verify_writable(path, overwrite=overwrite)
