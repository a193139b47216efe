"""Searching a long run: right, told meanwhile, and cut off by the next question."""

import json

import pytest
from report_parts import repeated

import test_time_gym as ttg
from test_time_gym.journal import read_journal

pytestmark = pytest.mark.browser

TOLD = "document.querySelector('#events [role=status]').textContent"
TIMES = 64
"""So often a run's records stand in the journal, one after the other."""

_ALL_TOLD = """
const told = document.querySelector('#events [role=status]');
window.SAID = [];
new MutationObserver(() => window.SAID.push(told.textContent))
  .observe(told, {childList: true, characterData: true, subtree: true});
"""


@pytest.fixture(scope="module")
def long_run(tmp_path_factory):
    """Return a page of 10,000 records, and the text of each."""
    folder = tmp_path_factory.mktemp("long")
    ttg.run("flights/rush", "cheapest", seed=7, n_agents=8, journal=folder / "a.jsonl")
    (folder / "long.jsonl").write_bytes(repeated(folder / "a.jsonl", TIMES))
    records = list(read_journal(folder / "long.jsonl").records())
    texts = [
        json.dumps(
            {"a": r.actor, "c": r.cause, "d": r.data, "k": r.kind, "n": r.n, "t": r.t},
            separators=(",", ":"),
            ensure_ascii=False,
        ).lower()
        for r in records
    ]
    return ttg.report(folder / "long.jsonl").html, records, texts


def ask(browser, *, text=None, kind=None):
    """Set the search or the kind, as a reader does."""
    for selector, value in (("#search", text), ("#kind", kind)):
        if value is not None:
            browser.driver.execute_script(
                "const s = document.querySelector(arguments[0]);"
                "s.value = arguments[1];"
                "s.dispatchEvent(new Event(s.tagName === 'SELECT' ? 'change':'input'))",
                selector,
                value,
            )


def test_what_is_found_is_what_stands_in_the_records(browser, long_run):
    page, records, texts = long_run
    browser.open(page)

    # Longer, shorter, another: what was found before narrows what is searched.
    for text in ("PAY", "pay-6", "pay-6-1", "pay-6", "zzz", '"k":"reward"', "e"):
        ask(browser, text=text)
        found = sum(text.lower() in one for one in texts)
        browser.wait(f"{TOLD} === '{found:,} of {len(texts):,} records'")
    for kind in ("payment_started", "act", ""):
        ask(browser, text="pay-6-1" if kind else "6-1", kind=kind)
        wanted = "pay-6-1" if kind else "6-1"
        found = sum(
            wanted in one and kind in ("", record.kind)
            for one, record in zip(texts, records, strict=True)
        )
        browser.wait(f"{TOLD} === '{found:,} of {len(texts):,} records'")


def test_what_is_found_is_shown_while_the_rest_is_searched(browser, long_run):
    page, _, texts = long_run
    browser.open(page)
    browser.driver.execute_script(_ALL_TOLD)
    first = sum("hold-6-1" in one for one in texts[:1024])

    ask(browser, text="hold-6-1")

    browser.wait(f"{TOLD}.endsWith('of {len(texts):,} records')")
    said = browser.run("window.SAID")
    share = 1024 / len(texts)
    assert said[0] == f"{first} so far; searched {share:.1%} …"


def test_a_question_that_follows_cuts_the_one_before_off(browser, long_run):
    page, _, texts = long_run
    browser.open(page)
    browser.driver.execute_script(_ALL_TOLD)

    ask(browser, text="no such text")
    browser.driver.execute_script("window.ttgPage.view.search('hold-6-1')")

    found = sum("hold-6-1" in one for one in texts)
    browser.wait(f"{TOLD} === '{found} of {len(texts):,} records'")
    assert f"0 of {len(texts):,} records" not in browser.run("window.SAID")


def test_the_page_draws_itself_while_it_searches(browser, long_run):
    page, _, texts = long_run
    browser.open(page)
    browser.driver.execute_script(
        "window.FRAMES = 0; const count = () => { window.FRAMES += 1;"
        "if (!window.DONE) requestAnimationFrame(count); };"
        "requestAnimationFrame(count)"
    )

    ask(browser, text="no such text")

    browser.wait(f"{TOLD} === '0 of {len(texts):,} records'")
    assert browser.run("window.FRAMES") > 1
