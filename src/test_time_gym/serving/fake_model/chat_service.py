"""The service behind the socket: what is answered to which request."""

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from threading import Lock
from typing import Any, Final, Literal

from test_time_gym.agents.base import AgentSource

from .completion import CREATED, completion, events
from .fault_plan import FaultPlan
from .faulty_reply import cut_off, spoiled
from .model_fault import ModelFault
from .model_player import POLICIES, ModelPlayer
from .retry_after import retry_after
from .served_chat import ServedChat, digest_of
from .served_error import ServedError
from .served_reply import ServedReply, prompt_tokens, tokens_of
from .skilled_policy import KnownSkill

__all__ = ["AskedRequest", "ChatService", "ServedAnswer", "ServiceSettings"]

Sent = Literal["whole", "half", "nothing"]

_NOT_ACTED: Final = (
    *("malformed-arguments", "unknown-tool", "text", "refusal", "content-filter"),
    *("length", "empty-choices"),
)
"""Faults after which a client has nothing that it could carry out."""
_DATE_MILLI: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """How a fake model behaves; see `FakeModel` for the meanings."""

    policy: AgentSource = "cheapest"
    seed: int = 0
    faults: tuple[ModelFault, ...] = ()
    skill: KnownSkill
    latency_ms: int = 0
    stall_s: float = 60
    api_key: str | None = None
    context_window: int | None = None
    keep: int = 1000


@dataclass(frozen=True, slots=True)
class AskedRequest:
    """A request for a completion, as it was received."""

    number: int
    """In its session, from 1."""
    session: str
    body: dict[str, Any]
    headers: dict[str, str]
    """With names in lower case; without the key."""
    fault: str | None
    """What went wrong with it, as it is written."""


@dataclass(frozen=True, slots=True)
class ServedAnswer:
    """What is sent back."""

    status: int
    parts: tuple[bytes, ...]
    """The body; several parts are the events of a stream."""
    headers: Mapping[str, str]
    streamed: bool = False
    sent: Sent = "whole"
    """How much of it, before the connection is closed."""


