"""Chats: what a language model was asked at every turn, and what it answered."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from test_time_gym.agents.llm.budget import TokenPrices
from test_time_gym.agents.llm.cassette_format import RecordedCall
from test_time_gym.agents.llm.cassette_reader import Recording, read_cassette
from test_time_gym.agents.llm.chat_reply import reply_of
from test_time_gym.agents.llm.model_usage import ModelUsage
from test_time_gym.agents.llm.provider_error import ProviderError

__all__ = ["Chats"]

_CHUNK: Final = 32
"""Turns that are unpacked together."""


class Chats:
    """The conversations that cassettes hold, by run and seat.

    A call is one action: the k-th call of a seat is its k-th turn.

    Args:
        paths: of cassettes, as ``ttgym run --cassette`` records them.
        prices: of tokens.

    Raises:
        CassetteError: one cannot be read, or is damaged.
    """

    def __init__(
        self, paths: Sequence[str | Path], prices: TokenPrices | None = None
    ) -> None:
        """Read them."""
        self._prices = prices
        self._recordings: list[Recording] = [read_cassette(Path(p)) for p in paths]

    def chunks(self, seed: str, seat: str) -> list[bytes]:
        """Return JSON of a seat's calls in the run of a seed, `_CHUNK` turns each.

        A call is its number, the messages that the call before did not have, how many
        there were in all, the answer, its tokens and its time.
        """
        calls = [
            call
            for recording in self._recordings
            for key, call in recording.calls.items()
            if str(key.seed) == seed and key.seat == seat and not key.life
        ]
        calls.sort(key=lambda call: call.key.number)
        told: list[dict[str, Any]] = []
        before: Sequence[dict[str, Any]] = ()
        for call in calls:
            told.append(_told(call, before, self._prices))
            before = call.request.messages
        return [
            json.dumps(told[at : at + _CHUNK], ensure_ascii=False).encode(
                errors="replace"
            )
            for at in range(0, len(told), _CHUNK)
        ]


def _told(
    call: RecordedCall, before: Sequence[dict[str, Any]], prices: TokenPrices | None
) -> dict[str, Any]:
    messages = call.request.messages
    same = 0
    while same < min(len(before), len(messages)) and before[same] == messages[same]:
        same += 1
    return {
        "number": call.key.number,
        "model": call.request.model,
        "messages": [_message(one) for one in messages[same:]],
        "before": same,
        "tools": len(call.request.tools),
        "latency_ms": call.latency_ms,
        "retries": call.retries,
        **_answer(call.reply, prices),
    }


def _message(message: dict[str, Any]) -> dict[str, str]:
    """Return who says what; calls of tools and contents in parts are spelled out."""
    content, calls = message.get("content"), message.get("tool_calls")
    text = content if isinstance(content, str) else ""
    if not text and content:
        text = json.dumps(content, ensure_ascii=False)
    if calls:
        text += ("\n" if text else "") + json.dumps(calls, ensure_ascii=False)
    return {"role": str(message.get("role", "")), "text": text}


def _answer(reply: dict[str, Any], prices: TokenPrices | None) -> dict[str, Any]:
    try:
        found = reply_of(reply)
    except ProviderError:
        found = None
    if found is None:
        return {"text": "", "calls": [], "tokens": None}
    usage = ModelUsage(
        prompt_tokens=found.prompt_tokens, completion_tokens=found.completion_tokens
    )
    return {
        "text": found.text,
        "calls": [[one.name, one.arguments] for one in found.calls],
        "tokens": [found.prompt_tokens, found.completion_tokens],
        "estimated": found.estimated,
        "microdollars": None if prices is None else prices.cost(usage),
    }
