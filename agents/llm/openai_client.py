"""A client by the SDK of OpenAI, for all servers that are compatible with it."""

from collections.abc import Mapping
from typing import Any

from test_time_gym.market.interface.policy import AgentError

from .client import REPLY_MAX, redacted
from .provider_error import ProviderError, error_of_status
from .wall_clock import unix_s

__all__ = ["OpenAIClient"]


class OpenAIClient:
    """Sends requests with the package ``openai``; it is asked not to retry.

    Args:
        base_url: of the server.
        key: sent as a bearer token; None: the server asks for none.
        timeout_ms: for each silence.

    Raises:
        AgentError: the package is not installed.
    """

    def __init__(self, base_url: str, key: str | None, timeout_ms: int) -> None:
        """Import the package."""
        try:
            import openai  # noqa: PLC0415 - an extra
        except ImportError as error:
            msg = "the client openai needs more: pip install 'test-time-gym[llm]'"
            raise AgentError(msg) from error
        self._sdk: Any = openai
        self._key = key
        self._timeout_ms = timeout_ms
        self._client: Any = openai.OpenAI(
            api_key=key or "none",
            base_url=base_url,
            timeout=timeout_ms / 1000,
            max_retries=0,
        )

    def post(self, body: Mapping[str, Any]) -> str:
        """Return what the server answers with a status of 2xx.

        Raises:
            ProviderError: it answers otherwise, or not at all.
        """
        sdk = self._sdk
        try:
            text: str = self._client.post(
                "/chat/completions", cast_to=str, body=dict(body)
            )
        except sdk.APIStatusError as error:
            raise self._refused(error) from None
        except sdk.APITimeoutError:
            msg = f"no reply within {self._timeout_ms} ms"
            raise ProviderError("timeout", msg) from None
        except sdk.APIConnectionError as error:
            said = redacted(str(error.__cause__ or error), self._key)
            raise ProviderError("connection", said) from None
        except sdk.OpenAIError as error:
            raise ProviderError("malformed", redacted(str(error), self._key)) from None
        if len(text) > REPLY_MAX:
            msg = f"the reply is longer than {REPLY_MAX} bytes"
            raise ProviderError("malformed", msg)
        return redacted(text, self._key)

    def _refused(self, error: Any) -> ProviderError:
        headers = {
            name.lower(): value for name, value in error.response.headers.items()
        }
        text = redacted(error.response.text, self._key)
        return error_of_status(error.status_code, text, headers, unix_s())
