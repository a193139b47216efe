"""A page's bytes: the same for the same data, and nothing in them but what is meant."""

import base64
import hashlib
import json
import re

import pytest
from report_parts import parts_of

from test_time_gym.report import KINDS, page


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_data_give_the_same_bytes(kind):
    one = page(kind, "A title", {"b": 1, "a": ["é"]}, {"x": b"\0" * 99})

    assert one == page(kind, "A title", {"b": 1, "a": ["é"]}, {"x": b"\0" * 99})
    assert parts_of(one) == {
        "data": json.dumps({"b": 1, "a": ["é"]}, ensure_ascii=False).encode(),
        "block-x": b"\0" * 99,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_script_and_style_has_its_hash_in_the_policy(kind):
    made = page(kind, "A title", {}).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', made)[1]
    texts = re.findall(r"<style>(.*?)</style>|<script>(.*?)</script>", made, re.DOTALL)

    assert len(texts) == 4
    for style, script in texts:
        digest = hashlib.sha256((style or script).encode()).digest()
        assert f"'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy


def test_a_title_is_text_and_never_markup():
    made = page("run", "</title><script>alert(1)</script>", {})

    assert b"<script>alert(1)" not in made
    assert made.count(b"&lt;/title&gt;&lt;script&gt;alert(1)") == 2
