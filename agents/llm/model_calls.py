"""Calls of a model, in an agent's episode: counted, retried, recorded and replayed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from test_time_gym.market.interface.policy import AgentStopped

from .budget import Budget, RunBudget
from .cassette import Cassette
from .cassette_format import CallKey, RecordedCall, RecordedStop
from .chat_reply import ChatReply, read_reply, reply_of
from .chat_request import ChatRequest
from .client import ChatClient, body_bytes
from .model_usage import ModelUsage
from .provider_error import ProviderError
from .retry import RetryPolicy
from .stream import assembled
from .wall_clock import monotonic_ms, sleep_ms

__all__ = ["CallSettings", "ModelCalls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSettings:
    """How a model is called."""

    client: Callable[[], ChatClient]
    """Returns it; it is not asked for while all answers come from a cassette."""
    retries: RetryPolicy
    stream: bool
    budget: Budget
    """Of an agent's episode."""
    run_budget: RunBudget | None
    cassette: Cassette | None


class ModelCalls:
    """The calls of one agent-episode.

    Args:
        settings: how they are made.
        seed: of the episode.
        seat: of the agent.
        life: see `CallKey`.

    Attributes:
        usage: of the answers so far.
    """

    def __init__(
        self, settings: CallSettings, seed: int, seat: str, life: str = ""
    ) -> None:
        """Call nobody yet."""
        self._settings = settings
        self._key = CallKey(seed, seat, 1, life)
        self.usage: ModelUsage = ModelUsage()

    def ask(self, request: ChatRequest) -> ChatReply:
        """Return the answer to a request.

        Raises:
            AgentStopped: a budget is used up, or the provider gave none.
            CassetteError: it is not what was recorded, or cannot be.
        """
        key = self._key._replace(number=self.usage.calls + 1)
        cassette = self._settings.cassette
        stop = None if cassette is None else cassette.stop_of(key)
        if stop is not None:
            raise AgentStopped(stop.outcome, stop.why)
        self._look_at_budgets(key)
        found = None if cassette is None else cassette.find(key, request)
        call = found or self._live(key, request)
        asked_bytes = len(body_bytes(request.body()))
        reply = reply_of(call.reply, asked_bytes)
        self._count(call, reply, recorded=found is not None)
        return reply

    def _look_at_budgets(self, key: CallKey) -> None:
        cassette, shared = self._settings.cassette, self._settings.run_budget
        if cassette is not None and cassette.mode == "replay":
            return  # what was stopped then is recorded
        spent = self._settings.budget.spent(self.usage)
        if spent is None and shared is not None:
            spent = shared.spent()
            spent = None if spent is None else f"{spent} of the run"
        if spent is not None:
            raise self._stopped(key, "budget_exhausted", spent)

    def _count(self, call: RecordedCall, reply: ChatReply, *, recorded: bool) -> None:
        more = ModelUsage(
            calls=1,
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
            retries=call.retries,
            estimated=int(reply.estimated),
            recorded=int(recorded),
            latency_ms=call.latency_ms,
        )
        self.usage.add(more)
        if self._settings.run_budget is not None:
            self._settings.run_budget.add(more)

    def _live(self, key: CallKey, request: ChatRequest) -> RecordedCall:
        """Call the model until it answers, and keep the answer.

        Raises:
            AgentStopped: it does not.
        """
        began_ms = monotonic_ms()
        policy = self._settings.retries
        attempt = 1
        while True:
            try:
                data = self._attempt(request)
                break
            except ProviderError as error:
                if not error.retried or attempt > policy.retries:
                    tries = f", after {attempt} attempts" if attempt > 1 else ""
                    raise self._stopped(
                        key, "provider_error", error.kind, f"{error}{tries}"
                    ) from error
                sleep_ms(policy.delay_ms(attempt, error.retry_after_ms))
                attempt += 1
        took_ms = monotonic_ms() - began_ms
        call = RecordedCall(key, request, request.digest(), data, attempt - 1, took_ms)
        if self._settings.cassette is not None:
            self._settings.cassette.add(call)
        return call

    def _attempt(self, request: ChatRequest) -> dict[str, Any]:
        stream = self._settings.stream
        text = self._settings.client().post(request.body(stream=stream))
        data = assembled(text) if stream else read_reply(text)
        reply_of(data)  # before it is kept: what is none is asked for again
        return data

    def _stopped(
        self, key: CallKey, outcome: str, why: str, text: str = ""
    ) -> AgentStopped:
        if self._settings.cassette is not None:
            self._settings.cassette.add_stop(RecordedStop(key, outcome, why))
        return AgentStopped(outcome, why, text)
