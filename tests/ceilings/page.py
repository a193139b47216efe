"""The published ceilings, as the file in the package and as the table in the docs."""

from test_time_gym.evaluation.bench import NULLS
from test_time_gym.evaluation.bench.ceiling import ceiling_above

HEAD = """\
# Most of a scenario's feasible tasks, in per cent, that policies meet who know nothing
# of it, and what was measured: successes out of feasible episodes.  The oracle stands
# here to show that the tasks can be met; its figure is no ceiling, but a floor.
# Made by `python -m tests.ceilings`.
"""


def counts(row):
    """Return successes and feasible episodes of a row."""
    return round((row.success.estimate or 0) * row.feasible), row.feasible


def as_toml(rows):
    """Return scenarios/ceilings.toml."""
    lines, scenario = [HEAD.rstrip()], None
    for row in rows:
        if row.scenario != scenario:
            scenario = row.scenario
            lines += ["", f'["{scenario}"]']
        met, feasible = counts(row)
        percent = 100 if row.agent == "oracle" else ceiling_above(met, feasible)
        lines.append(
            f"{row.agent} = "
            f"{{ met = {met}, feasible = {feasible}, percent = {percent} }}"
        )
    return "\n".join(lines) + "\n"


def as_table(rows):
    """Return the table of the document: measured → ceiling, in per cent."""
    cells = {}
    for row in rows:
        met, feasible = counts(row)
        cells.setdefault(row.scenario, {})[row.agent] = (met, feasible)
    return table_of(cells)


def table_of(cells):
    """Return the table of measured successes: scenario → policy → met, feasible."""
    head = ["scenario", "feasible", *NULLS, "oracle"]
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    for scenario, found in cells.items():
        row = [f"`{scenario}`", str(found["oracle"][1])]
        for name in NULLS:
            met, feasible = found[name]
            row.append(f"{100 * met / feasible:.1f} → {ceiling_above(met, feasible)}")
        met, feasible = found["oracle"]
        row.append(f"{100 * met / feasible:.1f}")
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)
