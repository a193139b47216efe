"""A chat request: what a model is asked, in the form of OpenAI's chat completions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

__all__ = ["ChatRequest", "canonical_json", "digest_of_json"]

_DIGEST: Final = 16
"""Bytes."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One call of a model, without where it goes and without any key."""

    model: str
    messages: tuple[dict[str, Any], ...]
    tools: tuple[dict[str, Any], ...]
    parameters: Mapping[str, Any]
    """``temperature``, ``max_tokens`` and the like."""

    def body(self, *, stream: bool = False) -> dict[str, Any]:
        """Return the body of the HTTP request.

        Args:
            stream: ask for the reply in pieces.
        """
        body: dict[str, Any] = {"model": self.model, "messages": list(self.messages)}
        if self.tools:
            body["tools"] = list(self.tools)
        body |= dict(sorted(self.parameters.items()))
        if stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        return body

    def digest(self) -> str:
        """Return what tells requests apart, whatever the order of their keys."""
        return digest_of_json(self.body())


def canonical_json(value: object) -> str:
    r"""Return JSON in ASCII with sorted keys, the same for equal values.

    >>> canonical_json({"b": [1], "a": "é"})
    '{"a":"\\u00e9","b":[1]}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def digest_of_json(value: object) -> str:
    """Return the BLAKE2b digest of a value's canonical JSON, 128 bits in hex."""
    return blake2b(canonical_json(value).encode(), digest_size=_DIGEST).hexdigest()
