"""Texts of agents are texts: no browser takes them for markup or for a program."""

from pathlib import Path

import pytest
from hostile_texts import PAYLOADS
from report_parts import rewritten

import test_time_gym as ttg
from test_time_gym.journal import read_journal

pytestmark = pytest.mark.browser

REPLAYS = Path(__file__).parents[2] / "replays"
KEPT = "__proto__"
"""A name that an object may not take for its own."""


def with_texts(path, first):
    """Return a journal in which all texts are payloads, from a record on."""
    count = 0

    def hostile(value):
        nonlocal count
        if isinstance(value, str):
            count += 1
            return PAYLOADS[count % len(PAYLOADS)]
        if isinstance(value, list):
            return [hostile(one) for one in value]
        if isinstance(value, dict):
            return {name: hostile(one) for name, one in value.items()}
        return value

    def change(record):
        if record["n"] >= first and record["k"] not in ("header", "end"):
            record["d"] = hostile(record["d"]) | {PAYLOADS[record["n"] % 40]: KEPT}
            record["a"] = PAYLOADS[record["n"] % 40]
        return record

    return rewritten(path, change)


def walk(browser, step=1):
    """Look at records, and at their texts as they stand in the journal."""
    script = """
        const done = arguments[arguments.length - 1];
        (async () => {
          const { view, run } = window.ttgPage;
          for (let n = 0; n < run.size; n += arguments[0]) {
            view.seek(n);
            await new Promise((next) => requestAnimationFrame(next));
            await new Promise((next) => setTimeout(next, 5));
            for (const one of document.querySelectorAll("details")) one.open = true;
          }
          done(run.size);
        })();
    """
    assert browser.driver.execute_async_script(script, step) > 20


STRANGE = (
    "main script, main img, main svg, main iframe, main object, main embed, main video,"
    "main audio, main math, main style, main link, main meta, base, main form,"
    "main template, main marquee"
)


def test_forty_hostile_texts_in_every_field_of_a_journal_are_shown_as_they_are(
    browser, tmp_path
):
    assert len(PAYLOADS) == len(set(PAYLOADS)) == 40
    forged = tmp_path / "forged.jsonl"
    # A journal holds no control characters but escaped ones; they are texts as well.
    forged.write_bytes(with_texts(REPLAYS / "flights-sfo-mad.jsonl", 1))
    browser.open(ttg.report(forged).html, size=(1400, 5000))

    walk(browser)

    assert browser.run("window.XSS === undefined")
    assert browser.run(f"document.querySelectorAll('{STRANGE}').length") == 0
    assert PAYLOADS[0] in browser.text("#events") or "<" in browser.text("#events")


def hostile_agent(texts):
    """Return an agent that says these texts wherever an agent can say anything."""
    left = iter(texts)

    def act(observation):
        text = next(left, None)
        if text is None:
            return {"verb": "abort", "payload": PAYLOADS[4]}
        mates = observation["team"]
        if mates and len(text) % 3:
            return {"verb": "send_message", "payload": {"to": mates[0], "text": text}}
        return {"verb": text, "payload": text}

    return act


def test_what_agents_say_to_each_other_is_read_and_never_executed(browser, tmp_path):
    journal = tmp_path / "said.jsonl"
    agents = [hostile_agent(PAYLOADS), hostile_agent(PAYLOADS[::-1])]
    ttg.run("flights/family", agents, n_agents=2, journal=journal, regret=False)

    said = [r for r in read_journal(journal).records() if r.kind == "message"]
    heard = [r.data["text"] for r in said if r.data["untrusted"]]
    assert len(heard) > 20

    made = ttg.report(journal)
    assert made.exit_code == 0
    browser.open(made.html, size=(1400, 9000))
    walk(browser, step=7)

    assert browser.run("window.XSS === undefined")
    assert browser.run(f"document.querySelectorAll('{STRANGE}').length") == 0
    shown = browser.run("document.getElementById('agent-page').textContent")
    assert sum(text in shown for text in heard) > 10
