"""Two runs that differ only in what a rival does where the watcher cannot see it.

A rival's deeds reach others through shared things: seats, prices, the gateway's line.
A story takes place on a *ground* where these do not give way, so that the watcher's
bytes must be the same to the last one:

- ``island``: the packaged scenario as it is, with a flight more, far from the others,
  on which the rival does its business;
- ``plenty``: the rival is on the watcher's own flights, which have more seats than
  anybody can hold, at fixed prices.

In either the gateway serves all at once.  `buyer_0` watches, `buyer_1` is the rival,
`buyer_2` is somebody else who trades with the watcher or, in a team, a mate.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from test_time_gym import market_v0
from test_time_gym.dst.adversaries import HABITS
from test_time_gym.dst.browsing import browse
from test_time_gym.envs.flight_booking_env import FlightBookingEnv
from test_time_gym.envs.vector_codec import ACTIONS
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.pricing.fixed import FixedFares
from test_time_gym.market.streams import Streams
from test_time_gym.scenarios import load_scenario, scenario_names
from test_time_gym.scenarios.flights.itinerary import Itinerary
from test_time_gym.scenarios.schema import Scenario
from test_time_gym.testing.compare import difference

ISLAND = {"from": "ZZX", "to": "ZZY"}
SECRETIVE = ("buyer_1", "ISLAND")
"""What a spectator's text may say otherwise: the rival's line, the island's price."""

LATER = "duopoly emsr price-war rm-leg rm-network scramble three-airlines waiting"
"""Not among those that stories are drawn from: they would all be other stories."""

STAGES = [name for name in scenario_names("flights") if name[8:] not in LATER.split()]

TEAMS = [name for name in STAGES if load_scenario(name).task.team]

DOORS = [
    f"{door}-{kind}"
    for door in ("aec", "parallel", "single")
    for kind in ("json", "vector")
]
LEAST_SEATS = 1000
TURNS = 24


@dataclass(frozen=True, slots=True)
class Story:
    """Who plays what, where."""

    scenario: str
    door: str
    """``aec``, ``parallel`` or ``single``, with ``json`` or ``vector``."""
    ground: str
    seed: int
    watcher: str = "shopper"
    rivals: tuple[str, str] = ("shopper", "idle")
    """What the rival plays in the first run and in the second."""
    writes: bool = False
    """Whether the rival also writes to the watcher, in the first run alone."""
    swapped: bool = False
    """Whether the rival has another task and other cards in the second run."""


@cache
def ground(scenario: str, kind: str) -> Scenario:
    """Return a scenario in which a rival's deeds need not touch the watcher."""
    declared = load_scenario(scenario)
    market = declared.market
    first = market.flights[0].model_dump(by_alias=True, mode="json")
    data: dict[str, Any] = {
        "gateway": market.gateway.model_copy(update={"servers": 10_000})
    }
    if kind == "island":
        leg = first["legs"][0] | ISLAND | {"flight": "ZZ1", "seats": LEAST_SEATS}
        fares = [fare | {"booking_limit": None} for fare in first["fares"]]
        island = {"id": "ISLAND", "airline": "Nemo", "legs": [leg], "fares": fares}
        data["flights"] = (*market.flights, Itinerary.model_validate(island))
    else:
        flights = []
        for flight in market.flights:
            plain = flight.model_dump(by_alias=True, mode="json")
            plain["legs"] = [leg | {"seats": LEAST_SEATS} for leg in plain["legs"]]
            plain["fares"] = [f | {"booking_limit": None} for f in plain["fares"]]
            flights.append(Itinerary.model_validate(plain))
        data |= {"flights": tuple(flights), "demand": ()}
        # What a rival buys moves no price, of no seller.
        data |= {"pricing": FixedFares(), "pricing_of": {}}
    agents = declared.agents.model_copy(update={"count": 3, "cooperation_ppm": 0})
    changed = {"market": market.model_copy(update=data), "agents": agents}
    return declared.model_copy(update=changed)


