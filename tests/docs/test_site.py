"""The documentation builds as a site: no warning, no page from outside."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOADED = re.compile(
    r"<(?:script|img|link|iframe)\b[^>]*?(?:src|href)=\"(https?:[^\"]*)"
)

pytestmark = [
    pytest.mark.extras,
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("sphinx") is None, reason="sphinx is not installed"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the site as `make docs` does; return its folder."""
    folder = tmp_path_factory.mktemp("site")
    options = ["-W", "--keep-going", "-q", "-c", "docs", "-d", folder / "doctrees"]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, ".", folder / "html"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


def test_every_page_of_the_documentation_is_on_the_site(site):
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]

    missing = [
        page.name
        for page in pages
        if not (site / page.relative_to(ROOT).with_suffix(".html")).exists()
    ]

    assert missing == []
    assert "docs/index.html" in (site / "index.html").read_text("utf-8")


def test_the_reference_has_the_public_names_with_their_docstrings(site):
    reference = (site / "docs/api.html").read_text("utf-8")

    for name in ("run", "market_v0.parallel_env", "replay.verify", "scenarios.Family"):
        assert f'id="test_time_gym.{name}"' in reference
    assert "Return the AEC environment; it answers calls out of order" in reference


def test_no_page_loads_anything_from_another_host(site):
    found = {
        f"{page.name}: {url}"
        for page in site.rglob("*.html")
        for url in LOADED.findall(page.read_text("utf-8"))
    }

    assert found == set()
    assert LOADED.findall('<script async src="https://cdn.x/y.js">') == [
        "https://cdn.x/y.js"
    ]
