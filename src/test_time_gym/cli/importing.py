"""`ttgym import`: a scenario from a table of fares."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import values
from .long_run import warn_if_long
from .output import emit
from .progress import Progress
from .terminal import note, say, say_block, wrapped

if TYPE_CHECKING:
    from test_time_gym.scenarios.importing import ImportResult

__all__ = ["import_table"]

_BAD_ROWS_SHOWN = 10
_NOT_CHOICES = ("fares", "output", "force", "column", "as_json")
"""Parameters of the command that are no fields of `ImportOptions`."""


def _text(help_text: str, *names: str) -> Any:
    return typer.Option(*names, metavar="TEXT", help=help_text)


def _number(help_text: str) -> Any:
    return typer.Option(parser=values.positive, metavar="N", help=help_text)


Text = str | None
Number = int | None

FaresArgument = Annotated[
    Path,
    typer.Argument(
        metavar="FARES.csv",
        help="A table with a header line, separated by commas, semicolons, tabs or |.",
    ),
]
OutputOption = Annotated[
    Path, typer.Option("-o", "--output", metavar="SCENARIO.toml", help="To write.")
]
ForceOption = Annotated[
    bool, typer.Option("--force", help="Replace the output if it exists.")
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FIELD=HEADER",
        help="The header of a column that is named otherwise, or HEADER+HEADER to join "
        "two; may be repeated. Fields: airline, flight, source_city, departure_time, "
        "stops, arrival_time, destination_city, class, duration or duration_minutes, "
        "days_left or departure_date and search_date, price.",
    ),
]
FillOption = Annotated[
    int | None,
    typer.Option(
        "--fill",
        parser=values.share_ppm,
        metavar="SHARE",
        help="Share of the seats that background buyers are to fill, as in 0.8.",
    ),
]
BudgetsOption = Annotated[
    Text,
    typer.Option(
        metavar="LIST",
        help="Of the tasks: 80% is what 80 % of the tasks of a rehearsal need, 125% a "
        "quarter more than all of them, 0% impossible, 4500 an amount; as in "
        "0%,60%,85%,95%,100%,105%,115%,130%, which is the default.",
    ),
]
ElasticityOption = Annotated[
    Text,
    typer.Option(
        metavar="LIST",
        help="Of the buyers' demand in all prices, as in leisure=-1.4,business=-0.7: "
        "their willingness to pay is solved for.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def import_table(
    fares: FaresArgument,
    *,
    output: OutputOption,
    force: ForceOption = False,
    column: ColumnOption = None,
    name: Annotated[Text, _text("Of the scenario, as in flights/my-route.")] = None,
    description: Annotated[Text, _text("One sentence about it.")] = None,
    source: Annotated[Text, _text("Where the figures come from.")] = None,
    currency: Annotated[Text, _text("Of the prices: INR, USD and so on.")] = None,
    decimal: Annotated[Text, _text("Mark of decimals: point or comma.")] = None,
    date_order: Annotated[Text, _text("Of dates: day-first or month-first.")] = None,
    search_date: Annotated[Text, _text("The day when all prices were seen.")] = None,
    ahead: Annotated[Text, _text("Hours the destination's clocks are ahead.")] = None,
    encoding: Annotated[Text, _text("Of the table's text, as in cp1252.")] = None,
    from_city: Annotated[Text, _text("Use only rows with this origin.")] = None,
    to_city: Annotated[Text, _text("Use only rows with this destination.")] = None,
    cabin: Annotated[Text, _text("Use only rows of this cabin.", "--class")] = None,
    origin: Annotated[Text, _text("The origin's airport code.")] = None,
    destination: Annotated[Text, _text("The destination's airport code.")] = None,
    departure_date: Annotated[Text, _text("When all flights depart.", "--date")] = None,
    opens_days: Annotated[Number, _number("The market opens N days earlier.")] = None,
    deadline_days: Annotated[Number, _number("Tasks end N days after that.")] = None,
    seats: Annotated[Number, _number("Seats on sale on every flight.")] = None,
    fill_ppm: FillOption = None,
    buyers: Annotated[Number, _number("Background buyers, instead of --fill.")] = None,
    elasticity: ElasticityOption = None,
    agents: Annotated[Number, _number("How many play by default.")] = None,
    budgets: BudgetsOption = None,
    rehearsals: Annotated[Number, _number("Markets played to find budgets.")] = None,
    memory: values.MemoryLimit = None,
    as_json: JsonOption = False,
) -> None:
    """Make a scenario from a table of real fares.

    Its flights and prices come from the table; buyers and seats are assumed.
    Rows that cannot be used are left out, and listed with their line.
    Budgets come from a rehearsal, which tells how many tasks can be met.
    """
    given = locals().copy()
    choices = {
        option: value
        for option, value in given.items()
        if option not in _NOT_CHOICES and value is not None
    }
    made = _made(
        fares, output, force=force, columns=_columns(column or []), choices=choices
    )
    warn_if_long(made.scenario)
    emit(
        made,
        lambda made: _show(made, output),
        as_json=as_json,
        data=lambda made: _plain(made, output),
    )


def _made(
    fares: Path,
    output: Path,
    *,
    force: bool,
    columns: dict[str, str],
    choices: dict[str, Any],
) -> "ImportResult":
    """Make and write the scenario.

    Raises:
        ScenarioError: the table or a choice is wrong; nothing has been written.
        Misuse: it cannot be written; what was there before is still there.
    """
    from test_time_gym.atomic_file import write_atomically
    from test_time_gym.scenarios.importing import ImportOptions, import_fares

    _verify_output(output, fares, force=force)
    options = ImportOptions(columns=columns, **choices)
    with Progress("done") as progress:
        made = import_fares(
            fares,
            options,
            progress=lambda done, all_: progress(f"lines of {fares} ({all_})", done),
            rehearsing=lambda done, all_: progress(f"markets ({all_})", done),
        )
    write_atomically(output, made.toml, overwrite=force)
    return made


def _columns(pairs: list[str]) -> dict[str, str]:
    columns = {}
    for pair in pairs:
        name, equals, header = pair.partition("=")
        if not (name and equals and header):
            msg = f"--column {pair[:60]!a}: say it as price='Fare in INR'."
            raise typer.BadParameter(msg)
        columns[name] = header
    return columns


def _verify_output(output: Path, fares: Path, *, force: bool) -> None:
    """Raise why the output cannot be written, before any work is done."""
    from test_time_gym.market.errors import Misuse

    if output.is_dir():
        msg = f"{output} is a folder: name a file, as in {output}/my-route.toml"
        raise Misuse(msg)
    if output.exists() and fares.exists() and output.samefile(fares):
        msg = f"{output} is the table itself"
        raise Misuse(msg)
    if os.path.lexists(output) and not force:
        msg = f"{output} exists: choose another name, or say --force to replace it"
        raise Misuse(msg)


def _plain(made: "ImportResult", output: Path) -> dict[str, Any]:
    return {
        "scenario": made.scenario.name,
        "output": str(output),
        "rows_read": made.rows_read,
        "rows_used": made.rows_used,
        "rows_elsewhere": made.rows_elsewhere,
        "bad_rows": [{"line": bad.line, "reason": bad.reason} for bad in made.bad_rows],
        "notes": list(made.notes),
        "flights": made.flights,
        "currency": made.scenario.market.currency,
        "currency_assumed": made.currency_assumed,
        "levels": list(made.levels_minor),
        "error_ppm": made.error_ppm,
        "error_p90_ppm": made.error_p90_ppm,
        "buyers": made.buyers,
        "load_ppm": made.load_ppm,
        "elasticities_milli": dict(made.elasticities_milli),
        "budgets": list(made.budgets_minor),
        "tasks_rehearsed": made.tasks_rehearsed,
        "tasks_met": made.tasks_met,
    }


def _show(made: "ImportResult", output: Path) -> None:
    say(f"{output}: {made.scenario.name}")
    say_block(wrapped(made.scenario.description))
    say()
    say_block(made.summary)
    for text in made.notes[:_BAD_ROWS_SHOWN]:
        note(f"note: {text}")
    if len(made.notes) > _BAD_ROWS_SHOWN:
        note(f"… and {len(made.notes) - _BAD_ROWS_SHOWN} more; --json has them all")
    for bad in made.bad_rows[:_BAD_ROWS_SHOWN]:
        note(f"line {bad.line}: {bad.reason}")
    if len(made.bad_rows) > _BAD_ROWS_SHOWN:
        left = len(made.bad_rows) - _BAD_ROWS_SHOWN
        note(f"… and {left} more bad rows; --json has them all")
    if made.hopeless:
        note(
            "warning: fewer than half of the tasks can be met; --budgets sets budgets, "
            "--deadline-days, --fill and --seats the market"
        )
    say()
    say(f"Play in it: ttgym run {output}")
