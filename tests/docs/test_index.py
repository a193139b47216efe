"""docs/index.md leads to every page, and the list of decisions names all of them."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INDEX = ROOT / "docs/index.md"
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+\.md)[^)]*\)")
PAGES = {
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/**/*.md"),
    ROOT / "replays/README.md",
}


def linked(page):
    """Return the pages that a page links to."""
    targets = LINK.findall(page.read_text("utf-8"))
    return {(page.parent / target).resolve() for target in targets}


def reachable(start):
    """Return all pages that links lead to, the first one included."""
    found, waiting = set(), {start}
    while waiting:
        page = waiting.pop()
        found.add(page)
        waiting |= linked(page) & PAGES - found
    return found


def names(pages):
    return sorted(page.relative_to(ROOT).as_posix() for page in pages)


def test_every_page_is_reachable_from_the_index():
    assert len(PAGES) > 30
    assert names(PAGES - reachable(INDEX)) == []


def test_the_index_itself_names_every_page_but_single_decisions():
    single = set(ROOT.glob("docs/decisions/0*.md"))

    assert names(PAGES - single - linked(INDEX) - {INDEX}) == []


def test_the_decisions_are_listed_in_order_with_their_titles():
    listed = re.findall(
        r"^(\d+)\. \[(.+)\]\((.+)\)$",
        (ROOT / "docs/decisions/README.md").read_text("utf-8"),
        re.MULTILINE,
    )
    there = []
    for path in sorted(ROOT.glob("docs/decisions/0*.md")):
        title = path.read_text("utf-8").partition("\n")[0]
        number, words = re.fullmatch(r"# 0*(\d+)[.:] (.+)", title).groups()
        there.append((number, words, path.name))

    assert listed == there


def test_a_page_that_no_link_leads_to_is_found(tmp_path):
    (tmp_path / "a.md").write_text("[b](b.md#part)", "utf-8")
    (tmp_path / "b.md").write_text("[web](https://x.org/c.md)", "utf-8")

    assert linked(tmp_path / "a.md") == {tmp_path / "b.md"}
    assert linked(tmp_path / "b.md") == set()
