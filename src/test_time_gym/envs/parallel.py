"""The PettingZoo Parallel door: decision windows in which all ready agents act."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pettingzoo import ParallelEnv

from test_time_gym.market.errors import Misuse, shown
from test_time_gym.market.interface.actions import Action
from test_time_gym.market.interface.participant import Participant
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import Verb

from .adapter import EnvAdapter
from .multi_agent import MultiAgentEnv
from .rendering import FPS, MODES, check_mode

__all__ = ["MarketParallel"]


class MarketParallel(MultiAgentEnv, ParallelEnv):  # type: ignore[misc]
    """A Parallel environment over the same turns as the AEC door.

    Agents become ready only at the ends of decision windows of fixed simulated
    length; windows in which nobody is ready are skipped.  All ready agents act
    at once, and a keyed lottery orders their effects.  A busy or finished
    agent's mask allows only ``wait``; whatever else it sends is refused and has
    no effect.

    Args:
        door: the world and how it is shown; its window must be positive.
        render_mode: None, ``"human"``, ``"ansi"`` or ``"rgb_array"``.
    """

    _kind: ClassVar[str] = "Parallel"
    metadata: ClassVar[dict[str, Any]] = {  # pyright: ignore[reportIncompatibleVariableOverride]
        "name": "market_v0",
        "render_modes": list(MODES),
        "is_parallelizable": True,
        "render_fps": FPS,
    }

    def __init__(self, adapter: EnvAdapter, render_mode: str | None = None) -> None:
        """Prepare the spaces; `reset` starts a run.

        Raises:
            Misuse: the door has no window, or there is no such render mode.
        """
        super().__init__()
        if adapter.window_ms == 0:
            msg = "the parallel door needs decision windows: give window_ms"
            raise Misuse(msg)
        self._adapter = adapter
        self.render_mode: str | None = check_mode(render_mode)
        self.possible_agents: list[str] = list(adapter.names)
        self.agents: list[str] = []
        names = self.possible_agents
        self.observation_spaces: dict[str, Any] = {
            name: adapter.observation_space(name) for name in names
        }
        self.action_spaces: dict[str, Any] = {
            name: adapter.action_space(name) for name in names
        }
        self.turns: Turns = None  # type: ignore[assignment]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Start a run; return every agent's observation and info."""
        del options
        self._begin(seed)
        self.agents = list(self.possible_agents)
        self._accepted = dict.fromkeys(self.agents, True)
        self._earned: dict[str, dict[str, float]] = {}
        self._then_ms = 0
        return self._resume_views()

    def _resume_views(self) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Return what all live agents see where the run is now."""
        turns = self.turns
        if turns.over:
            self._adapter.end()
        self._ready = dict.fromkeys(seat.index for seat in turns.ready)
        seats = [turns.by_name[name] for name in self.agents]
        shown = {seat.name: self._show(seat) for seat in seats}
        return (
            {name: observation for name, (observation, _) in shown.items()},
            {name: info for name, (_, info) in shown.items()},
        )

    def step(
        self, actions: dict[str, Any]
    ) -> tuple[
        dict[str, Any],
        dict[str, float],
        dict[str, bool],
        dict[str, bool],
        dict[str, dict[str, Any]],
    ]:
        """Take one action of every live agent, and run to the next window.

        Raises:
            Misuse: before `reset`, after `close`, an action is missing, outside the
                space, or of an unknown or finished agent; nothing has changed.
        """
        self._verify_reset("step")
        self._verify_open()
        turns = self.turns
        if not self.agents and isinstance(actions, Mapping) and not actions:
            return {}, {}, {}, {}, {}
        decoded = self._decode(actions)
        ready = list(turns.ready)
        self._then_ms = turns.market.clock.now_ms
        for seat, action in decoded:
            if self._busy(seat):
                waits = isinstance(action, Action) and action.verb is Verb.WAIT
                self._accepted[seat.name] = waits
        actions_of = {seat.index: action for seat, action in decoded}
        for seat in ready:
            if not seat.stopped:
                accepted = turns.act(seat, actions_of[seat.index])
                self._accepted[seat.name] = accepted
        turns.advance()
        self._ready = dict.fromkeys(seat.index for seat in turns.ready)
        return self._results()

    def _decode(self, actions: dict[str, Any]) -> list[tuple[Participant, Any]]:
        live = dict.fromkeys(self.agents)
        if not isinstance(actions, Mapping) or actions.keys() != live.keys():
            raise Misuse(self._wrong_actions(actions))
        by_name = self.turns.by_name
        return [
            (by_name[name], self._adapter.decode(by_name[name], actions[name]))
            for name in self.agents
        ]

    def _wrong_actions(self, actions: object) -> str:
        """Return what is wrong with actions that are not one of each live agent."""
        if not isinstance(actions, Mapping):
            msg = "actions are a dictionary, one for each of env.agents: "
            return msg + f"{{{self.possible_agents[0]!r}: …}}, not {shown(actions)}"
        if not self.agents:
            return "step after the end: env.agents is empty, call reset first"
        live, known = dict.fromkeys(self.agents), dict.fromkeys(self.possible_agents)
        strange = [name for name in actions if name not in known]
        if strange:
            return str(self._no_agent(strange[0]))
        done = [name for name in actions if name not in live]
        if done:
            names = ", ".join(done)[:200]
            return f"no action of agents that are done: {names}; see env.agents"
        missing = ", ".join(name for name in self.agents if name not in actions)[:200]
        return f"missing: {missing}; step takes an action of each of env.agents"

    def _results(self) -> tuple[Any, ...]:
        turns = self.turns
        earned = {seat.name: terms for seat, terms in self._adapter.collect()}
        self._earned = earned
        over, leave = turns.over, turns.finish == "leave"
        observations, rewards, terminations, truncations, infos = {}, {}, {}, {}, {}
        for name in self.agents:
            seat = turns.by_name[name]
            done = over or (leave and seat.outcome is not None)
            truncated = done and seat.outcome == "truncated"
            terms = earned.get(name, {})
            observations[name], infos[name] = self._show(seat)
            rewards[name] = float(sum(terms.values()))
            terminations[name] = done and not truncated
            truncations[name] = truncated
        self.agents = [
            name
            for name in self.agents
            if not (terminations[name] or truncations[name])
        ]
        if over:
            self._adapter.end()
        return observations, rewards, terminations, truncations, infos

    def _busy(self, seat: Participant) -> bool:
        return seat.index not in self._ready

    def _show(self, seat: Participant) -> tuple[Any, dict[str, Any]]:
        """Return what an agent sees, and its info."""
        adapter, now = self._adapter, self.turns.market.clock.now_ms
        terms = self._earned.get(seat.name, {})
        info = adapter.infos.info(seat, terms, now, self._then_ms)
        info["accepted"] = self._accepted[seat.name]
        if not self._busy(seat):
            if not adapter.mask_told:
                return adapter.observe(seat), info
            shown = adapter.codecs[seat.index].observe_with_mask(seat)
            observation, info["action_mask"] = shown
            return observation, info
        observation = adapter.observe(seat, masked=False)
        if adapter.kind == "json":
            observation["legal_verbs"] = ["wait"]
        elif not adapter.flatten:
            observation["action_mask"] = adapter.only_wait(seat)
        if adapter.mask_told:
            info["action_mask"] = adapter.only_wait(seat)
        return observation, info

    def _kept(self) -> dict[str, Any]:
        return {
            "agents": self.agents,
            "accepted": self._accepted,
            "earned": self._earned,
            "then_ms": self._then_ms,
        }

    def _go_on(self, kept: dict[str, Any]) -> Any:
        self.agents = kept["agents"]
        self._accepted = kept["accepted"]
        self._earned = kept["earned"]
        self._then_ms = kept["then_ms"]
        return self._resume_views()

    def _unstarted(self) -> dict[str, Any]:
        return {"agents": []}
