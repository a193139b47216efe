"""The page of two runs compared: where they part, and what each did from there on."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from test_time_gym.journal.reader import ExitCode, read_journal
from test_time_gym.market.errors import Misuse
from test_time_gym.market.money import show
from test_time_gym.replay import Difference, diff
from test_time_gym.replay.causes import Link
from test_time_gym.replay.changes import ValueChange
from test_time_gym.replay.checkpoints import Drawn
from test_time_gym.replay.execute import Worlds

from .page import page
from .parts import Part, amount, column, section, side_by_side, table, text
from .report import Report
from .run.run_data import RunPart, run_part

__all__ = ["compare_page"]

_SHOWN: Final = 200
"""Changes and causes in a list; `ttgym diff --json` has all."""
_NAMED: Final = 3
"""Agents in a sentence."""
_LETTERS: Final = 160
"""Of a value that differs."""

Progress = Callable[[str, int], None]


def compare_page(
    a: str | Path,
    b: str | Path,
    *,
    found: Difference | None = None,
    progress: Progress | None = None,
) -> Report:
    """Return the page of two journals, from the first record in which they differ.

    Both are executed again: what agents saw, and money, come from there.

    Args:
        a: path of a journal.
        b: path of another one.
        found: what `diff` has found of them, if that is known.
        progress: called with what is done, and the number of every input.

    Raises:
        Misuse: a file cannot be read, or has no sound record.
    """
    names = [Path(a).name, Path(b).name]
    journals = [read_journal(a), read_journal(b)]
    for path, journal in zip((a, b), journals, strict=True):
        if not journal.lines:
            reason = journal.structure.reason
            raise Misuse(f"{path} has no sound record to compare: {reason}")
    if found is None:
        found = diff(a, b, progress=progress)
    worlds = Worlds()
    parts = [
        run_part(journal, name, number, worlds=worlds, progress=_told(progress, letter))
        for number, (letter, name, journal) in enumerate(
            zip("ab", names, journals, strict=True)
        )
    ]
    one, two = (part.data for part in parts)
    title = f"Compared: {names[0]} and {names[1]}"
    data = {
        "lead": _lead(found, one, two),
        "sections": [
            _parting(found),
            *([] if found.same else [_after(found)]),
            section("outcomes", "Outcomes", _outcomes(one, two)),
            section("money", "Money at the end", {"type": "balances"}),
            _files(found, one, two),
        ],
        "runs": [one, two],
    }
    blocks = {name: block for part in parts for name, block in part.blocks.items()}
    return Report(
        html=page("compare", title, data, blocks),
        title=title,
        kind="compare",
        contents=f"2 runs, {found.common:,} records alike",
        findings=tuple(_findings(parts, names)),
        exit_code=ExitCode(found.exit_code),
    )


def _told(progress: Progress | None, letter: str) -> Callable[[int], None] | None:
    if progress is None:
        return None
    return lambda n: progress(letter, n)


def _findings(parts: Sequence[RunPart], names: Sequence[str]) -> list[str]:
    return [
        f"{name} is {part.status}: {part.data['reason']}"
        for part, name in zip(parts, names, strict=True)
        if part.exit_code
    ]


def _lead(found: Difference, one: dict[str, Any], two: dict[str, Any]) -> list[str]:
    told = [
        f"{letter} is {run['name']}: {run['scenario']}, seed {run['seed']}, "
        f"{run['records']:,} records."
        for letter, run in (("A", one), ("B", two))
    ]
    said = [" ".join(told)]
    if found.same:
        return [*said, "They are the same: every record."]
    said.append(_where(found))
    if found.first is not None:
        said += _policies(one, two)
        for letter, links, run in (
            ("A", found.first.causes_a, one),
            ("B", found.first.causes_b, two),
        ):
            said.append(f"In {letter}, {_record(links, run)}")
    ends = _ends(one, two)
    if ends:
        said.append("At the end: " + "; ".join(ends) + ".")
    return said


def _where(found: Difference) -> str:
    if found.ends_first:
        side = found.ends_first.upper()
        return (
            f"They are alike in the first {found.common:,} records; then {side} ends."
        )
    if found.first is None:
        return f"Only their headers differ; all {found.common:,} others are alike."
    beside = " beside the headers" if found.header else ""
    links = found.first.causes_a or found.first.causes_b
    when = f" at {_clock(links[0].t)} after opening" if links else ""
    return (
        f"They are alike in {found.common:,} records{beside}, and part at record "
        f"{found.first.n:,}{when}."
    )


def _policies(one: dict[str, Any], two: dict[str, Any]) -> list[str]:
    """Return who is played by another policy, in a sentence; nobody: none."""
    others = {agent["name"]: agent["policy"] for agent in two["agents"]}
    unlike = [
        f"{agent['name']} {agent['policy']} in A and {others[agent['name']]} in B"
        for agent in one["agents"]
        if others.get(agent["name"], agent["policy"]) != agent["policy"]
    ]
    if not unlike:
        return []
    more = len(unlike) - _NAMED
    others_said = f", and {more} others" if more > 0 else ""
    told = ", ".join(unlike[:_NAMED])
    return [f"Played by other policies: {told}{others_said}."]


def _action(text: str, run: dict[str, Any]) -> str:
    """Return an action with its arguments as people read them.

    >>> _action('filter_results {"max_price":6000}',
    ...         {"amounts": ["max_price"], "exponent": 2, "currency": "EUR"})
    'filter_results, max_price 60 EUR'
    >>> _action("search_flights", {})
    'search_flights'
    """
    verb, brace, rest = text.partition(" {")
    try:
        args = json.loads(f"{{{rest}") if brace else {}
    except ValueError:  # it was cut short
        return text
    said = [verb]
    for name, value in args.items():
        told = value if isinstance(value, str) else json.dumps(value)
        if isinstance(value, int) and name in run["amounts"]:
            told = f"{show(value, run['exponent'])} {run['currency']}"
        said.append(f"{name} {told}")
    return ", ".join(said)


def _record(links: Sequence[Link], run: dict[str, Any]) -> str:
    """Return a record in words, and whose doing it was."""
    if not links:
        return "there is no such record; it has ended."
    first, last = links[0], links[-1]
    kind = "does" if first.kind == "act" else f"{first.kind.replace('_', ' ')}:"
    what = _action(first.text, run) if first.kind == "act" else first.text
    said = f"{first.actor or 'the market'} {kind} {what}"
    if len(links) == 1:
        return f"{said}."
    by = f"what {last.actor} did" if last.kind == "act" else "nobody's doing"
    return f"{said}; it came of {by} in record {last.n:,}."


def _clock(ms: int) -> str:
    """Return a time as hours, minutes and seconds.

    >>> _clock(3_723_500), _clock(4_000)
    ('1:02:03.5', '0:00:04')
    """
    seconds, rest = divmod(ms, 1000)
    part = f".{rest:03}".rstrip("0") if rest else ""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}{part}"


def _parting(found: Difference) -> Part:
    if found.same:
        return section("parting", "Where they part", text("Nowhere."))
    parts: list[Part | None] = []
    if found.header:
        parts.append(_changes(found.header, "What differs in the headers."))
    first = found.first
    if first is not None:
        parts.append(
            side_by_side(
                *[
                    {
                        "title": f"{letter}, record {first.n:,}",
                        "parts": [_causes(links)],
                    }
                    for letter, links in (("A", first.causes_a), ("B", first.causes_b))
                ]
            )
        )
        if first.changes:
            parts.append(_changes(first.changes, "Fields of that record that differ."))
    for state in found.states:
        when = "before that" if first and state.record < first.n else "after it"
        caption = f"What differs in the market's state right {when}, after record "
        caption += f"{state.record:,}"
        if state.changes:
            parts.append(_changes(state.changes, f"{caption}."))
        else:
            parts.append(text(f"{caption}: nothing."))
        if state.streams:
            parts.append(_streams(state.streams))
    if found.states_reason:
        parts.append(text(f"States are not compared further: {found.states_reason}."))
    return section("parting", "Where they part", *parts)


def _causes(links: Sequence[Link]) -> Part:
    if not links:
        return text("There is no such record: the journal has ended.")
    rows = [
        [f"{one.n:,}", _clock(one.t), one.actor or None, one.kind, one.text]
        for one in links[:_SHOWN]
    ]
    columns = [
        column("record"),
        column("time"),
        column("who", number=False),
        column("what", number=False),
        column("says", number=False),
    ]
    return table(columns, rows, caption="The record, and what led to it.")


def _changes(found: Sequence[ValueChange], caption: str) -> Part:
    rows = [
        [
            one.pointer or "/",
            None if one.what == "added" else _short(one.old),
            None if one.what == "removed" else _short(one.new),
        ]
        for one in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        caption += f" The first {_SHOWN} of {len(found):,}."
    columns = [
        column("place", number=False),
        column("A", number=False),
        column("B", number=False),
    ]
    return table(columns, rows, caption=caption)


def _streams(found: Sequence[Drawn]) -> Part:
    rows = [
        [one.stream, *[None if n is None else f"{n:,}" for n in (one.old, one.new)]]
        for one in found[:_SHOWN]
    ]
    columns = [column("stream of chance", number=False), column("A"), column("B")]
    return table(columns, rows, caption="Streams that have drawn unlike often.")


def _short(value: object) -> str:
    said = json.dumps(value, ensure_ascii=False)
    return said if len(said) <= _LETTERS else f"{said[: _LETTERS - 1]}…"


def _after(found: Difference) -> Part:
    n = found.common + 1 if found.first is None else found.first.n
    return section(
        "after",
        "What each did from there on",
        {"type": "followed", "from": n},
    )


def _ends(one: dict[str, Any], two: dict[str, Any]) -> list[str]:
    """Return how agents ended whose ends differ, in words."""
    others = {agent["name"]: agent for agent in two["agents"]}
    said = []
    for agent in one["agents"]:
        other = others.get(agent["name"])
        if other is None:
            continue
        ends = [_end(agent, one), _end(other, two)]
        if ends[0] != ends[1]:
            said.append(f"{agent['name']} in A {ends[0]}, in B {ends[1]}")
    return said


def _end(agent: dict[str, Any], run: dict[str, Any]) -> str:
    outcome = (agent["outcome"] or "was still playing").replace("_", " ")
    paid = agent["paid"]
    if paid is None:
        return f"({outcome})"
    return f"({outcome}, paid {amount(paid, run['currency'])} {run['currency']})"


def _outcomes(one: dict[str, Any], two: dict[str, Any]) -> Part:
    sides = [{agent["name"]: agent for agent in run["agents"]} for run in (one, two)]
    names = list(dict.fromkeys([*sides[0], *sides[1]]))
    if not names:
        return text("There is no agent, or neither run could be executed again.")
    rows = []
    for name in names:
        row: list[str | Part | None] = [name]
        agents = [side.get(name) for side in sides]
        row += [agent and agent["policy"] for agent in agents]
        row += [agent and str(agent["outcome"] or "–") for agent in agents]
        row += [
            agent and amount(agent["paid"], run["currency"])
            for agent, run in zip(agents, (one, two), strict=True)
        ]
        row += [agent and f"{agent['milli'] / 1000:+.3f}" for agent in agents]
        row += [agent and str(agent["turns"]) for agent in agents]
        rows.append(row)
    columns = [column("agent", number=False)]
    for what, number in (("policy", False), ("outcome", False)):
        columns += [column(f"{what} in {x}", number=number) for x in "AB"]
    for what in (f"paid, {one['currency'] or two['currency']},", "reward", "turns"):
        columns += [column(f"{what} in {x}") for x in "AB"]
    return table(columns, rows, caption="How each agent ended.")


def _files(found: Difference, one: dict[str, Any], two: dict[str, Any]) -> Part:
    rows = [
        ["file", one["name"], two["name"]],
        ["scenario", one["scenario"], two["scenario"]],
        ["seed", one["seed"], two["seed"]],
        ["records", f"{one['records']:,}", f"{two['records']:,}"],
        ["journal", one["structure"], two["structure"]],
        ["executed again", one["replay"], two["replay"]],
        ["what is wrong", one["reason"] or None, two["reason"] or None],
        ["SHA-256", found.a.sha256, found.b.sha256],
    ]
    columns = [
        column("what", number=False),
        column("A", number=False),
        column("B", number=False),
    ]
    return section("files", "The journals", table(columns, rows, caption="Both files."))
