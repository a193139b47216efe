"""The texts of a page: its template, styles and scripts, as files of this package."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

__all__ = ["read_text", "scripts_of", "styles_of"]

_COMMON: Final = (
    "text.js",
    "elements.js",
    "blocks.js",
    "columns.js",
    "place.js",
    "table.js",
    "long_list.js",
    "chart.js",
    "pages.js",
)
"""Scripts that pages of all kinds have, each after those that it uses."""

_COMPARED: Final = ("10-model.js", "20-telling.js", "60-seen_page.js", "run.css")
"""Files of a run's page that the page of two runs needs, too."""
_FIGURES: Final = ("parts.js", "interval_table.js", "curves.js")
"""Scripts of all pages but that of a run: their data is sections of parts."""


@cache
def read_text(name: str) -> str:
    """Return the text of a file in ``assets/``."""
    found: Traversable = files("test_time_gym.report") / "assets"
    for part in name.split("/"):
        found = found / part
    # A checkout on Windows may have other line ends; hashes and bytes must not.
    return found.read_text(encoding="utf-8").replace("\r\n", "\n")


def styles_of(kind: str) -> list[str]:
    """Return the style sheets of pages of a kind, in their order."""
    names = ["common/style.css", *_figures(kind, "figures.css"), *_own(kind, ".css")]
    return [
        read_text("vendor/uplot/uPlot.min.css"),
        "\n".join(map(read_text, names)),
    ]


def scripts_of(kind: str) -> list[str]:
    """Return the scripts of pages of a kind, in their order.

    Ours are one script: a function around all files, so that a name in one is known
    in the others, and to nothing else.
    """
    licence = read_text("vendor/uplot/LICENSE")
    names = [f"common/{name}" for name in _COMMON]
    names += [*_figures(kind, *_FIGURES), *_own(kind, ".js")]
    ours = "\n".join(map(read_text, [*names, "common/start.js"]))
    return [
        f"/*\n{licence}*/\n{read_text('vendor/uplot/uPlot.iife.min.js')}",
        f'(() => {{\n"use strict";\n{ours}}})();\n',
    ]


def _figures(kind: str, *names: str) -> list[str]:
    """Return files that pages of figures share; a run's page has none of them."""
    if kind == "run":
        return []
    shared = _COMPARED if kind == "compare" else ()
    ending = names[0].rpartition(".")[2]
    # Two runs are compared in the words, and by the pages, of one.
    runs = [f"pages/run/{name}" for name in shared if name.endswith(f".{ending}")]
    return [*runs, *(f"figures/{name}" for name in names)]


def _own(kind: str, ending: str) -> list[str]:
    """Return the files that only pages of this kind have, by name."""
    folder = files("test_time_gym.report") / "assets" / "pages" / kind
    names = [entry.name for entry in folder.iterdir() if entry.name.endswith(ending)]
    return [f"pages/{kind}/{name}" for name in sorted(names)]
