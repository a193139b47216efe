"""Every rule is needed: switched off, it lets some forgery through unseen."""

import ast
import io
from pathlib import Path

import pytest
from tests.audit import (
    forged_afterwards,
    forged_alone,
    forged_alone_bills,
    forged_fences,
    forged_flexible_dates,
    forged_patience,
)
from tests.audit.forgery import ALONE
from tests.audit.test_structure import DAMAGES, WHOLE

import test_time_gym.audit
from test_time_gym.audit import RULES, audit
from test_time_gym.audit.findings import Findings

CODE = Path(test_time_gym.audit.__file__).parent
ASKING = {
    "check": 1,
    "unasked": 1,
    "owe": 1,
    "Expected": 1,
    "RuleBroken": 0,
    "_next": 2,
}
"""What is called with the code of a rule, and where among its arguments it stands."""


def alone():
    """Return rule and bytes of every forgery that one rule alone can see."""
    forged = [(name, rule, forge().seal()) for name, rule, forge in ALONE]
    damaged = [
        (what, rule, damage(WHOLE)) for what, (damage, _, rule, _) in DAMAGES.items()
    ]
    return [*forged, *(one for one in damaged if one[1])]


@pytest.fixture(scope="module")
def forgeries():
    return alone()


def found(data):
    return audit("forged.jsonl", stream=io.BytesIO(data)).findings


def switch_off(monkeypatch, rule):
    """Let a rule find nothing, whatever it is asked about."""
    whole = Findings.check

    def check(self, holds, of, n, text, *values):
        before = len(self.found)
        answer = whole(self, holds, of, n, text, *values)
        if of == rule:
            del self.found[before:]
        return answer

    monkeypatch.setattr(Findings, "check", check)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_is_switched_off_lets_a_forgery_through(
    monkeypatch, forgeries, rule
):
    meant = [data for _, of, data in forgeries if of == rule]
    seen = [bool(found(data)) for data in meant]

    switch_off(monkeypatch, rule)

    assert seen == [True] * len(meant)
    assert seen
    assert [found(data) for data in meant] == [()] * len(meant)


def test_the_code_asks_for_no_rule_that_is_not_listed():
    asked = {code for path in CODE.glob("*.py") for code in rules_of(path)}

    assert asked == set(RULES)


def rules_of(path):
    """Return the codes of rules that a file names where a check is made."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            place = ASKING.get(name)
            if place is not None and len(node.args) > place:
                yield from texts(node.args[place])
        elif isinstance(node, ast.FunctionDef):
            defaults = node.args.kw_defaults
            yield from (text for value in defaults if value for text in texts(value))


def texts(node):
    """Return the texts that an argument may be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def test_every_part_of_the_forgeries_is_there():
    parts = {forge.__module__ for _, _, forge in ALONE}

    told = (forged_afterwards, forged_alone, forged_alone_bills, forged_fences)
    others = (forged_flexible_dates, forged_patience)
    assert parts == {part.__name__ for part in (*told, *others)}
