"""Policies that were trained elsewhere, as agents: networks read from a file."""

from .agent import TrainedAgent
from .policy_file import (
    PolicyFile,
    PolicyFileError,
    is_policy_file,
    read_policy,
    write_policy,
)

__all__ = [
    "PolicyFile",
    "PolicyFileError",
    "TrainedAgent",
    "is_policy_file",
    "read_policy",
    "write_policy",
]
