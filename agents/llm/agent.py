"""The LLM agent: a language model behind an OpenAI-compatible server, as an agent."""

import json
import os
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from threading import Lock
from typing import Any, Final

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.policy import AgentError

from .budget import Budget, RunBudget
from .cassette import Cassette
from .chat_request import digest_of_json
from .client import CLIENTS, ChatClient, make_client
from .history import HistoryRule
from .hosted_skills import HostedSkills
from .llm_episode import EpisodeSettings, LLMEpisode
from .model_calls import CallSettings
from .model_name import model_label, read_model_name, verify_url
from .pages import verify_offers_per_page, verify_style
from .prompt import default_prompt, system_prompt
from .retry import RetryPolicy

__all__ = ["LLMAgent"]

_RESERVED: Final = ("messages", "model", "stream", "stream_options", "tools")
_UNSEATED: Final = (
    "a model plays one agent's episode at a time: ask for_episode(seed=…, seat=…, "
    "trade=…) for what plays it, as test_time_gym.run does"
)


class LLMAgent:
    """A language model that shops by calling tools.

    One object may play many seats and episodes, also at the same time: what plays one
    is made by `for_episode`.

    Args:
        model: as the server calls it.
        base_url: of the server, up to and without ``/chat/completions``.
        api_key_env: name of the environment variable with the key; without a value
            no key is sent, as servers on one's own machine like it.
        temperature: for the server; None: its own default.
        parameters: further keys of each request, such as ``max_tokens``.
        history: ``all``, ``last:K`` turns or ``tokens:N``: see `HistoryRule`.
        page: how pages are written for the model.
        offers_per_page: so many offers are told of at once; a tool shows the others.
            None: all are.
        prompt: instead of the package's own: see `system_prompt`.
        budget: of an agent's episode.
        run_budget: that all agents and episodes share.
        cassette: where answers are kept, or come from.
        retries: of calls that failed.
        timeout_ms: after which an attempt has failed.
        stream: ask for replies in pieces.
        think_base_ms: simulated time that each call of the model takes.
        think_per_token_ms: simulated time that each token of an answer takes.
        client: ``auto`` (the SDK of OpenAI if it is installed), ``openai``, ``http``
            (the standard library), or an object of one's own.

    Raises:
        AgentError: an argument is wrong.

    >>> LLMAgent(model="m", base_url="http://127.0.0.1:8000/v1").label
    'llm:m'
    """

    def __init__(
        self,
        model: str,
        base_url: str,
        *,
        api_key_env: str = "OPENAI_API_KEY",
        temperature: float | None = None,
        parameters: Mapping[str, Any] | None = None,
        history: str = "all",
        page: str = "json",
        offers_per_page: int | None = None,
        prompt: str | None = None,
        budget: Budget | None = None,
        run_budget: RunBudget | None = None,
        cassette: Cassette | None = None,
        retries: RetryPolicy | None = None,
        timeout_ms: int = 120_000,
        stream: bool = False,
        think_base_ms: int = 0,
        think_per_token_ms: int = 0,
        client: str | ChatClient = "auto",
    ) -> None:
        """Connect to nobody yet.

        Raises:
            AgentError: an argument is none of its kind, so that it would fail later, in
                the middle of an episode, and count as the model's error.
        """
        _verify(
            api_key_env=(api_key_env, str, "a text"),
            prompt=(prompt, str | None, "a text"),
            budget=(budget, Budget | None, "a Budget, as Budget(calls=40)"),
            run_budget=(run_budget, RunBudget | None, "a RunBudget"),
            cassette=(cassette, Cassette | None, "a Cassette"),
            retries=(retries, RetryPolicy | None, "as RetryPolicy(retries=3)"),
            stream=(stream, bool, "True or False"),
            client=(client, str | ChatClient, "auto, openai, http, or a client"),
        )
        self.label: str = model_label(model)
        self._base_url = verify_url(base_url)
        self._key_name = api_key_env
        self._timeout_ms = _whole("timeout_ms", timeout_ms, 1)
        self._prompt = prompt
        self._kind: str = client if isinstance(client, str) else "auto"
        if self._kind not in CLIENTS:
            make_client(self._base_url, None, self._timeout_ms, self._kind)
        self._client: ChatClient | None = None if isinstance(client, str) else client
        self._lock = Lock()
        self._calls = CallSettings(
            client=self._connected,
            retries=retries or RetryPolicy(),
            stream=stream,
            budget=budget or Budget(),
            run_budget=run_budget,
            cassette=cassette,
        )
        self._settings = EpisodeSettings(
            model=model,
            parameters=_parameters(parameters, temperature),
            history=HistoryRule.read(history),
            page=verify_style(page),
            offers_per_page=verify_offers_per_page(offers_per_page),
            system="",
            think_base_ms=_whole("think_base_ms", think_base_ms, 0),
            think_per_token_ms=_whole("think_per_token_ms", think_per_token_ms, 0),
        )

    @classmethod
    def named(cls, name: str, **options: Any) -> "LLMAgent":
        """Return the agent that ``llm:MODEL@BASE_URL`` means.

        Args:
            name: the name.
            options: further arguments.

        Raises:
            AgentError: the name or an argument is wrong.
        """
        read = read_model_name(name)
        return cls(read.model, read.base_url, **options)

    def for_episode(self, *, seed: int, seat: str, trade: Trade) -> LLMEpisode:
        """Return what plays one agent's episode.

        Args:
            seed: of the episode.
            seat: name of the agent.
            trade: in whose words.

        Raises:
            AgentError: it is the seat of a seller, the prompt or the key is wrong, or
                the SDK is not installed.
        """
        return self.remembering(seed=seed, seat=seat, trade=trade)

    def remembering(
        self,
        *,
        seed: int,
        seat: str,
        trade: Trade,
        life: str = "",
        told: str = "",
        skills: HostedSkills | None = None,
    ) -> LLMEpisode:
        """Return what plays an episode with something from a memory.

        Args:
            seed: of the episode.
            seat: name of the agent.
            trade: in whose words.
            life: names what belongs to one memory, in cassettes.
            told: what stands below the prompt.
            skills: what is offered besides the verbs.

        Raises:
            AgentError: as `for_episode`.
        """
        if seat.startswith("seller"):
            msg = f"{seat}: a model plays buyers, and no seller"
            raise AgentError(msg)
        if self._calls.cassette is None or self._calls.cassette.mode != "replay":
            self._connected()  # what is missing is told before anything is played
        system = system_prompt(trade, self._prompt)
        system = f"{system}\n\n{told}" if told else system
        settings = replace(self._settings, system=system)
        return LLMEpisode(
            settings, self._calls, trade, seed=seed, seat=seat, life=life, skills=skills
        )

    def with_cassette(self, cassette: Cassette) -> "LLMAgent":
        """Return the same agent, whose answers are kept in a cassette."""
        other = copy(self)
        # Not by attribute of another object: it is this one, but for the cassette.
        vars(other)["_calls"] = replace(self._calls, cassette=cassette)
        return other

    @property
    def cassette(self) -> Cassette | None:
        """Where answers are kept, or come from."""
        return self._calls.cassette

    @property
    def described(self) -> dict[str, Any]:
        """All that its answers depend on, but what it may cost, as plain data."""
        one = self._settings
        return {
            "model": one.model,
            "parameters": dict(one.parameters),
            "history": f"{one.history.kind}:{one.history.most}",
            "page": one.page,
            "prompt": digest_of_json(self._prompt or default_prompt()),
            "think_ms": [one.think_base_ms, one.think_per_token_ms],
        }

    def act(self, observation: dict[str, Any]) -> Any:
        """Refuse: an agent that plays in several places has no one history.

        Raises:
            AgentError: always.
        """
        raise AgentError(_UNSEATED)

    def _connected(self) -> ChatClient:
        """Return the client, made when the first call needs it."""
        with self._lock:
            if self._client is None:
                key = os.environ.get(self._key_name, "").strip() or None
                if key is not None and not (key.isascii() and key.isprintable()):
                    msg = f"the key in {self._key_name} is none: it has characters "
                    raise AgentError(msg + "that no header can carry")
                self._client = make_client(
                    self._base_url, key, self._timeout_ms, self._kind
                )
            return self._client


