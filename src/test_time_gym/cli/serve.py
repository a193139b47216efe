"""`ttgym serve`: servers for agents, trainers and models, one command each."""

import typer

from . import serve_fake_model
from .serve_mcp import serve_mcp
from .serve_openenv import serve_openenv
from .terminal import say_block

__all__ = ["app"]

app = typer.Typer(
    help="Serve episodes to clients and trainers, or a fake model; Ctrl-C stops.",
    no_args_is_help=False,
    rich_markup_mode=None,
)
app.command("mcp")(serve_mcp)
app.command("openenv")(serve_openenv)
app.command("fake-model")(serve_fake_model.fake_model)


@app.callback(invoke_without_command=True)
def _root(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        say_block(context.get_help())
