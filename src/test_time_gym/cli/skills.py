"""`ttgym skills`: what learners know, to read, to write out, to edit, to bring back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .output import emit, plain
from .skill_table import skill_rows, skill_table
from .terminal import note, say, say_block

if TYPE_CHECKING:
    from test_time_gym.agents.skill_memory import LearnerMemory, Memory, SkillChange
    from test_time_gym.agents.skills.skill.skill import Skill

__all__ = ["app", "dropped"]

app = typer.Typer(
    help="Read, write out, edit and bring back the skills that are kept in a memory.",
    no_args_is_help=False,
    rich_markup_mode=None,
)

MemoryArgument = Annotated[
    Path,
    typer.Argument(metavar="MEMORY", help="The file, as of ttgym run --memory."),
]
LearnerOption = Annotated[
    str | None,
    typer.Option(
        metavar="KEY",
        help="Whose skills; needed if several learners share the memory.",
    ),
]
AllOption = Annotated[bool, typer.Option("--all", help="Retired skills, too.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.callback(invoke_without_command=True)
def _root(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        say_block(context.get_help())


@app.command("list")
def list_(
    memory: MemoryArgument,
    *,
    learner: LearnerOption = None,
    retired: AllOption = False,
    as_json: JsonOption = False,
) -> None:
    """List the learners in a memory, and their skills."""
    from test_time_gym.agents.skill_memory import Memory, evolution

    with Memory(memory, read_only=True) as opened:
        keys = opened.learners() if learner is None else [learner]
        found = []
        for key in keys:
            one = opened.learner(key)
            history = one.history()
            rows = skill_rows(one.skills(), history, retired=retired)
            found.append((key, one.episode, evolution(history), rows))
            if one.dropped:
                note(f"{key}: {dropped(one)}")
    names = ("learner", "episodes", "evolution", "skills")
    data = {"learners": [dict(zip(names, one, strict=True)) for one in found]}
    emit(found, _show_learners, as_json=as_json, data=lambda _found: data)


def _show_learners(
    found: list[tuple[str, int, dict[str, int], list[dict[str, Any]]]],
) -> None:
    if not found:
        say("There is no learner in this memory yet.")
    for k, (key, episode, lives, rows) in enumerate(found):
        if k:
            say()
        balance = ", ".join([f"{n} {what}" for what, n in lives.items() if n])
        plural = "episode" if episode == 1 else "episodes"
        say(f"{key}: {episode} {plural}; {balance or 'no skill yet'}")
        if rows:
            say()
            skill_table(rows)


@app.command("show")
def show(
    memory: MemoryArgument,
    name: Annotated[str, typer.Argument(metavar="SKILL", help="Its name.")],
    *,
    learner: LearnerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one skill in words, and its life."""
    from test_time_gym.agents.skill_memory import Memory

    with Memory(memory, read_only=True) as opened:
        one = _learner(opened, learner)
        skill, called = _skill(one, name)
        history = one.history(skill.name)
    emit(
        (skill, history),
        lambda found: _show_skill(called, *found),
        as_json=as_json,
        data=lambda _found: {
            "called": called,
            "description": _description(skill),
            "skill": plain(skill),
            "history": [plain(change) for change in history],
        },
    )


def _description(skill: "Skill") -> str:
    from test_time_gym.agents.skill_memory.render import description_of

    return description_of(skill)


def _show_skill(called: str, skill: "Skill", history: "list[SkillChange]") -> None:
    from test_time_gym.agents.skill_memory import last_failures
    from test_time_gym.agents.skill_memory.render import (
        steps_of,
        summary_of,
        what_for,
    )
    from test_time_gym.agents.skill_memory.track_record import failure_of

    say(f"{skill.name}, {skill.state}{', by hand' if skill.by_hand else ''}")
    say(f"{called}: {summary_of(skill)}.")
    say(what_for(skill))
    say()
    for line in steps_of(skill):
        say(line)
    say()
    failed = failure_of(skill, last_failures(history).get(skill.name))
    say(f"Tried {_times(skill.tries)}, arrived {_times(skill.completions)}.")
    if skill.tries:
        say(f"Last used in episode {skill.used}; last failure: {failed}.")
    say(f"Seen in {skill.support} successes; comes from {_list(skill.origin)}.")
    if history:
        say()
    for line in _life(history):
        say(line)


