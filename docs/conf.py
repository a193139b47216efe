"""Sphinx's settings: the repository's Markdown files as a site, see ``make docs``.

Pages are the same files that are read in the repository, with the same relative links:
the source folder is the repository's root. The navigation is what `docs/index.md` and
the list of decisions link to, in their order.
"""

import posixpath
import re
import sys
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from test_time_gym import __version__  # noqa: E402

project = "Test-Time Gym"
author = "The Test-Time Gym authors"
project_copyright = author
release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/*.md", "docs/decisions/*.md", "replays/README.md"]
exclude_patterns = [".*", "build", "dist", "src", "tests"]

myst_heading_anchors = 4  # as the repository's pages link to headings
smartquotes = False
default_role = "code"  # docstrings write names in single backticks
napoleon_use_ivar = True
autodoc_member_order = "groupwise"

html_theme = "furo"
html_title = f"{project} {release}"
html_extra_path = ["site"]
html_copy_source = False

CONTENTS = ("docs/index", "docs/decisions/README")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+\.md)[^)]*\)")


def contents(docname: str, text: str) -> str:
    """Return a hidden table of contents: what a page links to, by its headings."""
    seen: set[str] = set()
    parts = []
    for section in text.split("\n## "):
        pages = [
            posixpath.normpath(posixpath.join(posixpath.dirname(docname), target))
            for target in LINK.findall(section)
        ]
        new = [page for page in dict.fromkeys(pages) if page not in seen]
        seen.update(new)
        if new:
            lines = [f"/{page.removesuffix('.md')}" for page in new]
            heading = section.partition("\n")[0]
            named = [] if heading[:2] == "# " else [f":caption: {heading}"]
            parts += ["```{toctree}", ":hidden:", *named, ""]
            parts += [*lines, "```", ""]
    return "\n\n" + "\n".join(parts)


def add_contents(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Give the pages that list others a table of contents."""
    if docname in CONTENTS:
        source[0] += contents(docname, source[0])


def setup(app: Sphinx) -> None:
    """Register what is done to a page as it is read."""
    app.connect("source-read", add_contents)
