"""One agent's episode, played by a model: the conversation, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from test_time_gym.market.domain import Trade
from test_time_gym.market.interface.policy import AgentStopped, Thinking
from test_time_gym.market.interface.tools import ToolSpec

from .cassette_format import EpisodeEnd
from .chat_reply import ChatReply
from .chat_request import ChatRequest
from .history import History, HistoryRule
from .hosted_skills import HostedSkills
from .model_calls import CallSettings, ModelCalls
from .offer_parts import OfferParts
from .offered_tools import as_tools, legal_tools
from .pages import PageStyle, PageWriter
from .tool_answer import ToolAnswer, tool_answer

__all__ = ["EpisodeSettings", "LLMEpisode"]

CORRECTIONS: Final = 2
"""Times that a model may mend a malformed call, on one page."""
REMINDERS: Final = 1
"""Times that a model is reminded to call a tool, on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeSettings:
    """How a model plays."""

    model: str
    parameters: Mapping[str, Any]
    history: HistoryRule
    page: PageStyle
    offers_per_page: int | None
    system: str
    """The first message."""
    think_base_ms: int
    think_per_token_ms: int


class LLMEpisode:
    """A model in one seat of one episode.

    On each page the model has one answer that counts.  A malformed call is told to the
    model, which may mend it twice; what is still malformed then goes to the market as
    it is, for the penalty of a malformed action.  Of several calls the first counts.
    A text that has one action in it, as models write it that know no tools, is that
    action.  Other text, or a refusal, is answered once with the request to call a
    tool; the second on one page ends the episode as ``refused``.

    Args:
        settings: how the model plays.
        calls: how it is called.
        trade: in whose words.
        seed: of the episode.
        seat: of the agent.
        life: of a learning study; see `CallKey`.
        skills: that are offered as further tools; None: there are none.
    """

    asked_together = True
    """While it waits for its model, others may be asked."""

    def __init__(
        self,
        settings: EpisodeSettings,
        calls: CallSettings,
        trade: Trade,
        *,
        seed: int,
        seat: str,
        life: str = "",
        skills: HostedSkills | None = None,
    ) -> None:
        """Begin with an empty conversation."""
        self._settings = settings
        self._trade = trade
        self._seed = seed
        self._seat = seat
        self._cassette = calls.cassette
        self._life = life
        self._skills = skills
        self._calls = ModelCalls(calls, seed, seat, life)
        self._prices = calls.budget.prices
        writer = PageWriter(trade, settings.page, settings.offers_per_page)
        self._history = History(settings.system, settings.history, writer.write)
        self._offered: dict[str, ToolSpec] = {}
        self._turn = 0

    def act(self, observation: dict[str, Any]) -> Any:
        """Return the action that the model chooses.

        Raises:
            AgentStopped: the model refuses, a budget is used up, or the provider gives
                no answer.
            CassetteError: the cassette holds something else, or cannot be written.
        """
        skills, note = self._skills, ""
        if skills is not None:
            action = skills.next(observation)
            if action is not None:
                return action
            note = skills.told()
        self._turn += 1
        self._history.open(observation, note)
        tools = legal_tools(self._trade, observation["legal_verbs"])
        if skills is not None:
            tools |= {one.name: one for one in skills.offered(observation)}
        parts = OfferParts(
            self._trade,
            self._settings.page,
            self._settings.offers_per_page,
            observation,
        )
        self._offered |= tools | parts.tools()
        before = self._calls.usage.completion_tokens, self._calls.usage.calls
        asked_before = self._calls.usage.prompt_tokens
        answer = self._choice(tools, parts)
        action = self._begun(answer, observation)
        tokens = self._calls.usage.completion_tokens - before[0]
        asked = self._calls.usage.prompt_tokens - asked_before
        ms = self._settings.think_base_ms * (self._calls.usage.calls - before[1])
        ms += self._settings.think_per_token_ms * tokens
        if not ms:
            return action
        return Thinking(action, ms, prompt_tokens=asked, completion_tokens=tokens)

    def _choice(self, tools: dict[str, ToolSpec], parts: OfferParts) -> ToolAnswer:
        """Return the answer that counts on this page."""
        corrections = reminders = 0
        while True:
            offered = tools | parts.tools()
            reply = self._ask(offered)
            answer = tool_answer(reply, offered, self._turn)
            self._history.say(answer.message, *answer.others)
            more = None
            if answer.action is not None and not answer.problem:
                more = parts.shown(answer.action)
            if more is not None:
                self._history.say(_told(answer, more))
            elif answer.action is None:
                if reminders == REMINDERS:
                    raise self._refused(reply)
                reminders += 1
                self._history.say(_reminder(reply, offered))
            elif answer.problem and corrections < CORRECTIONS:
                corrections += 1
                self._history.say(_correction(answer, offered))
            else:
                self._history.close(answer.call)
                return answer

    def ask_afterwards(self, over: str, question: str) -> str:
        """Return what the model says to a question, once its episode is over.

        Args:
            over: how it ended, in words.
            question: what the model is asked; no tools are offered.

        Raises:
            AgentStopped: a budget is used up, or the provider gives no answer.
            CassetteError: the cassette holds something else, or cannot be written.
        """
        messages = self._history.asked_afterwards(over, question)
        settings = self._settings
        asked = ChatRequest(settings.model, messages, (), settings.parameters)
        return self._calls.ask(asked).text

    def end(self, result: dict[str, Any]) -> None:
        """Keep how the episode ended, with the conversation.

        Args:
            result: ``outcome``, ``reward``, ``steps`` and ``paid``.

        Raises:
            CassetteError: it cannot be written, or the run was not what it holds: then
                there is nothing to go on with.
        """
        if self._cassette is None:
            return
        if self._cassette.failure is not None:
            raise self._cassette.failure
        offered = legal_tools(self._trade, list(self._offered))
        offered |= {n: one for n, one in self._offered.items() if n not in offered}
        self._cassette.add_end(
            EpisodeEnd(
                seed=self._seed,
                seat=self._seat,
                model=self._settings.model,
                calls=self._calls.usage.calls,
                result=dict(result),
                messages=self._history.whole(),
                tools=as_tools(list(offered.values())),
                life=self._life,
            )
        )

    def usage(self) -> dict[str, int | None]:
        """Return what the model's answers took so far.

        ``cost_microdollars`` is None where no prices were given; ``latency_ms`` is of
        the wall clock, and the only number that differs from run to run.
        """
        usage = self._calls.usage
        cost = None if self._prices is None else self._prices.cost(usage)
        return {**usage.as_dict(), "cost_microdollars": cost}

    def _begun(self, answer: ToolAnswer, page: dict[str, Any]) -> Any:
        """Return the action of an answer; of a skill that is called, the first."""
        action = answer.action
        if self._skills is None or action is None or answer.problem:
            return action
        return self._skills.begin(action["verb"], action["payload"], page) or action

    def _ask(self, tools: Mapping[str, ToolSpec]) -> ChatReply:
        return self._calls.ask(
            ChatRequest(
                self._settings.model,
                self._history.messages(),
                as_tools(list(tools.values())),
                self._settings.parameters,
            )
        )

    def _refused(self, reply: ChatReply) -> AgentStopped:
        why = "refusal" if reply.refused else "cut_off" if reply.cut else "plain_text"
        said = f"{why}: {reply.text[:80]!r}" if reply.text else why
        return AgentStopped("refused", why, said)


def _reminder(reply: ChatReply, tools: Mapping[str, ToolSpec]) -> dict[str, Any]:
    text = f"Answer by calling a tool, one of: {', '.join(tools)}."
    if reply.cut:
        text = f"Your answer was too long, and was cut off. {text}"
    return {"role": "user", "content": text}


def _told(answer: ToolAnswer, text: str) -> dict[str, Any]:
    """Return the message that answers a call, or a text that was meant as one."""
    if answer.call is None:
        return {"role": "user", "content": text}
    return {"role": "tool", "tool_call_id": answer.call, "content": text}


def _correction(answer: ToolAnswer, tools: Mapping[str, ToolSpec]) -> dict[str, Any]:
    text = f"Not carried out: {answer.problem}. Call one of: {', '.join(tools)}."
    return _told(answer, text)
