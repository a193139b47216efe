"""The page of a run says why an agent ended as it did, and leads to the moments."""

import re

import pytest

import test_time_gym as ttg
from test_time_gym.journal import read_journal

pytestmark = pytest.mark.browser

TALL = (1400, 5000)
"""A window in which the whole page is in sight, and so is drawn."""


@pytest.fixture(scope="module")
def scramble(tmp_path_factory):
    """Play twelve buyers who come at once, of three kinds; the journal's file."""
    path = tmp_path_factory.mktemp("why") / "scramble.jsonl"
    policies = ["cheapest", "patient", "first-offer", *["cheapest"] * 9]
    ttg.run("flights/scramble", policies, seed=5, journal=path)
    return path


@pytest.fixture(scope="module")
def page(scramble):
    """Make its page, once."""
    return ttg.report(scramble).html


def why(browser, agent):
    """Return what the page says of an agent's end."""
    rows = browser.driver.find_elements("css selector", "#agents tbody tr")
    [row] = [one for one in rows if one.text.startswith(agent + " ")]
    return " ".join(row.find_element("css selector", ".prose").text.split())


def test_each_loss_is_told_with_its_time_its_taker_and_what_was_left(browser, page):
    browser.open(page, size=TALL)

    told = why(browser, "buyer_3")
    assert told.startswith(
        "had bought nothing when its time was over. It lost 5 times: "
        "FR7326 at 0:00:04.5 to buyer_9, who came at the same instant with the lower "
        "lot #56; FR7322 at 0:00:13 to a background buyer (homebound) #"
    )
    assert told.endswith(", no flight was left for its task")


def test_a_hold_that_ran_out_says_how_far_its_payment_had_come(browser, tmp_path):
    path = tmp_path / "two.jsonl"
    policies = ["cheapest", "patient", "first-offer", *["cheapest"] * 9]
    ttg.run("flights/scramble", policies, seed=2, journal=path)
    browser.open(ttg.report(path).html, size=TALL)

    told = [why(browser, f"buyer_{seat}") for seat in (8, 11)]

    ran_out = r"its hold ran out at [0-9:.]+ while its bank waited for a code #\d+"
    assert any(re.search(ran_out, one) for one in told)


def test_who_wants_what_costs_more_than_its_budget_is_told_so(browser, page):
    browser.open(page, size=TALL)

    assert why(browser, "buyer_10") == (
        "had bought nothing when its time was over. It was told: none of the 12 "
        "results passes max_price 60 #18. When it acted for the last time, #37, FR7326 "
        "was the cheapest flight left for its task: 77 EUR, above its budget of 60 EUR"
    )
    assert why(browser, "buyer_2").startswith(
        "bought, but not what its task asks for: it paid 97 EUR, and its budget was "
        "60 EUR. It lost 4 times: "
    )


def test_a_link_in_an_agent_s_line_leads_to_its_own_page(browser, page):
    browser.open(page, size=TALL)
    rows = browser.driver.find_elements("css selector", "#agents tbody tr")
    [row] = [one for one in rows if one.text.startswith("buyer_3 ")]

    row.find_element("css selector", "button.link").click()

    browser.wait("window.ttgPage.view.n === 56")
    browser.wait("window.ttgPage.view.agent === 'buyer_3'")
    browser.wait(
        "(document.querySelector('#agent-page .action') || {textContent: ''})"
        ".textContent.includes('#56 proceed_to_payment')"
    )


def test_of_many_losses_the_others_are_a_click_away(browser, page, scramble):
    browser.open(page, size=TALL)
    assert "; 2 more; " in why(browser, "buyer_8")
    rows = browser.driver.find_elements("css selector", "#agents tbody tr")
    [row] = [one for one in rows if one.text.startswith("buyer_8 ")]

    [more] = [
        one
        for one in row.find_elements("css selector", "button.link")
        if one.text == "2 more"
    ]
    more.click()

    browser.wait("document.querySelectorAll('#losses tbody tr').length === 5")
    told = [
        one.text.split()[0].removeprefix("#")
        for one in browser.driver.find_elements("css selector", "#losses tbody tr")
    ]
    by_number = {record.n: record for record in read_journal(scramble).records()}
    assert {by_number[int(n)].actor for n in told} == {"buyer_8"}
    assert browser.run("document.activeElement.id") == "only-agent"


@pytest.mark.parametrize("name", ["hotels/conference", "flights/family"])
def test_every_buyer_without_a_purchase_has_a_reason(browser, tmp_path, name):
    path = tmp_path / "run.jsonl"
    result = ttg.run(name, ["cheapest", "patient"], seed=3, journal=path)
    browser.open(ttg.report(path).html, size=TALL)

    for agent, found in result.episodes[0].agents.items():
        if found.outcome in ("failed", "aborted", "infeasible_aborted"):
            told = why(browser, agent)
            assert re.search(r"When it acted for the last time, #\d+, ", told), told
