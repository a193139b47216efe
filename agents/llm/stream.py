"""A stream: a reply that comes in pieces, put together."""

from collections.abc import Iterator
from typing import Any, Final

from .chat_reply import read_reply
from .provider_error import ProviderError

__all__ = ["assembled"]

_DATA: Final = "data:"
_DONE: Final = "[DONE]"


def assembled(text: str) -> dict[str, Any]:
    """Return the chat completion that server-sent events add up to.

    Args:
        text: all events; or a chat completion, of a server that does not stream.

    Raises:
        ProviderError: it is none, ends before its end, or tells of an error.

    >>> piece = '{"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]}'
    >>> assembled(f"data: {piece}")["choices"][0]["message"]["content"]
    'Hi'
    """
    if text.lstrip().startswith("{"):
        return read_reply(text)
    whole = _Assembly()
    for chunk in _chunks(text):
        try:
            whole.add(chunk)
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            msg = f"a piece of the reply is no chunk of a chat: {chunk!r:.80}"
            raise ProviderError("malformed", msg) from error
    if whole.finish is None:
        raise ProviderError("connection", "the reply ended before its end")
    return whole.completion()


def _chunks(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        data = line[len(_DATA) :].strip() if line.startswith(_DATA) else ""
        if data and data != _DONE:
            yield read_reply(data)


class _Assembly:
    """The pieces so far."""

    def __init__(self) -> None:
        self.finish: str | None = None
        self._texts: dict[str, list[str]] = {"content": [], "refusal": []}
        self._calls: dict[int, dict[str, Any]] = {}
        self._usage: dict[str, Any] | None = None

    def add(self, chunk: dict[str, Any]) -> None:
        self._usage = chunk.get("usage") or self._usage
        if not chunk.get("choices"):
            return  # the last one has nothing but the tokens
        choice = chunk["choices"][0]
        delta = choice.get("delta") or {}
        for name, pieces in self._texts.items():
            pieces.append(delta.get(name) or "")
        for k, piece in enumerate(delta.get("tool_calls") or ()):
            self._call(piece.get("index", k), piece)
        self.finish = choice.get("finish_reason") or self.finish

    def _call(self, index: int, piece: dict[str, Any]) -> None:
        call = self._calls.setdefault(index, {"id": "", "name": "", "arguments": []})
        function = piece.get("function") or {}
        call["id"] = call["id"] or piece.get("id") or ""
        call["name"] = call["name"] or function.get("name") or ""
        call["arguments"].append(function.get("arguments") or "")

    def completion(self) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant"}
        message |= {name: "".join(them) or None for name, them in self._texts.items()}
        if self._calls:
            message["tool_calls"] = [
                {
                    "id": call["id"],
                    "type": "function",
                    "function": {
                        "name": call["name"],
                        "arguments": "".join(call["arguments"]),
                    },
                }
                for _, call in sorted(self._calls.items())
            ]
        choice = {"index": 0, "message": message, "finish_reason": self.finish}
        usage = {} if self._usage is None else {"usage": self._usage}
        return {"object": "chat.completion", "choices": [choice], **usage}
