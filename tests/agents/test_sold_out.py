"""An offer that has sold out since the page loaded is looked for no longer."""

import json

import pytest

import test_time_gym as ttg


@pytest.mark.parametrize("agent", ["cheapest", "first-offer", "patient"])
def test_an_offer_that_has_sold_out_is_not_tried_again(agent, tmp_path):
    path = tmp_path / "j.jsonl"
    ttg.run("flights/scramble", agent, seed=3, regret=False, journal=path)

    tried, again = {}, 0
    for line in path.read_bytes().splitlines():
        record = json.loads(line)
        if record["k"] != "act":
            continue
        what = (record["d"]["verb"], json.dumps(record["d"]["args"]))
        again += what[0] == "add_to_cart" and tried.get(record["a"]) == what
        tried[record["a"]] = what

    assert again == 0
