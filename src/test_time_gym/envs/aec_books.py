"""What PettingZoo's AEC attributes say, kept up as agents act."""

from typing import Any

from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.reward import MILLI
from test_time_gym.market.interface.turns import Turns

from .earnings import Earnings, SharedEarnings
from .infos import InfoWriter

__all__ = ["AECBooks"]


class AECBooks:
    """One run: who is selected, what everybody has earned, and its info.

    The environment shows the dictionaries as its own attributes.  They stand in a
    class of their own because it is compiled, and an environment cannot be.  What a
    step changes is entered into them when somebody asks.

    Args:
        turns: the run.
        adapter: an `EnvAdapter`: has the codecs, and ends the episode.

    Attributes:
        agents: the live ones.
        selection: who acts next.
        terminations: whether an agent's episode has ended.
        truncations: whether it was cut short.
    """

    def __init__(self, turns: Turns, adapter: Any) -> None:
        """Begin with everybody's info."""
        self._turns = turns
        self._adapter = adapter
        self._codecs: list[Any] | None = (
            adapter.codecs if adapter.kind == "vector" else None
        )
        self._mask_told: bool = adapter.mask_told
        self._writer: InfoWriter = adapter.infos
        share_ppm: int = adapter.config.agents.cooperation_ppm
        self._own: bool = self._writer.plain and not share_ppm
        """Whether infos tell each agent's own reward, in numbers alone."""
        self._earnings = (
            SharedEarnings(turns, share_ppm) if share_ppm else Earnings(turns)
        )
        seats = turns.participants
        self.agents: list[str] = [one.name for one in seats]
        self.terminations: dict[str, bool] = dict.fromkeys(self.agents, False)
        self.truncations: dict[str, bool] = dict.fromkeys(self.agents, False)
        self._rewards: dict[str, float] = dict.fromkeys(self.agents, 0.0)
        self._cumulative: dict[str, float] = dict.fromkeys(self.agents, 0.0)
        self._asked_ms: list[int] = [0] * len(seats)
        self._dead: list[Participant] = []
        self._gone: dict[int, bool] = {}
        self._acted: dict[int, Participant] = {}
        """Who has acted, and is not told in `infos` yet how that went."""
        self._shown = True
        """Whether the selected agent's info is up to date."""
        self._infos: dict[str, dict[str, Any]] = {}
        """Of those who were selected, or when somebody asked."""
        self._seat: Participant
        self.selection: str = ""
        self._select()

    # -- saving -----------------------------------------------------------------------

    def save(self) -> dict[str, Any]:
        """Return what `restore` brings back; agents of the run stand in it by index."""
        return {
            "agents": self.agents,
            "terminations": self.terminations,
            "truncations": self.truncations,
            "rewards": self._rewards,
            "cumulative": self._cumulative,
            "infos": self._infos,
            "asked_ms": self._asked_ms,
            "dead": [one.index for one in self._dead],
            "gone": self._gone,
            "acted": list(self._acted),
            "shown": self._shown,
            "selected": self._seat.index,
            "earnings": self._earnings.save(),
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Go on from where the books of a run like this one were saved."""
        agents = self._turns.participants
        self.agents = saved["agents"]
        self.terminations = saved["terminations"]
        self.truncations = saved["truncations"]
        self._rewards = saved["rewards"]
        self._cumulative = saved["cumulative"]
        self._infos = saved["infos"]
        self._asked_ms = saved["asked_ms"]
        self._dead = [agents[index] for index in saved["dead"]]
        self._gone = saved["gone"]
        self._acted = {index: agents[index] for index in saved["acted"]}
        self._shown = saved["shown"]
        self._seat = agents[saved["selected"]]
        self.selection = self._seat.name
        self._earnings.restore(saved["earnings"])

    # -- what agents do ---------------------------------------------------------------

    def step(self, action: Any) -> None:
        """Let the selected agent act, and run to the next decision.

        Raises:
            Misuse: the action is outside the space, or there is one though the
                agent is done, or all are; nothing has changed.
        """
        if not self.agents:
            raise _after_the_end("step")
        if self._dead:
            self._bury(action)
            return
        turns, seat, codecs = self._turns, self._seat, self._codecs
        index, earnings = seat.index, self._earnings
        if codecs is None:
            decoded = seat.role.decode(action)
        else:
            decoded = codecs[index].decode(seat, action)
        earnings.begin(seat)
        self._asked_ms[index] = turns.clock.now_ms
        turns.act(seat, decoded)
        turns.advance()
        earnings.settle()
        self._acted[index] = seat
        self._select()

    def _select(self) -> None:
        """Name the next agent: the dead first, then who is ready."""
        turns = self._turns
        if turns.over:
            self._finish(turns.participants)
            self._adapter.end()
        elif turns.finish == "leave":
            self._finish([one for one in turns.participants if one.outcome is not None])
        if self._dead:
            self._seat = self._dead[0]
        elif turns.ready:
            self._seat = turns.ready[0]
        else:
            return
        self.selection = self._seat.name
        self._shown = False

    def _finish(self, seats: list[Participant]) -> None:
        for seat in seats:
            if seat.index in self._gone:
                continue
            self._gone[seat.index] = True
            truncated = seat.outcome == "truncated"
            self.truncations[seat.name] = truncated
            self.terminations[seat.name] = not truncated
            self._infos[seat.name] = self._info(seat)
            self._dead.append(seat)

    def _bury(self, action: Any) -> None:
        name = self.selection
        if action is not None:
            msg = f"{name} is done: its only action is None"
            raise Misuse(msg)
        self._earnings.forget()
        del self._dead[0]
        self.agents.remove(name)
        del self._rewards[name]
        del self._cumulative[name]
        del self.terminations[name]
        del self.truncations[name]
        self._infos.pop(name, None)
        self._select()

    # -- what is asked ----------------------------------------------------------------

    def last(self, observe: bool) -> tuple[Any, float, bool, bool, dict[str, Any]]:  # noqa: FBT001
        """Return what the selected agent sees and has earned.

        Raises:
            Misuse: all agents are done.
        """
        if not self.agents:
            raise _after_the_end("last")
        seat, name, codecs = self._seat, self.selection, self._codecs
        # Whatever it is: compiled code would take it to be what it is given first.
        observation: Any = None
        if self._shown:
            info = self._infos[name]
            if observe:
                observation = self._observe(seat)
        else:
            info = self._plain_info(seat)
            if codecs is None or not self._mask_told:
                observation = self._observe(seat) if observe else None
            elif observe:
                shown = codecs[seat.index].observe_with_mask(seat)
                observation, info["action_mask"] = shown
            else:
                info["action_mask"] = codecs[seat.index].mask(seat)
            self._show(seat, info)
        return (
            observation,
            self._earnings.cumulative(seat),
            self.terminations[name],
            self.truncations[name],
            info,
        )

    def _observe(self, seat: Participant) -> Any:
        if self._codecs is None:
            return seat.role.observe(seat)
        return self._codecs[seat.index].observe(seat)

    def rewards(self) -> dict[str, float]:
        """Return what the live agents earned in the last step."""
        self._book()
        return self._rewards

    def cumulative(self) -> dict[str, float]:
        """Return what the live agents have earned since they last acted."""
        self._book()
        return self._cumulative

    def infos(self) -> dict[str, dict[str, Any]]:
        """Return the live agents' infos, as of when each was selected, or acted.

        Of one that was not selected yet, as of the first time that this is called.
        """
        if len(self._infos) < len(self.agents):
            live = [self._turns.by_name[name] for name in self.agents]
            known = self._infos
            self._infos = {
                one.name: known[one.name] if one.name in known else self._info(one)
                for one in live
            }
        for seat in self._acted.values():
            if seat.name in self._infos:
                self._answer(seat)
        self._acted.clear()
        if not self._shown:
            self._show(self._seat, self._info(self._seat))
        return self._infos

    def _book(self) -> None:
        earnings, rewards = self._earnings, self._rewards
        for seat in earnings.moved():
            if seat.name in rewards:
                rewards[seat.name] = earnings.reward(seat)
                self._cumulative[seat.name] = earnings.cumulative(seat)

    def _show(self, seat: Participant, info: dict[str, Any]) -> None:
        """Enter the info of the selected agent."""
        self._shown = True
        self._acted.pop(seat.index, None)
        self._infos[seat.name] = info

    def _answer(self, seat: Participant) -> None:
        """Enter how an agent's action went into the info that it acted upon."""
        known, terms = self._infos[seat.name], self._earnings.terms(seat)
        answer = self._writer.info(seat, terms, 0, 0)
        then = {"now": known["now"], "dt": known["dt"]}
        self._infos[seat.name] = known | answer | then

    def _info(self, seat: Participant) -> dict[str, Any]:
        info = self._plain_info(seat)
        if self._codecs is not None and self._mask_told:
            info["action_mask"] = self._codecs[seat.index].mask(seat)
        return info

    def _plain_info(self, seat: Participant) -> dict[str, Any]:
        """Return an agent's info but for its mask."""
        now, then = self._turns.clock.now_ms, self._asked_ms[seat.index]
        if self._own:
            return self._writer.info(seat, seat.terms, now, then, MILLI)
        return self._writer.info(seat, self._earnings.terms(seat), now, then)


def _after_the_end(what: str) -> Misuse:
    return Misuse(f"{what} after the end of the run: call reset first")
