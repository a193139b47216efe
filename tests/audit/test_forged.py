"""Forged journals with a right chain are found out, each by the rule meant for it."""

import ast
import io
import sys
from pathlib import Path

import pytest
from tests.audit import (
    forged_afterwards,
    forged_alone,
    forged_alone_bills,
    forged_fences,
    forged_flexible_dates,
    forged_orders,
    forged_patience,
    forged_payments,
    forged_policies,
    forged_seats,
    forged_sellers,
    forged_short,
    forged_turns,
)
from tests.audit.forgery import ALONE, FORGERIES, SHORT
from tests.audit.library import library
from tests.audit.story import NotHere, Story

import test_time_gym.audit
from test_time_gym.audit import audit
from test_time_gym.audit.findings import Findings
from test_time_gym.journal import structure_of

pytestmark = pytest.mark.xdist_group("forgeries")

PARTS = (forged_seats, forged_payments, forged_orders, forged_turns)
"""To import them is to enter their forgeries."""
TOLD = (
    forged_afterwards,
    forged_alone,
    forged_alone_bills,
    forged_fences,
    forged_flexible_dates,
    forged_patience,
    forged_policies,
    forged_sellers,
    forged_short,
)
CODE = Path(test_time_gym.audit.__file__).parent
TRIED = 4
"""So many journals are forged at most until one shows the rule first."""


class Watched:
    """Audits, and the places in the code at which a check found something."""

    def __init__(self):
        self.found = set()

    def audit(self, data):
        """Audit bytes, and remember which checks did not hold."""
        whole = Findings.check

        def check(findings, holds, rule, n, text, *values):
            if not holds:
                asking = sys._getframe(1)
                name = Path(asking.f_code.co_filename).name
                self.found.add((name, asking.f_lineno))
            return whole(findings, holds, rule, n, text, *values)

        Findings.check = check
        try:
            return audit("forged.jsonl", stream=io.BytesIO(data))
        finally:
            Findings.check = whole


@pytest.fixture(scope="session")
def stories():
    """Return the golden journals and some busy runs, to be forged."""
    return [Story(data) for _, data in library()]


@pytest.fixture(scope="session")
def corpus(stories):
    """Return what was found of every forgery, by name, and where in the code."""
    watched, found = Watched(), {}
    for name, rule, change in FORGERIES:
        found[name] = []
        for data in forged(stories, change):
            found[name].append((data, watched.audit(data)))
            if rule == found[name][-1][1].findings[0].rule or len(found[name]) == TRIED:
                break
    for name, _, forge in (*SHORT, *ALONE):
        data = forge().seal()
        found[name] = [(data, watched.audit(data))]
    return found, watched.found


def forged(stories, change):
    """Yield every journal that has a place for a forgery, with it."""
    for story in stories:
        twin = story.copy()
        try:
            change(twin)
        except NotHere:
            continue
        yield twin.seal()


@pytest.mark.parametrize(
    ("name", "rule"), [(name, rule) for name, rule, _ in FORGERIES]
)
def test_a_forged_journal_is_found_by_the_rule_meant_for_it(
    corpus, tmp_path, name, rule
):
    path = tmp_path / "forged.jsonl"

    for data, found in corpus[0][name]:
        path.write_bytes(data)
        assert structure_of(path).status == found.status == "complete"
        assert found.exit_code == 1
    first = [found.findings[0].rule for _, found in corpus[0][name]]

    assert rule in first, corpus[0][name][-1][1].findings


@pytest.mark.parametrize(("name", "rule"), [(name, rule) for name, rule, _ in SHORT])
def test_a_short_story_is_found_by_the_rule_meant_for_it(corpus, name, rule):
    _, found = corpus[0][name][0]

    assert rule in {finding.rule for finding in found.findings}


def test_every_check_in_the_code_finds_some_forgery(corpus):
    unseen = [place for place in sorted(checks()) if not any_line(place, corpus[1])]

    assert [text for text in map(said, unseen) if NET not in text] == []


NET = "the scenario does not let it be judged"
"""What is found of a header that passes for a scenario and lets a rule fail: none is
known any more that does."""


def said(place):
    """Return the lines of a check, and the one before, which holds its text."""
    name, first, last = place
    lines = (CODE / name).read_text("utf-8").splitlines()
    return f"{name}: " + " ".join(lines[first - 2 : last])


def checks():
    """Yield file and lines of every check in the code, those of damaged files aside."""
    for path in CODE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name == "check" and len(node.args) > 1 and not broken(node.args[1]):
                yield path.name, node.lineno, node.end_lineno


def broken(rule):
    """Return whether a check is of what a file is broken by."""
    return isinstance(rule, ast.Attribute) and ast.unparse(rule) == "broken.rule"


def any_line(place, found):
    name, first, last = place
    return any(file == name and first <= line <= last for file, line in found)


def test_every_part_of_the_corpus_is_there():
    parts = {change.__module__ for _, _, change in FORGERIES}
    told = {forge.__module__ for _, _, forge in (*SHORT, *ALONE)}

    assert parts == {part.__name__ for part in PARTS}
    assert told == {part.__name__ for part in TOLD}


def test_sealing_a_story_that_nobody_changed_changes_nothing(stories):
    for story in stories:
        data = story.copy().seal()
        assert audit("same.jsonl", stream=io.BytesIO(data)).findings == ()
