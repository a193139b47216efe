"""What an agent is, and the agents that come with the package, by name."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Protocol, runtime_checkable

from test_time_gym.market.interface.policy import AgentError, seed_of

from .clerk import Clerk
from .dummy import Dummy
from .llm import LLMAgent, is_model_name, read_model_name
from .load_follower import LoadFollower
from .random_legal import RandomLegal
from .rebooking import Rebooker
from .scripted import Cheapest, FirstOffer
from .skills.agent import SkillsAgent
from .trained import TrainedAgent, is_policy_file, read_policy
from .undercut import Undercut
from .waiting import Patient

__all__ = [
    "Agent",
    "AgentSource",
    "agent_names",
    "label_of",
    "make_agent",
    "reads_as_people_do",
    "seller_agent_names",
]


@runtime_checkable
class Agent(Protocol):
    """Anything that turns an observation into an action.

    Two more methods are called when they exist: ``begin(task)`` with the first
    observation before the episode, and ``end(result)`` with a dict of
    ``outcome``, ``reward``, ``steps`` and ``paid`` after it.

    An agent that has ``observes = "vector"`` is shown what the vector door shows, and
    answers with an integer: ``{"observation": …, "action_mask": …}`` instead of a page.
    With ``actions = "lean"`` its masks are lean.

    All three may be ``async``.  If its ``act`` is a coroutine function, or the agent
    has ``asked_together = True``, it is asked at the same time as others that are
    ready.  With ``episodic = True`` it keeps nothing from one episode to the next, so
    that copies of it may play several at once.

    One object may be given several seats.  With ``one_seat = True`` that is refused;
    without a word on it, an object with ``begin`` is warned of, for it would take what
    it keeps of one seat's episode for what it keeps of another's.

    If an agent has ``for_episode(seed=…, seat=…, trade=…)``, what that returns plays in
    its place: an object with ``act``, for one seat of one episode.
    """

    def act(self, observation: dict[str, Any]) -> Any:
        """Return ``{"verb": …, "payload": …}`` for a JSON observation."""


AgentSource = str | Agent | Callable[[dict[str, Any]], Any]
"""A name, an agent, or a plain function from observation to action."""

_MAKERS: dict[str, Callable[[int], Agent]] = {
    "cheapest": lambda _seed: Cheapest(),
    "clerk": lambda _seed: Clerk(),
    "dummy": lambda _seed: Dummy(),
    "first-offer": lambda _seed: FirstOffer(),
    "patient": lambda _seed: Patient(),
    "random": RandomLegal,
    "rebooker": lambda _seed: Rebooker(),
    "skills": SkillsAgent,
}

_SELLERS: dict[str, Callable[[int], Agent]] = {
    "load-follower": lambda _seed: LoadFollower(),
    "undercut": lambda _seed: Undercut(),
}


class _Function:
    """A plain function as an agent."""

    def __init__(self, function: Callable[[dict[str, Any]], Any]) -> None:
        self.act = function


def agent_names() -> list[str]:
    """Return the names of the built-in agents that buy, sorted."""
    return sorted(_MAKERS)


def seller_agent_names() -> list[str]:
    """Return the names of the built-in agents that sell, sorted."""
    return sorted(_SELLERS)


def label_of(source: AgentSource) -> str:
    """Return what a journal's header calls an agent: its name, or ``external``.

    A trained policy is called by a digest of what it does, wherever its file is, and
    a language model by its name, wherever it answers.

    Raises:
        AgentError: a file is no policy, or a name no model's.

    >>> label_of("cheapest"), label_of(lambda observation: None)
    ('cheapest', 'external')
    >>> label_of("llm:m@http://127.0.0.1:8000/v1")
    'llm:m'
    """
    if isinstance(source, str):
        if is_model_name(source):
            return read_model_name(source).label
        return read_policy(source).label if is_policy_file(source) else source
    if isinstance(source, LLMAgent):
        return source.label
    return source.policy.label if isinstance(source, TrainedAgent) else "external"


def reads_as_people_do(source: AgentSource) -> bool:
    """Return whether an agent understands the names that a site gives things.

    A language model reads ``tok_decline_soft``, and knows what the card does.
    """
    if isinstance(source, str):
        return is_model_name(source)
    # Who plays in a model's place says so.
    return isinstance(source, LLMAgent) or (
        getattr(source, "reads_as_people_do", False) is True
    )


def make_agent(source: AgentSource, seed: int = 0) -> Agent:
    """Return an agent.

    Args:
        source: a built-in name, ``ppo:FILE.npz`` for a trained policy,
            ``llm:MODEL@BASE_URL`` for a language model, an object with ``act``, or a
            function.
        seed: for agents that draw; derived from the run's seed and the seat.

    Raises:
        AgentError: nothing of this name or shape is an agent, or a file is no policy.
        Misuse: the seed is none.

    >>> make_agent(lambda observation: {"verb": "wait"}).act({})
    {'verb': 'wait'}
    """
    if isinstance(source, str) and is_model_name(source):
        return LLMAgent.named(source)
    if isinstance(source, str) and is_policy_file(source):
        return TrainedAgent(read_policy(source), seed_of(seed))
    if isinstance(source, str):
        maker = _MAKERS.get(source) or _SELLERS.get(source)
        if maker is None:
            near = get_close_matches(source, agent_names(), n=1, cutoff=0.6)
            known = ", ".join(agent_names())
            hint = f"did you mean {near[0]}?" if near else f"known: {known}"
            msg = f"unknown agent {source!r:.60}; {hint}"
            raise AgentError(msg)
        return maker(seed_of(seed))
    if isinstance(source, type):
        msg = f"{source.__name__} is a class: pass an instance, {source.__name__}()"
        raise AgentError(msg)
    if isinstance(source, Agent):
        return source
    if callable(source):
        return _Function(source)
    msg = "an agent is a name, an object with act(observation), or a function; "
    msg += f"{type(source).__name__} is none of them"
    raise AgentError(msg)
