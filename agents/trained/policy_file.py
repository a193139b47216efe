"""The file of a trained policy: a network, and what it was trained to see and do.

It is a ``.npz`` of numpy: integer arrays, and a text that says what they are.  It holds
numbers alone; reading one runs nothing.
"""

import io
import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, get_args
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

from test_time_gym.atomic_file import write_atomically
from test_time_gym.market.interface.policy import AgentError

from .network import Layer, Network

__all__ = [
    "Choice",
    "PolicyFile",
    "PolicyFileError",
    "is_policy_file",
    "read_policy",
    "write_policy",
]

_PREFIX: Final = "ppo:"
"""Before the path of a file, where an agent is named."""
_SUFFIX: Final = ".npz"
Choice = Literal["draw", "likeliest"]
"""How an action is chosen: drawn from the chances, or the one with the best."""

_FORMAT: Final = "test-time-gym policy 1"
_TEXTS: Final = ("trade", "role", "fields", "actions", "choice")
_MOST_BYTES: Final = 256 * 2**20


class PolicyFileError(AgentError):
    """A file is no policy, or one for something else."""


@dataclass(frozen=True)
class PolicyFile:
    """A trained policy."""

    network: Network
    trade: str
    """Whose vectors it sees: ``flights``."""
    role: str
    """``buyer`` or ``seller``."""
    fields: str
    """Digest of the names of the numbers that it sees, in their order."""
    actions: str
    """Which legal actions its masks have: ``full`` or ``lean``."""
    choice: Choice

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what it does; the same for equal policies in different files."""
        told = sha256(_about(self).encode())
        for name, array in _arrays(self.network).items():
            told.update(f"{name} {array.shape}".encode())
            told.update(array.astype("<i8").tobytes())
        return told.hexdigest()

    @property
    def label(self) -> str:
        """What a journal's header calls it, wherever its file is."""
        return f"ppo@{self.digest[:16]}"


def is_policy_file(name: str) -> bool:
    """Return whether an agent's name is of a policy's file.

    >>> is_policy_file("ppo:rush.npz"), is_policy_file("ppo:MyAgent")
    (True, False)
    """
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX)


def write_policy(path: str | Path, policy: PolicyFile) -> None:
    """Write a policy to a file; one that exists is replaced, missing folders are made.

    Raises:
        PolicyFileError: the name does not end with ``.npz``.
        Misuse: it cannot be written.
    """
    path = Path(path)
    if path.suffix != _SUFFIX:
        msg = f"{path}: a policy's file is called something{_SUFFIX}"
        raise PolicyFileError(msg)
    about = np.frombuffer(_about(policy).encode(), np.uint8)
    written = io.BytesIO()
    np.savez_compressed(written, about=about, **_arrays(policy.network))  # type: ignore[arg-type]
    write_atomically(path, written.getvalue(), overwrite=True)


def read_policy(path: str | Path) -> PolicyFile:
    """Read a policy; a file that has not changed is read once.

    Args:
        path: of the file, with or without ``ppo:`` before it.

    Raises:
        PolicyFileError: there is none, or it is none.
    """
    path = Path(str(path).removeprefix(_PREFIX))
    try:
        state = path.stat()
    except OSError as error:
        msg = f"no policy can be read from {path}: {error.strerror or error}"
        raise PolicyFileError(msg) from error
    return _read(path.resolve(), (state.st_mtime_ns, state.st_size))


@lru_cache(maxsize=16)
def _read(path: Path, _state: tuple[int, int]) -> PolicyFile:
    try:
        found = _unpacked(path)
    except PolicyFileError:
        raise
    except Exception as error:
        # Each layer of the format raises errors of its own when a byte is damaged.
        msg = f"{path} is no policy: {error!s:.200}"
        raise PolicyFileError(msg) from error
    try:
        return _policy(found)
    except AgentError as error:
        raise PolicyFileError(f"{path}: {error}") from error


def _unpacked(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file that does not swell beyond measure."""
    with ZipFile(path) as told:
        if sum(one.file_size for one in told.infolist()) > _MOST_BYTES:
            raise PolicyFileError(f"{path} is too large for a policy")
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def _policy(found: dict[str, NDArray[Any]]) -> PolicyFile:
    """Return the policy that the arrays of a file are."""
    try:
        about = json.loads(bytes(found["about"]))
        known = about["format"] == _FORMAT
        texts = {name: about[name] for name in _TEXTS}
        layers = [
            Layer(
                _whole(found[f"weights_{k}"]),
                _whole(found[f"biases_{k}"]),
                activation,
            )
            for k, activation in enumerate(about["activations"])
        ]
    except AgentError:
        raise
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        msg = "it is no policy: save_policy of test_time_gym.training writes them"
        raise AgentError(msg) from error
    if not known or not all(isinstance(one, str) for one in texts.values()):
        raise AgentError("it is a policy of another version: save it again")
    if texts["choice"] not in get_args(Choice):
        raise AgentError(f"choice is {' or '.join(get_args(Choice))}")
    return PolicyFile(network=Network(layers), **texts)


def _whole(array: NDArray[Any]) -> NDArray[np.int64]:
    if array.dtype.kind != "i":
        raise AgentError("weights of a policy are whole numbers")
    return array.astype(np.int64)


def _about(policy: PolicyFile) -> str:
    told = {name: getattr(policy, name) for name in _TEXTS}
    activations = [layer.activation for layer in policy.network.layers]
    about = {"format": _FORMAT, **told, "activations": activations}
    return json.dumps(about, sort_keys=True, separators=(",", ":"))


def _arrays(network: Network) -> dict[str, NDArray[np.int64]]:
    """Return the arrays of a network by the names that a file has for them."""
    told = {}
    for k, layer in enumerate(network.layers):
        told[f"weights_{k}"], told[f"biases_{k}"] = layer.weights, layer.biases
    return told
