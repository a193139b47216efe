"""What the writer of an agent may use of the market: errors and own chance."""

from ..errors import Misuse
from ..streams import Stream, Streams, seed_of

__all__ = ["AgentError", "policy_stream", "seed_of"]


class AgentError(Misuse):
    """Something that should be an agent is none, or does not behave like one."""


def policy_stream(seed: int, name: str = "policy") -> Stream:
    """Return a stream of an agent's own, apart from all the market draws from.

    >>> policy_stream(7).below(100) == policy_stream(7).below(100)
    True
    """
    return Streams(seed).get("policy", name)