class ChatService:
    """Answers requests; knows no socket.

    Args:
        settings: how it behaves.
        pause: waits for so many seconds, less if the server stops.
    """

    def __init__(
        self, settings: ServiceSettings, pause: Callable[[float], object]
    ) -> None:
        """Have been asked nothing."""
        self._settings, self._pause = settings, pause
        self._plan = FaultPlan(settings.faults, settings.seed)
        self._players: dict[str, ModelPlayer] = {}
        self._lock = Lock()
        self._default = self._player_of(settings.policy)
        self.asked: deque[AskedRequest] = deque(maxlen=settings.keep)

    def _player_of(self, policy: AgentSource) -> ModelPlayer:
        return ModelPlayer(policy, self._settings.skill, self._settings.seed)

    @property
    def models(self) -> list[str]:
        """Return the names of all models, the one of the policy first."""
        own = self._settings.policy
        first = own if isinstance(own, str) else "own"
        return list(dict.fromkeys([first, *POLICIES]))

    def health(self) -> ServedAnswer:
        """Return that all is well."""
        return _answer({"status": "ok"})

    def listed(self, headers: Mapping[str, str], name: str | None) -> ServedAnswer:
        """Return the models, or one of them.

        Raises:
            ServedError: the key is wrong, or there is no such model.
        """
        self._verify_key(headers)
        data = [
            {"id": one, "object": "model", "created": CREATED, "owned_by": "ttgym"}
            for one in self.models
        ]
        if name is None:
            return _answer({"object": "list", "data": data})
        for one in data:
            if one["id"] == name:
                return _answer(one)
        msg = f"the model {name!r:.60} does not exist"
        raise ServedError(404, msg, param="model", code="model_not_found")

    def completed(self, headers: Mapping[str, str], raw: bytes) -> ServedAnswer:
        """Return the answer to a request for a completion.

        Args:
            headers: with names in lower case.
            raw: the body.

        Raises:
            ServedError: the request is wrong, or an error is what it gets.
        """
        self._verify_key(headers)
        chat = ServedChat.read(raw, headers.get("x-session-id"))
        planned = self._plan.next(chat.session, chat.digest)
        fault = planned.fault
        shown = {name: headers[name] for name in headers if name != "authorization"}
        told = None if fault is None else str(fault)
        asked = AskedRequest(planned.number, chat.session, json.loads(raw), shown, told)
        self.asked.append(asked)
        if self._settings.latency_ms:
            self._pause(self._settings.latency_ms / 1000)
        if fault is not None:
            self._raise(fault, chat)
        window, needed = self._settings.context_window, prompt_tokens(chat)
        if window is not None and needed > window:
            raise _too_long(window, needed)
        return self._written(chat, self._said(chat, fault), fault)

    def _verify_key(self, headers: Mapping[str, str]) -> None:
        key = self._settings.api_key
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if key is not None and not compare_digest(given.encode(), key.encode()):
            raise _refused_key()

    def _raise(self, fault: ModelFault, chat: ServedChat) -> None:
        """Raise the error that a fault is, if it is one; stall if it is a stall."""
        milli = fault.value_milli
        match fault.kind:
            case "429" | "429-date":
                dated = fault.kind == "429-date"
                milli = _DATE_MILLI if dated and milli is None else milli
                raise ServedError(
                    429,
                    "rate limit reached: try again later",
                    "rate_limit_error",
                    code="rate_limit_exceeded",
                    headers=retry_after(milli, as_date=dated),
                )
            case "401":
                raise _refused_key()
            case "500":
                raise _failed()
            case "stream-error" if not chat.stream:
                raise _failed()
            case "503":
                msg = "the model is overloaded: try again later"
                again = retry_after(milli)
                raise ServedError(
                    503, msg, "server_error", code="overloaded", headers=again
                )
            case "context":
                needed = prompt_tokens(chat)
                raise _too_long(needed - 1, needed)
            case "timeout":
                stall = self._settings.stall_s if milli is None else milli / 1000
                self._pause(stall)

    def _said(self, chat: ServedChat, fault: ModelFault | None) -> ServedReply:
        acts = fault is None or fault.kind not in _NOT_ACTED
        player, most = self._player(chat.model), chat.max_tokens
        reply = player.reply(chat, acts=acts)
        if most is not None and tokens_of(reply.length) > most:
            return cut_off(player.reply(chat, acts=False), most)
        return reply if fault is None else spoiled(reply, fault)

    def _player(self, model: str) -> ModelPlayer:
        if model not in POLICIES or model == self._settings.policy:
            return self._default
        with self._lock:
            if model not in self._players:
                self._players[model] = self._player_of(model)
            return self._players[model]

    @staticmethod
    def _written(
        chat: ServedChat, reply: ServedReply, fault: ModelFault | None
    ) -> ServedAnswer:
        kind = None if fault is None else fault.kind
        parts = events(chat, reply) if chat.stream else [completion(chat, reply)]
        if kind == "malformed-json":
            at = len(parts) // 2
            end = b"\n\n" if chat.stream else b""
            parts[at] = parts[at][: len(parts[at]) // 2] + end
        if kind == "stream-error":
            parts = [*parts[: len(parts) // 2], b"data: " + _failed().body() + b"\n\n"]
        sent: Sent = {"half": "half", "drop": "nothing"}.get(kind or "", "whole")  # type: ignore[assignment]
        form = "text/event-stream" if chat.stream else "application/json"
        headers = {"Content-Type": form, "x-request-id": f"req_{chat.digest}"}
        return ServedAnswer(200, tuple(parts), headers, streamed=chat.stream, sent=sent)


def _answer(value: Any) -> ServedAnswer:
    headers = {
        "Content-Type": "application/json",
        "x-request-id": f"req_{digest_of(value)}",
    }
    return ServedAnswer(200, (json.dumps(value).encode(),), headers)


def _refused_key() -> ServedError:
    msg = "incorrect API key provided"
    return ServedError(401, msg, "authentication_error", code="invalid_api_key")


def _failed() -> ServedError:
    msg = "the server had an error while processing your request"
    return ServedError(500, msg, "server_error", code="server_error")


def _too_long(window: int, needed: int) -> ServedError:
    msg = f"this model's maximum context length is {window} tokens; "
    msg += f"your messages resulted in {needed} tokens"
    return ServedError(400, msg, param="messages", code="context_length_exceeded")