def _verify(**arguments: tuple[object, Any, str]) -> None:
    for name, (value, kind, what) in arguments.items():
        if not isinstance(value, kind):
            raise AgentError(f"{name} is {what}, not {value!r:.60}")


def _parameters(
    given: Mapping[str, Any] | None, temperature: float | None
) -> dict[str, Any]:
    """Return what is sent along with each request.

    Raises:
        AgentError: the agent itself says one of them, or JSON cannot.
    """
    parameters: dict[str, Any] = {}
    try:
        parameters |= given or {}
        json.dumps(parameters, allow_nan=False)
        named = all(isinstance(name, str) for name in parameters)
    except (TypeError, ValueError, RecursionError):
        named = False
    if not named:
        msg = "parameters are a mapping of names to what JSON can say, not "
        raise AgentError(f"{msg}{given!r:.60}")
    taken = [name for name in _RESERVED if name in parameters]
    if taken:
        msg = f"{taken[0]} is no parameter to be given: the agent says it itself"
        raise AgentError(msg)
    if temperature is not None:
        number = isinstance(temperature, int | float) and temperature is not True
        if not number or not 0 <= temperature < 10**3:
            msg = f"temperature is a number from 0 on, not {temperature!r:.60}"
            raise AgentError(msg)
        parameters["temperature"] = temperature
    return parameters


def _whole(name: str, value: object, least: int) -> int:
    if type(value) is int and least <= value <= 10**9:
        return value
    msg = f"{name} is a whole number from {least} to 10**9, not {value!r:.60}"
    raise AgentError(msg)
