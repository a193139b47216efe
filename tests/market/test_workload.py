"""Work without end is told, and refused, before any of it is done."""

import warnings
from functools import cache
from math import sqrt

import gymnasium
import pytest

import test_time_gym as ttg
from test_time_gym import market_v0
from test_time_gym.envs.flight_booking_env import FlightBookingEnv
from test_time_gym.market.errors import LongRun
from test_time_gym.market.interface.workload import (
    EVENTS_LONG,
    EVENTS_MAX,
    TooLong,
    Workload,
    verify_workload,
)
from test_time_gym.scenarios import Family, load_scenario, scenario_names
from test_time_gym.scenarios.loader import scenario_of

PLAIN = "flights/sfo-mad"
DAY_S = 86_400


def plain():
    return load_scenario(PLAIN).model_dump(mode="json", by_alias=True)


@cache
def crowded(buyers=10**7):
    """Return a scenario in which all buyers of a hundred years are played out."""
    data = plain()
    data["market"] |= {"warm_up": "simulate", "pricing": {"kind": "fixed"}}
    for segment in data["market"]["demand"]:
        segment["buyers_per_departure"] = buyers
        segment["booking_curve"] = [[0, 0], [36_600, 1_000_000]]
    return scenario_of(data, "crowded")


@cache
def restless(every_s=1, days=58):
    """Return a scenario that reprices all the time."""
    data = plain()
    data["market"]["pricing"] |= {"reprice_every_s": every_s}
    data["task"]["deadline_s"] = days * DAY_S
    for flight in data["market"]["flights"]:
        for leg in flight["legs"]:
            for key in ("depart", "arrive"):
                leg[key] = leg[key].replace("2026-06", "2026-09")
    return scenario_of(data, "restless")


@pytest.mark.parametrize("name", scenario_names())
def test_no_scenario_of_the_package_is_worth_a_warning(name):
    work = Workload.of(ttg.scenarios.load_family(name).longest)

    assert 0 < work.events <= EVENTS_LONG / 5


def test_buyers_and_prices_are_estimated_as_they_come():
    scenario, counted = load_scenario("flights/rush"), []
    for seed in range(12):
        env = market_v0.env("flights/rush", n_agents=1, observation="json")
        env.reset(seed=seed)
        while env.agents:
            done = env.turns.over
            env.step(None if done else {"verb": 11, "payload": {"minutes": 525_600}})
        # The last of each process is the one that comes next.
        market = env.turns.market
        counted.append(sum(seen - 1 for seen in market.arrivals_seen()))

    work = Workload.of(scenario)
    mean = sum(counted) / len(counted)
    assert abs(mean - work.buyers) < 4 * sqrt(work.buyers / len(counted)) + 1
    # Every 20 s or so, each of the flights, until the deadline.
    pricing, market = scenario.market.pricing, scenario.market
    products = sum(len(flight.fares) for flight in market.flights)
    times = scenario.task.deadline_s // pricing.reprice_every_s
    assert work.prices == products * times


@pytest.mark.parametrize("warm_up", ["draw", "simulate", "none"])
def test_a_market_without_background_buyers_has_none(warm_up):
    data = plain()
    data["market"] |= {"warm_up": warm_up, "demand": []}

    assert Workload.of(scenario_of(data, "empty")).buyers == 0


def test_work_grows_with_what_is_declared():
    assert Workload.of(crowded()).buyers == pytest.approx(2 * 10**7, rel=0.1)
    assert Workload.of(restless()).prices == 58 * DAY_S * 10
    assert Workload.of(restless(every_s=3600)).prices == 58 * 24 * 10


DOORS = {
    "ttg.run": lambda scenario, **more: ttg.run(scenario, "dummy", **more),
    "env": market_v0.env,
    "raw_env": market_v0.raw_env,
    "parallel_env": market_v0.parallel_env,
    "FlightBookingEnv": FlightBookingEnv,
    "gymnasium": lambda scenario, **more: gymnasium.make(
        "TestTimeGym/FlightBooking-v0", scenario=scenario, **more
    ),
    "evaluate": lambda scenario, **more: ttg.evaluate("dummy", scenario, **more),
    "learn": lambda scenario, **more: ttg.learn(
        Family(scenario.model_dump(mode="json", by_alias=True)), "dummy", **more
    ),
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("declared", [crowded, restless])
def test_no_door_begins_work_without_end(door, declared, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(TooLong) as refusal:
        DOORS[door](declared())

    said = str(refusal.value)
    assert said.startswith(f"{PLAIN} asks for some ")
    assert f"no more than {EVENTS_MAX:,} are played unasked" in said
    assert "--allow-long (allow_long=True)" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("door", ["env", "raw_env", "parallel_env", "FlightBookingEnv"])
def test_a_long_world_is_played_when_that_is_asked_for(door):
    env = DOORS[door](restless(), allow_long=True)

    env.reset(seed=1)

    assert env.unwrapped.turns.market.clock.now_ms >= 0
    env.close()


def test_a_long_run_is_warned_of_and_played():
    scenario = crowded(400_000)

    with pytest.warns(LongRun, match="some 7[0-9]{2},[0-9]{3} events .* takes a while"):
        verify_workload(scenario, allow_long=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        verify_workload(scenario, allow_long=True)


def test_the_journal_knows_nothing_of_it(tmp_path):
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]

    for path, allow in zip(paths, (False, True), strict=True):
        ttg.run(PLAIN, "dummy", journal=path, regret=False, allow_long=allow)

    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_what_one_option_of_a_family_makes_of_it_counts():
    from test_time_gym.scenarios.schema import SiteTrait

    base = plain()
    habit = SiteTrait.model_validate(
        {
            "name": "pace",
            "says": "how often the shop looks at its prices",
            "options": [
                {"name": "calm", "patch": {}},
                {
                    "name": "mad",
                    "patch": {
                        "market": {"pricing": {"reprice_every_s": 1}},
                        "task": {"deadline_s": 30 * DAY_S},
                    },
                },
            ],
        }
    )
    family = Family(base, [habit])

    assert Workload.of(family.base).events < 1000
    assert Workload.of(family.longest).prices > Workload.of(family.base).prices