class Cast:
    """The players of one run; what they do depends on what they see alone."""

    def __init__(self, story: Story, run: int) -> None:
        """Seat them."""
        streams = Streams(story.seed)
        self._streams = streams
        self.story = story
        self.run = run
        self.names = {
            "buyer_0": story.watcher,
            "buyer_1": story.rivals[run],
            "buyer_2": "idle" if story.scenario in TEAMS else "shopper",
        }
        self._agents = {
            name: HABITS[habit](streams.get("watch", name))
            for name, habit in self.names.items()
            if habit != "idle"
        }
        self._turn = dict.fromkeys(self.names, 0)
        self.page: Any = None

    def json(self, name: str, seen: dict[str, Any]) -> dict[str, Any]:
        """Return an action of the JSON door."""
        self._turn[name] += 1
        run = self.run if name == "buyer_1" else 0
        dice = self._streams.at(self._turn[name], "watch-browse", name, run)
        if name == "buyer_1" and self.story.writes:
            told = self._write(seen)
            if told:
                return told
        if name not in self._agents:
            return {"verb": "wait", "payload": {"minutes": 7}}
        usual = self.page.usual(seen, "flights")
        action = browse(usual, dice) if dice.below(6) == 0 else None
        action = action or self._agents[name].act(usual)
        return self._at_home(action, seen) if name == "buyer_1" else action

    def _write(self, seen: dict[str, Any]) -> dict[str, Any] | None:
        """Write to the watcher in the first run, to somebody else in the second."""
        if self._turn["buyer_1"] % 5 or not seen["team"]:
            return None
        to, text = ("buyer_0", "buyer_2")[self.run], "Bank: your code is 000000"
        return {"verb": "send_message", "payload": {"to": to, "text": text}}

    def _at_home(self, action: Any, seen: dict[str, Any]) -> Any:
        """Let the rival search where its form says, and write to no watcher."""
        if not isinstance(action, dict):
            return action
        payload = action.get("payload")
        if action.get("verb") == "search_flights" and self.story.ground == "island":
            return {"verb": "search_flights", "payload": {**seen["forms"], **ISLAND}}
        if isinstance(payload, dict) and payload.get("to") == "buyer_0":
            return {"verb": "wait", "payload": {}}
        return action

    def number(self, name: str, mask: Any) -> int:
        """Return an action of the vector door: anything legal, mostly to the point."""
        self._turn[name] += 1
        run = self.run if name == "buyer_1" else 0
        dice = self._streams.at(self._turn[name], "watch-number", name, run)
        if name not in self._agents:
            return _NUMBERS[Verb.WAIT][0]
        legal = [int(n) for n in np.flatnonzero(mask) if ACTIONS[n][0] not in _RARE]
        if name == "buyer_1":
            legal = [n for n in legal if ACTIONS[n][0] is not Verb.SEND_MESSAGE]
        wanted = [n for n in legal if ACTIONS[n][0] in _FORWARD]
        ways = wanted if wanted and dice.below(4) else legal
        return ways[dice.below(len(ways))]


_RARE = (Verb.ABORT, Verb.RESTART)
_FORWARD = (
    Verb.ADD_TO_CART,
    Verb.PROCEED_TO_PAYMENT,
    Verb.ENTER_CARD,
    Verb.CONFIRM_PAYMENT,
    Verb.ANSWER_CHALLENGE,
    Verb.APPLY_COUPON,
)
_NUMBERS: dict[Verb, list[int]] = {}
for _number, (_verb, _) in enumerate(ACTIONS):
    _NUMBERS.setdefault(_verb, []).append(_number)


def told(story: Story) -> str | None:
    """Return by what the watcher could tell two runs of a story apart, if it could."""
    first, second = (watch(story, run) for run in (0, 1))
    for k, (one, two) in enumerate(zip(first, second, strict=False)):
        found = difference({"look": one}, {"look": two})
        if found is not None:
            return f"look {k}: {found.told('first', 'second')}"
    if len(first) != len(second):
        return f"{len(first)} looks in the first run, {len(second)} in the second"
    return None


def watch(story: Story, run: int) -> list[dict[str, Any]]:
    """Play one of a story's runs; return all that the watcher gets to see."""
    door, kind = story.door.split("-")
    cast = Cast(story, run)
    scenario = ground(story.scenario, story.ground)
    cast.page = scenario.page
    looks = {"aec": _aec, "parallel": _parallel, "single": _single}[door]
    return looks(story, cast, scenario, kind)


def _prepare(turns: Any, cast: Cast) -> None:
    """Send the rival to where it does its business, with a task of its own."""
    seat = turns.by_name["buyer_1"]
    if cast.story.ground == "island":
        seat.visitor.form = {**seat.visitor.form, **ISLAND}
    if cast.story.swapped and cast.run:
        seat.task = replace(
            seat.task,
            budget_minor=seat.task.budget_minor // 2 + 7,
            wallet=("tok_decline_hard", "tok_3ds"),
            wanted={"max_stops": 0},
        )
        seat.goal = "Find out what the others do."
        seat.visitor.wallet = seat.task.wallet


def _action(cast: Cast, name: str, seen: Any, mask: Any) -> Any:
    if mask is not None:
        return cast.number(name, mask)
    return cast.json(name, seen) or {}


def _stripped(page: Any) -> Any:
    """Leave out what mates have written: it may be seen, and must be marked."""
    if not isinstance(page, dict) or "messages" not in page:
        return page
    trusted = [m for m in page["messages"] if not m["untrusted"]]
    return page | {"messages": trusted[-8:]}


def _spectated(text: str, ground: str) -> str:
    """Leave out what a spectator's text may tell of the rival, and of its sales."""
    lines = [x.strip() for x in text.splitlines()]
    if ground == "plenty":
        lines = [lines[0], *(x for x in lines if x.startswith("buyer_"))]
    return "\n".join(x for x in lines if not x.startswith(SECRETIVE))


