"""Addresses: where a server listens, and under which names it may be called."""

import os
import socket
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from test_time_gym.market.errors import Misuse

__all__ = ["Address", "bind"]

_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_HTTP: Final = 80
_BACKLOG: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One place to listen at, and who may call it.

    A page of the web can have a browser call any address, under a name of the page's
    own (DNS rebinding) or from an origin of its own: both lists are closed.
    """

    host: str
    port: int
    names: tuple[str, ...] = ()
    """Further names by which clients call it, beside the host's."""
    origins: tuple[str, ...] = ()
    """Further origins of web pages that may call it: ``https://example.org``."""

    @property
    def hosts(self) -> frozenset[str]:
        """Values of ``Host`` that are served.

        >>> sorted(Address(host="127.0.0.1", port=8000).hosts)
        ['127.0.0.1:8000', '[::1]:8000', 'localhost:8000']
        """
        return frozenset(self._with_port(name) for name in self._called())

    @property
    def own_origins(self) -> frozenset[str]:
        """Values of ``Origin`` that are served."""
        own = {f"http://{name}" for name in self.hosts}
        return frozenset(own | {origin.rstrip("/").lower() for origin in self.origins})

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{self._with_port(_bracketed(self.host))}"

    def _called(self) -> list[str]:
        own = _LOOPBACK if is_loopback(self.host) else (_bracketed(self.host),)
        return [*own, *(_bracketed(name.lower()) for name in self.names)]

    def _with_port(self, name: str) -> str:
        return name if self.port == _HTTP else f"{name}:{self.port}"


def bind(address: Address, *, allow_remote: bool) -> tuple[Address, socket.socket]:
    """Return a listening socket, and the address with its real port.

    Raises:
        Misuse: others than this machine could call, and nobody has allowed it; or
            the address is not to be had.
    """
    host = address.host
    if not is_loopback(host):
        if not allow_remote:
            msg = (
                f"{host!r:.80} can be reached from other machines: say --allow-remote "
            )
            raise Misuse(msg + "if that is meant")
        if _is_wildcard(host) and not address.names:
            msg = f"{host} is no name that clients can call: give those by which they "
            raise Misuse(msg + "reach this machine, as in --allow-host gym.example.org")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small packets at once only where the protocol is named: else each
    # answer is forty milliseconds late.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, address.port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        why = getattr(error, "strerror", None) or error
        msg = f"cannot listen at {host!r:.80}, port {address.port}: {why}"
        raise Misuse(msg) from error
    port: int = listener.getsockname()[1]
    real = Address(host=host, port=port, names=address.names, origins=address.origins)
    return real, listener


def is_loopback(host: str) -> bool:
    """Return whether only this machine can call a host.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_wildcard(host: str) -> bool:
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
