"""The model's answer to a request, when nothing goes wrong."""

import json
from collections.abc import Mapping
from difflib import get_close_matches
from hashlib import blake2b
from typing import Any, Final

from test_time_gym.agents.base import AgentSource, make_agent
from test_time_gym.agents.skills.skill.skill import Skill
from test_time_gym.market.interface.policy import AgentError

from .conversation import CALL_PREFIX, Conversation
from .faulty_reply import garbled
from .page_call import PageCall, called, fitted, table_of
from .policy_state import GivenSkills, PlayingPolicy, PolicyState, PolicyStates
from .scripted_policy import SCRIPTED, ScriptedPolicy
from .served_chat import ServedChat
from .served_reply import ServedCall, ServedReply
from .skill_text import skills_in
from .skilled_policy import SKILL_TOOL, KnownSkill, SkilledPolicy, drawn

__all__ = ["POLICIES", "SKILLED", "ModelPlayer"]

SKILLED: Final = "skilled"
POLICIES: Final = (*SCRIPTED, SKILLED)
"""Names of policies that a fake model knows."""
_PROSE: Final = (
    "I have read {messages}, and none of them shows a page of the market to act on."
)


class ModelPlayer:
    """Plays one policy in all conversations.

    Args:
        policy: one of `POLICIES`, an agent, or a function from page to action.
        skill: how likely it follows, misreads and malforms, if the policy is
            ``skilled``.
        seed: of its draws.

    Raises:
        AgentError: there is no such policy.
    """

    def __init__(self, policy: AgentSource, skill: KnownSkill, seed: int) -> None:
        """Start without conversations."""
        self._policy, self._skill, self._seed = policy, skill, seed
        _verify(policy)
        name = policy if isinstance(policy, str) else "own"
        settings = [name, skill.follow_ppm, skill.misread_ppm, f"{seed}"]
        self._states = PolicyStates(self._made, json.dumps(settings))

    def _made(self) -> PlayingPolicy:
        if self._policy == SKILLED:
            return SkilledPolicy(self._skill, self._seed)
        return ScriptedPolicy(self._policy, self._seed)

    def reply(self, chat: ServedChat, *, acts: bool = True) -> ServedReply:
        """Return what the model says to a request.

        Args:
            chat: the request.
            acts: False: this reply will not be carried out as it is, so that its
                calls are named by the state before it.

        Raises:
            ServedError: the request holds a page that is none the model can read.
        """
        talk = Conversation.of(chat.messages)
        if not talk.pages or not (chat.tools or talk.current):
            return ServedReply(_PROSE.format(messages=_counted(len(chat.messages))))
        malforms = self._policy == SKILLED and drawn(
            self._seed, self._skill.malform_ppm, "malform", chat.digest
        )
        before, after = self._states.latest(
            talk.pages, chat.session, self._given(talk, chat)
        )
        call = _call_of(after)
        if not chat.tools:
            said = {"verb": call.name, "payload": call.arguments}
            reply = ServedReply(json.dumps(said))
        else:
            reply = _calling(call, chat, before if malforms or not acts else after)
        return garbled(reply) if malforms else reply

    def _given(self, talk: Conversation, chat: ServedChat) -> GivenSkills:
        """Return the skills of a request; only one policy looks for them."""
        if self._policy != SKILLED:
            return GivenSkills()
        told: list[Skill] = []
        for text in talk.told:
            told += [skill for skill in skills_in(text) if skill not in told]
        names = [tool["name"] for tool in chat.tools]
        tools = [name for name in names if name.startswith(SKILL_TOOL)]
        return GivenSkills(tuple(told), tuple(tools))


def _verify(policy: AgentSource) -> None:
    """Raise why nothing plays so.

    Raises:
        AgentError: no policy has this name, or what is given is no agent.
    """
    if not isinstance(policy, str):
        make_agent(policy)
    elif policy not in POLICIES:
        near = get_close_matches(policy, POLICIES, n=1, cutoff=0.6)
        known = ", ".join(POLICIES)
        hint = f"did you mean {near[0]}?" if near else f"known: {known}"
        raise AgentError(f"unknown policy {policy!r:.60}; {hint}")


def _counted(messages: int) -> str:
    return "1 message" if messages == 1 else f"{messages} messages"


def _call_of(state: PolicyState) -> PageCall:
    """Return what a policy does on the last page, by the names of its trade."""
    action: Any = state.action
    if isinstance(action, Mapping) and "tool" in action:
        return PageCall(str(action["tool"]), dict(action["payload"]))
    try:
        return called(action, table_of(state.page or {}))
    except (IndexError, KeyError, TypeError, ValueError) as error:
        why = f"my policy gave no action: {type(error).__name__}"
        return PageCall("abort", {"reason": why})


def _calling(call: PageCall, chat: ServedChat, state: PolicyState) -> ServedReply:
    """Return the call of a tool that was offered; else of ``wait``, else prose."""
    fit = fitted(call, chat.tools) or fitted(PageCall("wait", {}), chat.tools)
    if fit is None:
        return ServedReply(f"I would call {call.name}, and there is no such tool.")
    own = blake2b(chat.digest.encode(), digest_size=4).hexdigest()
    made = ServedCall(
        f"{CALL_PREFIX}{state.name}{own}", fit.name, json.dumps(fit.arguments)
    )
    return ServedReply(calls=(made,), finish_reason="tool_calls")
