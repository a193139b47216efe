"""Pages as text for models, and such text as pages again."""

from .page_reader import PageReader
from .page_writer import PageWriter
from .style import STYLES, PageStyle, verify_offers_per_page, verify_style

__all__ = [
    "STYLES",
    "PageReader",
    "PageStyle",
    "PageWriter",
    "verify_offers_per_page",
    "verify_style",
]
