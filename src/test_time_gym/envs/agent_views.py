"""What agents are shown of a run: pages, or vectors where an agent asks for them."""

from typing import Any, Final

from test_time_gym.agents.trained import TrainedAgent
from test_time_gym.market.domain import Trade
from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.interface.actions import Malformed, TurnInput
from test_time_gym.market.interface.policy import AgentError, Thinking
from test_time_gym.market.interface.seller import SellerAgent
from test_time_gym.market.interface.seller_actions import STEPS_PPM
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.vector_actions import ACTIONS

from .seller_codec import FIELDS, OBSERVATION_SIZE, SellerCodec
from .vector_codec import VectorCodec
from .vector_fields import fields_digest, layout_of

__all__ = ["AgentViews", "fields_seen", "vector_sizes", "verify_view"]

_ENCODINGS: Final = ("json", "vector")
_MASKS: Final = ("full", "lean")


def _sees_vectors(agent: Any) -> bool:
    return getattr(agent, "observes", "json") == "vector"


def fields_seen(trade: Trade, role: str) -> str:
    """Return what tells apart vectors whose numbers mean something else."""
    return FIELDS if role == "seller" else fields_digest(trade)


def vector_sizes(trade: Trade, role: str) -> tuple[int, int]:
    """Return how many numbers a role sees, and among how many actions it chooses."""
    if role == "seller":
        return OBSERVATION_SIZE, len(STEPS_PPM)
    return layout_of(trade).size, len(ACTIONS)


def verify_view(agent: Any, trade: Trade, role: str) -> None:
    """Raise why an agent cannot be shown what it asks for.

    Args:
        agent: may have ``observes`` (``"json"`` or ``"vector"``), and with vectors
            ``actions`` (which masks: ``"full"`` or ``"lean"``).
        trade: of the scenario that it is to play.
        role: that it is to play: ``buyer`` or ``seller``.

    Raises:
        AgentError: it asks for something else, or was trained for something else.
    """
    asked: dict[str, tuple[str, ...]] = {"observes": _ENCODINGS}
    if _sees_vectors(agent):
        asked["actions"] = _MASKS
    for name, known in asked.items():
        value = getattr(agent, name, known[0])
        if value not in known:
            msg = f"{name} of an agent is {' or '.join(map(repr, known))}, "
            raise AgentError(msg + f"not {shown(value)}")
    if not isinstance(agent, TrainedAgent):
        return
    policy = agent.policy
    if (policy.trade, policy.role) != (trade.name, role):
        msg = f"the policy is of a {policy.role} of {policy.trade}, and cannot play "
        raise AgentError(f"{msg}a {role} of {trade.name}")
    sizes = (policy.network.inputs, policy.network.outputs)
    if policy.fields != fields_seen(trade, role) or sizes != vector_sizes(trade, role):
        msg = "the policy was trained on vectors with other fields than these: "
        raise AgentError(msg + "train it again, or use the version it was trained with")


class AgentViews:
    """Shows one run to its agents, and decodes what they answer.

    Args:
        turns: the run.

    Attributes:
        turns: the same.
    """

    def __init__(self, turns: Turns) -> None:
        """Make no codec before somebody needs it."""
        self.turns: Turns = turns
        self._buyers: dict[bool, VectorCodec] = {}
        """By whether their masks are lean."""
        self._sellers: SellerCodec | None = None

    def observe(self, agent: Any, who: Any) -> Any:
        """Return what an agent is shown: a page, or a vector with its mask."""
        if _sees_vectors(agent):
            return self._codec(agent, who).observe(who)
        return who.role.observe(who)

    def decode(self, agent: Any, who: Any, answer: object) -> TurnInput:
        """Return what an agent's answer means; whatever it is, it means something.

        How long it thought is left aside.
        """
        if isinstance(answer, Thinking):
            answer = answer.action
        if answer is None:
            return Malformed("the agent returned None")
        codec = self._codec(agent, who) if _sees_vectors(agent) else None
        decoded: TurnInput
        if codec is None:
            decoded = who.role.decode(answer)
            return decoded
        try:
            decoded = codec.decode(who, answer)
        except Misuse as error:
            return Malformed(str(error))
        return decoded

    def _codec(self, agent: Any, who: Any) -> Any:
        if isinstance(who, SellerAgent):
            if self._sellers is None:
                self._sellers = SellerCodec(self.turns)
            return self._sellers
        lean = getattr(agent, "actions", "full") == "lean"
        if lean not in self._buyers:
            self._buyers[lean] = VectorCodec(self.turns, lean=lean)
        return self._buyers[lean]
