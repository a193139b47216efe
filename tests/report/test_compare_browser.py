"""The page of two runs in a browser: turns and pages of both, side by side."""

import pytest

import test_time_gym as ttg
from test_time_gym.journal.reader import read_journal
from test_time_gym.replay import diff
from test_time_gym.report.compare_page import compare_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    for name, other in (("one", "patient"), ("two", "dummy")):
        agents = ["cheapest", other]
        ttg.run("flights/rush", agents, seed=7, journal=folder / f"{name}.jsonl")
    return folder


def acts_of(path, agent):
    """Return the numbers of an agent's actions in a journal."""
    return [
        one.n
        for one in read_journal(path).records()
        if one.kind == "act" and one.actor == agent
    ]


def test_the_page_begins_at_the_turn_in_which_the_runs_part(browser, folder):
    one, two = folder / "one.jsonl", folder / "two.jsonl"
    n = diff(one, two).first.n

    browser.open(compare_page(one, two).html)
    browser.wait("document.querySelectorAll('.pages .action').length === 2")

    told = [browser.text(f".pages .column:nth-child({k}) .action") for k in (1, 2)]
    agent = browser.run("document.querySelector('#choose-agent').value")
    for path, line in zip((one, two), told, strict=True):
        first = next(k for k in acts_of(path, agent) if k >= n)
        assert f"record {first}," in line
    assert told[0] != told[1]
    assert "≠ differs" in browser.text(".turn-list")


def test_turns_are_stepped_through_and_stand_in_the_address(browser, folder):
    one, two = folder / "one.jsonl", folder / "two.jsonl"

    browser.open(compare_page(one, two).html, "agent=buyer_0&turn=3")
    browser.wait("document.querySelectorAll('.pages .action').length === 2")
    assert "Turn 3, " in browser.text(".pages .column:nth-child(1) .action")

    browser.find(".followed button[title='Next turn (→)']").send_keys("\ue007")
    browser.wait("document.querySelector('.pages .action').textContent[5] === '4'")
    assert browser.run("location.hash") == "#agent=buyer_0&turn=4"
    third = acts_of(one, "buyer_0")[3]
    assert f"record {third}," in browser.text(".pages .column:nth-child(1) .action")


def test_the_pages_are_what_the_agents_saw(browser, folder):
    one, two = folder / "one.jsonl", folder / "two.jsonl"
    record = next(read_journal(one).record(n) for n in acts_of(one, "buyer_1")[-1:])

    turn = len(acts_of(one, "buyer_1"))
    browser.open(compare_page(one, two).html, f"agent=buyer_1&turn={turn}")
    browser.wait("document.querySelectorAll('.pages .seen').length >= 1")

    assert record.data["verb"] in browser.text(".pages .column:nth-child(1) .action")
    assert "ended" in browser.text(".pages .column:nth-child(1)")


def test_hostile_texts_of_agents_are_shown_as_texts(browser, folder, tmp_path):
    payload = "<img src=x onerror=HIT=1>"

    def shout(_observation):
        return {"verb": "apply_coupon", "payload": {"code": payload}}

    ttg.run("flights/rush", ["cheapest", shout], seed=7, journal=tmp_path / "x.jsonl")
    made = compare_page(folder / "one.jsonl", tmp_path / "x.jsonl")

    browser.open(made.html, "agent=buyer_1&turn=1")
    browser.wait("document.querySelectorAll('.pages .action').length >= 1")

    assert payload in browser.text(".pages")
    assert payload in browser.text("#parting")
    assert browser.run("typeof HIT") == "undefined"
    assert browser.run("document.querySelectorAll('main img').length") == 0


def test_on_a_narrow_screen_nothing_sticks_out(browser, folder):
    made = compare_page(folder / "one.jsonl", folder / "two.jsonl")
    browser.open(made.html, size=(500, 900))
    browser.wait("document.querySelectorAll('.pages .action').length === 2")

    assert browser.run(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
