"""The table of a learning study, and what is said below it."""

from typing import TYPE_CHECKING, Any, Final

from .output import table
from .terminal import note, say, say_block, wrapped

if TYPE_CHECKING:
    from test_time_gym.evaluation.learning import Study

__all__ = ["show_study"]

_BASELINES: Final = ("cheapest", "clerk")


def show_study(study: "Study") -> None:
    """Show how each arm did, and of a language model also what it took."""
    from test_time_gym.evaluation.learning.tables import study_tables

    found = study.as_dict()
    arms: dict[str, dict[str, Any]] = found["arms"]
    sites, named = found["sites"], found["sites"]["range"]
    within = f" ({named})" if named else ""
    tables = study_tables(study, found)
    say(tables[0].title)
    say(f"sites {sites['first']} to {sites['last']}{within}")
    for name, after in found["drifts"].items():
        say(f"{name} happens after {after} episodes")
    say()
    table(tables[0].rows)
    say()
    for title, rows in tables[1:]:
        say(title)
        table(rows)
        say()
    say_block(wrapped(_told(study, found)))
    say(f"folder: {study.folder}")
    _note_what_failed(arms)


def _note_what_failed(arms: dict[str, dict[str, Any]]) -> None:
    stopped = False
    for name, arm in arms.items():
        for outcome, count in arm["not_counted"].items():
            stopped = True
            note(f"{name}: {count} episodes are not counted: {outcome}")
        if arm["errors"]:
            note(
                f"{name}: {arm['errors']} episodes ended with an error: {arm['error']}"
            )
    if stopped:
        note("The same command plays that again; after --cassette FILE with --resume.")


def _told(study: "Study", found: dict[str, Any]) -> str:
    """Return how many seeds the gain would have needed."""
    twins = [study.spec.twin(name) for name in found["arms"]]
    others = [name for name in found["arms"] if name not in (*twins, *_BASELINES)]
    name = others[0] if others else twins[0]
    arm = found["arms"][name]
    if arm["seeds_needed"] is None:
        return f"How many seeds the gain of {name} needs cannot be told from these."
    return (
        f"The gain of {name} over its frozen twin spreads by "
        f"{100 * arm['spread']:.1f} points from seed to "
        f"seed: {arm['seeds_needed']} seeds would show it with a chance of 0.8; "
        f"{found['seeds']} were played."
    )
