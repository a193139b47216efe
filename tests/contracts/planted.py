"""A small market that keeps every promise, and twins that each break one.

`ToyMarket` (AEC) and `ToyWindows` (Parallel) sell a few seats to buyers with private
carts. Each class derived from them has one planted fault, told by its docstring.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from gymnasium.spaces import Box, Dict, Discrete
from pettingzoo import AECEnv, ParallelEnv

WAIT, QUOTE, ADD, DROP, BUY = range(5)
BUYERS = ("buyer_0", "buyer_1", "buyer_2", "buyer_3")
SEATS = 3
CART_MAX = 2


class Shop:
    """The world behind both doors: what can be bought, and what happens then.

    Every draw is a function of (seed, purpose, buyer, number), so that one buyer's
    actions never move another buyer's luck.
    """

    def __init__(self, seed: int | None) -> None:
        self.seed = np.random.SeedSequence(seed).entropy
        self.free = SEATS
        self.price = 5 + self.draw(0, "", 0, 5)
        self.cart = dict.fromkeys(BUYERS, 0)
        self.quote = dict.fromkeys(BUYERS, 0)

    def draw(self, purpose: int, buyer: str, number: int, below: int) -> int:
        key = [self.seed, purpose, BUYERS.index(buyer) if buyer else 99, number]
        return int(np.random.default_rng(key).integers(below))

    def mask(self, buyer: str) -> np.ndarray:
        cart = self.cart[buyer]
        legal = [1, 1, cart < CART_MAX, cart > 0, cart > 0 and self.free > 0]
        return np.array(legal, dtype=np.int8)

    def apply(self, buyer: str, verb: int) -> float | None:
        """Carry out a legal verb; the reward if it was a purchase."""
        if verb == QUOTE:
            self.quote[buyer] = self.price
        elif verb in {ADD, DROP}:
            self.cart[buyer] += 1 if verb == ADD else -1
        elif verb == BUY:
            paid = self.price
            self.free -= 1
            self.price += 1
            return 12.5 - paid
        return None

    def view(self, buyer: str, now: int) -> np.ndarray:
        numbers = [now, self.free, self.cart[buyer], self.quote[buyer]]
        return np.array(numbers, dtype=np.float32)

    def digest(self) -> dict[str, Any]:
        return {
            "free": self.free,
            "price": self.price,
            "cart": dict(self.cart),
            "quote": dict(self.quote),
        }


def spaces() -> tuple[dict[str, Dict], dict[str, Discrete]]:
    views = {
        buyer: Dict(
            observation=Box(0, 1000, (4,), np.float32),
            action_mask=Box(0, 1, (5,), np.int8),
        )
        for buyer in BUYERS
    }
    return views, {buyer: Discrete(5) for buyer in BUYERS}


class ToyMarket(AECEnv):
    """The good one. The agent that is ready first acts; the impatient leave."""

    metadata = {"name": "toy_market_v0", "render_modes": []}  # noqa: RUF012 - PettingZoo's way

    def __init__(self) -> None:
        super().__init__()
        self.possible_agents = list(BUYERS)
        self.observation_spaces, self.action_spaces = spaces()

    def observation_space(self, agent):
        return self.observation_spaces[agent]

    def action_space(self, agent):
        return self.action_spaces[agent]

    def reset(self, seed=None, options=None):
        self.agents = list(BUYERS)
        self.shop = Shop(seed)
        self.now = 0
        self.turns = dict.fromkeys(BUYERS, 0)
        self.accepted = dict.fromkeys(BUYERS, True)
        self.ready = {buyer: self.latency(buyer) for buyer in BUYERS}
        self.leaves = {b: 15 + self.shop.draw(2, b, 0, 30) for b in BUYERS}
        self.rewards = dict.fromkeys(BUYERS, 0.0)
        self._cumulative_rewards = dict.fromkeys(BUYERS, 0.0)
        self.terminations = dict.fromkeys(BUYERS, False)
        self.truncations = dict.fromkeys(BUYERS, False)
        self.select()
        self.tell()

    def step(self, action):
        me = self.agent_selection
        if self.dead(me):
            self._was_dead_step(action)
        else:
            self._cumulative_rewards[me] = 0.0
            self._clear_rewards()
            self.act(me, int(action))
            self.turns[me] += 1
            self.ready[me] = self.now + 1 + self.latency(me)
        self.select()
        if not self.agents:
            self.infos = {}
            return
        self.tell()
        self._accumulate_rewards()
        return

    def act(self, me, verb):
        self.accepted[me] = self.legal(me, verb)
        if not self.accepted[me]:
            self.refuse(me, verb)
            return
        gain = self.shop.apply(me, verb)
        if gain is not None:
            self.rewards = dict.fromkeys(self.agents, -0.25) | {me: gain}
            self.terminations[me] = True

    def legal(self, me, verb):
        return bool(self.shop.mask(me)[verb])

    def refuse(self, me, verb):
        self.rewards[me] = -0.125

    def latency(self, buyer):
        return self.shop.draw(1, buyer, self.turns[buyer], 4)

    def mask(self, buyer):
        return self.shop.mask(buyer)

    def dead(self, buyer):
        return self.terminations[buyer] or self.truncations[buyer]

    def rank(self, buyer):
        return BUYERS.index(buyer)

    def select(self):
        """The dead go first; else time moves on to the agent that is ready first."""
        self._skip_agent_selection = None
        if not self.agents:
            return
        if not any(map(self.dead, self.agents)):
            self.agent_selection = min(
                self.agents, key=lambda buyer: (self.ready[buyer], self.rank(buyer))
            )
            self.now = self.ready[self.agent_selection]
            for buyer in self.agents:
                self.truncations[buyer] = self.leaves[buyer] <= self.now
        self.agent_selection = next(
            filter(self.dead, self.agents), self.agent_selection
        )

    def tell(self):
        self.infos = {
            buyer: {
                "accepted": self.accepted[buyer],
                "action_mask": self.mask(buyer),
            }
            for buyer in self.agents
        }

    def observe(self, agent):
        return {
            "observation": self.shop.view(agent, self.now),
            "action_mask": self.mask(agent),
        }

    def digest(self):
        return self.shop.digest() | {"now": self.now, "agents": list(self.agents)}


class RandomAfterFirstDeath(ToyMarket):
    """Draws without a seed as soon as somebody has left."""

    def latency(self, buyer):
        if len(self.agents) < len(BUYERS):
            return int(np.random.default_rng().integers(4))
        return super().latency(buyer)


class KeepsSeatsOverReset(ToyMarket):
    """Seats sold in one episode are missing in the next."""

    sold = 0

    def reset(self, seed=None, options=None):
        super().reset(seed, options)
        self.shop.free -= self.sold
        self.tell()

    def act(self, me, verb):
        super().act(me, verb)
        self.sold = min(SEATS - self.shop.free, SEATS - 1)


class KeepsDeadStepOverReset(ToyMarket):
    """Leaves PettingZoo's note of who was to act after the dead."""

    def select(self):
        note = getattr(self, "_skip_agent_selection", None)
        super().select()
        if not self.agents:
            return
        if self.dead(self.agent_selection):
            self._skip_agent_selection = note or self.agent_selection
        elif note in self.agents:
            self.agent_selection = note


