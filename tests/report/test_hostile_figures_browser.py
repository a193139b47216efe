"""What a page of figures says is text: of agents, scenarios, policies and skills."""

import json

import pytest
from hostile_texts import PAYLOADS
from studies import played

from test_time_gym.evaluation.bench import evaluate
from test_time_gym.evaluation.market import compare
from test_time_gym.report import page
from test_time_gym.report.bench_page import bench_data
from test_time_gym.report.market_page import market_data
from test_time_gym.report.study import study_data

pytestmark = pytest.mark.browser

BUILD = ("type", "id", "unit", "block", "key")
"""Names of values that say how a page is built: they are ours."""


class Hostile:
    """Puts a payload in the place of every text, one after the other."""

    def __init__(self):
        self.count = 0

    def __call__(self, value, name=""):
        if isinstance(value, str) and name not in BUILD:
            self.count += 1
            return PAYLOADS[self.count % len(PAYLOADS)]
        if isinstance(value, list):
            return [self(one) for one in value]
        if isinstance(value, dict):
            return {key: self(one, key) for key, one in value.items()}
        return value


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return data of a study, a bench and compared markets, with blocks."""
    study = played(tmp_path_factory.mktemp("studies"))
    bench = evaluate(
        ["cheapest", "dummy"], ["flights/sfo-mad", "flights/rush"], seeds=2
    )
    compared = compare("flights/emsr", ["declared", "fixed"], seeds=2)
    return {
        "study": study_data(study),
        "bench": (*bench_data(bench), {}),
        "market": (*market_data(compared), {}),
    }


def believer_of(blocks):
    """Return the place of a run that has chosen among several, if there is one."""
    for name, block in blocks.items():
        if name.startswith("beliefs-") and b'"chart"' in block:
            return name.replace("beliefs-", "believer=", 1)
    return ""


@pytest.mark.parametrize("kind", ["study", "bench", "market"])
def test_no_text_of_a_page_of_figures_is_taken_for_markup(browser, pages, kind):
    _, data, blocks = pages[kind]
    hostile = Hostile()
    packed = {
        name: json.dumps(hostile(json.loads(block))).encode()
        for name, block in blocks.items()
    }

    browser.open(page(kind, PAYLOADS[0], hostile(data), packed), believer_of(blocks))
    if kind == "study":
        browser.wait("document.querySelector('.skill-words .does') !== null")
        browser.wait("document.querySelector('#beliefs figure') !== null")
    browser.run("document.querySelectorAll('summary').forEach((one) => one.click())")
    for button in ("th .sort", ".lane button"):
        browser.run(
            f"document.querySelectorAll('{button}').forEach((one) => one.click())"
        )

    assert hostile.count > len(PAYLOADS)
    assert browser.run("window.XSS === undefined")
    made = "script, img, svg, iframe, object, embed, a[href^=javascript], form, video"
    assert browser.run(f"document.querySelectorAll('main :is({made})').length") == 0
