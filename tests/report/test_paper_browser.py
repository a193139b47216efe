"""Pages on paper and on narrow screens: nothing is cut off, nothing is told twice."""

from pathlib import Path

import pytest

import test_time_gym as ttg

pytestmark = pytest.mark.browser

REPLAYS = Path(__file__).parents[2] / "replays"
SHEET = (718, 1000)
"""Pixels of a sheet of A4 between its margins."""

WIDEST = 718 * 5 // 4
"""What printing makes smaller, as a whole, until it fits on the sheet."""

_CUT_OFF = """
return [...document.querySelectorAll('section, .wide, .wide table, .chart canvas')]
  .filter((one) => one.getBoundingClientRect().right > arguments[0]
    || (one.matches('.wide') && (getComputedStyle(one).overflowX !== 'visible'
      || one.scrollHeight > one.clientHeight + 1)))
  .map((one) => one.tagName + ' ' + (one.getAttribute('aria-label') || one.className)
    + ' ' + one.scrollWidth + ' × ' + one.scrollHeight);
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Make a page of each kind that is printed, once."""
    folder = tmp_path_factory.mktemp("paper")
    one, two = (REPLAYS / "flights-rush.jsonl", folder / "two.jsonl")
    ttg.run("flights/rush", ["cheapest", "patient"], seed=7, journal=two)
    found = ttg.compare("flights/emsr", ["declared", "fixed"], seeds=2, workers=1)
    played = ttg.evaluate("cheapest", ["flights/sfo-mad"], seeds=2)
    return {
        "run": ttg.report(one).html,
        "compare": ttg.report(one, against=two).html,
        "market": ttg.report(found).html,
        "bench": ttg.report(played).html,
    }


@pytest.mark.parametrize("kind", ["run", "market", "bench", "compare"])
def test_nothing_is_cut_off_on_paper(browser, pages, kind):
    browser.open(pages[kind], size=(1400, 900))
    send = browser.driver.execute_cdp_cmd
    size = {"width": SHEET[0], "height": SHEET[1]}
    metrics = {**size, "deviceScaleFactor": 1, "mobile": False}
    try:
        send("Emulation.setEmulatedMedia", {"media": "print"})
        send("Emulation.setDeviceMetricsOverride", metrics)
        browser.driver.execute_script("window.dispatchEvent(new Event('beforeprint'))")
        browser.wait("window.innerWidth === 718")
        browser.driver.execute_async_script(
            "requestAnimationFrame(() => setTimeout(arguments[0], 9))"
        )

        assert browser.driver.execute_script(_CUT_OFF, WIDEST) == []
    finally:
        send("Emulation.setEmulatedMedia", {"media": ""})
        send("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("kind", ["run", "market", "bench", "compare"])
def test_a_narrow_screen_scrolls_tables_and_not_the_page(browser, pages, kind):
    browser.open(pages[kind])
    send = browser.driver.execute_cdp_cmd
    size = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": False}
    try:
        send("Emulation.setDeviceMetricsOverride", size)
        browser.wait("window.innerWidth === 390")
        browser.wait(
            "document.documentElement.scrollWidth"
            " <= document.documentElement.clientWidth"
        )

        # What a row is of stays in sight while the table is scrolled.
        first = ".wide td:first-child, .wide th:first-child"
        assert browser.run(
            f"[...document.querySelectorAll('{first}')].every((one) => "
            "getComputedStyle(one).position === 'sticky')"
        )
    finally:
        send("Emulation.clearDeviceMetricsOverride", {})
