"""Pages in words for a model."""

import json
from typing import Any, Final

from test_time_gym.market.interface.policy import AgentError

from .history import PageText

__all__ = ["PAGE_KINDS", "page_text"]


def _json(page: dict[str, Any], before: dict[str, Any] | None) -> str:
    """Return a page as it is; the one before it makes no difference."""
    return json.dumps(page, ensure_ascii=False)


PAGE_KINDS: Final[dict[str, PageText]] = {"json": _json}


def page_text(kind: str) -> PageText:
    """Return what writes pages.

    Raises:
        AgentError: there is no such kind.
    """
    if kind in PAGE_KINDS:
        return PAGE_KINDS[kind]
    msg = f"a page is shown as {', '.join(PAGE_KINDS)}, not {kind!r:.60}"
    raise AgentError(msg)
