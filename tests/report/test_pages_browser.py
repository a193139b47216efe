"""Pages of every kind open in a browser, and are inert beyond their own scripts."""

import re

import pytest

from test_time_gym.report import KINDS, page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_every_kind_opens_without_a_complaint(browser, kind):
    browser.open(page(kind, "Seats & <rooms>", {"runs": []}))

    assert browser.text("h1") == "Seats & <rooms>"


def test_a_script_that_is_not_the_page_s_is_not_executed(browser):
    made = page("run", "A page", {"runs": []})
    forged = made.replace(b"<main", b"<script>window.FORGED = 1</script><main")

    browser.open(forged)

    assert browser.run("window.FORGED === undefined")
    assert any("Content Security Policy" in one for one in browser.complaints())


def test_a_page_asks_the_network_for_nothing(browser):
    made = page("run", "A page", {"runs": []})
    asking = made.replace(b"<main", b'<img src="https://example.org/x.png"><main')

    browser.open(made)
    assert browser.run("performance.getEntriesByType('resource').length") == 0
    assert not re.search(rb"""(src|href)=["'](?!#)""", made)

    browser.open(asking)
    assert any("Content Security Policy" in one for one in browser.complaints())