class BreaksTiesByHash(ToyMarket):
    """Iterates over a set of names to see who comes first."""

    def rank(self, buyer):
        return list(set(BUYERS)).index(buyer)


class MaskAllowsTheImpossible(ToyMarket):
    """Calls buying legal with an empty cart and without seats."""

    def mask(self, buyer):
        mask = super().mask(buyer)
        mask[BUY] = 1
        return mask


class MaskForbidsThePossible(ToyMarket):
    """Calls asking for a quote illegal, and answers it."""

    def mask(self, buyer):
        mask = super().mask(buyer)
        mask[QUOTE] = 0
        return mask


class RefusalMovesThePrice(ToyMarket):
    """Refuses what is illegal, but the attempt drives the price up."""

    def refuse(self, me, verb):
        super().refuse(me, verb)
        self.shop.price += 1


class ReadsBackTheMask(ToyMarket):
    """Judges actions by the array that it gave away."""

    def observe(self, agent):
        observation = super().observe(agent)
        self.handed_out = observation["action_mask"]
        return observation

    def legal(self, me, verb):
        return bool(self.handed_out[verb])


class OverridesLast(ToyMarket):
    """Adds the clock in `last()`, which wrappers do not forward."""

    def last(self, observe=True):  # noqa: FBT002 - PettingZoo's signature
        *rest, info = super().last(observe)
        return (*rest, info | {"clock": self.now})


