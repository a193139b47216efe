"""The page of mutants: figures of every module, and a verdict on each survivor."""

import re
from dataclasses import dataclass

from tests.mutation.bench import ROOT, Score, Survivor
from tests.mutation.targets import TARGETS

PAGE = ROOT / "docs" / "mutation.md"

HEAD = """# Mutation testing

After this page you can measure how much of the code the tests would miss.

A suite of tests is good when it notices that the code is wrong.
So we break the code on purpose, one small change at a time, and see whether a test
fails. A change that a test notices is a *killed* mutant; one that none notices
*survives*.

```bash
make mutation                              # every module
make mutation ONLY=market/ledger.py        # one
```

The command breaks the modules that keep seats, money and records. It rewrites this
page, and keeps the verdicts that people wrote on survivors that are still there.
It is no part of `make test`: it takes about ten minutes, and its figures are a measure,
not a rule. A module should stay above 85 %.

- The changes are those of [mutmut](https://mutmut.readthedocs.io): another operator,
  another number or string, `None` for a value, an argument left out.
  Error messages are changed like all else, for a user sees them.
- Mutmut changes functions and methods. It leaves properties, validators, declared
  fields and the constants of a module alone.
- A module meets only the tests that `tests/mutation/targets.py` names for it,
  the quickest that should notice. What they miss, others may still find.
- A mutant whose tests run without end is noticed too, in a column of its own.
"""

TABLE = """
## Figures

| module | mutants | killed | without end | survived | noticed |
| --- | ---: | ---: | ---: | ---: | ---: |
"""

SURVIVORS = """
## Survivors

*Equivalent*: no run can tell the mutant from the code. *Text*: only the words of
a message differ. *Open*: a test is still missing.
"""

_FIGURES = re.compile(
    r"^\| `(market/[\w/]+\.py)` \| \d+ \| (\d+) \| (\d+) \| \d+ \| [\d.]+ % \|$"
)
_TITLE = re.compile(r"^### `(market/[\w/]+\.py)`$")
_SURVIVOR = re.compile(r"^\| `([\w.]+)` \| `(.+)` \| (.+) \|$")


@dataclass(frozen=True, slots=True)
class Row:
    """What the page says of one module: three figures, and verdicts on survivors."""

    killed: int
    timeouts: int
    survivors: tuple[tuple[Survivor, str], ...]

    @property
    def mutants(self) -> int:
        """All mutants of the module."""
        return self.killed + self.timeouts + len(self.survivors)


def read(text):
    """Return the rows of a page, by module."""
    figures, verdicts, module = {}, {}, ""
    for line in text.splitlines():
        if match := _FIGURES.match(line):
            figures[match[1]] = (int(match[2]), int(match[3]))
        elif match := _TITLE.match(line):
            module = match[1]
        elif match := _SURVIVOR.match(line):
            mutant = Survivor(match[1], match[2].replace(r"\|", "|"))
            verdicts.setdefault(module, []).append((mutant, match[3]))
    return {
        module: Row(*numbers, tuple(verdicts.get(module, ())))
        for module, numbers in figures.items()
    }


def with_score(rows, score: Score):
    """Return rows with a module's new score; survivors keep their verdicts."""
    row = rows.get(score.module)
    said = dict(row.survivors) if row else {}
    survivors = tuple((mutant, said.get(mutant, "open")) for mutant in score.survivors)
    return {**rows, score.module: Row(score.killed, score.timeouts, survivors)}


def share(row):
    """Return how many of a row's mutants were noticed, in percent."""
    return 100 * (row.killed + row.timeouts) / row.mutants


def total(rows):
    """Return the row of all modules together."""
    return Row(
        sum(row.killed for row in rows.values()),
        sum(row.timeouts for row in rows.values()),
        tuple(entry for row in rows.values() for entry in row.survivors),
    )


def figures(name, row):
    """Return one line of the table."""
    numbers = (row.mutants, row.killed, row.timeouts, len(row.survivors))
    cells = " | ".join(str(number) for number in numbers)
    return f"| {name} | {cells} | {share(row):.1f} % |\n"


def write(rows):
    """Return the text of the page; modules stand in the order of the targets."""
    rows = {module: rows[module] for module in TARGETS if module in rows}
    text = HEAD + TABLE
    for module, row in rows.items():
        text += figures(f"`{module}`", row)
    text += figures("together", total(rows)) + SURVIVORS
    for module, row in rows.items():
        if row.survivors:
            text += f"\n### `{module}`\n\n| function | mutation | verdict |\n"
            text += "| --- | --- | --- |\n"
        for mutant, verdict in row.survivors:
            mutation = mutant.mutation.replace("|", r"\|")
            text += f"| `{mutant.function}` | `{mutation}` | {verdict} |\n"
    return text
