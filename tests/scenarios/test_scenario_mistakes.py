"""Mistakes in a scenario file are told with the file, the key and the nearest key."""

from pathlib import Path

import pytest

from test_time_gym.market.errors import ScenarioError
from test_time_gym.scenarios import SCENARIO_DIR, load_scenario
from test_time_gym.scenarios.loader import BYTES_MAX, parse_scenario

RUSH = (SCENARIO_DIR / "flights" / "rush.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("policies", "polices", "polices: unknown key; did you mean 'policies'?"),
        (
            "currency",
            "currancy",
            "market.currancy: unknown key; did you mean 'currency'?",
        ),
        (
            "load_curve",
            "load_curv",
            "market.pricing.load_days.load_curv: unknown key; did you mean 'load_cur",
        ),
        (
            "booking_limit",
            "booking_limits",
            "market.flights.1.fares.1.booking_limits: unknown key; did you mean 'book",
        ),
        ("ttl_s", "ttl", "market.holds.ttl: unknown key; did you mean 'ttl_s'?"),
        (
            "typical_ms",
            "typical",
            "market.gateway.latency.typical: unknown key; did you mean 'typical_ms'?",
        ),
        (
            "scale_minor",
            "scale",
            "market.demand.0.choice.scale: unknown key; did you mean 'scale_minor'?",
        ),
        ("deadline_s", "deadline", "task.deadline: unknown key; did you mean 'deadl"),
        (
            "servers",
            "qqq",
            "market.gateway.qqq: unknown key; known: authorization_expires_s, ",
        ),
        ("[task]", "[tasks]", "task: this key is missing"),
        ("count = 8", "count = 0", "agents.count: Input should be greater than or e"),
        ("ttl_s = 600", 'ttl_s = "600"', "market.holds.ttl_s: Input should be a valid"),
        ("ttl_s = 600", "ttl_s = 600.5", "market.holds.ttl_s: Input should be a valid"),
        ("ttl_s = 600", "ttl_s = nan", "market.holds.ttl_s: Input should be a valid i"),
        (
            '"load_days"',
            '"days"',
            "market.pricing: unknown kind 'days'; did you mean 'load_days'?",
        ),
        ('"load_days"', '"surge"', "market.pricing: unknown kind 'surge'; known: "),
        (
            "2026-08-01T06:50",
            "2026-08-41T06:50",
            "market.flights.0.legs.0",
        ),
        (
            "2026-08-01T06:50",
            "2026-07-01T06:50",
            "itinerary VY3901 departs 2026-07-01T06:50, before the market opens",
        ),
        (
            '"VY3901"',
            '"IB3912"',
            "market: two itineraries are called IB3912",
        ),
        (
            '"tok_ok"]',
            '"tok_ok", "tok_ok"]',
            "a wallet lists a card twice: tok_ok, tok",
        ),
        ("[turns]", "[turns", "not valid TOML: "),
        (
            "[market.holds]",
            '[market.pricing_of.Ryan]\nkind = "fixed"\n[market.holds]',
            "pricing_of names 'Ryan', who sells nothing; did you mean 'Ryanair'?",
        ),
        (
            "[market.holds]",
            (
                '[market.pricing_of."Air Europa"]\nkind = "match_rival"\nundercut = 1\n'
                "[market.holds]"
            ),
            (
                "market.pricing_of.Air Europa.match_rival.undercut: unknown key; "
                "did you mean 'undercut_minor'?"
            ),
        ),
        (
            "[market.holds]",
            (
                '[market.pricing_of.Iberia]\nkind = "match_rival"\nlode = 1\n'
                "[market.holds]"
            ),
            (
                "match_rival.lode: unknown key; known: ceiling_ppm, counts_holds, "
                "floor_ppm, kind, reprice_every_s, undercut_minor"
            ),
        ),
        (
            "[market.holds]",
            (
                '[market.pricing_of.Iberia]\nkind = "match_rival"\n'
                "floor_ppm = 2_000_000\n[market.holds]"
            ),
            "match_rival.floor_ppm: Input should be less than or equal to 1000000",
        ),
    ],
)
def test_a_mistake_is_told_with_file_key_and_nearest_key(right, wrong, said):
    assert right in RUSH

    with pytest.raises(ScenarioError) as caught:
        parse_scenario(RUSH.replace(right, wrong, 1), "my.toml")

    assert str(caught.value).startswith("my.toml: ")
    assert said in str(caught.value)


def test_many_mistakes_are_told_at_once():
    text = RUSH.replace("ttl_s", "ttl").replace("servers", "server")

    with pytest.raises(ScenarioError) as caught:
        parse_scenario(text, "my.toml")

    assert str(caught.value) == (
        "my.toml: 2 mistake(s)\n"
        "  market.holds.ttl: unknown key; did you mean 'ttl_s'?\n"
        "  market.gateway.server: unknown key; did you mean 'servers'?"
    )


def test_what_is_no_scenario_is_explained(tmp_path):
    latin = tmp_path / "latin.toml"
    latin.write_bytes("name = 'flüge'".encode("latin-1"))
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (BYTES_MAX + 1))

    for source, said in (
        (
            "flights/rusch",
            "unknown scenario 'flights/rusch'; did you mean flights/rush?",
        ),
        ("zzz", "unknown scenario 'zzz'; known: flights/3ds-storm, "),
        (str(tmp_path / "none.toml"), "none.toml: no such scenario file"),
        (tmp_path, f"{tmp_path}: no such scenario file"),
        (latin, "latin.toml: cannot be read: not UTF-8 text"),
        (large, f"large.toml: larger than {BYTES_MAX} bytes"),
        (3, "a scenario is a name, a path or a Scenario, not int"),
    ):
        with pytest.raises(ScenarioError) as caught:
            load_scenario(source)
        assert said in str(caught.value)


def test_a_scenario_may_be_a_name_a_path_or_itself():
    path = SCENARIO_DIR / "flights" / "rush.toml"
    scenario = load_scenario("flights/rush")

    assert load_scenario(path) == load_scenario(str(path)) == scenario
    assert load_scenario(scenario) is scenario
    assert load_scenario(Path(path)) == scenario