class LeaksRivalCarts(ToyMarket):
    """Counts the contents of others' carts as seats taken."""

    def observe(self, agent):
        observation = super().observe(agent)
        rivals = sum(self.shop.cart[buyer] for buyer in BUYERS if buyer != agent)
        observation["observation"][1] = max(0, self.shop.free - rivals)
        return observation


class ReusesArrays(ToyMarket):
    """Writes every observation into one buffer."""

    buffer = np.zeros(4, dtype=np.float32)

    def observe(self, agent):
        observation = super().observe(agent)
        self.buffer[:] = observation["observation"]
        return observation | {"observation": self.buffer}


class LookingMovesThePrice(ToyMarket):
    """Raises the price whenever somebody looks."""

    def observe(self, agent):
        self.shop.price += 1
        return super().observe(agent)


class DiesInItsOwnTurn(ToyMarket):
    """Notes the dead buyer itself as the one to act after the dead."""

    def select(self):
        if any(map(self.dead, self.agents)):
            self._deads_step_first()
        elif getattr(self, "agent_selection", BUYERS[0]) in self.agents:
            super().select()


class SeedZeroIsNoSeed(ToyMarket):
    """Asks `if seed` where it means `if seed is not None`."""

    def reset(self, seed=None, options=None):
        super().reset(seed or None, options)


class ToyWindows(ParallelEnv):
    """The good Parallel one: a lottery orders the actions of each window."""

    metadata = {"name": "toy_windows_v0", "render_modes": []}  # noqa: RUF012 - PettingZoo's way

    def __init__(self) -> None:
        self.possible_agents = list(BUYERS)
        self.observation_spaces, self.action_spaces = spaces()

    def observation_space(self, agent):
        return self.observation_spaces[agent]

    def action_space(self, agent):
        return self.action_spaces[agent]

    def reset(self, seed=None, options=None):
        self.agents = list(BUYERS)
        self.shop = Shop(seed)
        self.now = 0
        self.leaves = {b: 6 + self.shop.draw(2, b, 0, 12) for b in BUYERS}
        return self.observations(), self.infos(dict.fromkeys(BUYERS, True))

    def step(self, actions):
        self.now += 1
        lottery = {b: self.shop.draw(1, b, self.now, 1000) for b in self.agents}
        rewards = dict.fromkeys(self.agents, 0.0)
        terminated = dict.fromkeys(self.agents, False)
        accepted = {}
        for buyer in sorted(self.agents, key=lambda b: (lottery[b], b)):
            verb = int(actions[buyer])
            accepted[buyer] = bool(self.shop.mask(buyer)[verb])
            gain = self.shop.apply(buyer, verb) if accepted[buyer] else -0.125
            rewards[buyer] = gain or 0.0
            terminated[buyer] = accepted[buyer] and verb == BUY
        truncated = {b: self.leaves[b] <= self.now for b in self.agents}
        answer = self.observations(), rewards, terminated, truncated
        infos = self.infos(accepted)
        self.agents = [b for b in self.agents if not (terminated[b] or truncated[b])]
        return *answer, infos

    def observations(self):
        return {
            buyer: {
                "observation": self.shop.view(buyer, self.now),
                "action_mask": self.shop.mask(buyer),
            }
            for buyer in self.agents
        }

    def infos(self, accepted):
        return {
            buyer: {
                "accepted": accepted[buyer],
                "action_mask": self.shop.mask(buyer),
            }
            for buyer in self.agents
        }

    def digest(self):
        return self.shop.digest() | {"now": self.now}


class DivergesAtStepTwo(ToyWindows):
    """Draws without a seed from the second step on."""

    def observations(self):
        observations = super().observations()
        if self.now >= 2:
            for observation in observations.values():
                observation["observation"][3] = np.random.default_rng().integers(999)
        return observations
