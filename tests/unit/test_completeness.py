"""The report of untyped names finds what public modules leave out."""

import pytest
from tests.completeness import CASCADES, ROOT, Finding, findings

PUBLIC = ("src/test_time_gym/envs", "src/test_time_gym/market_v0.py")
MISSING = "Type is missing type annotation"


def report(path, message, **more):
    start = {"range": {"start": {"line": 6}}}
    diagnostic = {"file": str(ROOT / path), "message": message} | start | more
    symbol = {"name": "test_time_gym.envs.aec.Env.x", "diagnostics": [diagnostic]}
    return {"typeCompleteness": {"symbols": [symbol, symbol]}}


def test_a_missing_annotation_of_a_public_module_is_found_once():
    path = "src/test_time_gym/envs/aec.py"

    found = findings(report(path, f"{MISSING}\n  Inferred type is int"), PUBLIC)

    assert found == [Finding(path, 7, "envs.aec.Env.x", MISSING)]
    assert str(found[0]) == f"{path}:7: envs.aec.Env.x: {MISSING}"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("market/clock.py", MISSING),
        ("src/test_time_gym/envs/aec.py", f"Return type is {CASCADES}"),
    ],
)
def test_other_modules_and_what_follows_from_them_are_left_out(path, message):
    assert findings(report(path, message), PUBLIC) == []
