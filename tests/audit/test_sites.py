"""Journals of booking sites audit clean; what such a site forbids is found."""

import pytest
from fakes import Lines
from tests.audit.story import Story
from worlds import do, episode, flight, leg

import test_time_gym as ttg
from test_time_gym.audit import audit
from test_time_gym.market.interface.turns import Turns
from test_time_gym.market.world import World
from test_time_gym.scenarios import load_family


@pytest.mark.parametrize("name", ["flights/sites", "hotels/sites"])
@pytest.mark.parametrize(
    "number",
    [0, 1, *(pytest.param(number, marks=pytest.mark.long) for number in range(2, 6))],
)
@pytest.mark.parametrize("drifted", [False, True])
def test_the_journal_of_a_site_has_no_finding(tmp_path, name, number, drifted):
    family = load_family(name)
    site = family.site(number, family.due(10**6) if drifted else ())
    path, bought = tmp_path / "site.jsonl", 0

    for seed in range(3):
        result = ttg.run(
            site, "oracle", seed=seed, journal=path, overwrite=True, regret=False
        )
        found = audit(path)
        bought += result.episodes[0].agents["buyer_0"].outcome == "success"
        assert (found.status, found.findings) == ("complete", ())
    assert bought


def test_a_selection_ends_with_its_page(tmp_path):
    config = episode(
        flights=[flight("AA1", leg("AA1"))], storefront={"select_first": True}
    )
    sink = Lines()
    turns = Turns(config, World.of(config.market), 1, ["buyer_0"], sink=sink)
    for verb in ("search_flights", "select_flight", "search_flights", "select_flight"):
        do(turns, verb, "AA1" if verb == "select_flight" else None)
    do(turns, "add_to_cart")
    turns.seal("aborted")
    story, path = Story(sink.bytes()), tmp_path / "forged.jsonl"

    # A click as well, and the page is looked at no more closely than that.
    story.acts("select_flight")[1]["d"].update(verb="wait", args={})
    path.write_bytes(story.seal())

    assert [finding.rule for finding in audit(path).findings] == ["selection"]
