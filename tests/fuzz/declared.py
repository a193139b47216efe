"""Scenarios that anybody may write: refused, or a market that opens and is played."""

import json
import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests.crash.mutations import judged
from tests.fuzz.hostile import changed
from tests.fuzz.patience import within

from test_time_gym.journal.sink import MemorySink
from test_time_gym.market.errors import ScenarioError
from test_time_gym.market.interface.actions import Action
from test_time_gym.market.interface.observation import observe
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.interface.verbs import Verb
from test_time_gym.market.journal import canonical
from test_time_gym.market.world import World
from test_time_gym.scenarios import SCENARIO_DIR
from test_time_gym.scenarios.loader import parse_scenario, scenario_of
from test_time_gym.scenarios.schema import Scenario

TOML, DATA = b"T", b"J"
"""In front of a file's text, and of JSON for data that have been parsed."""
WORK_MAX = 300_000
"""Events that a world may declare and is still played."""
EVENTS_MAX = 3000
ACTIONS_MAX = 14
SECONDS = 20.0


class Enough(BaseException):
    """The bound on the events of one input is reached."""


def is_heavy(scenario: Scenario) -> bool:
    """Return whether playing a world takes, as declared, very long."""
    market = scenario.market
    catalog = market.catalog()
    groups, rates = len(catalog.by_group), len(catalog.products)
    days = dict.fromkeys(product.day for product in catalog.products)
    micro = sum(
        max(segment.expected_micro(segment.level_ppm(day)) for day in days)
        for segment in market.demand
    )
    buyers = groups * micro // 10**6
    first = max((segment.first_day() for segment in market.demand), default=0)
    span = scenario.task.deadline_s
    if market.warm_up == "simulate":
        span += first * 86_400
    every = market.pricing.reprice_every_s
    looks = span // every * rates if every else 0
    shares = 16 * rates * len(market.demand)
    return buyers + looks + shares > WORK_MAX


def declare(data: bytes) -> str:
    """Check a scenario; one that is accepted opens a market that can be played."""
    kind, rest = data[:1], data[1:]
    try:
        with within(SECONDS):
            if kind == DATA:
                scenario = scenario_of(_parsed(rest), "it")
            else:
                scenario = parse_scenario(rest.decode(errors="replace"), "it")
    except ScenarioError as error:
        if not str(error).startswith("it: "):
            raise AssertionError(str(error)) from error
        return "refused"
    if is_heavy(scenario):
        return "heavy"
    with within(SECONDS):
        return _played(scenario)


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return {"name": text.decode(errors="surrogateescape")}


def _played(scenario: Scenario) -> str:
    events = [EVENTS_MAX]

    def count() -> None:
        events[0] -= 1
        if not events[0]:
            raise Enough

    sink = MemorySink()
    names = [f"buyer_{k}" for k in range(min(scenario.agents.count, 2))]
    try:
        world = World.of(scenario.market)
        turns = Turns(scenario, world, 7, names, sink=sink, observer=count)
        for number in range(ACTIONS_MAX):
            if turns.over:
                break
            seat = turns.ready[0]
            canonical(observe(turns, seat))
            turns.act(seat, _next(turns, number))
            turns.advance()
        turns.seal("complete" if turns.over else "aborted")
        expected = "complete"
    except Enough:
        expected = "incomplete"
    found, _ = judged(b"".join(sink.lines))
    if found.status != expected or found.records != len(sink.lines):
        msg = f"its journal is {found.status}: {found.reason}"
        raise AssertionError(msg)
    return f"opened, {expected}"


def _next(turns: Turns, number: int) -> Action:  # noqa: PLR0911 - a step a page
    """Return the usual way of a buyer, with a look at coupons and parts."""
    visitor = turns.ready[0].visitor
    if visitor.status == "requires_challenge" and visitor.code:
        return Action(Verb.ANSWER_CHALLENGE, {"code": visitor.code})
    if visitor.view == "payment" and visitor.card is None and visitor.wallet:
        return Action(Verb.ENTER_CARD, {"card_token": visitor.wallet[0]})
    if visitor.view == "payment":
        plans = turns.world.config.instalments.counts
        if plans and visitor.instalments == 1:
            return Action(Verb.CHOOSE_INSTALMENTS, {"count": plans[0]})
        return Action(Verb.CONFIRM_PAYMENT, {})
    if visitor.cart:
        coupons = turns.world.config.coupons
        if coupons and not visitor.coupons and number % 2:
            return Action(Verb.APPLY_COUPON, {"code": coupons[0].code})
        return Action(Verb.PROCEED_TO_PAYMENT, {})
    if visitor.shown:
        offer = turns.market.catalog.products[visitor.shown[0].product]
        return Action(Verb.ADD_TO_CART, {"flight_id": offer.id})
    return Action(Verb.SEARCH, {})


@cache
def _texts() -> tuple[bytes, ...]:
    folder: Path = SCENARIO_DIR / "flights"
    files = sorted(folder.glob("*.toml"), key=lambda file: file.stat().st_size)
    return tuple(file.read_bytes() for file in files[:6])


@cache
def _rich() -> dict[str, Any]:
    """Return a world that has something of everything."""
    from tests.support.worlds import busy_world

    declared = busy_world().model_dump(mode="json", by_alias=True)
    return declared | {"name": "a/b", "description": "Something of everything."}


def seeds() -> list[bytes]:
    """Return the scenarios of the package, as text and as data, and a rich one."""
    data = [tomllib.loads(text.decode()) for text in _texts()]
    return [
        *(TOML + text for text in _texts()),
        *(DATA + json.dumps(one).encode() for one in (*data, _rich())),
    ]


def mutated(data: bytes, dice: Random) -> bytes:
    """Change values of parsed data, or characters of a text."""
    from tests.crash.mutations import damage

    if data[:1] == DATA:
        try:
            value = changed(json.loads(data[1:]), dice)
        except (ValueError, RecursionError):
            return data
        return DATA + json.dumps(value).encode()
    return TOML + damage(data[1:] or b"?", dice)
