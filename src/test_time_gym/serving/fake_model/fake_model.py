"""The fake model: a server that starts and stops with a ``with`` block."""

from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from test_time_gym.agents.base import AgentSource
from test_time_gym.market.config import PPM
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.streams import seed_of

from .chat_service import AskedRequest, ChatService, ServiceSettings
from .http_server import ModelServer
from .model_fault import ModelFault, faults_of
from .skilled_policy import KnownSkill

__all__ = ["FakeModel"]


class FakeModel:
    """An OpenAI-compatible server whose model is a script.

    Its socket is open from the start, so that ``base_url`` is known; it answers
    inside a ``with`` block, or while `serve` runs.

    Args:
        policy: who plays: ``cheapest``, ``dummy``, ``first-offer``, ``patient``,
            ``random``, ``rebooker``, ``skilled``, an agent, or a function from page to
            action. A request whose ``model`` is one of these names plays that one.
        seed: of all that is drawn.
        faults: what goes wrong at which calls: ``"429@3,500@5-6"``, a list of
            `ModelFault`, or the path of a JSON file; see `FAULT_KINDS`.
        follow: of ``skilled``: share of episodes in which it follows the skills that
            the prompt tells, or calls tools that are skills.
        misread: of ``skilled``: share of choices at which it takes another offer.
        malform: of ``skilled``: share of calls whose arguments are no JSON.
        latency_ms: how long every answer takes.
        stall_s: how long a ``timeout`` lasts that does not say so itself.
        api_key: that clients have to give; None: any, or none.
        context_window: tokens of the longest request; None: there is no limit.
        keep: requests that are kept in `requests`.
        host: where it listens.
        port: 0: any that is free.
        allow_remote: listen to other machines, too, if ``host`` says so.

    Raises:
        Misuse: an argument is wrong, or the address cannot be used.
    """

    def __init__(
        self,
        policy: AgentSource = "cheapest",
        *,
        seed: int = 0,
        faults: str | Path | Iterable[str | ModelFault] | None = None,
        follow: float = 1,
        misread: float = 0,
        malform: float = 0,
        latency_ms: int = 0,
        stall_s: float = 60,
        api_key: str | None = None,
        context_window: int | None = None,
        keep: int = 1000,
        host: str = "127.0.0.1",
        port: int = 0,
        allow_remote: bool = False,
    ) -> None:
        """Open the socket."""
        if not allow_remote and not _is_loopback(host):
            msg = f"{host!r:.60} may be reached from other machines: "
            raise Misuse(f"{msg}say --allow-remote (allow_remote) if that is meant")
        skill = KnownSkill(
            follow_ppm=_ppm("follow", follow),
            misread_ppm=_ppm("misread", misread),
            malform_ppm=_ppm("malform", malform),
        )
        settings = ServiceSettings(
            policy=policy,
            seed=seed_of(seed),
            faults=faults_of(faults),
            skill=skill,
            latency_ms=latency_ms,
            stall_s=stall_s,
            api_key=api_key,
            context_window=context_window,
            keep=keep,
        )
        self._stopping = Event()
        self._service = ChatService(settings, self._stopping.wait)
        self._server = _opened(host, port, self._service)
        self._thread: Thread | None = None
        name = f"[{host}]" if ":" in host else host
        self.port: int = self._server.server_address[1]
        """Where it listens."""
        self.base_url: str = f"http://{name}:{self.port}/v1"
        """What a client of the interface is given."""

    @property
    def requests(self) -> list[AskedRequest]:
        """The requests for completions so far, oldest first; the last ones are kept."""
        return list(self._service.asked)

    @property
    def models(self) -> list[str]:
        """Names of models that it has, the one of its policy first."""
        return self._service.models

    def serve(self) -> None:
        """Answer until the process is told to stop."""
        try:
            self._server.serve_forever(poll_interval=0.1)
        finally:
            self.close()

    def close(self) -> None:
        """Stop, and close every connection; again does nothing."""
        self._stopping.set()
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()

    def __enter__(self) -> Self:
        """Answer from now on, in threads of its own."""
        if self._thread is None:
            serving = self._server.serve_forever
            self._thread = Thread(target=serving, args=(0.02,), name="fake model")
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.close()


def _opened(host: str, port: int, service: ChatService) -> ModelServer:
    try:
        return ModelServer((host, port), service)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise Misuse(f"cannot listen at {host}:{port}: {why}") from error


def _is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address.

    >>> _is_loopback("127.0.0.1"), _is_loopback("::1"), _is_loopback("0.0.0.0")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _ppm(name: str, share: float) -> int:
    number = isinstance(share, int | float) and not isinstance(share, bool)
    if not number or not 0 <= share <= 1:
        raise Misuse(f"{name} is a share from 0 to 1, not {shown(share)}")
    return round(share * PPM)
