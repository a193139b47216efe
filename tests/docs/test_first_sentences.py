"""A page begins with what its reader can do after it."""

from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).resolve().parents[2] / "docs").glob("*.md"))
LISTS = ("api.md", "glossary.md", "index.md")
"""Pages to look things up in, and the one that leads to all others."""


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_page_begins_with_what_its_reader_can_do_after_it(page):
    title, empty, first, *_ = page.read_text("utf-8").splitlines()

    assert (title[:2], empty) == ("# ", "")
    if page.name not in LISTS:
        assert first.startswith("After this page ")
