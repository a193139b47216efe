"""A model of known skill: how well it follows, reads and writes is said beforehand.

For tests of harnesses: a harness that helps a model by skills must show a gain that
grows with the probability that the model follows them, and none where that is 0.
What such a model scores says nothing of any real one.
"""

from dataclasses import dataclass
from typing import Any, Final

from test_time_gym.agents.page import offers_of
from test_time_gym.agents.skills.perception.page import features, holds
from test_time_gym.agents.skills.skill.execution import Execution
from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.market.streams import Streams

from .page_call import table_of
from .policy_state import PolicyMoment
from .scripted_policy import ScriptedPolicy

__all__ = ["BASE", "SKILL_TOOL", "KnownSkill", "SkilledPolicy", "drawn"]

BASE: Final = "first-offer"
"""What it plays where it follows no skill."""
SKILL_TOOL: Final = "skill_"
"""How names of tools begin that are skills."""
_TRIES: Final = 3
"""How often it begins the same skill in an episode."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class KnownSkill:
    """Probabilities, in parts per million."""

    follow_ppm: int = 1_000_000
    """That it follows the skills it is given, in an episode."""
    misread_ppm: int = 0
    """That it takes another offer of the page than it meant, at each choice."""
    malform_ppm: int = 0
    """That the arguments of a call are no JSON, at each call."""


def drawn(seed: int, ppm: int, purpose: str, key: str) -> bool:
    """Return whether something happens; a function of its key alone.

    With a higher probability it happens wherever it did with a lower one, so that
    runs that differ in it alone can be compared pair by pair.

    >>> drawn(7, 1_000_000, "follow", "a"), drawn(7, 0, "follow", "a")
    (True, False)
    """
    return Streams(seed).at(0, f"fake-model/{purpose}", key).chance(ppm)


class SkilledPolicy:
    """Follows skills with a known probability, and is weak without them.

    In an episode in which it follows, it carries out the first skill whose
    precondition holds, step by step, then the next one; tools that are skills come
    before skills in the text.  Everywhere else it plays as `BASE`.

    Args:
        skill: how likely it follows and misreads.
        seed: of its draws.
    """

    def __init__(self, skill: KnownSkill, seed: int) -> None:
        """Be in no skill."""
        self._skill, self._seed = skill, seed
        self._base = ScriptedPolicy(BASE, seed)
        self._running: Execution | None = None
        self._begun: dict[str, int] = {}
        """How often each skill was begun."""
        self._tool: tuple[str, Any] | None = None
        """The skill tool that was called last, and on what kind of page."""
        self._pages = 0

    def act(self, page: Json, moment: PolicyMoment) -> Json:
        """Return what it does on a page."""
        self._pages += 1
        action = None
        if drawn(self._seed, self._skill.follow_ppm, "follow", moment.episode):
            action = self._tool_called(page, moment.given.tools)
            action = action or self._followed(page, moment.given.told)
        if action is None:
            action = self._base.act(page, moment)
        if "tool" in action:
            return action
        return self._misread(action, page, moment.name)

    def _tool_called(self, page: Json, tools: tuple[str, ...]) -> Json | None:
        """Return the call of a skill, unless the last one has changed nothing."""
        here = [page["view"], page["payment_state"]["status"], page["cart"]]
        for name in tools:
            again = self._tool == (name, here)
            if not again and self._begun.get(name, 0) < _TRIES:
                self._begun[name] = self._begun.get(name, 0) + 1
                self._tool = name, here
                return {"tool": name, "payload": {}}
        return None

    def _followed(self, page: Json, skills: tuple[Skill, ...]) -> Json | None:
        """Return the next step of a skill, or None if none applies."""
        if self._running is not None:
            action = _next_of(self._running, page)
            if action is not None:
                return action
            self._running = None
        for k, skill in enumerate(skills):
            name = f"{k}/{skill.name}"
            if self._applies(skill, page) and self._begun.get(name, 0) < _TRIES:
                running = Execution(skill, self._pages)
                action = _next_of(running, page)
                if action is not None:
                    self._begun[name] = self._begun.get(name, 0) + 1
                    self._running = running
                    return action
        return None

    def _applies(self, skill: Skill, page: Json) -> bool:
        if not skill.precondition:
            return self._pages == 1
        try:
            return holds(skill.precondition, features(page))
        except KeyError:
            # The features of a page are known of one trade only.
            return False

    def _misread(self, action: Json, page: Json, key: str) -> Json:
        """Return the action, or with another offer in the place of the one it names."""
        shown = [str(offer["id"]) for offer in offers_of(page) if "id" in offer]
        table = table_of(page)
        field = table.trade.words.offer_id if table else ""
        payload = action.get("payload")
        meant = payload.get(field) if isinstance(payload, dict) else payload
        others = [name for name in shown if name != meant]
        if meant not in shown or not others:
            return action
        if not drawn(self._seed, self._skill.misread_ppm, "misread", key):
            return action
        number = Streams(self._seed).at(0, "fake-model/offer", key).below(len(others))
        taken = others[number]
        return action | {
            "payload": {**payload, field: taken} if isinstance(payload, dict) else taken
        }


def _next_of(running: Execution, page: Json) -> Json | None:
    """Return the next action of a skill, or None: it is through, or makes no sense."""
    try:
        action = running.action(page)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        # The text may point at places of a page as it never is.
        return None
    return None if action is None else {"verb": action[0], "payload": action[1]}
