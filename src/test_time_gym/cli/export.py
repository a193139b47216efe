"""`ttgym export`: recorded runs as data sets for other programs."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .output import emit, fields
from .terminal import note, say

if TYPE_CHECKING:
    from test_time_gym.export import ExportedChat, ExportedMinari, ExportedParquet

__all__ = ["export"]

_FOCAL = "buyer_0"


class Target(StrEnum):
    """What recorded runs become; older releases of Typer know no `Literal`."""

    PARQUET = "parquet"
    MINARI = "minari"
    CHAT = "chat"


FilesArgument = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="Journals; for --to chat, cassettes."),
]
ToOption = Annotated[
    Target,
    typer.Option(
        help="Two tables, a dataset for offline learning, or conversations of models."
    ),
]
OutOption = Annotated[
    Path,
    typer.Option(
        metavar="DIR[/NAME]",
        help="Folder of the tables; folder and name of the dataset; file of the "
        "conversations.",
    ),
]
ObservationsOption = Annotated[
    bool,
    typer.Option(
        "--observations",
        help="Parquet: execute the journals again, for what agents saw.",
    ),
]
AgentOption = Annotated[
    str | None,
    typer.Option(metavar="SEAT", help=f"Minari: whose episodes; otherwise {_FOCAL}."),
]
SkipOption = Annotated[
    bool,
    typer.Option("--skip-unfit", help="Minari: leave out journals that do not fit."),
]
OverwriteOption = Annotated[
    bool, typer.Option("--overwrite", help="Replace what exists.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def export(
    files: FilesArgument,
    *,
    to: ToOption,
    out: OutOption,
    observations: ObservationsOption = False,
    agent: AgentOption = None,
    skip_unfit: SkipOption = False,
    overwrite: OverwriteOption = False,
    as_json: JsonOption = False,
) -> None:
    """Export recorded runs to Parquet, to Minari or as conversations.

    Exit codes: 0 exported, 2 refused or cannot be written, 3 a journal has no end
    (Parquet has it as far as it goes), 4 corrupt, 5 of an unknown format,
    6 diverged.
    """
    from test_time_gym.export import Unexportable, export_chat
    from test_time_gym.export import export_minari as minari
    from test_time_gym.export import export_parquet as parquet
    from test_time_gym.journal import ExitCode
    from test_time_gym.market.errors import Misuse
    from test_time_gym.replay import Diverged

    if to is not Target.MINARI and (agent is not None or skip_unfit):
        raise Misuse("--agent and --skip-unfit go with --to minari")
    if to is not Target.PARQUET and observations:
        raise Misuse("--observations goes with --to parquet: others have them anyway")
    done: ExportedChat | ExportedMinari | ExportedParquet
    try:
        if to is Target.PARQUET:
            done = parquet(files, out, observations=observations, overwrite=overwrite)
        elif to is Target.CHAT:
            done = export_chat(files, out, overwrite=overwrite)
        else:
            done = minari(
                files,
                out,
                agent=agent or _FOCAL,
                skip_unfit=skip_unfit,
                overwrite=overwrite,
            )
    except Unexportable as error:
        note(f"error: {error}")
        raise typer.Exit(error.exit_code) from error
    except Diverged as error:
        note(f"error: {error}")
        raise typer.Exit(ExitCode.DIVERGED) from error
    emit(done, _say, as_json=as_json)
    unfinished = getattr(done, "unfinished", ())
    for path in unfinished:
        note(f"{path} has no end and is exported as far as it goes")
    if unfinished:
        raise typer.Exit(ExitCode.INCOMPLETE)


def _say(done: "ExportedChat | ExportedMinari | ExportedParquet") -> None:
    from test_time_gym.export import ExportedChat, ExportedParquet

    if isinstance(done, ExportedParquet):
        _say_parquet(done)
    elif isinstance(done, ExportedChat):
        say(f"{done.file}: {done.conversations} conversations")
    else:
        _say_minari(done)


def _say_parquet(done: "ExportedParquet") -> None:
    say(f"{done.journals} journals, {done.steps} steps, {done.events} events")
    for file in done.files:
        say(f"  {file}")


def _say_minari(done: "ExportedMinari") -> None:
    say(f"{done.dataset}: {done.episodes} episodes, {done.steps} steps")
    shown = {
        "folder": f"{done.folder} (MINARI_DATASETS_PATH)",
        "environment": done.reason or "can be recovered",
        "left out": len(done.unfit) or None,
    }
    fields(shown, width=12, margin="  ")
    for why in done.unfit:
        note(why)
