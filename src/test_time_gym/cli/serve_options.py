"""Options that the commands of `ttgym serve` share."""

from typing import Annotated, Any

import typer

from . import values

__all__ = [
    "AllowHostOption",
    "AllowOriginOption",
    "HostOption",
    "PortOption",
    "RemoteOption",
    "ScenarioOption",
    "listening",
    "page_style",
]

_port = values.whole(0, 65_535)

ScenarioOption = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="A name (see: ttgym scenarios), or a .toml file."
    ),
]
HostOption = Annotated[
    str, typer.Option(metavar="HOST", help="Where to listen over HTTP.")
]
PortOption = Annotated[
    int, typer.Option(parser=_port, metavar="PORT", help="0: any that is free.")
]
RemoteOption = Annotated[
    bool,
    typer.Option("--allow-remote", help="Listen where other machines can call."),
]
AllowHostOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="A further name by which clients call this machine; may be repeated.",
    ),
]
AllowOriginOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ORIGIN",
        help="A web page's origin, such as https://example.org, that may call; may be "
        "repeated.",
    ),
]


def page_style(text: str) -> str:
    """Return a style of pages, or say which there are.

    >>> page_style("compact")
    'compact'
    """
    from test_time_gym.agents.llm.pages import verify_style
    from test_time_gym.market.errors import Misuse

    try:
        return verify_style(text)
    except Misuse as error:
        raise typer.BadParameter(str(error)) from error


def listening(
    host: str,
    port: int,
    *,
    names: list[str] | None,
    origins: list[str] | None,
    allow_remote: bool,
) -> Any:
    """Return the address at which a server listens, and its socket.

    Raises:
        Misuse: it is not to be had, or others could call and nobody has allowed it.
    """
    from test_time_gym.serving.addresses import Address, bind

    address = Address(
        host=host, port=port, names=tuple(names or ()), origins=tuple(origins or ())
    )
    return bind(address, allow_remote=allow_remote)
