"""What PettingZoo's AEC attributes say, kept up as agents act."""

from typing import Any

from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns

from .earnings import collect

__all__ = ["AECBooks"]


class AECBooks:
    """One run: who is selected, what everybody has earned, and its info.

    The environment shows the dictionaries as its own attributes.  They stand in a
    class of their own because it is compiled, and an environment cannot be.

    Args:
        turns: the run.
        adapter: an `EnvAdapter`: has the codecs, and ends the episode.

    Attributes:
        agents: the live ones.
        selection: who acts next.
        rewards: of the last step, by agent.
        cumulative: since each agent's last action.
        terminations: whether an agent's episode has ended.
        truncations: whether it was cut short.
        infos: as of the last time that each was selected, or acted.
    """

    def __init__(self, turns: Turns, adapter: Any) -> None:
        """Begin with everybody's info."""
        self._turns = turns
        self._adapter = adapter
        self._codecs: list[Any] | None = (
            adapter.codecs if adapter.kind == "vector" else None
        )
        self._share_ppm: int = adapter.config.agents.cooperation_ppm
        self.agents: list[str] = [one.name for one in turns.participants]
        names = self.agents
        self.rewards: dict[str, float] = dict.fromkeys(names, 0.0)
        self.cumulative: dict[str, float] = dict.fromkeys(names, 0.0)
        self.terminations: dict[str, bool] = dict.fromkeys(names, False)
        self.truncations: dict[str, bool] = dict.fromkeys(names, False)
        self._terms: dict[str, dict[str, float]] = {name: {} for name in names}
        self._asked_ms: dict[str, int] = dict.fromkeys(names, 0)
        self._rewarded: list[str] = []
        self._dead: list[str] = []
        self._gone: dict[str, bool] = {}
        self.selection: str = ""
        self.infos: dict[str, dict[str, Any]] = {
            seat.name: self._info(seat) for seat in turns.participants
        }
        self._select()

    def step(self, action: Any) -> None:
        """Let the selected agent act, and run to the next decision.

        Raises:
            Misuse: the action is outside the space, or there is one though the
                agent is done; nothing has changed.
        """
        name = self.selection
        if self.terminations[name] or self.truncations[name]:
            self._bury(name, action)
            return
        turns = self._turns
        seat = turns.by_name[name]
        codecs = self._codecs
        decoded = (
            seat.role.decode(action)
            if codecs is None
            else codecs[seat.index].decode(seat, action)
        )
        self._clear()
        self.cumulative[name] = 0.0
        self._terms[name] = {}
        self._asked_ms[name] = turns.clock.now_ms
        turns.act(seat, decoded)
        turns.advance()
        if turns.touched:
            self._credit()
        self._select()
        if self.selection != name:
            # The agent that has just acted wants to know how that went; the rest of
            # its info follows when it is asked again.
            self.infos[name] = self.infos[name] | self._answer(seat)

    def _clear(self) -> None:
        rewards = self.rewards
        for name in self._rewarded:
            if name in rewards:
                rewards[name] = 0.0
        self._rewarded.clear()

    def _credit(self) -> None:
        """Book what was earned since the last step, for the agent that earned it."""
        for seat, terms in collect(self._turns, self._share_ppm):
            name = seat.name
            if name not in self.rewards:
                continue
            known = self._terms[name]
            if known:
                for term, value in terms.items():
                    known[term] = known.get(term, 0.0) + value
            else:
                self._terms[name] = terms
            reward: float = sum(terms.values(), 0.0)
            self.rewards[name] = reward
            self.cumulative[name] += reward
            self._rewarded.append(name)

    def _select(self) -> None:
        """Name the next agent: the dead first, then who is ready."""
        turns = self._turns
        if turns.over:
            self._finish(turns.participants)
            self._adapter.end()
        elif turns.finish == "leave":
            self._finish(
                [seat for seat in turns.participants if seat.outcome is not None]
            )
        if self._dead:
            self.selection = self._dead[0]
        elif turns.ready:
            self.selection = turns.ready[0].name
        if self.agents:
            name = self.selection
            self.infos[name] = self._info(turns.by_name[name])

    def _finish(self, seats: list[Participant]) -> None:
        for seat in seats:
            if seat.name in self._gone:
                continue
            self._gone[seat.name] = True
            truncated = seat.outcome == "truncated"
            self.truncations[seat.name] = truncated
            self.terminations[seat.name] = not truncated
            self.infos[seat.name] = self._info(seat)
            self._dead.append(seat.name)

    def _bury(self, name: str, action: Any) -> None:
        if action is not None:
            msg = f"{name} is done: its only action is None"
            raise Misuse(msg)
        self._dead.remove(name)
        self._clear()
        self.agents.remove(name)
        del self.rewards[name]
        del self.cumulative[name]
        del self.terminations[name]
        del self.truncations[name]
        del self.infos[name]
        self._select()

    def _answer(self, seat: Participant) -> dict[str, Any]:
        return {
            "accepted": seat.accepted,
            "reward_terms": dict(self._terms[seat.name]),
            "outcome": seat.outcome,
        }

    def _info(self, seat: Participant) -> dict[str, Any]:
        now = self._turns.clock.now_ms
        info = self._answer(seat)
        info["now"] = now
        info["dt"] = now - self._asked_ms[seat.name]
        if self._codecs is not None:
            info["action_mask"] = self._codecs[seat.index].mask(seat)
        return info
