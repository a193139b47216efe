"""The state of a policy in a conversation, found again from what a request holds.

A scripted policy remembers: which card it has tried, whether it has filtered.  A
server that kept one policy for each conversation would play wrongly as soon as a
client repeats a request, plays two episodes at once, or goes back.  So a state is a
function of the pages that led to it, and has a name: a digest of them.  The name
stands in the ids of the calls that the model makes.  A request whose history is whole
is played from its first page.  One whose history was cut or summarised is played from
the state that its last call names, as long as the server remembers it.
"""

from collections import OrderedDict
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final, Protocol

from msgspec import to_builtins

from test_time_gym.agents.skills.skill.skill import Skill

from .conversation import ShownPage
from .served_chat import digest_of

__all__ = [
    "GivenSkills",
    "PlayingPolicy",
    "PolicyMoment",
    "PolicyState",
    "PolicyStates",
]

_UNREADABLE: Final = (
    *(AttributeError, LookupError, TypeError, ValueError, StopIteration),
)
"""What a policy fails of whose page has other fields, or other values in them."""
_REMEMBERED: Final = 8192
"""States; the ones that were not needed for longest are forgotten."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GivenSkills:
    """The skills that a request gives to the model."""

    told: tuple[Skill, ...] = ()
    """By its texts."""
    tools: tuple[str, ...] = ()
    """Names of tools that are skills."""

    @property
    def digest(self) -> str:
        """Return what tells them from others."""
        return digest_of([to_builtins(self.told), self.tools])


@dataclass(frozen=True, slots=True)
class PolicyMoment:
    """What a policy knows besides the page."""

    given: GivenSkills
    episode: str
    """Digest of the session and the first page: the key of luck for an episode."""
    name: str
    """Digest of all pages up to this one: the key of luck for a decision."""


class PlayingPolicy(Protocol):
    """What plays: it has a state, and is copied before it acts."""

    def act(self, page: Json, moment: PolicyMoment) -> Json:
        """Return ``{"verb": …, "payload": …}``, or ``{"tool": …}`` for a skill."""
        ...


@dataclass(frozen=True, slots=True)
class PolicyState:
    """A policy that has acted on the pages so far; never changed again."""

    name: str
    policy: PlayingPolicy | None = None
    """None: no page was seen yet."""
    episode: str = ""
    page: Json | None = None
    action: Any = None
    """What it does on the last page."""


class PolicyStates:
    """The states of one policy, by name.

    Args:
        make: returns a policy that has seen nothing.
        root: what tells this policy from others, and its settings.
    """

    def __init__(self, make: Callable[[], PlayingPolicy], root: str) -> None:
        """Remember nothing."""
        self._make, self._root = make, root
        self._known: OrderedDict[str, PolicyState] = OrderedDict()
        self._lock = Lock()

    def latest(
        self,
        pages: tuple[ShownPage, ...],
        session: str,
        given: GivenSkills,
    ) -> tuple[PolicyState, PolicyState]:
        """Return the state before and after the last page of a conversation.

        Args:
            pages: at least one.
            session: its name; other sessions are other conversations.
            given: the skills that the request gives.
        """
        start = PolicyState(digest_of([self._root, session]))
        self._remember(start)
        before = after = start
        for shown in pages[self._first_needed(pages) :]:
            named = shown.state and self._recall(shown.state)
            before = named or after
            if before.page is not None and _begins(before.page, shown.page):
                before = start
            after = self._next(before, shown.page, session, given)
        return before, after

    def _first_needed(self, pages: tuple[ShownPage, ...]) -> int:
        """Return the last page before which the state is known, or 0."""
        for k in range(len(pages) - 1, 0, -1):
            named = pages[k].state
            if named and self._recall(named):
                return k
        return 0

    def _next(
        self,
        before: PolicyState,
        page: Json,
        session: str,
        given: GivenSkills,
    ) -> PolicyState:
        name = digest_of([before.name, page, given.digest])
        known = self._recall(name)
        if known is not None:
            return known
        episode = before.episode or digest_of([session, page])
        policy = deepcopy(before.policy) or self._make()
        moment = PolicyMoment(given, episode, name)
        action = _acted(policy, page, moment)
        after = PolicyState(name, policy, episode, page, action)
        self._remember(after)
        return after

    def _recall(self, name: str) -> PolicyState | None:
        with self._lock:
            state = self._known.get(name)
            if state is not None:
                self._known.move_to_end(name)
            return state

    def _remember(self, state: PolicyState) -> None:
        with self._lock:
            self._known[state.name] = state
            self._known.move_to_end(state.name)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


def _acted(policy: PlayingPolicy, page: Json, moment: PolicyMoment) -> Json:
    """Return what a policy does, or that it gives up on a page it cannot read."""
    try:
        return policy.act(page, moment)
    except _UNREADABLE as error:
        why = f"I cannot read this page: {type(error).__name__} {error!s:.60}"
        return {"verb": "abort", "payload": {"reason": why}}


def _begins(before: Json, page: Json) -> bool:
    """Return whether a page is of another episode than the one before it.

    >>> _begins({"goal": "g", "turns_left": 3}, {"goal": "g", "turns_left": 60})
    True
    """
    again: bool = page["turns_left"] > before["turns_left"]
    return again or bool(page["goal"] != before["goal"])
