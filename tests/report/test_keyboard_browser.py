"""The page of a run by the keyboard alone: few stops, in order, and all named."""

from pathlib import Path

import pytest

import test_time_gym as ttg

pytestmark = pytest.mark.browser

REPLAYS = Path(__file__).parents[2] / "replays"
FOCUSED = """
const e = document.activeElement;
const label = e.getAttribute('aria-label') || e.innerText || e.title
  || [...(e.labels || [])].map((one) => one.innerText).join('');
return [e === document.body, e.tagName, e.closest('section')?.id || '',
        label.trim().slice(0, 60), getComputedStyle(e).outlineStyle];
"""


@pytest.fixture(scope="module")
def page():
    """Make the page of a contended run, once."""
    return ttg.report(REPLAYS / "flights-scramble.jsonl").html


def stops(browser, most):
    """Press Tab until the page ends; return what has had the keyboard."""
    from selenium.webdriver import Keys

    found = []
    for _ in range(most):
        browser.press(Keys.TAB)
        outside, *where = browser.driver.execute_script(FOCUSED)
        if outside:
            return found
        found.append(where)
    raise AssertionError(found[-10:])


def test_the_tab_key_leads_through_all_sections_in_their_order(browser, page):
    browser.open(page)

    found = stops(browser, 120)

    sections = list(dict.fromkeys(one[1] for one in found if one[1]))
    assert sections == [
        "agents",
        "losses",
        "overview",
        "agent-page",
        "events",
        "stock",
        "money",
    ]
    assert [one for one in found if not one[2]] == []
    assert {one[3] for one in found} == {"solid"}
    rows = [one for one in found if one[0] == "TR"]
    assert [one[1] for one in rows].count("agents") == 1
    assert [one[1] for one in rows].count("losses") == 1


def test_arrows_lead_from_row_to_row_and_enter_keeps_the_place(browser, page):
    from selenium.webdriver import Keys

    browser.open(page, size=(1400, 5000))
    browser.driver.execute_script(
        "document.querySelector('#agents tbody tr').focus()",
    )
    names = browser.run("window.ttgPage.run.data.agents.map((one) => one.name)")

    browser.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER)
    browser.wait(f"window.ttgPage.view.agent === '{names[2]}'")
    browser.wait(
        "document.activeElement.closest('#agents tr')?.getAttribute('aria-current')"
        " === 'true'"
    )
    browser.press(Keys.ARROW_DOWN, Keys.ENTER)
    browser.wait(f"window.ttgPage.view.agent === '{names[3]}'")

    # And the links of the row follow it.
    browser.press(Keys.TAB)
    assert browser.run(
        "document.activeElement.matches('button.link') && "
        f"document.activeElement.closest('tr').innerText.startsWith('{names[3]}')"
    )


def test_a_table_stays_sorted_when_one_of_its_rows_is_chosen(browser, page):
    browser.open(page, size=(1400, 5000))
    first = "document.querySelector('#agents tbody tr td').innerText"
    browser.find("#agents th .sort").click()
    browser.find("#agents th .sort").click()
    last = max(
        browser.run("window.ttgPage.run.data.agents.map((one) => one.name)"),
        key=lambda name: int(name.split("_")[1]),
    )
    browser.wait(f"{first} === '{last}'")

    browser.find("#agents tbody tr:nth-child(3)").click()

    browser.wait("document.querySelector('#agents tr[aria-current] td') !== null")
    assert browser.run(first) == last


def test_the_chosen_record_of_the_list_is_named_to_screen_readers(browser, page):
    from selenium.webdriver import Keys

    browser.open(page, "n=20", size=(1400, 5000))
    browser.driver.execute_script("document.querySelector('.long').focus()")

    browser.press(Keys.ARROW_DOWN)

    named = "document.querySelector('.long').getAttribute('aria-activedescendant')"
    browser.wait(f"document.getElementById({named})?.innerText.includes('#21')")
    row = browser.run(
        f"[...document.getElementById({named}).attributes].map((a) => a.name)"
    )
    assert {"aria-setsize", "aria-posinset", "aria-selected"} <= set(row)
