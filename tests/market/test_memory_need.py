"""What would not fit into memory is told, and refused, before any of it is done."""

import json
import subprocess
import sys
from sys import getsizeof
from textwrap import dedent

import pytest
from pydantic import TypeAdapter

import test_time_gym as ttg
from test_time_gym.market.errors import Misuse
from test_time_gym.market.interface.memory_need import (
    MemoryNeed,
    TooLarge,
    machine_memory,
)
from test_time_gym.market.pricing import Pricing
from test_time_gym.market.pricing.unit_worth import (
    Periods,
    Request,
    unit_values,
    values_bytes,
    worth_after,
    worth_bytes,
)
from test_time_gym.scenarios import load_scenario, scenario_names
from test_time_gym.scenarios.loader import scenario_of

DAYS = 30


def network(flights=20, buyers=10, seats=100, **pricing):
    """Return a day of flights between three cities, each in two classes."""
    pairs = ("AAA", "BBB"), ("BBB", "CCC"), ("CCC", "AAA")
    data = load_scenario("flights/sfo-mad").model_dump(mode="json", by_alias=True)
    plain = {"kind": "fixed"} | pricing
    offers = []
    for k in range(flights):
        origin, destination = pairs[k % 3]
        minute = 360 + k % 900
        clock = f"T{minute // 60:02d}:{minute % 60:02d}"
        leg = {"flight": f"AU{k}", "from": origin, "to": destination, "seats": seats}
        leg |= {"depart": f"2026-06-20{clock}", "arrive": f"2026-06-21{clock}"}
        fares = [{"code": "Y", "fare_minor": 500_00}, {"code": "B", "fare_minor": 1}]
        offers.append(
            {"id": f"AU{k}", "airline": "Aurora", "legs": [leg], "fares": fares}
        )
    crowd = {
        "name": "crowd",
        "buyers_per_departure": buyers,
        "booking_curve": [[0, 0], [DAYS, 1_000_000]],
        "willingness_median_minor": 400_00,
        "willingness_sigma_ppm": 400_000,
        "choice": {"reference_minor": 500_00, "scale_minor": 80_00},
    }
    data["market"] |= {
        "flights": offers,
        "pricing": plain,
        "pricing_of": {},
        "demand": [crowd],
        "warm_up": "simulate",
    }
    data["task"]["trips"] = [{"from": "AAA", "to": "BBB", "date": "2026-06-20"}]
    return scenario_of(data, "a network")


def taken(scenario) -> int:
    """Return the bytes that a process takes which plays it, at their most."""
    script = """
        import json, sys
        from pathlib import Path

        import test_time_gym as ttg
        from test_time_gym.scenarios.loader import scenario_of

        played = scenario_of(json.load(sys.stdin), "sent")
        ttg.market(played, seeds=1, elasticity=False, allow_long=True)
        # What `resource` tells may be that of the process which started this one.
        told = Path("/proc/self/status").read_text().split()
        print(1024 * int(told[told.index("VmHWM:") + 1]))
    """
    done = subprocess.run(
        [sys.executable, "-c", dedent(script)],
        input=json.dumps(scenario.model_dump(mode="json", by_alias=True)),
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="it is read from /proc")
@pytest.mark.parametrize(
    "asked",
    [
        {"flights": 1},
        {"flights": 3_000},
        {"buyers": 60_000},
        {"flights": 200, "kind": "load_days", "reprice_every_s": 7_200}
        | {"days_curve": [[0, 3_000_000], [DAYS, 1_000_000]]},
    ],
    ids=["hardly anything", "flights", "buyers", "prices"],
)
def test_a_process_takes_what_is_expected_or_less(asked):
    scenario = network(**asked)
    need = MemoryNeed.of(scenario.market).bytes

    assert 0.5 * need < taken(scenario) <= need


def test_tables_of_bid_prices_take_what_is_expected():
    fares = Request(200_00, 90_000), Request(150_00, 90_000)
    rows = unit_values(fares, 200, 400)
    row = worth_after([(Periods(400, fares), 400)], 200)

    found = sum(map(getsizeof, rows))

    assert 0.9 * found < values_bytes([200], 400) <= found
    assert len(row) == 201
    assert worth_bytes([200], 400) == 1_000 * (8 * 201 + 36 * 200)


def test_what_would_not_fit_is_refused_before_anything_is_played(tmp_path):
    kept = tmp_path / "kept"

    with pytest.raises(TooLarge) as refused:
        ttg.compare(
            network(), ["declared", "load_days"], seeds=9, memory=100 * 10**6, keep=kept
        )
    with pytest.raises(TooLarge, match=r" in each of 2 processes, .*fewer --workers"):
        ttg.market(network(), memory=150 * 10**6, workers=2)
    # Of one run there is one process, however many workers there may be.
    alone = ttg.market(
        network(), seeds=1, elasticity=False, memory=150 * 10**6, workers=9
    )
    assert alone.seeds == (0,)

    assert str(refused.value) == (
        "flights/sfo-mad asks for some 107 MB of memory (40 products, 30 background "
        "buyers, 28,800 prices looked at), and 100 MB are allowed: let fewer buyers "
        "come, sell fewer products or reprice less often, or allow more with --memory "
        "(memory=)"
    )
    assert not kept.exists()


def test_without_a_limit_it_is_what_the_machine_has(monkeypatch):
    module = "test_time_gym.market.interface.memory_need.machine_memory"
    has = machine_memory()
    assert has is None or has > 10**8

    monkeypatch.setattr(module, lambda: 50 * 10**6)
    with pytest.raises(TooLarge, match=r"and 50 MB are what the machine has: let"):
        ttg.market("flights/emsr", seeds=1)
    monkeypatch.setattr(module, lambda: None)

    assert ttg.market("flights/emsr", seeds=1, elasticity=False).arrivals.estimate


@pytest.mark.parametrize("wrong", [0, -1, 1.5, "4GB", True])
def test_memory_is_a_number_of_bytes(wrong):
    with pytest.raises(Misuse, match="memory"):
        ttg.market("flights/emsr", seeds=1, memory=wrong)


def test_tables_of_every_pool_count_as_often_as_they_are_remembered():
    told = {
        "kind": "bid_price",
        "periods": 999,
        "booking_curve": [[0, 0], [30, 1_000_000]],
    }
    told["forecasts"] = [{"class": one, "mean_milli": 9_000} for one in "YB"]

    few, many = (MemoryNeed.of(network(n, seats=99, **told).market) for n in (3, 300))
    twice = {"kind": "overbook", "policy": told, "overbook_ppm": 1_000_000}
    twice = TypeAdapter(Pricing).validate_python(twice | {"denied_minor": 9})

    assert few.tables == 3 * 1_000 * 100 * 8
    assert many.tables == 256 * 1_000 * 100 * 8
    assert twice.table_bytes([99] * 3) == 3 * 1_000 * 199 * 8


@pytest.mark.parametrize("name", scenario_names())
def test_no_scenario_of_the_package_needs_much(name):
    assert MemoryNeed.of(load_scenario(name).market).bytes < 200 * 10**6
