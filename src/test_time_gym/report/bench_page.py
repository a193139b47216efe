"""The page of a bench: how agents did in scenarios, with intervals."""

from typing import Any

from test_time_gym.evaluation.bench import Bench, Row
from test_time_gym.evaluation.statistics import Interval

from .page import page
from .parts import (
    Number,
    Part,
    amount,
    bounded,
    cell,
    column,
    counted,
    section,
    share,
    table,
    text,
)
from .report import Report

__all__ = ["bench_data", "bench_page"]


def bench_page(found: Bench) -> Report:
    """Return the page of a bench."""
    title, data = bench_data(found)
    seeds = counted(found.seeds, "seed")
    return Report(
        html=page("bench", title, data),
        title=title,
        kind="bench",
        contents=f"{counted(len(found.rows), 'row')}, {seeds} each",
    )


def bench_data(found: Bench) -> tuple[str, dict[str, Any]]:
    """Return what the page of a bench shows: its title and data."""
    names = list(dict.fromkeys(row.scenario for row in found.rows))
    agents = list(dict.fromkeys(row.agent for row in found.rows))
    sections = []
    if len(names) > 1:
        sections.append(section("overview", "Success", _overview(found, names, agents)))
    for place, name in enumerate(names, 1):
        rows = [row for row in found.rows if row.scenario == name]
        sections.append(
            section(f"scenario-{place}", name, _results(rows), *_notes(rows))
        )
    title = (
        f"Bench: {counted(len(agents), 'agent')} in {counted(len(names), 'scenario')}"
    )
    return title, {"lead": _lead(found, names, agents), "sections": sections}


def _lead(found: Bench, names: list[str], agents: list[str]) -> list[str]:
    last = found.start + found.seeds - 1
    seeds = f"seeds {found.start} to {last}" if found.seeds > 1 else f"seed {last}"
    each = "" if found.episodes == 1 else f", {found.episodes} episodes at each"
    said = [
        f"{', '.join(agents)} have played {', '.join(names)} ({seeds}{each}). "
        if len(agents) > 1
        else f"{agents[0]} has played {', '.join(names)} ({seeds}{each}). "
    ]
    said[0] += "In brackets stand 95 % intervals, drawn as lines with a dot at the "
    said[0] += "estimate."
    if found.seeds == 1:
        said.append("Of one seed most figures have no interval.")
    for name in names:
        rows = [row for row in found.rows if row.scenario == name]
        told = [
            row for row in rows if row.success.estimate is not None and row.feasible
        ]
        if len(told) > 1:
            most = max(row.success.estimate or 0.0 for row in told)
            best = [row for row in told if row.success.estimate == most]
            who = " and ".join([row.agent for row in best])
            verb = "meets" if len(best) == 1 else "meet"
            rate = bounded([share(end) for end in best[0].success])
            said.append(f"In {name} {who} {verb} most: {rate} of the tasks.")
    return said + [f"Above its ceiling: {finding}." for finding in found.findings]


def _overview(found: Bench, names: list[str], agents: list[str]) -> Part:
    known = {(row.scenario, row.agent): row for row in found.rows}
    rows: list[list[str | Part | None]] = []
    for name in names:
        line: list[str | Part | None] = [name]
        for agent in agents:
            row = known.get((name, agent))
            line.append(_share(row.success, row.feasible) if row else None)
        rows.append(line)
    columns = [column("scenario", number=False), *map(column, agents)]
    return table(columns, rows, caption="Success: successes / tasks that can be met.")


def _results(rows: list[Row]) -> Part:
    currency = rows[0].currency

    def money(value: Number) -> str | None:
        return amount(value, currency)

    shown = [
        [
            row.agent,
            _share(row.success, row.feasible),
            None if row.ceiling is None else f"{row.ceiling} %",
            _share(row.correct_abort, row.certified),
            _share(row.violation, row.counted),
            _mean(row.steps, lambda value: f"{value:.1f}"),
            _mean(row.reward, lambda value: f"{value:.2f}"),
            _mean(row.regret, money),
            None
            if row.timing is None
            else " + ".join(
                [str(money(part)) for part in (row.timing, row.search, row.execution)]
            ),
            _mean(row.lost_surplus, money),
            _share(row.first_offer, row.tickets),
        ]
        for row in rows
    ]
    columns = [
        column("agent", number=False),
        column("success", help="successes / tasks that can be met"),
        column("ceiling", help="what its kind can meet at most, as published"),
        column("correct abort", help="given up / tasks that provably cannot be met"),
        column("violation", help="purchases that break a constraint / episodes"),
        column("steps"),
        column("reward"),
        column(f"regret, {currency}", help="paid above the least price there was"),
        column("= timing + search + execution"),
        column(f"lost, {currency}", help="budget less the least price, of failures"),
        column("first offer", help="tickets for what stood first on its page"),
    ]
    return table(columns, shown, caption="What each agent did.")


def _notes(rows: list[Row]) -> list[Part]:
    said = [
        f"{row.agent}: its own program failed in {row.errors} of {row.episodes} "
        f"episodes, first: {row.error}"
        for row in rows
        if row.error is not None
    ]
    said += [
        f"{row.agent}: {number} of {row.episodes} episodes ended with {outcome}, and "
        "are in no figure"
        for row in rows
        for outcome, number in row.not_counted.items()
    ]
    return [text(*said)] if said else []


def _share(found: Interval, of: int) -> Part | None:
    if not of:
        return None
    ends = [share(end) for end in found]
    shown = bounded(ends)
    return cell(None if shown is None else f"{shown} of {of}", found._asdict())


def _mean(found: Interval, shown: Any) -> Part | None:
    ends = [None if end is None else shown(end) for end in found]
    return cell(bounded(ends), found._asdict())
