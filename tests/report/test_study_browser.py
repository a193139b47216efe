"""The page of a study in a browser: its figures, its skills, its links."""

import json

import pytest
from studies import played

from test_time_gym.report import page
from test_time_gym.report.study import study_data, study_page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return played(tmp_path_factory.mktemp("studies"))


def cells_of(browser, section):
    """Return the texts of a section's tables, row by row."""
    return browser.run(
        f"[...document.querySelectorAll('#{section} table')].map((one) =>"
        " [...one.tBodies[0].rows].map((row) => [...row.cells].map((cell) =>"
        " cell.textContent)))"
    )


def test_the_tables_on_the_page_are_those_of_the_data(browser, study):
    _, data, _ = study_data(study)

    browser.open(study_page(study).html)

    for one in data["sections"]:
        told = [part for part in one["parts"] if part["type"] == "table"]
        expected = [
            [
                [cell if isinstance(cell, str) else cell["text"] for cell in row]
                for row in part["rows"]
            ]
            for part in told
        ]
        assert cells_of(browser, one["id"])[: len(told)] == expected
    for line in data["lead"]:
        assert line in browser.text(".lead")


def test_a_chart_tells_its_figures_by_keys(browser, study):
    _, data, _ = study_data(study)
    drawn = data["sections"][1]["parts"][1]

    browser.open(study_page(study).html)
    browser.find("#curve-success .chart").send_keys("\ue010")  # End

    told = browser.text("#curve-success .told")
    assert told.startswith("episode 7: ")
    for one in drawn["series"]:
        shown = f"{one['name']} {100 * one['values'][-1]:g} %"
        assert (shown in told) == one["shown"]


def test_a_link_leads_to_a_run_and_a_skill_in_words(browser, study):
    _, _, blocks = study_data(study)
    skills = json.loads(blocks["skills-mined-1"])[1]["skills"]
    skill = skills[-1]

    browser.open(study_page(study).html, f"learner=mined-1&skill={skill['name']}")
    browser.wait("document.querySelector('.skill-words .does') !== null")

    assert browser.text(".skill-words .does") == skill["does"]
    words = browser.text(".skill-words")
    assert f"in episode {skill['born']}" in words
    assert all(line in words for line in skill["steps"])

    browser.find(".lane:nth-child(2) button").send_keys("\ue007")  # Enter
    assert browser.text(".skill-words .does") == skills[0]["does"]
    assert browser.run("location.hash") == f"#learner=mined-1&skill={skills[0]['name']}"


def test_what_was_believed_is_drawn_for_the_chosen_run_and_place(browser, study):
    _, _, blocks = study_data(study)
    (chosen,) = json.loads(blocks["beliefs-mined-1"])
    last = chosen["options"][-1]

    browser.open(study_page(study).html, f"believer=mined-1&context={last['key']}")
    browser.wait("document.querySelector('#beliefs figure table, #beliefs figure')")

    assert browser.run("document.querySelector('#choose-context').value") == last["key"]
    rows = [
        [cell if isinstance(cell, str) else cell["text"] for cell in row]
        for row in last["parts"][1]["rows"]
    ]
    assert cells_of(browser, "beliefs")[-1] == rows


@pytest.mark.parametrize("payload", ["<img src=x onerror=HIT=1>", "</script><b>"])
def test_hostile_texts_are_shown_as_texts(browser, study, payload):
    _, data, blocks = study_data(study)
    spelled = json.dumps(payload)[1:-1]
    hostile = json.loads(json.dumps(data).replace("mined", spelled))
    packed = {
        name.replace("mined", payload): text.replace(b"payment", spelled.encode())
        for name, text in blocks.items()
    }

    browser.open(page("study", payload, hostile, packed), "learner=x")
    browser.wait("document.querySelector('.skill-words .does') !== null")

    assert payload in browser.text("#outcome table")
    assert payload in browser.text(".skill-words")
    assert browser.run("typeof HIT") == "undefined"
    assert browser.run("document.querySelectorAll('main img, main b').length") == 0


def test_on_a_narrow_screen_nothing_sticks_out(browser, study):
    browser.open(study_page(study).html, size=(500, 900))
    browser.wait("document.querySelector('.lanes') !== null")

    assert browser.run(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
