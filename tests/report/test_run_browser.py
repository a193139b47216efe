"""The page of a run in a real browser: it opens, scrubs, filters, links and is read."""

import json
import shutil
from pathlib import Path

import pytest
from report_parts import rewritten

import test_time_gym as ttg
from test_time_gym.journal import read_journal

pytestmark = pytest.mark.browser

REPLAYS = Path(__file__).parents[2] / "replays"
TALL = (1400, 5000)
"""A window in which the whole page is in sight, and so is drawn."""
AT = "window.ttgPage.view.n"


@pytest.fixture(scope="module")
def pages():
    """Make the page of a recorded run, once."""
    made = {}

    def page(name):
        if name not in made:
            made[name] = ttg.report(REPLAYS / f"{name}.jsonl").html
        return made[name]

    return page


def test_a_run_opens_and_tells_how_everyone_fared(browser, pages):
    browser.open(pages("flights-scramble"), size=TALL)

    told = browser.text("#agents")

    records = list(read_journal(REPLAYS / "flights-scramble.jsonl").records())
    for record in records:
        if record.kind == "outcome":
            assert record.actor in told
            assert record.data["outcome"] in told
    assert "verified: re-execution gives the same bytes" in browser.text("#summary")
    assert browser.run("performance.getEntriesByType('resource').length") == 0


def test_it_says_who_took_the_last_seat_and_how(browser, pages):
    browser.open(pages("flights-scramble"), size=TALL)

    first = browser.find("#losses tbody tr").text

    assert " ".join(first.split()) == (
        "#34 0:00:04.5 buyer_3 FR7326 was sold out buyer_4 took the last FR7326 into "
        "its checkout #32, at the same instant but with the lower lot "
        "(4,182,631 before 4,326,285), and bought it #70"
    )


def test_keys_and_the_scrubber_move_through_the_records(browser, pages):
    from selenium.webdriver import Keys

    browser.open(pages("flights-rush"), size=TALL)
    browser.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    browser.wait(f"{AT} === 3")
    browser.press(Keys.ARROW_LEFT)
    browser.wait(f"{AT} === 2")
    browser.press(Keys.END)
    browser.wait(f"{AT} === 313")
    browser.press(Keys.HOME)
    browser.wait(f"{AT} === 0")
    browser.press(" ")
    browser.wait(f"{AT} > 2 && window.ttgPage.view.playing")
    browser.press(" ")
    browser.wait("!window.ttgPage.view.playing")

    browser.driver.execute_script(
        "const s = document.getElementById('scrubber'); s.value = 60;"
        "s.dispatchEvent(new Event('input'))"
    )

    browser.wait("document.querySelector('.moment').textContent.startsWith('#60 of')")
    browser.wait("document.querySelector('.what').textContent.includes('confirm_pay')")


def test_a_link_leads_to_an_agent_s_page_at_a_moment(browser, pages):
    browser.open(pages("flights-rush"), "t=9500&agent=buyer_6", size=TALL)
    browser.wait("document.querySelector('#agent-page .action') !== null")

    panel = browser.text("#agent-page")

    assert "Turn 6 of 7, #48 enter_card card_token tok_ok" in panel
    assert "tok_ok is entered; nothing is paid yet" in panel
    assert "VY1371" in panel
    assert "enter_card ← taken" in panel
    browser.wait("location.hash.includes('agent=buyer_6')")
    # The last record of that instant.
    assert browser.run(AT) == 53

    browser.driver.execute_script("location.hash = 'n=100&agent=buyer_1'")
    browser.wait(f"{AT} === 100 && window.ttgPage.view.agent === 'buyer_1'")


@pytest.mark.parametrize("name", ["flights-rush", "hotels-conference"])
def test_every_page_of_an_agent_is_what_it_saw(browser, pages, name):
    """Whatever stands on the page stands in the panel, at the turn that saw it."""
    from test_time_gym.export.step import steps_of

    browser.open(pages(name), size=TALL)
    journal = read_journal(REPLAYS / f"{name}.jsonl")
    for step in steps_of(journal, observations=True)[::23]:
        seen = json.loads(step.observation)
        browser.driver.execute_script(
            "const v = window.ttgPage.view; v.pickAgent(arguments[0]);"
            "v.seek(arguments[1])",
            step.agent,
            step.n,
        )
        wanted = f"'Turn {step.turn} of'"
        browser.wait(
            f"(document.querySelector('#agent-page .turn') || {{textContent: ''}})"
            f".textContent.includes({wanted})"
        )

        panel = browser.text("#agent-page")

        words = journal.header["scenario"]
        assert words["name"] in browser.text("#summary")
        for verb in seen["legal_verbs"]:
            assert verb in panel
        offers = seen.get("flights", seen.get("rooms", seen.get("stays", [])))
        for offer in offers:
            assert offer["id"] in panel
        for message in seen["messages"]:
            assert message["text"] in panel


