"""Damaged files: an audit goes as far as they are sound, and says where that ends."""

import json
import re
from hashlib import blake2b

import pytest
from tests.audit.story import Story
from tests.golden.record import REPLAYS, golden_path

from test_time_gym.audit import RULES, Unreadable, audit
from test_time_gym.cli import main
from test_time_gym.journal import structure_of

WHOLE = golden_path("flights/sfo-mad").read_bytes()


def chained(lines):
    """Return bodies of records in a right chain, whatever they say."""
    head, out = blake2b(b"ttg.journal.v1", digest_size=16).hexdigest(), []
    for body in lines:
        head = blake2b(head.encode() + body, digest_size=16).hexdigest()
        out.append(b'{"h":"' + head.encode() + b'",' + body[1:] + b"\n")
    return b"".join(out)


def bodies(data):
    return [b"{" + line[40:] for line in data.splitlines()]


def respelled(old, new):
    return lambda data: chained([b.replace(old, new, 1) for b in bodies(data)])


DAMAGES = {
    "whole": (lambda data: data, "complete", None, 0),
    "no end": (lambda d: d[: d[:-1].rindex(b"\n") + 1], "incomplete", None, 3),
    "no line end": (lambda data: data[:-1], "torn", None, 3),
    "empty": (lambda _: b"", "incomplete", None, 3),
    "a changed byte": (
        lambda d: d.replace(b"SUMMER25", b"SUMMER26", 1),
        "corrupt",
        "chain",
        4,
    ),
    "a frame of another kind": (
        lambda d: d.replace(b'{"h"', b'{"H"', 1),
        "corrupt",
        "frame",
        4,
    ),
    "more after the end": (lambda d: d + d[-200:], "corrupt", "frame", 4),
    "a record twice": (
        lambda d: chained([bodies(d)[0], *bodies(d)[1:2] * 2, *bodies(d)[2:]]),
        "corrupt",
        "numbering",
        4,
    ),
    "time falls": (respelled(b'"t":2500}', b'"t":-5}'), "corrupt", "time", 4),
    "a cause to come": (respelled(b'"c":4,', b'"c":34,'), "corrupt", "time", 4),
    "a float": (respelled(b'"t":2500}', b'"t":2500.0}'), "corrupt", "canonical", 4),
    "a space": (respelled(b'"t":2500}', b'"t": 2500}'), "corrupt", "canonical", 4),
    "too large a number": (
        respelled(b'"ticket":2943030', b'"ticket":9007199254740992'),
        "corrupt",
        "canonical",
        4,
    ),
    "other semantics": (
        respelled(b'"semantics":', b'"semantics":9'),
        "unsupported",
        None,
        5,
    ),
    "an unknown kind": (
        respelled(b'"k":"reward"', b'"k":"regard"'),
        "unsupported",
        None,
        5,
    ),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_damaged_file_is_told_as_verify_tells_it(tmp_path, what):
    damage, status, rule, code = DAMAGES[what]
    path = tmp_path / "damaged.jsonl"
    path.write_bytes(damage(WHOLE))

    found = audit(path)

    assert (found.status, found.exit_code) == (status, code)
    assert [f.rule for f in found.findings] == ([rule] if rule else [])
    verified = structure_of(path)
    assert (found.status, found.records) == (verified.status, verified.records)


@pytest.mark.parametrize("name", ["nowhere", ".", "a\0b"])
def test_what_is_no_file_is_unreadable(tmp_path, name):
    with pytest.raises(Unreadable, match=r"cannot be read|not a regular file"):
        audit(tmp_path / name)


@pytest.mark.parametrize("path", [("market",), ("task", "trips"), ("turns",)])
def test_a_header_without_a_scenario_is_one_finding(tmp_path, path):
    story = Story(WHOLE)
    part = story.scenario
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = 7
    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(story.seal())

    found = audit(forged)

    assert (found.status, found.records) == ("complete", 24)
    assert [(f.rule, f.record) for f in found.findings] == [("header", 0)]


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [("pricing", "reprice_every_s", 0), ("instalments", "counts", [2**50])],
)
def test_a_header_that_would_take_for_ever_is_one_finding(tmp_path, part, key, value):
    story = Story(WHOLE)
    story.market[part][key] = value
    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(story.seal())

    assert [finding.rule for finding in audit(forged).findings] == ["header"]


def test_a_setting_of_the_wrong_type_is_a_finding_and_no_traceback(tmp_path):
    story = Story(WHOLE)
    story.market["coupons"][0]["amount_minor"] = "much"
    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(story.seal())

    rules = [finding.rule for finding in audit(forged).findings]

    assert rules[:1] == ["header"]


def test_the_command_prints_one_line_or_a_table_or_json(tmp_path, capsys):
    story = Story(WHOLE)
    story.first("outcome")["d"]["paid"] -= 100
    forged = tmp_path / "forged.jsonl"
    forged.write_bytes(story.seal())
    whole = golden_path("flights/sfo-mad")

    assert main(["audit", str(whole)]) == 0
    assert capsys.readouterr().out.endswith("checks, no finding\n")
    assert main(["audit", str(forged)]) == 1
    assert "paid of" not in capsys.readouterr().err
    assert main(["audit", "--json", str(forged)]) == 1
    shown = json.loads(capsys.readouterr().out)
    assert list(shown) == ["status", "records", "findings", "checked"]
    assert shown["findings"] == [
        {
            "rule": "paid",
            "record": 22,
            "text": "buyer_0 paid 79100, its orders come to 79200",
        }
    ]
    assert list(shown["checked"]) == list(RULES)
    assert main(["audit", str(tmp_path / "nowhere")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_the_documentation_lists_every_rule_and_no_other():
    text = (REPLAYS.parent / "docs" / "journal.md").read_text(encoding="utf-8")
    audit_part = text.split("## The audit")[1].split("\n## ")[0]

    rows = re.findall(r"^\| `(\w+)` \| (.*) \|$", audit_part, re.MULTILINE)

    assert dict(rows) == RULES
