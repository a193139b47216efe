"""Prose is in the field's English: some words are not used."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORDS = re.compile(
    r"\b(reckon(s|ed|ing)?|anew|whoever|befall(s|en)?|likest|in vain)\b", re.IGNORECASE
)
FOLDERS = ("market", "agents", "scenarios", "src", "docs", "replays", "examples")
FILES = sorted(
    path
    for path in [
        *ROOT.glob("*.md"),
        ROOT / "Makefile",
        *(found for folder in FOLDERS for found in (ROOT / folder).rglob("*.*")),
    ]
    if path.suffix in {".md", ".py", ""} and path.name != "CHANGELOG.md"
)


def unusual(text):
    """Return the words that are not used, each with its line."""
    return [
        (k, found[0])
        for k, line in enumerate(text.splitlines(), start=1)
        for found in WORDS.finditer(line)
    ]


def test_prose_and_code_have_the_field_s_words():
    found = {str(path): unusual(path.read_text("utf-8")) for path in FILES}

    assert len(FILES) > 400
    assert {path: words for path, words in found.items() if words} == {}


@pytest.mark.parametrize("text", ["Reckoned anew,", "whoever comes", "it was in vain"])
def test_unusual_words_are_found(text):
    assert unusual(f"fine\n{text}")[0][0] == 2