def test_events_are_filtered_and_searched(browser, pages):
    browser.open(pages("flights-rush"), size=TALL)
    told = "document.querySelector('#events [role=status]').textContent"
    records = list(read_journal(REPLAYS / "flights-rush.jsonl").records())

    def chosen(selector, value):
        browser.driver.execute_script(
            "const s = document.querySelector(arguments[0]); s.value = arguments[1];"
            "s.dispatchEvent(new Event(s.tagName === 'SELECT' ? 'change' : 'input'))",
            selector,
            value,
        )

    chosen("#kind", "hold_placed")
    holds = sum(record.kind == "hold_placed" for record in records)
    browser.wait(f"{told} === '{holds} of 314 records'")

    chosen("#who", "a:buyer_6")
    browser.wait(f"{told} === '1 of 314 records'")
    assert "holds 1 × VY1371 at 56" in browser.text("#events .long")

    chosen("#kind", "")
    chosen("#who", "")
    chosen("#search", "PAY-6-1")
    of_payment = [r for r in records if "pay-6-1" in json.dumps(r.data)]
    browser.wait(f"{told} === '{len(of_payment)} of 314 records'")


def test_a_record_tells_its_causes_and_what_followed(browser, pages):
    browser.open(pages("flights-rush"), "n=61", size=TALL)
    browser.wait("document.querySelector('.detail h3') !== null")

    detail = browser.text(".detail")

    assert "Record #61: payment started" in detail
    assert "#60 buyer_6: confirm_payment" in detail
    assert "#64 buyer_6: has its ticket: order-6-1, 56 EUR (hold-6-1)" in detail


def test_several_runs_are_chosen_from_one_list(browser):
    made = ttg.report(
        [REPLAYS / "flights-rush.jsonl", REPLAYS / "hotels-conference.jsonl"]
    )
    browser.open(made.html, "run=1", size=TALL)
    assert "hotels/conference" in browser.text("#summary")

    browser.driver.execute_script("location.hash = 'run=0&n=10'")

    browser.wait(f"window.ttgPage.run.number === 0 && {AT} === 10")
    assert "flights/rush" in browser.text("#summary")


def test_a_journal_that_diverges_says_so_at_once(browser, tmp_path):
    def change(record):
        if record["n"] == 50:
            record["d"]["args"]["card_token"] = "tok_ok"
        return record

    (tmp_path / "f.jsonl").write_bytes(
        rewritten(REPLAYS / "flights-rush.jsonl", change)
    )
    browser.open(ttg.report(tmp_path / "f.jsonl").html, size=TALL)

    told = browser.text("#summary")

    assert "diverged: re-execution gives other records" in told
    assert "This journal is not what its run gives: record 59 came out diff" in told
    assert "/d/card" in told


def test_a_journal_of_which_nothing_can_be_executed_still_opens(browser, tmp_path):
    def change(record):
        if record["k"] == "header":
            record["d"] |= {"scenario": None, "seats": 7}
        return record

    (tmp_path / "f.jsonl").write_bytes(
        rewritten(REPLAYS / "flights-sfo-mad.jsonl", change)
    )
    browser.open(ttg.report(tmp_path / "f.jsonl").html, size=TALL)

    assert "24 records" in browser.text("#events")


@pytest.mark.parametrize("size", [(400, 900), (1400, 900)])
def test_nothing_is_wider_than_the_window(browser, pages, size):
    browser.open(pages("flights-rush"), "n=100&agent=buyer_1", size=size)

    assert browser.run(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


@pytest.mark.parametrize("name", ["<img src=x onerror=XSS=1>.jsonl", "a&b\"'.jsonl"])
def test_a_journal_s_file_may_have_any_name(browser, tmp_path, name):
    shutil.copy(REPLAYS / "flights-sfo-mad.jsonl", tmp_path / name)
    browser.open(ttg.report(tmp_path / name).html, size=TALL)

    assert name in browser.text("#summary")
