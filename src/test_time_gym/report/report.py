"""A report: a page that was made, and what was found on the way."""

import html
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from test_time_gym.atomic_file import AtomicFile
from test_time_gym.journal.reader import ExitCode

__all__ = ["Report"]

_SHOWN_IN_NOTEBOOKS: Final = 20 * 2**20
"""Bytes of the largest page that a notebook is to hold a copy of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One page of HTML, to be kept or to be looked at in a notebook."""

    html: bytes = field(repr=False)
    title: str
    kind: str
    """What it shows; one of `KINDS`."""
    contents: str
    """How much of it, in words: ``1 run, 320 records``."""
    findings: tuple[str, ...] = ()
    """What is wrong with what it shows, a sentence each; the page says it, too."""
    exit_code: ExitCode = ExitCode.OK
    """What the command line exits with."""

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the page, whole or not at all, and return its path.

        Args:
            path: of the file; missing folders are made.
            overwrite: replace it.

        Raises:
            Misuse: it exists or cannot be written.
        """
        with AtomicFile(path, overwrite=overwrite) as file:
            file.write(self.html)
        return Path(path)

    def _repr_html_(self) -> str:
        """Return the page in a frame of its own, for notebooks."""
        if len(self.html) > _SHOWN_IN_NOTEBOOKS:
            size = len(self.html) / 2**20
            title = html.escape(self.title)
            return f"<p>{title}: {size:.0f} MiB, too much for here. Save it.</p>"
        # The page has its policy with it; the sandbox keeps it from the notebook.
        page = html.escape(self.html.decode())
        return (
            f'<iframe srcdoc="{page}" sandbox="allow-scripts" title="a report" '
            'style="width: 100%; height: 800px; border: 1px solid #ccc"></iframe>'
        )
