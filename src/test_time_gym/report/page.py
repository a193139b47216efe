"""A page: one HTML file with its data, which asks nobody for anything."""

import base64
import hashlib
import html
import json
import zlib
from collections.abc import Mapping
from string import Template
from typing import Any, Final

from .assets import read_text, scripts_of, styles_of

__all__ = ["KINDS", "page"]

KINDS: Final = ("run", "study", "compare", "bench", "market")
"""What a page can show; each has a folder of this name in ``assets/pages``."""


def page(
    kind: str,
    title: str,
    data: Any,
    blocks: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a page of HTML that holds its styles, its scripts and its data.

    The same arguments give the same bytes.  Texts in the data may be anyone's: they
    are kept compressed, and scripts show them as text alone.

    Args:
        kind: one of `KINDS`.
        title: of the window, and the page's heading.
        data: what JSON can hold; decoded as the page opens.
        blocks: bytes by name, each decoded when a script first asks for it.

    >>> made = page("run", "A & B", {"runs": []})
    >>> made.startswith(b"<!doctype html>"), b"<title>A &amp; B</title>" in made
    (True, True)
    >>> made == page("run", "A & B", {"runs": []})
    True
    """
    styles, scripts = styles_of(kind), scripts_of(kind)
    parts = {"data": json.dumps(data, ensure_ascii=False, allow_nan=False).encode()}
    parts |= {f"block-{name}": block for name, block in (blocks or {}).items()}
    filled = Template(read_text("template.html")).substitute(
        policy=_policy(styles, scripts),
        title=html.escape(title),
        kind=html.escape(kind),
        styles="".join(f"<style>{one}</style>\n" for one in styles),
        scripts="".join(f"<script>{one}</script>\n" for one in scripts),
        data="".join(_element(name, part) for name, part in parts.items()),
    )
    return filled.encode()


def _policy(styles: list[str], scripts: list[str]) -> str:
    """Return the Content-Security-Policy: just these texts, and no request at all.

    Trusted types forbid scripts to make HTML of texts, where a browser knows them.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {' '.join(map(_hash, styles))}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _element(name: str, part: bytes) -> str:
    """Return a script element that no browser executes: it only carries bytes."""
    # The zlib format has no date and no name of a system, as gzip's has.
    packed = base64.b64encode(zlib.compress(part, 6)).decode()
    kind = "application/octet-stream"
    return f'<script type="{kind}" id="{html.escape(name)}">{packed}</script>\n'
