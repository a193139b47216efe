"""A model's name: which model plays and where it answers, in one word."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from test_time_gym.market.interface.policy import AgentError

__all__ = ["ModelName", "is_model_name", "model_label", "read_model_name", "verify_url"]

_PREFIX: Final = "llm:"
_NAME: Final = re.compile(r"llm:(?P<model>.+?)@(?P<url>https?://.*)", re.DOTALL)
_LONGEST: Final = 200
"""Characters of a model."""
_SAY: Final = (
    "say it as llm:MODEL@BASE_URL, such as llm:qwen3:8b@http://127.0.0.1:8000/v1"
)
_METHOD: Final = "/chat/completions"


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model and the address of an OpenAI-compatible server that has it."""

    model: str
    base_url: str
    """Without the ``/chat/completions`` that each call asks for."""

    @property
    def label(self) -> str:
        """What a journal calls the model."""
        return model_label(self.model)


def is_model_name(name: str) -> bool:
    """Return whether a name means a model, rightly written or not.

    >>> is_model_name("llm:m@http://127.0.0.1/v1"), is_model_name("cheapest")
    (True, False)
    """
    return name.startswith(_PREFIX)


def read_model_name(name: str) -> ModelName:
    """Return the model that a name means.

    Raises:
        AgentError: a part is missing, or the address is none.

    >>> read_model_name("llm:org/m:8b@http://127.0.0.1:8000/v1/")
    ModelName(model='org/m:8b', base_url='http://127.0.0.1:8000/v1')
    """
    found = _NAME.fullmatch(name)
    if found is None:
        missing = (
            "it names no address" if "@" not in name else "it names no web address"
        )
        if name.startswith((f"{_PREFIX}@", f"{_PREFIX}http")) or name == _PREFIX:
            missing = "it names no model"
        msg = f"agent {_hidden(name)!r:.200}: {missing}; {_SAY}"
        raise AgentError(msg)
    model = found["model"]
    model_label(model)
    return ModelName(model, verify_url(found["url"]))


def model_label(model: object) -> str:
    """Return what a journal calls a model: never where it answers.

    Raises:
        AgentError: it is no text of 1 to 200 characters that can be printed.

    >>> model_label("org/m:8b")
    'llm:org/m:8b'
    """
    if isinstance(model, str) and 1 <= len(model) <= _LONGEST and model.isprintable():
        return _PREFIX + model
    msg = f"a model's name is a text of 1 to {_LONGEST} characters that can be printed"
    raise AgentError(f"{msg}, not {model!r:.60}")


def verify_url(url: str) -> str:
    """Return a server's address, without the slash at its end.

    Raises:
        AgentError: it is no address, or says more than where the server is.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        msg = f"{_hidden(url)!r:.200} is no address: {error}"
        raise AgentError(msg) from error
    if parts.username is not None or parts.password is not None:
        msg = "an address with a user or a password in it is refused, because it would "
        raise AgentError(msg + "be shown: keys come from an environment variable")
    if parts.scheme not in ("http", "https") or not host or not url.isprintable():
        msg = f"{url!r:.200} is no address that begins with http:// or https://"
        raise AgentError(msg)
    if parts.query or parts.fragment:
        msg = f"{_hidden(url)!r:.200}: an address ends with its path, as in "
        raise AgentError(msg + "http://127.0.0.1:8000/v1")
    plain = url.rstrip("/ ")
    if plain.endswith(_METHOD):
        msg = f"{plain!r:.200}: leave {_METHOD} out, each call adds it"
        raise AgentError(msg)
    return plain


def _hidden(text: str) -> str:
    """Return a text without what may be a password or a key."""
    return re.sub(r"//[^/@]*@", "//…@", text).partition("?")[0]
