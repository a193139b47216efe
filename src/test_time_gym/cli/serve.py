"""`ttgym serve`: let programs outside play, or talk to a model that is none."""

import typer

from .serve_mcp import serve_mcp
from .serve_openenv import serve_openenv
from .terminal import say_block

__all__ = ["app"]

app = typer.Typer(
    help="Serve episodes to programs outside.",
    no_args_is_help=False,
    rich_markup_mode=None,
)
app.command("mcp")(serve_mcp)
app.command("openenv")(serve_openenv)


@app.callback(invoke_without_command=True)
def _root(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        say_block(context.get_help())