@app.command("export")
def export(
    memory: MemoryArgument,
    *,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where a folder for each skill goes.")
    ],
    learner: LearnerOption = None,
    retired: AllOption = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that exist.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write every skill as a folder with a SKILL.md."""
    from test_time_gym.agents.skill_memory import Memory, export_skills, last_failures

    with Memory(memory, read_only=True) as opened:
        whose = _learner(opened, learner)
        every, failures = whose.skills(), last_failures(whose.history())
    skills = [one for one in every if retired or one.state != "retired"]
    paths = export_skills(skills, out, overwrite=overwrite, failures=failures)
    emit({"files": [str(path) for path in paths]}, _show_files, as_json=as_json)


def _show_files(found: dict[str, list[str]]) -> None:
    for file in found["files"]:
        say(file)
    if not found["files"]:
        note("There is no skill to export.")


@app.command("import")
def import_(
    memory: MemoryArgument,
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="As export wrote it, and you edited.")
    ],
    *,
    learner: LearnerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take skills from folders with a SKILL.md; what differs is by hand from then on.

    A learner that is named and not there yet is made.
    """
    from test_time_gym.agents.skill_memory import Memory, adopt, read_folders

    places = read_folders(folder)
    found = list(places.values())
    if learner is None:
        with Memory(memory, read_only=True) as opened:
            learner = _learner(opened, None).key
    with Memory(memory) as opened:
        one = opened.learner(learner)
        library, changes = adopt(one.skills(), found, one.episode)
        _vet(places, library, [change.skill for change in changes])
        one.save_skills(library, changes)
    emit(
        changes,
        lambda changes: _show_import(changes, len(found)),
        as_json=as_json,
        data=lambda changes: {"learner": learner, "changes": [*map(plain, changes)]},
    )


def _show_import(changes: "list[SkillChange]", count: int) -> None:
    for change in changes:
        say(f"{change.skill}: {'new' if change.what == 'born' else 'edited'}")
    same = count - len(changes)
    if same:
        say(f"{same} {'is' if same == 1 else 'are'} as before")


def dropped(learner: "LearnerMemory") -> str:
    """Return the note on skills of an older version that are no longer used."""
    names = learner.dropped
    count = "a skill" if len(names) == 1 else f"{len(names)} skills"
    shown = _list(tuple(names))
    return f"left out {count} that called others, which is no longer done: {shown}"


def _learner(memory: "Memory", key: str | None) -> "LearnerMemory":
    """Return the learner that is meant: without a name the only one."""
    from test_time_gym.agents.skill_memory import StoreError

    if key is None:
        keys = memory.learners()
        if len(keys) != 1:
            shown = ", ".join(keys[:5]) + (", …" if keys[5:] else "")
            msg = "there is no learner in this memory"
            if keys:
                msg = f"this memory has {len(keys)} learners: choose one with "
                msg += f"--learner; there are {shown}"
            raise StoreError(msg)
        key = keys[0]
    return memory.learner(key)


def _vet(places: "dict[Path, Skill]", library: "list[Skill]", names: list[str]) -> None:
    """Raise when what is new or edited cannot be carried out."""
    from test_time_gym.agents.skill_memory import StoreError
    from test_time_gym.agents.skills.skill.validation import validate
    from test_time_gym.market.interface.policy import AgentError

    skills = {one.name: one for one in library}
    for name in names:
        try:
            validate(skills[name])
        except AgentError as error:
            place = next(at for at, one in places.items() if one.name == name)
            raise StoreError(f"{place}: {error}; nothing was taken in") from error


def _skill(learner: "LearnerMemory", name: str) -> "tuple[Skill, str]":
    """Return a skill by its name or by that of its folder, and the latter."""
    from difflib import get_close_matches

    from test_time_gym.agents.skill_memory import StoreError, names_of, slug_of

    skills = {one.name: one for one in learner.skills()}
    names = names_of(skills.values())
    folders = {slug_of(own): own for own in skills}
    folders |= {called: own for own, called in names.items()}
    found = skills.get(name) or skills.get(folders.get(name, ""))
    if found is not None:
        return found, names[found.name]
    near = get_close_matches(name, [*skills, *names.values()], n=1)
    hint = "ttgym skills list --all shows them"
    if near:
        hint = f"did you mean {near[0]!r:.80}?"
    raise StoreError(f"{learner.key} has no skill {name!r:.80}; {hint}")


def _list(origin: tuple[str, ...]) -> str:
    shown = ", ".join(origin[:5])
    more = f" and {len(origin) - 5} more" if origin[5:] else ""
    return f"{shown}{more}" or "nothing that was recorded"


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")


def _life(history: "list[SkillChange]") -> list[str]:
    """Return a line for each change; uses in a row are one line."""
    lines: list[str] = []
    first = last = uses = arrived = 0

    def end_uses() -> None:
        if uses:
            span = (
                f"episode {first}" if first == last else f"episodes {first} to {last}"
            )
            lines.append(f"{span}: used {_times(uses)}, arrived {_times(arrived)}")

    for change in history:
        if change.what == "used":
            first = first if uses else change.episode
            last = change.episode
            uses += 1
            arrived += change.why == "arrived"
            continue
        end_uses()
        uses = arrived = 0
        into = f" into {change.into}" if change.into not in ("", change.skill) else ""
        why = f": {change.why}" if change.why else ""
        lines.append(f"episode {change.episode}: {change.what}{into}{why}")
    end_uses()
    return lines
