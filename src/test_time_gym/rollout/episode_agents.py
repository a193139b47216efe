"""The agents of one episode: what they are shown, and what they do next."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from test_time_gym.agents.answer import settled
from test_time_gym.agents.base import Agent
from test_time_gym.envs.agent_views import AgentViews
from test_time_gym.market.interface.actions import Action, Crashed, Input
from test_time_gym.market.interface.buyer import Buyer
from test_time_gym.market.interface.crash import crash_of, explained
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.policy import AgentStopped, Thinking
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import WAIT_MAX, Verb

from .asking import ask_together, is_asked_together

__all__ = ["EpisodeAgents", "ReplayPolicy"]

_WAIT: Final = Action(Verb.WAIT, {"minutes": WAIT_MAX})


class ReplayPolicy:
    """An agent that repeats inputs; when it has none left, it waits.

    Args:
        actions: the inputs, in order.
    """

    def __init__(self, actions: Sequence[Input]) -> None:
        """Begin with the first input."""
        self._actions = iter(actions)

    def next(self) -> Input:
        """Return the next input, whatever is seen."""
        return next(self._actions, _WAIT)


class EpisodeAgents:
    """Asks the agents of one episode.

    Args:
        agents: by their names.
        asking: entered while an agent is asked, so that others may run meanwhile.

    Attributes:
        agents: the same; who is to repeat inputs is put in an agent's place.
        crashes: what ended an agent's own program, for the journal and in words.
    """

    def __init__(
        self,
        agents: Mapping[str, Agent],
        asking: Callable[[], AbstractContextManager[object]],
    ) -> None:
        """Ask nobody yet."""
        self.agents: dict[str, Agent | ReplayPolicy] = dict(agents)
        self.crashes: dict[str, tuple[Crashed, str]] = {}
        self._asking = asking
        self._together = {name: is_asked_together(one) for name, one in agents.items()}
        self._found: dict[str, list[Input]] = {}
        """What agents that have been asked do next."""
        self._views: AgentViews | None = None

    def begin(self, turns: Turns, names: Iterable[str]) -> None:
        """Show agents what they begin with, those that care."""
        for name in names:
            agent, who = self.agents[name], turns.by_name[name]
            seen = self._viewed(turns).observe(agent, who)
            try:
                begin = getattr(agent, "begin", None)
                if callable(begin):
                    with self._asking():
                        settled(begin(seen))
            except BaseException as error:  # noqa: BLE001 - as in ask
                self._crash(name, error)

    def ask(self, turns: Turns, seat: Participant) -> Input:
        """Return what a seat does; a failing agent ends only its own episode."""
        name = seat.name
        if name in self.crashes:
            return self.crashes[name][0]
        agent = self.agents[name]
        if isinstance(agent, ReplayPolicy):
            return agent.next()
        if self._found.get(name):
            return self._found[name].pop(0)
        if self._together[name]:
            return self._ask_together(turns, seat)
        views = self._viewed(turns)
        seen = views.observe(agent, seat)
        try:
            with self._asking():
                answer = settled(agent.act(seen))
            return self._timed(seat, views, agent, answer)
        except BaseException as error:  # noqa: BLE001 - any program sits here
            return self._crash(name, error)

    def _ask_together(self, turns: Turns, first: Participant) -> Input:
        """Ask all that are ready and asked together; return what the first does.

        They see the market as it is now, as if each were the first to act.
        """
        seats = [
            seat
            for seat in turns.ready
            if self._together[seat.name]
            and seat.name not in self.crashes
            and not self._found.get(seat.name)
        ]
        views = self._viewed(turns)
        agents = {seat.name: self.agents[seat.name] for seat in seats}
        pages = {seat.name: views.observe(agents[seat.name], seat) for seat in seats}
        with self._asking():
            answers = ask_together(agents, pages)
        for seat in seats:
            agent, answer = agents[seat.name], answers[seat.name]
            try:
                found = self._timed(seat, views, agent, answer.get())
                self._found.setdefault(seat.name, []).insert(0, found)
            except BaseException as error:  # noqa: BLE001 - as in ask
                self._crash(seat.name, error)
        return self.ask(turns, first)

    def _timed(
        self, seat: Participant, views: AgentViews, agent: Any, answer: object
    ) -> Input:
        """Return an action, or the time that a buyer takes before it."""
        action = views.decode(agent, seat, answer)
        if not isinstance(answer, Thinking) or not answer.time.ms:
            return action
        if not isinstance(seat, Buyer):
            return action
        self._found.setdefault(seat.name, []).insert(0, action)
        return answer.time

    def _viewed(self, turns: Turns) -> AgentViews:
        """Return what shows a run to its agents."""
        if self._views is None or self._views.turns is not turns:
            self._views = AgentViews(turns)
        return self._views

    def _crash(self, name: str, error: BaseException) -> Crashed:
        """Keep the class for the journal, and the rest for the person who plays."""
        crashed = crash_of(error)
        # Where an agent says that it stops tells nobody anything.
        where = not isinstance(error, AgentStopped)
        self.crashes[name] = (crashed, explained(error, where=where))
        return crashed
