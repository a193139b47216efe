"""The application: its commands, and what becomes of every error."""

import os
import re
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Annotated, Any

import typer

from . import (
    audit,
    bench,
    demo,
    diff,
    doctor,
    dst,
    export,
    fork,
    grep,
    importing,
    learn,
    market,
    power,
    repair,
    replay,
    report,
    run,
    scenarios,
    schema,
    serve,
    skills,
    validate,
    verify,
    watch,
)
from .examples import with_examples
from .terminal import note, note_block, prepare, say, say_block
from .termination import Terminated, terminable

__all__ = ["main"]

_USAGE = 2
_BUG = 1
_INTERRUPTED = 130
_BROKEN_PIPE = 141
_TERMINATED = 143

app = typer.Typer(
    name="ttgym",
    help="A marketplace in which agents book, compete and learn at test time.",
    epilog="Start with: ttgym demo",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("scenarios")(scenarios.scenarios)
app.command("run")(run.run)
app.command("watch")(watch.watch)
app.command("bench")(bench.bench)
app.command("verify")(verify.verify)
app.command("audit")(audit.audit)
app.command("diff")(diff.diff)
app.command("replay")(replay.replay)
app.command("fork")(fork.fork)
app.command("grep")(grep.grep)
app.command("report")(report.report)
app.command("repair")(repair.repair)
app.command("export")(export.export)
app.command("import")(importing.import_table)
app.command("dst")(dst.dst)
app.command("learn")(learn.learn)
app.command("market")(market.market)
app.command("power")(power.power)
app.command("validate")(validate.validate)
app.command("schema")(schema.schema)
app.command("doctor")(doctor.doctor)
app.add_typer(skills.app, name="skills")
app.add_typer(serve.app, name="serve")
with_examples(app)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.")
    ] = False,
) -> None:
    if version:
        from test_time_gym.version import __version__

        say(f"ttgym {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        say_block(context.get_help())


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        args: instead of the process's own arguments.

    Returns:
        The exit code: 0 ok, 1 finding (or a bug of ours), 2 usage, 3 incomplete,
        4 corrupt, 5 unsupported, 6 diverged; 130 after Ctrl-C, 141 when nobody
        reads the output, 143 when terminated.
    """
    prepare()
    with terminable():
        code = _guarded(list(sys.argv[1:] if args is None else args))
        return _flushed(code)


def _guarded(args: list[str]) -> int:
    """Run a command; turn whatever it raises into a message and an exit code."""
    try:
        with _warnings_told(), _commands().make_context("ttgym", args) as context:
            _commands().invoke(context)
    except typer.Exit as error:
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort) as error:
        note("terminated" if isinstance(error, Terminated) else "interrupted")
        return _TERMINATED if isinstance(error, Terminated) else _INTERRUPTED
    except BrokenPipeError:
        return _hushed()
    except SystemExit as error:
        note(f"error: an agent ended the whole program: sys.exit({error.code!r:.60})")
        return _USAGE
    except Exception as error:  # noqa: BLE001 - nobody is shown a traceback
        return _explain(error)
    return 0


@cache
def _commands() -> Any:
    """Return all commands; making them takes longer than many of them run."""
    return typer.main.get_command(app)


@contextmanager
def _warnings_told() -> Iterator[None]:
    """Tell warnings as everything else is told: in one line, without a place."""

    def tell(message: Warning | str, *_rest: Any, **_more: Any) -> None:
        note(f"warning: {message}")

    from test_time_gym.market.errors import LongRun

    with warnings.catch_warnings():
        warnings.simplefilter("always", LongRun)
        # `catch_warnings` puts the old one back.
        warnings.showwarning = tell
        yield


def _explain(error: Exception) -> int:
    from test_time_gym.market.errors import MarketBug, MarketError, ScenarioError

    if os.environ.get("TTGYM_TRACEBACK") == "1":
        traceback.print_exception(error, file=sys.stderr)
    # Older releases of Typer raise Click's exceptions, newer ones their own.
    if hasattr(error, "format_message"):
        note(f"error: {error.format_message()}")
        context: Any = getattr(error, "ctx", None)
        path = context.command_path if context is not None else "ttgym"
        note(f"Try: {path} --help")
        return _USAGE
    if isinstance(error, MarketError) and not isinstance(error, MarketBug):
        if isinstance(error, ScenarioError):
            # Its mistakes are listed, indented: no other line break is ours.
            note_block(re.sub(r"\n(?!  )", r"\\n", f"error: {error}"))
        else:
            note(f"error: {error}")
        return int(getattr(error, "exit_code", _USAGE))
    if isinstance(error, OSError):
        what = f"{error.filename}: " if error.filename else ""
        note(f"error: {what}{error.strerror or error}")
        return _USAGE
    note(f"error: this is a bug, please report it: {type(error).__name__}: {error}")
    note("Set TTGYM_TRACEBACK=1 to see where it happened.")
    return _BUG


def _flushed(code: int) -> int:
    """Write out what is buffered now, while an error can still be told."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _hushed()
    except OSError as error:
        note(f"error: the output cannot be written: {error.strerror}")
        _hushed()
        return _USAGE
    return code


def _hushed() -> int:
    """Let what is still buffered go nowhere: nobody reads it any more."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass
    return _BROKEN_PIPE