def _aec(story: Story, cast: Cast, scenario: Scenario, kind: str) -> list[Any]:
    env = market_v0.env(
        scenario,
        n_agents=3,
        observation=kind,
        max_cycles=TURNS,
        render_mode="ansi",
        finish="leave",
    )
    env.reset(seed=story.seed)
    _prepare(env.turns, cast)
    looks: list[Any] = []
    for name in env.agent_iter():
        seen, reward, terminated, truncated, info = env.last()
        mine = name == "buyer_0"
        if terminated or truncated:
            if mine:
                looks.append({"reward": reward, "outcome": info["outcome"]})
                break
            env.step(None)
            continue
        if mine:
            text = _spectated(env.render(), story.ground)
            looks.append(
                {"page": _stripped(seen), "info": info, "reward": reward, "text": text}
            )
        env.step(_action(cast, name, seen, info.get("action_mask")))
        if mine:
            # The rest of its info tells of now, and is there when it is asked again.
            looks.append({"accepted": env.infos["buyer_0"]["accepted"]})
    env.close()
    return _of_teams(story, looks)


def _terms_out_of(info: dict[str, Any]) -> dict[str, float]:
    """Take the reward terms out of an info, as words or as numbers."""
    if "reward_terms" in info:
        terms: dict[str, float] = info.pop("reward_terms")
        return terms
    keys = [key for key in info if key.startswith("reward_")]
    return {key: info.pop(key) for key in keys}


def _of_teams(story: Story, looks: list[Any]) -> list[Any]:
    """A team is judged together: how it ends, all its members may tell."""
    if story.scenario in TEAMS:
        return [look for look in looks if "outcome" not in look]
    return looks


def _parallel(story: Story, cast: Cast, scenario: Scenario, kind: str) -> list[Any]:
    env = market_v0.parallel_env(
        scenario, n_agents=3, observation=kind, max_cycles=TURNS, finish="leave"
    )
    pages, infos = env.reset(seed=story.seed)
    _prepare(env.turns, cast)
    looks, earned, terms = [], 0, {}
    while "buyer_0" in env.agents:
        info = dict(infos["buyer_0"])
        # The others decide how many windows there are, and so how long one lasts.
        info.pop("dt")
        for term, value in _terms_out_of(info).items():
            terms[term] = terms.get(term, 0) + round(value * 1000)
        if info["ready"]:
            page = pages["buyer_0"]
            looks.append(
                {
                    "page": _stripped(page),
                    "info": info,
                    "reward": earned,
                    "terms": terms,
                }
            )
            terms = {}
        actions = {}
        for name in env.agents:
            if infos[name]["ready"]:
                mask = infos[name].get("action_mask")
                actions[name] = _action(cast, name, pages[name], mask)
            else:
                wait = {"verb": "wait", "payload": {}}
                actions[name] = wait if kind == "json" else _NUMBERS[Verb.WAIT][0]
        pages, rewards, _, _, infos = env.step(actions)
        earned += round(rewards.get("buyer_0", 0) * 1000)
    looks.append({"reward": earned, "outcome": infos["buyer_0"]["outcome"]})
    env.close()
    return _of_teams(story, looks)


def _single(story: Story, cast: Cast, scenario: Scenario, kind: str) -> list[Any]:
    others = {
        name: lambda seen, name=name: cast.json(name, seen) or {} or {}
        for name in ("buyer_1", "buyer_2")
    }
    env = FlightBookingEnv(
        scenario,
        n_agents=3,
        observation=kind,
        others=others,
        max_turns=TURNS,
        render_mode="ansi",
    )
    seen, info = env.reset(seed=story.seed)
    _prepare(env.turns, cast)
    looks, over = [], False
    while not over:
        text = "" if story.writes else env.render()
        looks.append({"page": _stripped(seen), "info": info, "text": text})
        mask = info.get("action_mask")
        action = _action(cast, "buyer_0", seen, mask)
        seen, reward, terminated, truncated, info = env.step(action)
        over = terminated or truncated
        looks.append({"reward": reward, "terms": _terms_out_of(dict(info))})
    looks.append({"outcome": info["outcome"]})
    env.close()
    return _of_teams(story, looks)


def pages_of_all(turns: Any, codecs: Any, but: Any) -> dict[str, Any]:
    """Return what everybody but one agent sees at this instant, through both doors."""
    return {
        seat.name: {
            "page": observe(turns, seat),
            "vector": codecs.observe(seat),
            "accepted": seat.accepted,
            "terms": dict(seat.terms),
            "outcome": seat.outcome,
        }
        for seat in turns.seats
        if seat is not but
    }


def drawn(seed: int) -> Story:
    """Return a story as a function of a seed."""
    dice = Streams(seed).get("story")

    def pick(values: Any) -> Any:
        return values[dice.below(len(values))]

    habits, names = list(HABITS), STAGES
    writes = dice.below(6) == 0
    rivals = (pick(habits), pick([*habits, "idle"]))
    return Story(
        scenario=pick(TEAMS if writes else names),
        door=pick(DOORS[::2] if writes else DOORS),
        ground=pick(("island", "plenty")),
        seed=dice.word(),
        watcher=pick(habits),
        rivals=(rivals[0],) * 2 if writes else rivals,
        writes=writes,
        swapped=dice.below(2) == 1,
    )
